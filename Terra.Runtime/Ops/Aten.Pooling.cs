using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>
    /// The largest element of each window of [n, c, h, w] or [c, h, w], and (int64) its position in its plane. Lists have one or two entries;
    /// an empty stride means the kernel size.
    /// </summary>
    [TensorOp("aten::max_pool2d_with_indices")]
    public static TensorImpl[] max_pool2d_with_indices(
        TensorImpl self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode) =>
        Eager.RunMany(new OpInvocation(OpTable.max_pool2d_with_indices)
            .Add(self).Add(kernel_size).Add(stride).Add(padding).Add(dilation).Add(ceil_mode));

    /// <summary>The gradient of max_pool2d_with_indices and adaptive_max_pool2d, of size <paramref name="input_size"/>: each result's gradient goes to the element it came from.</summary>
    [TensorOp("aten::max_pool2d_with_indices_backward")]
    public static TensorImpl max_pool2d_with_indices_backward(TensorImpl grad_output, TensorImpl indices, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable.max_pool2d_with_indices_backward).Add(grad_output).Add(indices).Add(input_size));

    /// <summary>The average of each window of [n, c, h, w] or [c, h, w]; <paramref name="divisor_override"/> is absent or one number.</summary>
    [TensorOp("aten::avg_pool2d")]
    public static TensorImpl avg_pool2d(
        TensorImpl self, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long[]? divisor_override) =>
        Eager.Run(new OpInvocation(OpTable.avg_pool2d)
            .Add(self).Add(kernel_size).Add(stride).Add(padding).Add(ceil_mode).Add(count_include_pad).Add(divisor_override));

    /// <summary>The gradient of avg_pool2d, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::avg_pool2d_backward")]
    public static TensorImpl avg_pool2d_backward(
        TensorImpl grad_output, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long[]? divisor_override, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable.avg_pool2d_backward)
            .Add(grad_output).Add(kernel_size).Add(stride).Add(padding).Add(ceil_mode).Add(count_include_pad).Add(divisor_override).Add(input_size));

    /// <summary>Averages of evenly shared windows of [n, c, h, w] or [c, h, w], so that the planes get <paramref name="output_size"/>.</summary>
    [TensorOp("aten::_adaptive_avg_pool2d")]
    public static TensorImpl _adaptive_avg_pool2d(TensorImpl self, long[] output_size) =>
        Eager.Run(new OpInvocation(OpTable._adaptive_avg_pool2d).Add(self).Add(output_size));

    /// <summary>The gradient of _adaptive_avg_pool2d, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::_adaptive_avg_pool2d_backward")]
    public static TensorImpl _adaptive_avg_pool2d_backward(TensorImpl grad_output, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable._adaptive_avg_pool2d_backward).Add(grad_output).Add(input_size));

    /// <summary>The largest elements of evenly shared windows of [n, c, h, w] or [c, h, w], and (int64) their positions in their planes.</summary>
    [TensorOp("aten::adaptive_max_pool2d")]
    public static TensorImpl[] adaptive_max_pool2d(TensorImpl self, long[] output_size) =>
        Eager.RunMany(new OpInvocation(OpTable.adaptive_max_pool2d).Add(self).Add(output_size));

    /// <summary>
    /// The largest element of each window of [n, c, d, h, w] or [c, d, h, w], and (int64) its position in its volume. Lists have one or three entries;
    /// an empty stride means the kernel size.
    /// </summary>
    [TensorOp("aten::max_pool3d_with_indices")]
    public static TensorImpl[] max_pool3d_with_indices(
        TensorImpl self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode) =>
        Eager.RunMany(new OpInvocation(OpTable.max_pool3d_with_indices)
            .Add(self).Add(kernel_size).Add(stride).Add(padding).Add(dilation).Add(ceil_mode));

    /// <summary>The gradient of max_pool3d_with_indices and adaptive_max_pool3d, of size <paramref name="input_size"/>: each result's gradient goes to the element it came from.</summary>
    [TensorOp("aten::max_pool3d_with_indices_backward")]
    public static TensorImpl max_pool3d_with_indices_backward(TensorImpl grad_output, TensorImpl indices, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable.max_pool3d_with_indices_backward).Add(grad_output).Add(indices).Add(input_size));

    /// <summary>The average of each window of [n, c, d, h, w] or [c, d, h, w]; <paramref name="divisor_override"/> is absent or one number.</summary>
    [TensorOp("aten::avg_pool3d")]
    public static TensorImpl avg_pool3d(
        TensorImpl self, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long[]? divisor_override) =>
        Eager.Run(new OpInvocation(OpTable.avg_pool3d)
            .Add(self).Add(kernel_size).Add(stride).Add(padding).Add(ceil_mode).Add(count_include_pad).Add(divisor_override));

    /// <summary>The gradient of avg_pool3d, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::avg_pool3d_backward")]
    public static TensorImpl avg_pool3d_backward(
        TensorImpl grad_output, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long[]? divisor_override, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable.avg_pool3d_backward)
            .Add(grad_output).Add(kernel_size).Add(stride).Add(padding).Add(ceil_mode).Add(count_include_pad).Add(divisor_override).Add(input_size));

    /// <summary>Averages of evenly shared windows of [n, c, d, h, w] or [c, d, h, w], so that the volumes get <paramref name="output_size"/>.</summary>
    [TensorOp("aten::_adaptive_avg_pool3d")]
    public static TensorImpl _adaptive_avg_pool3d(TensorImpl self, long[] output_size) =>
        Eager.Run(new OpInvocation(OpTable._adaptive_avg_pool3d).Add(self).Add(output_size));

    /// <summary>The gradient of _adaptive_avg_pool3d, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::_adaptive_avg_pool3d_backward")]
    public static TensorImpl _adaptive_avg_pool3d_backward(TensorImpl grad_output, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable._adaptive_avg_pool3d_backward).Add(grad_output).Add(input_size));

    /// <summary>The largest elements of evenly shared windows of [n, c, d, h, w] or [c, d, h, w], and (int64) their positions in their volumes.</summary>
    [TensorOp("aten::adaptive_max_pool3d")]
    public static TensorImpl[] adaptive_max_pool3d(TensorImpl self, long[] output_size) =>
        Eager.RunMany(new OpInvocation(OpTable.adaptive_max_pool3d).Add(self).Add(output_size));

    /// <summary>
    /// The largest element of each window of [n, c, h, w] or [c, h, w], and (int64) its position in its plane; where the windows of a plane begin
    /// follows from its numbers of <paramref name="random_samples"/>, [n, c, 2] from [0, 1).
    /// </summary>
    [TensorOp("aten::fractional_max_pool2d")]
    public static TensorImpl[] fractional_max_pool2d(TensorImpl self, long[] kernel_size, long[] output_size, TensorImpl random_samples) =>
        Eager.RunMany(new OpInvocation(OpTable.fractional_max_pool2d).Add(self).Add(kernel_size).Add(output_size).Add(random_samples));

    /// <summary>As <see cref="fractional_max_pool2d"/>, of volumes [n, c, d, h, w] or [c, d, h, w] with random numbers [n, c, 3].</summary>
    [TensorOp("aten::fractional_max_pool3d")]
    public static TensorImpl[] fractional_max_pool3d(TensorImpl self, long[] kernel_size, long[] output_size, TensorImpl random_samples) =>
        Eager.RunMany(new OpInvocation(OpTable.fractional_max_pool3d).Add(self).Add(kernel_size).Add(output_size).Add(random_samples));
}
