using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>exp(self) divided by its sum along a dimension, computed from the differences to the maximum.</summary>
    [TensorOp("aten::_softmax")]
    public static TensorImpl _softmax(TensorImpl self, long dim) => Eager.Run(new OpInvocation(OpTable._softmax).Add(self).Add(dim));

    /// <summary>The gradient of _softmax, from its output.</summary>
    [TensorOp("aten::_softmax_backward_data")]
    public static TensorImpl _softmax_backward_data(TensorImpl grad_output, TensorImpl output, long dim) =>
        Eager.Run(new OpInvocation(OpTable._softmax_backward_data).Add(grad_output).Add(output).Add(dim));

    /// <summary>The logarithm of _softmax.</summary>
    [TensorOp("aten::_log_softmax")]
    public static TensorImpl _log_softmax(TensorImpl self, long dim) => Eager.Run(new OpInvocation(OpTable._log_softmax).Add(self).Add(dim));

    /// <summary>The gradient of _log_softmax, from its output.</summary>
    [TensorOp("aten::_log_softmax_backward_data")]
    public static TensorImpl _log_softmax_backward_data(TensorImpl grad_output, TensorImpl output, long dim) =>
        Eager.Run(new OpInvocation(OpTable._log_softmax_backward_data).Add(grad_output).Add(output).Add(dim));
}
