using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>
    /// [n, c, h, w] scaled to <paramref name="output_size"/>, each pixel a weighted mean of its four nearest. The corner pixels' centres, or with <paramref name="align_corners"/> false their
    /// outer corners, coincide; in the latter case given scales count instead of the ratio of the sizes.
    /// </summary>
    [TensorOp("aten::upsample_bilinear2d")]
    public static TensorImpl upsample_bilinear2d(TensorImpl self, long[] output_size, bool align_corners, ScalarValue? scales_h, ScalarValue? scales_w) =>
        Eager.Run(new OpInvocation(OpTable.upsample_bilinear2d).Add(self).Add(output_size).Add(align_corners).Add(scales_h).Add(scales_w));

    /// <summary>The gradient of upsample_bilinear2d, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::upsample_bilinear2d_backward")]
    public static TensorImpl upsample_bilinear2d_backward(
        TensorImpl grad_output, long[] output_size, long[] input_size, bool align_corners, ScalarValue? scales_h, ScalarValue? scales_w) =>
        Eager.Run(new OpInvocation(OpTable.upsample_bilinear2d_backward)
            .Add(grad_output).Add(output_size).Add(input_size).Add(align_corners).Add(scales_h).Add(scales_w));

    /// <summary>
    /// [n, c, h, w] scaled to <paramref name="output_size"/>, each pixel a cubic sum of its sixteen nearest. The corner pixels' centres, or with <paramref name="align_corners"/> false their
    /// outer corners, coincide; in the latter case given scales count instead of the ratio of the sizes.
    /// </summary>
    [TensorOp("aten::upsample_bicubic2d")]
    public static TensorImpl upsample_bicubic2d(TensorImpl self, long[] output_size, bool align_corners, ScalarValue? scales_h, ScalarValue? scales_w) =>
        Eager.Run(new OpInvocation(OpTable.upsample_bicubic2d).Add(self).Add(output_size).Add(align_corners).Add(scales_h).Add(scales_w));

    /// <summary>The gradient of upsample_bicubic2d, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::upsample_bicubic2d_backward")]
    public static TensorImpl upsample_bicubic2d_backward(
        TensorImpl grad_output, long[] output_size, long[] input_size, bool align_corners, ScalarValue? scales_h, ScalarValue? scales_w) =>
        Eager.Run(new OpInvocation(OpTable.upsample_bicubic2d_backward)
            .Add(grad_output).Add(output_size).Add(input_size).Add(align_corners).Add(scales_h).Add(scales_w));
}
