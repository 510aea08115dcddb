using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef upsample_bilinear2d = new(
        "aten::upsample_bilinear2d(Tensor self, int[] output_size, bool align_corners, Scalar? scales_h, Scalar? scales_w) -> Tensor", InterpolationRules.Forward)
    {
        Kernel = InterpolationKernels.Forward(cubic: false),
        Derivative = InterpolationRules.BilinearDerivative,
    };

    public static readonly OpDef upsample_bilinear2d_backward = new(
        "aten::upsample_bilinear2d_backward(Tensor grad_output, int[] output_size, int[] input_size, bool align_corners, Scalar? scales_h, Scalar? scales_w) -> Tensor",
        InterpolationRules.Backward)
    {
        Kernel = InterpolationKernels.Backward(cubic: false),
        Derivative = InterpolationRules.BilinearSecondDerivative,
    };

    public static readonly OpDef upsample_bicubic2d = new(
        "aten::upsample_bicubic2d(Tensor self, int[] output_size, bool align_corners, Scalar? scales_h, Scalar? scales_w) -> Tensor", InterpolationRules.Forward)
    {
        Kernel = InterpolationKernels.Forward(cubic: true),
        Derivative = InterpolationRules.BicubicDerivative,
    };

    public static readonly OpDef upsample_bicubic2d_backward = new(
        "aten::upsample_bicubic2d_backward(Tensor grad_output, int[] output_size, int[] input_size, bool align_corners, Scalar? scales_h, Scalar? scales_w) -> Tensor",
        InterpolationRules.Backward)
    {
        Kernel = InterpolationKernels.Backward(cubic: true),
        Derivative = InterpolationRules.BicubicSecondDerivative,
    };
}
