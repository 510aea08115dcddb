using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>
/// Linear algebra on batches of matrices [*, m, n]. Ops that fail for some matrices count as data-dependent: they run where the program calls
/// them, so that the exception comes there.
/// </content>
public static partial class OpTable
{
    public static readonly OpDef linalg_inv_ex = new(
        "aten::linalg_inv_ex(Tensor A, bool check_errors) -> (Tensor, Tensor)", static call => [Square(call), Info(call)])
    {
        Kernel = LinalgKernels.Inverse,
        Derivative = LinalgDerivatives.Inverse,
        SavedOutputs = [0],
        IsDataDependent = true,
    };

    public static readonly OpDef linalg_solve_ex = new(
        "aten::linalg_solve_ex(Tensor A, Tensor B, bool check_errors) -> (Tensor, Tensor)", static call => [RightSide(call), Info(call)])
    {
        Kernel = LinalgKernels.Solve,
        Derivative = LinalgDerivatives.Solve,
        SavedInputs = [0],
        SavedOutputs = [0],
        IsDataDependent = true,
    };

    public static readonly OpDef linalg_det = new("aten::linalg_det(Tensor A) -> Tensor", static call => [PerMatrix(call, Square(call).DType)])
    {
        Kernel = LinalgKernels.Determinant,
        Derivative = LinalgDerivatives.Determinant,
        SavedInputs = [0],
    };

    public static readonly OpDef _linalg_cofactors = new("aten::_linalg_cofactors(Tensor A) -> Tensor", static call => [Square(call)])
    {
        Kernel = LinalgKernels.Cofactors,
        Derivative = LinalgDerivatives.Cofactors,
        SavedInputs = [0],
    };

    public static readonly OpDef linalg_slogdet = new(
        "aten::linalg_slogdet(Tensor A) -> (Tensor, Tensor)", static call => [PerMatrix(call, Square(call).DType), PerMatrix(call, call.Input(0).DType)])
    {
        Kernel = LinalgKernels.LogDeterminant,
        Derivative = LinalgDerivatives.LogDeterminant,
        SavedInputs = [0],
    };

    public static readonly OpDef linalg_lu = new("aten::linalg_lu(Tensor A) -> (Tensor, Tensor, Tensor)", static call =>
    {
        (TensorImpl a, long m, long n) = Matrix(call);
        return [Result(a, m, m), Result(a, m, Math.Min(m, n)), Result(a, Math.Min(m, n), n)];
    })
    {
        Kernel = LinalgKernels.Lu,
        Derivative = LinalgDerivatives.Lu,
        SavedOutputs = [0, 1, 2],
        NonDifferentiable = [0],
    };

    public static readonly OpDef linalg_lu_factor = new("aten::linalg_lu_factor(Tensor A) -> (Tensor, Tensor)", static call =>
    {
        (TensorImpl a, long m, long n) = Matrix(call);
        return [Result(a, m, n), new OutputSpec(Layout.Contiguous([.. a.Sizes[..^2], Math.Min(m, n)]), DType.Int32)];
    })
    {
        Kernel = LinalgKernels.LuFactor,
        Derivative = LinalgDerivatives.LuFactor,
        SavedOutputs = [0, 1],
    };

    public static readonly OpDef _lu_permutation = new("aten::_lu_permutation(Tensor LU_pivots, int rows, ScalarType dtype) -> Tensor", static call =>
    {
        TensorImpl pivots = call.Input(0);
        long rows = call.Int(0);
        if (!call.Attrs[1].AsDType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented("lu_unpack", call.Attrs[1].AsDType);
        }

        return pivots.DType == DType.Int32 && pivots.Rank > 0 && pivots.Sizes[^1] <= rows
            ? [new OutputSpec(Layout.Contiguous([.. pivots.Sizes[..^1], rows, rows]), call.Attrs[1].AsDType)]
            : throw ShapeErrors.Error(
                $"lu_unpack: LU_pivots is expected to be int32 and no longer than there are rows, {rows}, but has sizes {ShapeErrors.Text(pivots.Sizes)} and dtype {ShapeErrors.Name(pivots.DType)}");
    })
    {
        Kernel = LinalgKernels.LuPermutation,
        CheckData = LinalgKernels.CheckPivots,
        CheckedInputs = [0],
    };

    public static readonly OpDef linalg_cholesky_ex = new(
        "aten::linalg_cholesky_ex(Tensor A, bool upper, bool check_errors) -> (Tensor, Tensor)", static call => [Square(call), Info(call)])
    {
        Kernel = LinalgKernels.Cholesky,
        Derivative = LinalgDerivatives.Cholesky,
        SavedOutputs = [0],
        IsDataDependent = true,
    };

    public static readonly OpDef linalg_solve_triangular = new(
        "aten::linalg_solve_triangular(Tensor A, Tensor B, bool upper, bool unitriangular) -> Tensor", static call => [RightSide(call)])
    {
        Kernel = LinalgKernels.SolveTriangular,
        Derivative = LinalgDerivatives.SolveTriangular,
        SavedInputs = [0],
        SavedOutputs = [0],
    };

    public static readonly OpDef linalg_qr = new("aten::linalg_qr(Tensor A, bool complete) -> (Tensor, Tensor)", static call =>
    {
        (TensorImpl a, long m, long n) = Matrix(call);
        long width = call.Bool(0) ? m : Math.Min(m, n);
        return [Result(a, m, width), Result(a, width, n)];
    })
    {
        Kernel = LinalgKernels.Qr,
        Derivative = LinalgDerivatives.Qr,
        SavedOutputs = [0, 1],
    };

    public static readonly OpDef linalg_eigh = new("aten::linalg_eigh(Tensor A, bool upper) -> (Tensor, Tensor)", static call =>
    {
        OutputSpec vectors = Square(call);
        return [new OutputSpec(Layout.Contiguous(call.Input(0).Sizes[..^1].ToArray()), vectors.DType), vectors];
    })
    {
        Kernel = LinalgKernels.Eigh,
        Derivative = LinalgDerivatives.Eigh,
        SavedOutputs = [0, 1],
    };

    public static readonly OpDef linalg_svd = new("aten::linalg_svd(Tensor A, bool full_matrices) -> (Tensor, Tensor, Tensor)", static call =>
    {
        (TensorImpl a, long m, long n) = Matrix(call);
        long k = Math.Min(m, n);
        bool full = call.Bool(0);
        return [Result(a, m, full ? m : k), new OutputSpec(Layout.Contiguous([.. a.Sizes[..^2], k]), a.DType), Result(a, full ? n : k, n)];
    })
    {
        Kernel = LinalgKernels.Svd,
        Derivative = LinalgDerivatives.Svd,
        SavedOutputs = [0, 1, 2],
    };

    public static readonly OpDef linalg_ldl_factor_ex = new(
        "aten::linalg_ldl_factor_ex(Tensor A, bool hermitian, bool check_errors) -> (Tensor, Tensor, Tensor)",
        static call => [Square(call), new OutputSpec(Layout.Contiguous(call.Input(0).Sizes[..^1].ToArray()), DType.Int32), Info(call)])
    {
        Kernel = LdlKernels.Factor,
        IsDataDependent = true,
    };

    public static readonly OpDef linalg_ldl_solve = new("aten::linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, bool hermitian) -> Tensor", static call =>
    {
        OutputSpec square = Square(call);
        TensorImpl a = call.Input(0), pivots = call.Input(1), b = call.Input(2);
        bool fits = pivots.DType == DType.Int32 && pivots.Sizes.SequenceEqual(a.Sizes[..^1])
            && b.Rank == a.Rank && b.Sizes[..^1].SequenceEqual(a.Sizes[..^1]) && b.DType == square.DType;
        return fits ? [Result(a, b.Sizes[^2], b.Sizes[^1])] : throw ShapeErrors.Error(
            $"linalg_ldl_solve: Incompatible shapes or dtypes of LD, pivots and B ({ShapeErrors.Text(a.Sizes)}, {ShapeErrors.Text(pivots.Sizes)} and {ShapeErrors.Text(b.Sizes)})");
    })
    {
        Kernel = LdlKernels.Solve,
        CheckData = LdlKernels.CheckPivots,
        CheckedInputs = [1],
    };

    private static (TensorImpl A, long Rows, long Columns) Matrix(OpInvocation call)
    {
        TensorImpl a = call.Input(0);
        string name = call.Op.Name["aten::".Length..];
        if (a.Rank < 2)
        {
            throw ShapeErrors.Error($"{name}: The input tensor A must have at least 2 dimensions.");
        }

        return a.DType is DType.Float32 or DType.Float64
            ? (a, a.Sizes[^2], a.Sizes[^1])
            : throw ShapeErrors.Error($"{name}: Expected a floating point tensor as input. Got {ShapeErrors.Name(a.DType)}");
    }

    private static OutputSpec Square(OpInvocation call)
    {
        (TensorImpl a, long m, long n) = Matrix(call);
        return m == n
            ? Result(a, m, n)
            : throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}: A must be batches of square matrices, but they are {m} by {n} matrices");
    }

    private static OutputSpec RightSide(OpInvocation call)
    {
        OutputSpec square = Square(call);
        TensorImpl a = call.Input(0), b = call.Input(1);
        bool fits = b.Rank == a.Rank && b.Sizes[^2] == a.Sizes[^1] && b.Sizes[..^2].SequenceEqual(a.Sizes[..^2]) && b.DType == square.DType;
        return fits ? Result(a, b.Sizes[^2], b.Sizes[^1]) : throw ShapeErrors.Error(
            $"{call.Op.Name["aten::".Length..]}: Incompatible shapes or dtypes of A and B for the equation AX = B ({ShapeErrors.Text(a.Sizes)} and {ShapeErrors.Text(b.Sizes)})");
    }

    private static OutputSpec Result(TensorImpl a, long rows, long columns) => new(Layout.Contiguous([.. a.Sizes[..^2], rows, columns]), a.DType);

    private static OutputSpec PerMatrix(OpInvocation call, DType dtype) => new(Layout.Contiguous(call.Input(0).Sizes[..^2].ToArray()), dtype);

    private static OutputSpec Info(OpInvocation call) => PerMatrix(call, DType.Int32);
}
