namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// P A Pᵀ = L D Lᵀ of a symmetric matrix, of which the lower triangle is read: L with ones on its diagonal, D of blocks of one or two rows, by Bunch and Kaufman's partial
/// pivoting (Mathematics of Computation 31, 1977; LAPACK's sytf2). L and D share one matrix; swaps count from one on, and both of a block of two are negative.
/// </summary>
internal sealed class LdlDecomposition
{
    /// <summary>(1 + √17) / 8, which bounds the growth of elements best.</summary>
    private const double Alpha = 0.64038820320220756872767623199675963;

    private readonly DenseMatrix _factors;
    private readonly int[] _swaps;

    public LdlDecomposition(DenseMatrix matrix)
    {
        _factors = matrix;
        _swaps = new int[matrix.Rows];
        for (int k = 0; k < matrix.Rows;)
        {
            (int pivot, int size) = Pivot(k);
            if (pivot < 0)
            {
                FirstZeroPivot = FirstZeroPivot == 0 ? k + 1 : FirstZeroPivot;
                _swaps[k] = k + 1;
                k++;
                continue;
            }

            int last = k + size - 1;
            if (pivot != last)
            {
                Swap(last, pivot);
                if (size == 2)
                {
                    (_factors[k + 1, k], _factors[pivot, k]) = (_factors[pivot, k], _factors[k + 1, k]);
                }
            }

            if (size == 1)
            {
                EliminateOne(k);
                _swaps[k] = pivot + 1;
            }
            else
            {
                EliminateTwo(k);
                _swaps[k] = _swaps[k + 1] = -(pivot + 1);
            }

            k += size;
        }
    }

    public DenseMatrix Factors => _factors;

    public ReadOnlySpan<int> Swaps => _swaps;

    /// <summary>The position, from one on, of the first block of D that is zero; zero if the matrix is regular.</summary>
    public int FirstZeroPivot { get; }

    /// <summary>Replaces B by X with A X = B, where A's factors and swaps are given (LAPACK's sytrs).</summary>
    public static void Solve(DenseMatrix factors, ReadOnlySpan<int> swaps, DenseMatrix right)
    {
        int n = factors.Rows;
        for (int j = 0; j < right.Columns; j++)
        {
            for (int k = 0; k < n; k += swaps[k] > 0 ? 1 : 2)
            {
                if (swaps[k] > 0)
                {
                    Exchange(right, k, swaps[k] - 1, j);
                    for (int i = k + 1; i < n; i++)
                    {
                        right[i, j] -= factors[i, k] * right[k, j];
                    }

                    right[k, j] /= factors[k, k];
                    continue;
                }

                Exchange(right, k + 1, -swaps[k] - 1, j);
                for (int i = k + 2; i < n; i++)
                {
                    right[i, j] -= (factors[i, k] * right[k, j]) + (factors[i, k + 1] * right[k + 1, j]);
                }

                double scale = factors[k + 1, k], first = factors[k, k] / scale, second = factors[k + 1, k + 1] / scale, determinant = (first * second) - 1;
                (double upper, double lower) = (right[k, j] / scale, right[k + 1, j] / scale);
                right[k, j] = ((second * upper) - lower) / determinant;
                right[k + 1, j] = ((first * lower) - upper) / determinant;
            }

            for (int k = n - 1; k >= 0;)
            {
                int size = swaps[k] > 0 ? 1 : 2;
                for (int row = k; row > k - size; row--)
                {
                    for (int i = k + 1; i < n; i++)
                    {
                        right[row, j] -= factors[i, row] * right[i, j];
                    }
                }

                Exchange(right, k, Math.Abs(swaps[k]) - 1, j);
                k -= size;
            }
        }
    }

    private static void Exchange(DenseMatrix right, int first, int second, int column) =>
        (right[first, column], right[second, column]) = (right[second, column], right[first, column]);

    /// <summary>Which row to swap with the block's last one, and the block's size; -1 if the column is zero.</summary>
    private (int Pivot, int Size) Pivot(int k)
    {
        int n = _factors.Rows, largest = k;
        double diagonal = Math.Abs(_factors[k, k]), below = 0;
        for (int i = k + 1; i < n; i++)
        {
            (largest, below) = Math.Abs(_factors[i, k]) > below ? (i, Math.Abs(_factors[i, k])) : (largest, below);
        }

        if (Math.Max(diagonal, below) == 0 || double.IsNaN(diagonal))
        {
            return (-1, 1);
        }

        if (diagonal >= Alpha * below)
        {
            return (k, 1);
        }

        double across = 0;
        for (int i = k; i < n; i++)
        {
            across = i == largest ? across : Math.Max(across, Math.Abs(i < largest ? _factors[largest, i] : _factors[i, largest]));
        }

        return diagonal >= Alpha * below * (below / across) ? (k, 1) : Math.Abs(_factors[largest, largest]) >= Alpha * across ? (largest, 1) : (largest, 2);
    }

    /// <summary>Exchanges two rows and columns of what is left of the lower triangle.</summary>
    private void Swap(int first, int second)
    {
        for (int i = second + 1; i < _factors.Rows; i++)
        {
            (_factors[i, first], _factors[i, second]) = (_factors[i, second], _factors[i, first]);
        }

        for (int i = first + 1; i < second; i++)
        {
            (_factors[i, first], _factors[second, i]) = (_factors[second, i], _factors[i, first]);
        }

        (_factors[first, first], _factors[second, second]) = (_factors[second, second], _factors[first, first]);
    }

    private void EliminateOne(int k)
    {
        double inverse = 1 / _factors[k, k];
        for (int j = k + 1; j < _factors.Rows; j++)
        {
            for (int i = j; i < _factors.Rows; i++)
            {
                _factors[i, j] -= inverse * _factors[i, k] * _factors[j, k];
            }
        }

        for (int i = k + 1; i < _factors.Rows; i++)
        {
            _factors[i, k] *= inverse;
        }
    }

    private void EliminateTwo(int k)
    {
        double off = _factors[k + 1, k], first = _factors[k + 1, k + 1] / off, second = _factors[k, k] / off, scale = 1 / ((first * second) - 1) / off;
        for (int j = k + 2; j < _factors.Rows; j++)
        {
            double one = scale * ((first * _factors[j, k]) - _factors[j, k + 1]), two = scale * ((second * _factors[j, k + 1]) - _factors[j, k]);
            for (int i = j; i < _factors.Rows; i++)
            {
                _factors[i, j] -= (_factors[i, k] * one) + (_factors[i, k + 1] * two);
            }

            (_factors[j, k], _factors[j, k + 1]) = (one, two);
        }
    }
}
