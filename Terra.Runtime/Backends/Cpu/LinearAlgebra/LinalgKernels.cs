using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Kernels of linear algebra on batches of matrices, all in float64. Batches run one after another, so the order is always the same.</summary>
internal static unsafe class LinalgKernels
{
    /// <summary>linalg_inv_ex(A, check_errors) gives the inverse and an int32 number: 0, or which pivot is zero.</summary>
    public static void Inverse(OpInvocation call) => ForEach(call, i =>
    {
        DenseMatrix a = DenseMatrix.Read(call.Input(0), i);
        Solve(call, i, a, DenseMatrix.Identity(a.Rows), "linalg.inv");
    });

    /// <summary>linalg_solve_ex(A, B, check_errors) gives X with A X = B and an int32 number: 0, or which pivot is zero.</summary>
    public static void Solve(OpInvocation call) => ForEach(call, i =>
        Solve(call, i, DenseMatrix.Read(call.Input(0), i), DenseMatrix.Read(call.Input(1), i), "linalg.solve"));

    /// <summary>linalg_det(A).</summary>
    public static void Determinant(OpInvocation call) => ForEach(call, i =>
        DenseMatrix.Write(call.Outputs[0], i, new LuDecomposition(DenseMatrix.Read(call.Input(0), i)).Determinant));

    /// <summary>_linalg_cofactors(A): with A = U diag(s) Vᵀ, det(UVᵀ) U diag(c) Vᵀ, where c_k is the product of all singular values but s_k (Stewart, On the adjugate matrix, 1998).</summary>
    public static void Cofactors(OpInvocation call) => ForEach(call, i =>
    {
        (DenseMatrix u, double[] s, DenseMatrix v) = OrthogonalDecompositions.Svd(DenseMatrix.Read(call.Input(0), i), complete: true);
        double orientation = new LuDecomposition(u).Determinant * new LuDecomposition(v).Determinant;
        var cofactors = new DenseMatrix(s.Length, s.Length);
        for (int k = 0; k < s.Length; k++)
        {
            double others = orientation;
            for (int j = 0; j < s.Length; j++)
            {
                others *= j == k ? 1 : s[j];
            }

            for (int row = 0; row < s.Length; row++)
            {
                for (int column = 0; column < s.Length; column++)
                {
                    cofactors[row, column] += u[row, k] * others * v[column, k];
                }
            }
        }

        cofactors.Write(call.Outputs[0], i);
    });

    /// <summary>linalg_slogdet(A) gives the determinant's sign and the logarithm of its magnitude.</summary>
    public static void LogDeterminant(OpInvocation call) => ForEach(call, i =>
    {
        DenseMatrix a = DenseMatrix.Read(call.Input(0), i);
        var lu = new LuDecomposition(a);
        double sign = lu.Sign, sum = 0;
        for (int k = 0; k < a.Rows; k++)
        {
            sign *= Math.Sign(lu.Pivot(k));
            sum += Math.Log(Math.Abs(lu.Pivot(k)));
        }

        DenseMatrix.Write(call.Outputs[0], i, sign);
        DenseMatrix.Write(call.Outputs[1], i, sum);
    });

    /// <summary>linalg_lu(A) gives P, L and U.</summary>
    public static void Lu(OpInvocation call) => ForEach(call, i =>
    {
        var lu = new LuDecomposition(DenseMatrix.Read(call.Input(0), i));
        lu.Permutation().Write(call.Outputs[0], i);
        lu.Lower().Write(call.Outputs[1], i);
        lu.Upper().Write(call.Outputs[2], i);
    });

    /// <summary>linalg_lu_factor(A) gives L and U in one matrix, and (int32) with which row each was swapped.</summary>
    public static void LuFactor(OpInvocation call) => ForEach(call, i =>
    {
        var lu = new LuDecomposition(DenseMatrix.Read(call.Input(0), i));
        lu.Factors.Write(call.Outputs[0], i);
        lu.Swaps.CopyTo(new Span<int>((int*)call.Outputs[1].Pointer + (i * lu.Swaps.Length), lu.Swaps.Length));
    });

    /// <summary>_lu_permutation(pivots, rows, dtype): the permutation that the swaps, one after another, make up.</summary>
    public static void LuPermutation(OpInvocation call)
    {
        using var pivots = new ContiguousData<int>(call.Input(0));
        int rows = (int)call.Int(0), steps = (int)call.Input(0).Sizes[^1];
        long count = steps == 0 ? DenseMatrix.Count(call.Outputs[0]) : call.Input(0).NumberOfElements / steps;
        for (long i = 0; i < count; i++)
        {
            int[] order = [.. Enumerable.Range(0, rows)];
            for (int k = 0; k < steps; k++)
            {
                int other = pivots.Pointer[(i * steps) + k] - 1;
                (order[k], order[other]) = (order[other], order[k]);
            }

            var permutation = new DenseMatrix(rows, rows);
            for (int k = 0; k < rows; k++)
            {
                permutation[order[k], k] = 1;
            }

            permutation.Write(call.Outputs[0], i);
        }
    }

    /// <summary>Checks that every swap is with a row that there is.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">One is not.</exception>
    public static void CheckPivots(OpInvocation call)
    {
        using var pivots = new ContiguousData<int>(call.Input(0));
        for (long i = 0; i < call.Input(0).NumberOfElements; i++)
        {
            if (pivots.Pointer[i] < 1 || pivots.Pointer[i] > call.Int(0))
            {
                throw ShapeErrors.Error($"lu_unpack: pivots must be between 1 and the number of rows, {call.Int(0)}, but one is {pivots.Pointer[i]}");
            }
        }
    }

    /// <summary>linalg_cholesky_ex(A, upper, check_errors): A = L Lᵀ, row by row (Golub and Van Loan, 4.2); reads the lower (or upper) triangle.</summary>
    public static void Cholesky(OpInvocation call) => ForEach(call, i =>
    {
        bool upper = call.Bool(0);
        DenseMatrix a = DenseMatrix.Read(call.Input(0), i);
        a = upper ? a.Transposed() : a;
        var lower = new DenseMatrix(a.Rows, a.Rows);
        int failed = 0;
        for (int row = 0; row < a.Rows && failed == 0; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double sum = a[row, column];
                for (int k = 0; k < column; k++)
                {
                    sum -= lower[row, k] * lower[column, k];
                }

                failed = row == column && !(sum > 0) ? row + 1 : 0;
                lower[row, column] = row == column ? Math.Sqrt(sum) : sum / lower[column, column];
            }
        }

        if (failed != 0)
        {
            lower.Fill(double.NaN);
            if (call.Bool(1))
            {
                throw ShapeErrors.Error(
                    $"linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order {failed} is not positive-definite).");
            }
        }

        ((int*)call.Outputs[1].Pointer)[i] = failed;
        (upper ? lower.Transposed() : lower).Write(call.Outputs[0], i);
    });

    /// <summary>linalg_solve_triangular(A, B, upper, unitriangular): X with A X = B; reads only one triangle of A.</summary>
    public static void SolveTriangular(OpInvocation call) => ForEach(call, i =>
    {
        DenseMatrix a = DenseMatrix.Read(call.Input(0), i), x = DenseMatrix.Read(call.Input(1), i);
        bool upper = call.Bool(0), unit = call.Bool(1);
        for (int step = 0; step < a.Rows; step++)
        {
            int row = upper ? a.Rows - 1 - step : step;
            for (int j = 0; j < x.Columns; j++)
            {
                double sum = x[row, j];
                for (int k = upper ? row + 1 : 0; k < (upper ? a.Rows : row); k++)
                {
                    sum -= a[row, k] * x[k, j];
                }

                x[row, j] = unit ? sum : sum / a[row, row];
            }
        }

        x.Write(call.Outputs[0], i);
    });

    /// <summary>linalg_qr(A, complete).</summary>
    public static void Qr(OpInvocation call) => ForEach(call, i =>
    {
        (DenseMatrix q, DenseMatrix r) = OrthogonalDecompositions.Qr(DenseMatrix.Read(call.Input(0), i), call.Bool(0));
        q.Write(call.Outputs[0], i);
        r.Write(call.Outputs[1], i);
    });

    /// <summary>linalg_eigh(A, upper): eigenvalues and eigenvectors; reads only one triangle of A.</summary>
    public static void Eigh(OpInvocation call) => ForEach(call, i =>
    {
        DenseMatrix a = DenseMatrix.Read(call.Input(0), i);
        for (int row = 0; row < a.Rows; row++)
        {
            for (int column = 0; column < row; column++)
            {
                a[row, column] = a[column, row] = call.Bool(0) ? a[column, row] : a[row, column];
            }
        }

        (double[] values, DenseMatrix vectors) = OrthogonalDecompositions.Eigh(a);
        WriteRow(call.Outputs[0], i, values);
        vectors.Write(call.Outputs[1], i);
    });

    /// <summary>linalg_svd(A, full_matrices): U, S and Vᵀ.</summary>
    public static void Svd(OpInvocation call) => ForEach(call, i =>
    {
        (DenseMatrix u, double[] s, DenseMatrix v) = OrthogonalDecompositions.Svd(DenseMatrix.Read(call.Input(0), i), call.Bool(0));
        u.Write(call.Outputs[0], i);
        WriteRow(call.Outputs[1], i, s);
        v.Transposed().Write(call.Outputs[2], i);
    });

    private static void ForEach(OpInvocation call, Action<long> run)
    {
        for (long i = 0; i < DenseMatrix.Count(call.Input(0)); i++)
        {
            run(i);
        }
    }

    private static void Solve(OpInvocation call, long number, DenseMatrix a, DenseMatrix b, string name)
    {
        var lu = new LuDecomposition(a);
        if (lu.FirstZeroPivot != 0 && call.Bool(0))
        {
            throw ShapeErrors.Error(name == "linalg.inv"
                ? $"linalg.inv: The diagonal element {lu.FirstZeroPivot} is zero, the inversion could not be completed because the input matrix is singular."
                : $"linalg.solve: The solver failed because the input matrix is singular.");
        }

        ((int*)call.Outputs[1].Pointer)[number] = lu.FirstZeroPivot;
        lu.Solve(b).Write(call.Outputs[0], number);
    }

    private static void WriteRow(TensorImpl tensor, long number, double[] values)
    {
        for (int j = 0; j < values.Length; j++)
        {
            DenseMatrix.Write(tensor, (number * values.Length) + j, values[j]);
        }
    }
}
