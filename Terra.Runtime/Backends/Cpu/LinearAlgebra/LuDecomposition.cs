namespace Terra.Runtime.Backends.Cpu;

/// <summary>P A = L U of an m x n matrix by Gaussian elimination with partial pivoting (Golub and Van Loan, Matrix Computations, 3.4).</summary>
internal sealed class LuDecomposition
{
    private readonly DenseMatrix _factors;
    private readonly int[] _rows;
    private readonly int[] _swaps;

    public LuDecomposition(DenseMatrix matrix)
    {
        _factors = matrix.Copy();
        _rows = [.. Enumerable.Range(0, matrix.Rows)];
        _swaps = new int[Math.Min(matrix.Rows, matrix.Columns)];
        Sign = 1;
        for (int k = 0; k < Math.Min(matrix.Rows, matrix.Columns); k++)
        {
            int pivot = k;
            for (int i = k + 1; i < matrix.Rows; i++)
            {
                pivot = Math.Abs(_factors[i, k]) > Math.Abs(_factors[pivot, k]) ? i : pivot;
            }

            _swaps[k] = pivot + 1;
            if (pivot != k)
            {
                _factors.SwapRows(k, pivot);
                (_rows[k], _rows[pivot]) = (_rows[pivot], _rows[k]);
                Sign = -Sign;
            }

            if (_factors[k, k] == 0)
            {
                FirstZeroPivot = FirstZeroPivot == 0 ? k + 1 : FirstZeroPivot;
                continue;
            }

            Eliminate(k);
        }
    }

    /// <summary>The sign of the permutation.</summary>
    public int Sign { get; private set; }

    /// <summary>The position, from one on, of the first zero on U's diagonal; zero if the matrix is regular.</summary>
    public int FirstZeroPivot { get; }

    /// <summary>U, and below its diagonal L.</summary>
    public DenseMatrix Factors => _factors;

    /// <summary>For each step with which row its own was swapped, from one on, as in LAPACK.</summary>
    public ReadOnlySpan<int> Swaps => _swaps;

    /// <summary>Of a square matrix.</summary>
    public double Determinant
    {
        get
        {
            double product = Sign;
            for (int k = 0; k < _factors.Rows; k++)
            {
                product *= Pivot(k);
            }

            return product;
        }
    }

    /// <summary>L with ones on its diagonal.</summary>
    public DenseMatrix Lower()
    {
        int inner = Math.Min(_factors.Rows, _factors.Columns);
        var lower = new DenseMatrix(_factors.Rows, inner);
        for (int i = 0; i < _factors.Rows; i++)
        {
            for (int j = 0; j < Math.Min(i, inner); j++)
            {
                lower[i, j] = _factors[i, j];
            }

            if (i < inner)
            {
                lower[i, i] = 1;
            }
        }

        return lower;
    }

    public DenseMatrix Upper()
    {
        int inner = Math.Min(_factors.Rows, _factors.Columns);
        var upper = new DenseMatrix(inner, _factors.Columns);
        for (int i = 0; i < inner; i++)
        {
            for (int j = i; j < _factors.Columns; j++)
            {
                upper[i, j] = _factors[i, j];
            }
        }

        return upper;
    }

    /// <summary>The permutation matrix with A = permutation · L · U.</summary>
    public DenseMatrix Permutation()
    {
        var permutation = new DenseMatrix(_rows.Length, _rows.Length);
        for (int i = 0; i < _rows.Length; i++)
        {
            permutation[_rows[i], i] = 1;
        }

        return permutation;
    }

    /// <summary>U's diagonal element.</summary>
    public double Pivot(int k) => _factors[k, k];

    /// <summary>X with A X = B, for a regular square A.</summary>
    public DenseMatrix Solve(DenseMatrix right)
    {
        int n = _factors.Rows;
        var x = new DenseMatrix(n, right.Columns);
        for (int i = 0; i < n; i++)
        {
            right.Row(_rows[i]).CopyTo(x.Row(i));
            for (int k = 0; k < i; k++)
            {
                DenseRows.SubtractScaled(x.Row(i), _factors[i, k], x.Row(k));
            }
        }

        for (int i = n - 1; i >= 0; i--)
        {
            Span<double> row = x.Row(i);
            for (int k = i + 1; k < n; k++)
            {
                DenseRows.SubtractScaled(row, _factors[i, k], x.Row(k));
            }

            for (int j = 0; j < row.Length; j++)
            {
                row[j] /= _factors[i, i];
            }
        }

        return x;
    }

    private void Eliminate(int k)
    {
        for (int i = k + 1; i < _factors.Rows; i++)
        {
            double factor = _factors[i, k] /= _factors[k, k];
            DenseRows.SubtractScaled(_factors.Row(i)[(k + 1)..], factor, _factors.Row(k)[(k + 1)..]);
        }
    }
}
