namespace Terra.Runtime.Backends.Cpu;

/// <summary>QR by Householder reflections, eigenvalues of symmetric matrices and singular values by Jacobi rotations.</summary>
internal static class OrthogonalDecompositions
{
    private const int MaximumSweeps = 60;

    /// <summary>Half the distance from one to the next number: what rounding a product or a sum may be off by.</summary>
    private const double UnitRoundoff = 1.1102230246251565e-16;

    /// <summary>
    /// A = Q R with the signs LAPACK gives. Complete: Q is m x m, else m x min(m, n) (Golub and Van Loan, Matrix Computations, 5.2).
    /// </summary>
    public static (DenseMatrix Q, DenseMatrix R) Qr(DenseMatrix matrix, bool complete)
    {
        int m = matrix.Rows, n = matrix.Columns, steps = Math.Min(m, n);
        DenseMatrix work = matrix.Copy();
        var vectors = new double[steps][];
        for (int k = 0; k < steps; k++)
        {
            vectors[k] = Reflector(work, k);
            Reflect(work, vectors[k], k, k);
        }

        int width = complete ? m : steps;
        var q = new DenseMatrix(m, width);
        for (int i = 0; i < width; i++)
        {
            q[i, i] = 1;
        }

        for (int k = steps - 1; k >= 0; k--)
        {
            Reflect(q, vectors[k], k, 0);
        }

        var r = new DenseMatrix(width, n);
        for (int i = 0; i < steps; i++)
        {
            for (int j = i; j < n; j++)
            {
                r[i, j] = work[i, j];
            }
        }

        return (q, r);
    }

    /// <summary>Eigenvalues in ascending order, and eigenvectors as columns, of a symmetric matrix (cyclic Jacobi; Golub and Van Loan, 8.5).</summary>
    public static (double[] Values, DenseMatrix Vectors) Eigh(DenseMatrix symmetric)
    {
        int n = symmetric.Rows;

        // Rows of odd length, so that a column does not fall into few sets of the cache. Eigenvectors are rows until they are sorted.
        DenseMatrix a = new(n, n | 1), v = DenseMatrix.Identity(n);
        for (int i = 0; i < n; i++)
        {
            symmetric.Row(i).CopyTo(a.Row(i));
        }

        for (int sweep = 0; sweep < MaximumSweeps; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (Math.Abs(a[p, q]) > double.Epsilon && Math.Abs(a[p, q]) > UnitRoundoff * Math.Sqrt(Math.Abs(a[p, p] * a[q, q])))
                    {
                        rotated |= RotateSymmetric(a, v, p, q);
                    }
                }
            }

            if (!rotated)
            {
                break;
            }
        }

        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => a[i, i])];
        var vectors = new DenseMatrix(n, n);
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < n; i++)
            {
                vectors[i, j] = v[order[j], i];
            }
        }

        return ([.. order.Select(i => a[i, i])], vectors);
    }

    /// <summary>
    /// A = U diag(S) Vᵀ with singular values in descending order (one-sided Jacobi; Golub and Van Loan, 8.6). Complete: U and V are square,
    /// else they have min(m, n) columns.
    /// </summary>
    public static (DenseMatrix U, double[] S, DenseMatrix V) Svd(DenseMatrix matrix, bool complete)
    {
        if (matrix.Rows < matrix.Columns)
        {
            (DenseMatrix v, double[] s, DenseMatrix u) = Svd(matrix.Transposed(), complete);
            return (u, s, v);
        }

        int m = matrix.Rows, n = matrix.Columns;
        DenseMatrix work = matrix.Transposed(), right = DenseMatrix.Identity(n); // columns of both are rows here
        for (int sweep = 0; sweep < MaximumSweeps; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    rotated |= Orthogonalize(work, right, p, q);
                }
            }

            if (!rotated)
            {
                break;
            }
        }

        double[] lengths = [.. Enumerable.Range(0, n).Select(j => Math.Sqrt(DenseRows.Dot(work.Row(j), work.Row(j))))];
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(j => lengths[j])];
        var left = new DenseMatrix(m, complete ? m : n);
        var sorted = new DenseMatrix(n, n);
        double negligible = (n == 0 ? 0 : lengths[order[0]]) * 1e-300;
        int rank = 0;
        for (int j = 0; j < n; j++)
        {
            bool counts = lengths[order[j]] > negligible;
            rank += counts ? 1 : 0;
            for (int i = 0; i < n; i++)
            {
                sorted[i, j] = right[order[j], i];
            }

            for (int i = 0; counts && i < m; i++)
            {
                left[i, j] = work[order[j], i] / lengths[order[j]];
            }
        }

        CompleteBasis(left, rank);
        return (left, [.. order.Select(j => lengths[j])], sorted);
    }

    /// <summary>The vector v of the reflection I - 2 v vᵀ / vᵀv that clears a column below the diagonal; null if there is nothing to clear.</summary>
    private static double[] Reflector(DenseMatrix matrix, int k)
    {
        var vector = new double[matrix.Rows];
        double squares = 0;
        for (int i = k; i < matrix.Rows; i++)
        {
            vector[i] = matrix[i, k];
            squares += i > k ? vector[i] * vector[i] : 0;
        }

        if (squares == 0)
        {
            Array.Clear(vector);
            return vector;
        }

        vector[k] += Math.CopySign(Math.Sqrt(squares + (vector[k] * vector[k])), vector[k]);
        return vector;
    }

    private static void Reflect(DenseMatrix matrix, double[] vector, int firstRow, int firstColumn)
    {
        double squares = vector.Sum(x => x * x);
        if (squares == 0)
        {
            return;
        }

        var factors = new double[matrix.Columns - firstColumn];
        for (int i = firstRow; i < matrix.Rows; i++)
        {
            DenseRows.SubtractScaled(factors, -vector[i], matrix.Row(i)[firstColumn..]);
        }

        for (int j = 0; j < factors.Length; j++)
        {
            factors[j] = 2 * factors[j] / squares;
        }

        for (int i = firstRow; i < matrix.Rows; i++)
        {
            DenseRows.SubtractScaled(matrix.Row(i)[firstColumn..], vector[i], factors);
        }
    }

    private static bool RotateSymmetric(DenseMatrix a, DenseMatrix v, int p, int q)
    {
        (double c, double s) = Rotation((a[q, q] - a[p, p]) / (2 * a[p, q]));
        if (s == 0)
        {
            return false;
        }

        double pp = a[p, p], qq = a[q, q], pq = a[p, q];
        DenseRows.Rotate(a.Row(p), a.Row(q), c, s);
        DenseRows.Rotate(v.Row(p), v.Row(q), c, s);
        for (int k = 0; k < a.Rows; k++)
        {
            (a[k, p], a[k, q]) = (a[p, k], a[q, k]);
        }

        a[p, p] = (c * ((c * pp) - (s * pq))) - (s * ((c * pq) - (s * qq)));
        a[q, q] = (s * ((s * pp) + (c * pq))) + (c * ((s * pq) + (c * qq)));
        a[p, q] = a[q, p] = 0;
        return true;
    }

    /// <summary>Rotates two rows so that they are orthogonal; false if they were, as far as a sum of so many products tells (the criterion of LAPACK's dgesvj).</summary>
    private static bool Orthogonalize(DenseMatrix work, DenseMatrix right, int p, int q)
    {
        Span<double> first = work.Row(p), second = work.Row(q);
        double pp = DenseRows.Dot(first, first), qq = DenseRows.Dot(second, second), pq = DenseRows.Dot(first, second);
        if (Math.Abs(pq) <= UnitRoundoff * Math.Sqrt(first.Length) * Math.Sqrt(pp * qq) || pq == 0)
        {
            return false;
        }

        (double c, double s) = Rotation((qq - pp) / (2 * pq));
        DenseRows.Rotate(first, second, c, s);
        DenseRows.Rotate(right.Row(p), right.Row(q), c, s);
        return true;
    }

    private static (double Cosine, double Sine) Rotation(double tau)
    {
        double t = tau >= 0 ? 1 / (tau + Math.Sqrt(1 + (tau * tau))) : -1 / (-tau + Math.Sqrt(1 + (tau * tau)));
        double c = 1 / Math.Sqrt(1 + (t * t));
        return (c, t * c);
    }

    private static double Length(DenseMatrix matrix, int column)
    {
        double squares = 0;
        for (int i = 0; i < matrix.Rows; i++)
        {
            squares += matrix[i, column] * matrix[i, column];
        }

        return Math.Sqrt(squares);
    }

    /// <summary>Replaces the columns from a given one on by unit vectors orthogonal to those before (Gram and Schmidt, each twice).</summary>
    private static void CompleteBasis(DenseMatrix basis, int from)
    {
        int unit = 0;
        for (int j = from; j < basis.Columns; j++)
        {
            double length = 0;
            while (length < 0.5 / Math.Sqrt(basis.Rows))
            {
                for (int i = 0; i < basis.Rows; i++)
                {
                    basis[i, j] = i == unit ? 1 : 0;
                }

                unit++;
                Project(basis, j);
                Project(basis, j);
                length = Length(basis, j);
            }

            for (int i = 0; i < basis.Rows; i++)
            {
                basis[i, j] /= length;
            }
        }
    }

    private static void Project(DenseMatrix basis, int column)
    {
        for (int k = 0; k < column; k++)
        {
            double product = 0;
            for (int i = 0; i < basis.Rows; i++)
            {
                product += basis[i, k] * basis[i, column];
            }

            for (int i = 0; i < basis.Rows; i++)
            {
                basis[i, column] -= product * basis[i, k];
            }
        }
    }
}
