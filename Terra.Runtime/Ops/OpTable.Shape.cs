using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef cat = new("aten::cat(Tensor[] tensors, int dim) -> Tensor", ArrangeRules.Cat)
    {
        TakesNarrowFloats = true,
        Kernel = CatKernels.Cat,
        Derivative = ArrangeRules.CatDerivative,
    };

    public static readonly OpDef tril = new("aten::tril(Tensor self, int diagonal) -> Tensor", ArrangeRules.Triangle)
    {
        TakesNarrowFloats = true,
        Kernel = ArrangeKernels.Tril,
        Derivative = ArrangeRules.TrilDerivative,
    };

    public static readonly OpDef triu = new("aten::triu(Tensor self, int diagonal) -> Tensor", ArrangeRules.Triangle)
    {
        TakesNarrowFloats = true,
        Kernel = ArrangeKernels.Triu,
        Derivative = ArrangeRules.TriuDerivative,
    };

    public static readonly OpDef flip = new("aten::flip(Tensor self, int[] dims) -> Tensor", ArrangeRules.Flip)
    {
        TakesNarrowFloats = true,
        Kernel = ArrangeKernels.Flip,
        Derivative = ArrangeRules.FlipDerivative,
    };

    public static readonly OpDef constant_pad_nd = new("aten::constant_pad_nd(Tensor self, int[] pad, Scalar value) -> Tensor", ArrangeRules.Pad)
    {
        TakesNarrowFloats = true,
        Kernel = PadKernels.Constant,
        Derivative = ArrangeRules.PadDerivative,
    };

    public static readonly OpDef _pad_enum = new("aten::_pad_enum(Tensor self, int[] pad, int mode) -> Tensor", PadRules.Pad)
    {
        TakesNarrowFloats = true,
        Kernel = PadModeKernels.Pad,
        Derivative = PadRules.PadDerivative,
    };

    public static readonly OpDef _pad_enum_backward = new(
        "aten::_pad_enum_backward(Tensor grad_output, int[] pad, int mode, int[] input_size) -> Tensor", PadRules.PadBackward)
    {
        Kernel = PadModeKernels.PadBackward,
        Derivative = PadRules.PadBackwardDerivative,
    };

    public static readonly OpDef sort = new("aten::sort(Tensor self, int dim, bool descending, bool stable) -> (Tensor, Tensor)", ArrangeRules.Sort)
    {
        Kernel = SortKernels.Sort,
        Derivative = ArrangeRules.SortDerivative,
        SavedOutputs = [1],
    };

    public static readonly OpDef topk = new("aten::topk(Tensor self, int k, int dim, bool largest, bool sorted) -> (Tensor, Tensor)", ArrangeRules.TopK)
    {
        Kernel = SortKernels.TopK,
        Derivative = ArrangeRules.TopKDerivative,
        SavedOutputs = [1],
    };

    public static readonly OpDef upsample_nearest2d = new("aten::upsample_nearest2d(Tensor self, int[] output_size) -> Tensor", ArrangeRules.UpsampleNearest)
    {
        Kernel = UpsampleKernels.Nearest,
        Derivative = ArrangeRules.UpsampleNearestDerivative,
    };

    public static readonly OpDef upsample_nearest2d_backward = new(
        "aten::upsample_nearest2d_backward(Tensor grad_output, int[] output_size, int[] input_size) -> Tensor",
        ArrangeRules.UpsampleNearestBackward)
    {
        Kernel = UpsampleKernels.NearestBackward,
        Derivative = SecondDerivatives.UpsampleNearest,
    };
}
