using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Selection, clamping and fused multiply-adds.</content>
public static partial class Aten
{
    /// <summary><paramref name="self"/> where the condition holds, else <paramref name="other"/>.</summary>
    [TensorOp("aten::where.self")]
    public static TensorImpl where(TensorImpl condition, TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.where_self).Add(condition).Add(self).Add(other));

    /// <summary><paramref name="self"/> where the condition holds, else a number.</summary>
    [TensorOp("aten::where.ScalarOther")]
    public static TensorImpl where(TensorImpl condition, TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.where_ScalarOther).Add(condition).Add(self).Add(other));

    /// <summary>A number where the condition holds, else <paramref name="other"/>.</summary>
    [TensorOp("aten::where.ScalarSelf")]
    public static TensorImpl where(TensorImpl condition, ScalarValue self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.where_ScalarSelf).Add(condition).Add(self).Add(other));

    /// <summary>A number where the bool mask is set, else the element.</summary>
    [TensorOp("aten::masked_fill.Scalar")]
    public static TensorImpl masked_fill(TensorImpl self, TensorImpl mask, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.masked_fill_Scalar).Add(self).Add(mask).Add(value));

    /// <summary>The element, but not below <paramref name="min"/> nor above <paramref name="max"/>; at least one is given. NaN stays.</summary>
    [TensorOp("aten::clamp")]
    public static TensorImpl clamp(TensorImpl self, ScalarValue? min, ScalarValue? max) =>
        Eager.Run(new OpInvocation(OpTable.clamp).Add(self).Add(min).Add(max));

    /// <summary>Elements limited to [min, max], broadcast; a missing bound does not limit.</summary>
    [TensorOp("aten::clamp.Tensor")]
    public static TensorImpl clamp(TensorImpl self, TensorImpl? min, TensorImpl? max) =>
        Eager.Run(new OpInvocation(OpTable.clamp_Tensor).Add(self).Add(min).Add(max));

    /// <summary>The element, but not below <paramref name="min"/>.</summary>
    [TensorOp("aten::clamp_min")]
    public static TensorImpl clamp_min(TensorImpl self, ScalarValue min) =>
        Eager.Run(new OpInvocation(OpTable.clamp_min).Add(self).Add(min));

    /// <summary>The element, but not above <paramref name="max"/>.</summary>
    [TensorOp("aten::clamp_max")]
    public static TensorImpl clamp_max(TensorImpl self, ScalarValue max) =>
        Eager.Run(new OpInvocation(OpTable.clamp_max).Add(self).Add(max));

    /// <summary><paramref name="grad_output"/> where the element is within the bounds, else zero.</summary>
    [TensorOp("aten::clamp_backward")]
    public static TensorImpl clamp_backward(TensorImpl grad_output, TensorImpl self, ScalarValue? min, ScalarValue? max) =>
        Eager.Run(new OpInvocation(OpTable.clamp_backward).Add(grad_output).Add(self).Add(min).Add(max));

    /// <summary><c>self + value * tensor1 * tensor2</c>.</summary>
    [TensorOp("aten::addcmul")]
    public static TensorImpl addcmul(TensorImpl self, TensorImpl tensor1, TensorImpl tensor2, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.addcmul).Add(self).Add(tensor1).Add(tensor2).Add(value));

    /// <summary><c>self + value * tensor1 / tensor2</c>; not for integers only.</summary>
    [TensorOp("aten::addcdiv")]
    public static TensorImpl addcdiv(TensorImpl self, TensorImpl tensor1, TensorImpl tensor2, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.addcdiv).Add(self).Add(tensor1).Add(tensor2).Add(value));

    /// <summary><c>self + weight * (end - self)</c>.</summary>
    [TensorOp("aten::lerp.Scalar")]
    public static TensorImpl lerp(TensorImpl self, TensorImpl end, ScalarValue weight) =>
        Eager.Run(new OpInvocation(OpTable.lerp_Scalar).Add(self).Add(end).Add(weight));
}
