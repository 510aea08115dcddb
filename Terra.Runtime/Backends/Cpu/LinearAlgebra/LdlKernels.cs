using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Kernels of symmetric indefinite matrices, all in float64; see <see cref="LdlDecomposition"/>.</summary>
internal static unsafe class LdlKernels
{
    /// <summary>linalg_ldl_factor_ex(A, hermitian, check_errors) gives L and D in one matrix, the swaps (int32) and an int32 number: 0, or which block of D is zero.</summary>
    public static void Factor(OpInvocation call)
    {
        TensorImpl a = call.Input(0);
        int n = (int)a.Sizes[^1];
        for (long i = 0; i < DenseMatrix.Count(a); i++)
        {
            DenseMatrix lower = DenseMatrix.Read(a, i);
            for (int row = 0; row < n; row++)
            {
                for (int column = row + 1; column < n; column++)
                {
                    lower[row, column] = 0;
                }
            }

            var ldl = new LdlDecomposition(lower);
            if (ldl.FirstZeroPivot != 0 && call.Bool(1))
            {
                throw ShapeErrors.Error(
                    $"torch.linalg.ldl_factor_ex: D{ldl.FirstZeroPivot},{ldl.FirstZeroPivot} is zero, the factorization is completed but division by zero occurs if it is used to solve a system of equations.");
            }

            ldl.Factors.Write(call.Outputs[0], i);
            ldl.Swaps.CopyTo(new Span<int>((int*)call.Outputs[1].Pointer + (i * n), n));
            ((int*)call.Outputs[2].Pointer)[i] = ldl.FirstZeroPivot;
        }
    }

    /// <summary>linalg_ldl_solve(LD, pivots, B, hermitian).</summary>
    public static void Solve(OpInvocation call)
    {
        using var pivots = new ContiguousData<int>(call.Input(1));
        int n = (int)call.Input(0).Sizes[^1];
        for (long i = 0; i < DenseMatrix.Count(call.Input(0)); i++)
        {
            DenseMatrix x = DenseMatrix.Read(call.Input(2), i);
            LdlDecomposition.Solve(DenseMatrix.Read(call.Input(0), i), new ReadOnlySpan<int>(pivots.Pointer + (i * n), n), x);
            x.Write(call.Outputs[0], i);
        }
    }

    /// <summary>Checks that every swap is with a row that there is, and that negative ones come in equal pairs.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">They do not.</exception>
    public static void CheckPivots(OpInvocation call)
    {
        using var pivots = new ContiguousData<int>(call.Input(1));
        int n = (int)call.Input(1).Sizes[^1];
        for (long start = 0; start < call.Input(1).NumberOfElements; start += n)
        {
            for (int k = 0; k < n;)
            {
                int swap = pivots.Pointer[start + k];
                bool isPair = swap < 0;
                if (swap == 0 || swap > n || swap < -n || (isPair && (k + 1 == n || pivots.Pointer[start + k + 1] != swap)))
                {
                    throw ShapeErrors.Error($"linalg.ldl_solve: pivots must be those that ldl_factor gives, but number {k + 1} of {n} is {swap}");
                }

                k += isPair ? 2 : 1;
            }
        }
    }
}
