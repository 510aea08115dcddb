using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Reductions and scans.</content>
public static partial class OpTable
{
    public static readonly OpDef sum_dim_IntList = Reduction(
        "aten::sum.dim_IntList(Tensor self, int[] dim, bool keepdim, ScalarType? dtype) -> Tensor",
        static call => AccumulatedDType(call, 2),
        ReductionKernels.Sum,
        new Derivative(static c => [ReductionGradients.Expand(c)], [], []));

    public static readonly OpDef mean_dim = Reduction(
        "aten::mean.dim(Tensor self, int[] dim, bool keepdim, ScalarType? dtype) -> Tensor",
        static call => (call.OptionalDType(2) ?? call.Input(0).DType) is var dtype && dtype.IsFloatingPoint()
            ? dtype
            : throw ShapeErrors.Error($"mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {ShapeErrors.Name(dtype)}"),
        ReductionKernels.Mean,
        new Derivative(ReductionGradients.Mean, [], []));

    public static readonly OpDef prod_dim_IntList = Reduction(
        "aten::prod.dim_IntList(Tensor self, int[] dim, bool keepdim, ScalarType? dtype) -> Tensor",
        static call => AccumulatedDType(call, 2),
        ReductionKernels.Prod,
        new Derivative(static c => [Aten.prod_backward(c.Grad(0)!, c.Call.Input(0), c.Call.Ints(0), c.Call.Bool(1))], [0], []));

    public static readonly OpDef var_correction = Leaf(
        "aten::var.correction(Tensor self, int[] dim, int correction, bool keepdim) -> Tensor",
        static call => [new OutputSpec(Reduced(call, 0, 2), CheckFloating("var", call.Input(0).DType))],
        ReductionKernels.Var,
        new Derivative(ReductionGradients.Variance, [0], []));

    public static readonly OpDef amax = Reduction(
        "aten::amax(Tensor self, int[] dim, bool keepdim) -> Tensor",
        static call => CheckNotEmpty("amax", call),
        ReductionKernels.Amax,
        new Derivative(ReductionGradients.Extremum, [0], [0]));

    public static readonly OpDef amin = Reduction(
        "aten::amin(Tensor self, int[] dim, bool keepdim) -> Tensor",
        static call => CheckNotEmpty("amin", call),
        ReductionKernels.Amin,
        new Derivative(ReductionGradients.Extremum, [0], [0]));

    public static readonly OpDef max_dim = Leaf(
        "aten::max.dim(Tensor self, int dim, bool keepdim) -> (Tensor, Tensor)",
        static call => ValuesAndIndices("max()", call),
        ReductionKernels.MaxDim,
        new Derivative(ReductionGradients.Selection, [], [1]));

    public static readonly OpDef min_dim = Leaf(
        "aten::min.dim(Tensor self, int dim, bool keepdim) -> (Tensor, Tensor)",
        static call => ValuesAndIndices("min()", call),
        ReductionKernels.MinDim,
        new Derivative(ReductionGradients.Selection, [], [1]));

    public static readonly OpDef argmax = Leaf(
        "aten::argmax(Tensor self, int[]? dim, bool keepdim) -> Tensor", static call => Position("argmax()", call), ReductionKernels.Argmax);

    public static readonly OpDef argmin = Leaf(
        "aten::argmin(Tensor self, int[]? dim, bool keepdim) -> Tensor", static call => Position("argmin()", call), ReductionKernels.Argmin);

    public static readonly OpDef all_dims = Reduction(
        "aten::all.dims(Tensor self, int[] dim, bool keepdim) -> Tensor", TruthDType, ReductionKernels.All);

    public static readonly OpDef any_dims = Reduction(
        "aten::any.dims(Tensor self, int[] dim, bool keepdim) -> Tensor", TruthDType, ReductionKernels.Any);

    public static readonly OpDef logsumexp = Reduction(
        "aten::logsumexp(Tensor self, int[] dim, bool keepdim) -> Tensor",
        static call => CheckFloating("logsumexp", call.Input(0).DType),
        ReductionKernels.Logsumexp,
        new Derivative(ReductionGradients.LogSumExp, [0], [0]));

    public static readonly OpDef frobenius_norm_dim = Reduction(
        "aten::frobenius_norm.dim(Tensor self, int[] dim, bool keepdim) -> Tensor",
        static call => CheckFloating("frobenius_norm", call.Input(0).DType),
        ReductionKernels.FrobeniusNorm,
        new Derivative(ReductionGradients.FrobeniusNorm, [0], [0]));

    public static readonly OpDef cumsum = Leaf(
        "aten::cumsum(Tensor self, int dim, ScalarType? dtype) -> Tensor",
        static call => Scan(call),
        ScanKernels.Cumsum,
        new Derivative(static c => [Aten.cumsum_backward(c.Grad(0)!, c.Call.Int(0))], [], []));

    public static readonly OpDef cumprod = Leaf(
        "aten::cumprod(Tensor self, int dim, ScalarType? dtype) -> Tensor",
        static call => Scan(call),
        ScanKernels.Cumprod,
        new Derivative(static c => [Aten.cumprod_backward(c.Grad(0)!, c.Call.Input(0), c.Call.Int(0))], [0], []));

    public static readonly OpDef prod_backward = Leaf(
        "aten::prod_backward(Tensor grad_output, Tensor self, int[] dim, bool keepdim) -> Tensor",
        static call =>
        {
            TensorImpl self = call.Input(1);
            ShapeRules.CheckFloats(call, 0, 1);
            ShapeRules.CheckSizes(call, 0, ShapeRules.Reduce(self.Layout, ShapeRules.ReducedDims(call.Ints(0), self.Rank), call.Bool(1)).Sizes);
            return [new OutputSpec(ShapeRules.Contiguous(self.Layout), self.DType)];
        },
        ScanGradients.Prod,
        new Derivative(ProductSecondDerivatives.Prod, [0, 1], []));

    public static readonly OpDef cumsum_backward = Leaf(
        "aten::cumsum_backward(Tensor grad_output, int dim) -> Tensor",
        static call =>
        {
            ShapeRules.CheckFloats(call, 0);
            ShapeErrors.WrapDim(call.Int(0), call.Input(0).Rank);
            return [new OutputSpec(ShapeRules.Contiguous(call.Input(0).Layout), call.Input(0).DType)];
        },
        ScanGradients.Cumsum,
        new Derivative(static c => [Aten.cumsum(c.Grad(0)!, c.Call.Int(0), null)], [], []));

    public static readonly OpDef cumprod_backward = Leaf(
        "aten::cumprod_backward(Tensor grad_output, Tensor self, int dim) -> Tensor",
        static call =>
        {
            ShapeRules.CheckFloats(call, 0, 1);
            ShapeRules.CheckSizes(call, 0, call.Input(1).Sizes);
            ShapeErrors.WrapDim(call.Int(0), call.Input(1).Rank);
            return [new OutputSpec(ShapeRules.Contiguous(call.Input(1).Layout), call.Input(1).DType)];
        },
        ScanGradients.Cumprod,
        new Derivative(ProductSecondDerivatives.Cumprod, [0, 1], []));

    private static OpDef Leaf(string schema, InferRule infer, KernelRule kernel, Derivative? derivative = null) =>
        new(schema, infer)
        {
            Kernel = kernel,
            Derivative = derivative?.Rule,
            SavedInputs = derivative?.SavedInputs ?? [],
            SavedOutputs = derivative?.SavedOutputs ?? [],
        };

    /// <summary>A reduction whose first attributes are the dimensions and keepdim.</summary>
    private static OpDef Reduction(string schema, PointwiseOps.DTypeRule dtype, KernelRule kernel, Derivative? derivative = null) =>
        Leaf(schema, call => [new OutputSpec(Reduced(call, 0, 1), dtype(call))], kernel, derivative);

    private static Layout Reduced(OpInvocation call, int dims, int keepdim)
    {
        Layout layout = call.Input(0).Layout;
        return ShapeRules.Reduce(layout, ShapeRules.ReducedDims(call.Ints(dims), layout.Rank), call.Bool(keepdim));
    }

    private static DType AccumulatedDType(OpInvocation call, int dtype) =>
        call.OptionalDType(dtype) ?? (call.Input(0).DType.IsFloatingPoint() ? call.Input(0).DType : DType.Int64);

    /// <summary>Bytes stand for truth values, as they did before there were any.</summary>
    private static DType TruthDType(OpInvocation call) => call.Input(0).DType == DType.UInt8 ? DType.UInt8 : DType.Bool;

    private static DType CheckFloating(string name, DType dtype) =>
        dtype.IsFloatingPoint() ? dtype : throw ShapeErrors.Error($"{name}(): expected a floating-point input, but got {ShapeErrors.Name(dtype)}");

    private static DType CheckNotEmpty(string name, OpInvocation call)
    {
        Layout layout = call.Input(0).Layout;
        bool[] reduced = ShapeRules.ReducedDims(call.Ints(0), layout.Rank);
        if (layout.NumberOfElements == 0 && ShapeRules.ReducedCount(layout.Sizes, reduced) == 0)
        {
            throw ShapeErrors.EmptyReduction(name + "()");
        }

        return call.Input(0).DType;
    }

    private static int NonEmptyDim(string name, TensorImpl self, long dim)
    {
        int wrapped = ShapeErrors.WrapDim(dim, self.Rank);
        return self.Rank == 0 || self.Sizes[wrapped] > 0
            ? wrapped
            : throw ShapeErrors.Error($"{name}: Expected reduction dim {wrapped} to have non-zero size.");
    }

    private static OutputSpec[] ValuesAndIndices(string name, OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        int dim = NonEmptyDim(name, self, call.Int(0));
        Layout layout = ShapeRules.Reduce(self.Layout, ShapeRules.ReducedDims([dim], self.Rank), call.Bool(1));
        return [new OutputSpec(layout, self.DType), new OutputSpec(layout, DType.Int64)];
    }

    private static OutputSpec[] Position(string name, OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        long[]? dims = call.OptionalInts(0);
        if (dims is null or [])
        {
            if (self.NumberOfElements == 0)
            {
                throw ShapeErrors.EmptyReduction(name);
            }
        }
        else
        {
            NonEmptyDim(name, self, dims[0]);
        }

        return [new OutputSpec(ShapeRules.Reduce(self.Layout, ShapeRules.ReducedDims(dims, self.Rank), call.Bool(1)), DType.Int64)];
    }

    private static OutputSpec[] Scan(OpInvocation call)
    {
        ShapeErrors.WrapDim(call.Int(0), call.Input(0).Rank);
        return [new OutputSpec(ShapeRules.Contiguous(call.Input(0).Layout), AccumulatedDType(call, 1))];
    }
}
