using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Activation functions and the gradients of those that have a kernel of their own.</content>
public static partial class Aten
{
    /// <summary><c>1 / (1 + exp(-self))</c>.</summary>
    [TensorOp("aten::sigmoid")]
    public static TensorImpl sigmoid(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sigmoid).Add(self));

    /// <summary><c>max(self, 0)</c>.</summary>
    [TensorOp("aten::relu")]
    public static TensorImpl relu(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.relu).Add(self));

    /// <summary><c>self * sigmoid(self)</c>.</summary>
    [TensorOp("aten::silu")]
    public static TensorImpl silu(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.silu).Add(self));

    /// <summary><c>self * tanh(softplus(self))</c>.</summary>
    [TensorOp("aten::mish")]
    public static TensorImpl mish(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.mish).Add(self));

    /// <summary><c>self * clamp(self + 3, 0, 6) / 6</c>.</summary>
    [TensorOp("aten::hardswish")]
    public static TensorImpl hardswish(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardswish).Add(self));

    /// <summary><c>clamp(self + 3, 0, 6) / 6</c>.</summary>
    [TensorOp("aten::hardsigmoid")]
    public static TensorImpl hardsigmoid(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardsigmoid).Add(self));

    /// <summary><c>log(sigmoid(self))</c>, without overflow.</summary>
    [TensorOp("aten::log_sigmoid")]
    public static TensorImpl log_sigmoid(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log_sigmoid).Add(self));

    /// <summary>Gaussian error linear unit; <paramref name="approximate"/> is <c>"none"</c> (by erf) or <c>"tanh"</c>.</summary>
    [TensorOp("aten::gelu")]
    public static TensorImpl gelu(TensorImpl self, string approximate) =>
        Eager.Run(new OpInvocation(OpTable.gelu).Add(self).Add(approximate));

    /// <summary><c>log(1 + exp(beta * self)) / beta</c>, the identity where <c>beta * self > threshold</c>.</summary>
    [TensorOp("aten::softplus")]
    public static TensorImpl softplus(TensorImpl self, ScalarValue beta, ScalarValue threshold) =>
        Eager.Run(new OpInvocation(OpTable.softplus).Add(self).Add(beta).Add(threshold));

    /// <summary>The element, times the slope where negative.</summary>
    [TensorOp("aten::leaky_relu")]
    public static TensorImpl leaky_relu(TensorImpl self, ScalarValue negative_slope) =>
        Eager.Run(new OpInvocation(OpTable.leaky_relu).Add(self).Add(negative_slope));

    /// <summary>The element, limited to [min_val, max_val]; the gradient is zero at the limits, too.</summary>
    [TensorOp("aten::hardtanh")]
    public static TensorImpl hardtanh(TensorImpl self, ScalarValue min_val, ScalarValue max_val) =>
        Eager.Run(new OpInvocation(OpTable.hardtanh).Add(self).Add(min_val).Add(max_val));

    /// <summary><c>scale * self</c>, or <c>scale * alpha * (exp(input_scale * self) - 1)</c> where not positive.</summary>
    [TensorOp("aten::elu")]
    public static TensorImpl elu(TensorImpl self, ScalarValue alpha, ScalarValue scale, ScalarValue input_scale) =>
        Eager.Run(new OpInvocation(OpTable.elu).Add(self).Add(alpha).Add(scale).Add(input_scale));

    /// <summary><paramref name="grad_output"/> where <c>self > threshold</c>, else zero. For relu, the input and the result do equally well.</summary>
    [TensorOp("aten::threshold_backward")]
    public static TensorImpl threshold_backward(TensorImpl grad_output, TensorImpl self, ScalarValue threshold) =>
        Eager.Run(new OpInvocation(OpTable.threshold_backward).Add(grad_output).Add(self).Add(threshold));

    /// <summary>Gradient of sigmoid from its result.</summary>
    [TensorOp("aten::sigmoid_backward")]
    public static TensorImpl sigmoid_backward(TensorImpl grad_output, TensorImpl output) =>
        Eager.Run(new OpInvocation(OpTable.sigmoid_backward).Add(grad_output).Add(output));

    /// <summary>Gradient of tanh from its result.</summary>
    [TensorOp("aten::tanh_backward")]
    public static TensorImpl tanh_backward(TensorImpl grad_output, TensorImpl output) =>
        Eager.Run(new OpInvocation(OpTable.tanh_backward).Add(grad_output).Add(output));

    /// <summary>Gradient of gelu.</summary>
    [TensorOp("aten::gelu_backward")]
    public static TensorImpl gelu_backward(TensorImpl grad_output, TensorImpl self, string approximate) =>
        Eager.Run(new OpInvocation(OpTable.gelu_backward).Add(grad_output).Add(self).Add(approximate));

    /// <summary>Gradient of silu.</summary>
    [TensorOp("aten::silu_backward")]
    public static TensorImpl silu_backward(TensorImpl grad_output, TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.silu_backward).Add(grad_output).Add(self));

    /// <summary>Gradient of mish.</summary>
    [TensorOp("aten::mish_backward")]
    public static TensorImpl mish_backward(TensorImpl grad_output, TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.mish_backward).Add(grad_output).Add(self));

    /// <summary>Gradient of hardswish.</summary>
    [TensorOp("aten::hardswish_backward")]
    public static TensorImpl hardswish_backward(TensorImpl grad_output, TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardswish_backward).Add(grad_output).Add(self));

    /// <summary>Gradient of hardsigmoid.</summary>
    [TensorOp("aten::hardsigmoid_backward")]
    public static TensorImpl hardsigmoid_backward(TensorImpl grad_output, TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardsigmoid_backward).Add(grad_output).Add(self));

    /// <summary>Gradient of log_sigmoid.</summary>
    [TensorOp("aten::log_sigmoid_backward")]
    public static TensorImpl log_sigmoid_backward(TensorImpl grad_output, TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log_sigmoid_backward).Add(grad_output).Add(self));

    /// <summary>Gradient of softplus.</summary>
    [TensorOp("aten::softplus_backward")]
    public static TensorImpl softplus_backward(TensorImpl grad_output, TensorImpl self, ScalarValue beta, ScalarValue threshold) =>
        Eager.Run(new OpInvocation(OpTable.softplus_backward).Add(grad_output).Add(self).Add(beta).Add(threshold));

    /// <summary>Gradient of hardtanh, from its input or its result.</summary>
    [TensorOp("aten::hardtanh_backward")]
    public static TensorImpl hardtanh_backward(TensorImpl grad_output, TensorImpl self, ScalarValue min_val, ScalarValue max_val) =>
        Eager.Run(new OpInvocation(OpTable.hardtanh_backward).Add(grad_output).Add(self).Add(min_val).Add(max_val));

    /// <summary>Gradient of leaky_relu, from its input or (slope above zero) its result.</summary>
    [TensorOp("aten::leaky_relu_backward")]
    public static TensorImpl leaky_relu_backward(TensorImpl grad_output, TensorImpl self, ScalarValue negative_slope, bool self_is_result) =>
        Eager.Run(new OpInvocation(OpTable.leaky_relu_backward).Add(grad_output).Add(self).Add(negative_slope).Add(self_is_result));

    /// <summary>Gradient of elu, from its input or its result.</summary>
    [TensorOp("aten::elu_backward")]
    public static TensorImpl elu_backward(TensorImpl grad_output, TensorImpl self_or_result, ScalarValue alpha, ScalarValue scale, ScalarValue input_scale, bool is_result) =>
        Eager.Run(new OpInvocation(OpTable.elu_backward).Add(grad_output).Add(self_or_result).Add(alpha).Add(scale).Add(input_scale).Add(is_result));
}
