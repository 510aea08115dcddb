using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>
    /// Training batch normalization of [n, c, ...] by the batch's own statistics; moves running_mean and running_var (with the unbiased variance)
    /// towards them in place. Results: the normalized tensor, each channel's mean and inverse standard deviation.
    /// </summary>
    [TensorOp("aten::_native_batch_norm_legit")]
    public static TensorImpl[] _native_batch_norm_legit(
        TensorImpl input, TensorImpl? weight, TensorImpl? bias, TensorImpl? running_mean, TensorImpl? running_var, double momentum, double eps) =>
        Eager.RunMany(new OpInvocation(OpTable._native_batch_norm_legit)
            .Add(input).Add(weight).Add(bias).Add(running_mean).Add(running_var).Add(momentum).Add(eps));

    /// <summary>Batch normalization of [n, c, ...] by given statistics.</summary>
    [TensorOp("aten::_native_batch_norm_legit_no_training")]
    public static TensorImpl _native_batch_norm_legit_no_training(
        TensorImpl input, TensorImpl? weight, TensorImpl? bias, TensorImpl running_mean, TensorImpl running_var, double eps) =>
        Eager.Run(new OpInvocation(OpTable._native_batch_norm_legit_no_training)
            .Add(input).Add(weight).Add(bias).Add(running_mean).Add(running_var).Add(eps));

    /// <summary>Gradients of batch normalization for input, weight and bias; those not in <paramref name="output_mask"/> have zero size.</summary>
    [TensorOp("aten::native_batch_norm_backward")]
    public static TensorImpl[] native_batch_norm_backward(
        TensorImpl grad_out, TensorImpl input, TensorImpl? weight, TensorImpl? running_mean, TensorImpl? running_var, TensorImpl? save_mean, TensorImpl? save_invstd, bool train, double eps, bool[] output_mask) =>
        Eager.RunMany(new OpInvocation(OpTable.native_batch_norm_backward)
            .Add(grad_out).Add(input).Add(weight).Add(running_mean).Add(running_var).Add(save_mean).Add(save_invstd).Add(train).Add(eps).Add(output_mask));

    /// <summary>
    /// Normalizes over the last dimensions, which are <paramref name="normalized_shape"/>, then scales and shifts element by element.
    /// Results: the normalized tensor, each row's mean and inverse standard deviation.
    /// </summary>
    [TensorOp("aten::native_layer_norm")]
    public static TensorImpl[] native_layer_norm(TensorImpl input, long[] normalized_shape, TensorImpl? weight, TensorImpl? bias, double eps) =>
        Eager.RunMany(new OpInvocation(OpTable.native_layer_norm).Add(input).Add(normalized_shape).Add(weight).Add(bias).Add(eps));

    /// <summary>Gradients of layer normalization for input, weight and bias; those not in <paramref name="output_mask"/> have zero size.</summary>
    [TensorOp("aten::native_layer_norm_backward")]
    public static TensorImpl[] native_layer_norm_backward(
        TensorImpl grad_out, TensorImpl input, long[] normalized_shape, TensorImpl mean, TensorImpl rstd, TensorImpl? weight, bool[] output_mask) =>
        Eager.RunMany(new OpInvocation(OpTable.native_layer_norm_backward)
            .Add(grad_out).Add(input).Add(normalized_shape).Add(mean).Add(rstd).Add(weight).Add(output_mask));

    /// <summary>
    /// Divides rows over the last dimensions, which are <paramref name="normalized_shape"/>, by the square root of <paramref name="eps"/> and their mean square, then
    /// scales element by element (Zhang and Sennrich, 2019). Results: the normalized tensor, each row's divisor's inverse.
    /// </summary>
    [TensorOp("aten::_fused_rms_norm")]
    public static TensorImpl[] _fused_rms_norm(TensorImpl input, long[] normalized_shape, TensorImpl? weight, double eps) =>
        Eager.RunMany(new OpInvocation(OpTable._fused_rms_norm).Add(input).Add(normalized_shape).Add(weight).Add(eps));

    /// <summary>Gradients of normalization by the root mean square for input and weight; those not in <paramref name="output_mask"/> have zero size.</summary>
    [TensorOp("aten::_fused_rms_norm_backward")]
    public static TensorImpl[] _fused_rms_norm_backward(
        TensorImpl grad_out, TensorImpl input, long[] normalized_shape, TensorImpl rstd, TensorImpl? weight, bool[] output_mask) =>
        Eager.RunMany(new OpInvocation(OpTable._fused_rms_norm_backward)
            .Add(grad_out).Add(input).Add(normalized_shape).Add(rstd).Add(weight).Add(output_mask));

    /// <summary>
    /// Normalizes each group of channels of [n, c, ...], then scales and shifts channel by channel. Results: the normalized tensor, each
    /// group's mean and inverse standard deviation, [n, group].
    /// </summary>
    [TensorOp("aten::native_group_norm")]
    public static TensorImpl[] native_group_norm(TensorImpl input, TensorImpl? weight, TensorImpl? bias, long group, double eps) =>
        Eager.RunMany(new OpInvocation(OpTable.native_group_norm).Add(input).Add(weight).Add(bias).Add(group).Add(eps));

    /// <summary>Gradients of group normalization for input, weight and bias; those not in <paramref name="output_mask"/> have zero size.</summary>
    [TensorOp("aten::native_group_norm_backward")]
    public static TensorImpl[] native_group_norm_backward(
        TensorImpl grad_out, TensorImpl input, TensorImpl mean, TensorImpl rstd, TensorImpl? weight, long group, bool[] output_mask) =>
        Eager.RunMany(new OpInvocation(OpTable.native_group_norm_backward)
            .Add(grad_out).Add(input).Add(mean).Add(rstd).Add(weight).Add(group).Add(output_mask));
}
