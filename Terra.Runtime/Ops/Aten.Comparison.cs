using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Comparisons, logic and bit operations.</content>
public static partial class Aten
{
    /// <summary><c>self == other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::eq.Tensor")]
    public static TensorImpl eq(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.eq_Tensor).Add(self).Add(other));

    /// <summary><c>self == other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::eq.Scalar")]
    public static TensorImpl eq(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.eq_Scalar).Add(self).Add(other));

    /// <summary><c>self != other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::ne.Tensor")]
    public static TensorImpl ne(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.ne_Tensor).Add(self).Add(other));

    /// <summary><c>self != other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::ne.Scalar")]
    public static TensorImpl ne(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.ne_Scalar).Add(self).Add(other));

    /// <summary><c>self &lt; other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::lt.Tensor")]
    public static TensorImpl lt(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.lt_Tensor).Add(self).Add(other));

    /// <summary><c>self &lt; other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::lt.Scalar")]
    public static TensorImpl lt(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.lt_Scalar).Add(self).Add(other));

    /// <summary><c>self &lt;= other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::le.Tensor")]
    public static TensorImpl le(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.le_Tensor).Add(self).Add(other));

    /// <summary><c>self &lt;= other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::le.Scalar")]
    public static TensorImpl le(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.le_Scalar).Add(self).Add(other));

    /// <summary><c>self > other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::gt.Tensor")]
    public static TensorImpl gt(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.gt_Tensor).Add(self).Add(other));

    /// <summary><c>self > other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::gt.Scalar")]
    public static TensorImpl gt(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.gt_Scalar).Add(self).Add(other));

    /// <summary><c>self >= other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::ge.Tensor")]
    public static TensorImpl ge(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.ge_Tensor).Add(self).Add(other));

    /// <summary><c>self >= other</c> in the common dtype, as bool.</summary>
    [TensorOp("aten::ge.Scalar")]
    public static TensorImpl ge(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.ge_Scalar).Add(self).Add(other));

    /// <summary>Logical and of "is not zero", as bool.</summary>
    [TensorOp("aten::logical_and")]
    public static TensorImpl logical_and(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_and).Add(self).Add(other));

    /// <summary>Logical or of "is not zero", as bool.</summary>
    [TensorOp("aten::logical_or")]
    public static TensorImpl logical_or(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_or).Add(self).Add(other));

    /// <summary>Logical xor of "is not zero", as bool.</summary>
    [TensorOp("aten::logical_xor")]
    public static TensorImpl logical_xor(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_xor).Add(self).Add(other));

    /// <summary>Whether an element is zero, as bool.</summary>
    [TensorOp("aten::logical_not")]
    public static TensorImpl logical_not(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.logical_not).Add(self));

    /// <summary>Bitwise and of integers, logical and of bools.</summary>
    [TensorOp("aten::bitwise_and.Tensor")]
    public static TensorImpl bitwise_and(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_and_Tensor).Add(self).Add(other));

    /// <summary>Bitwise and of integers, logical and of bools.</summary>
    [TensorOp("aten::bitwise_and.Scalar")]
    public static TensorImpl bitwise_and(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_and_Scalar).Add(self).Add(other));

    /// <summary>Bitwise or of integers, logical or of bools.</summary>
    [TensorOp("aten::bitwise_or.Tensor")]
    public static TensorImpl bitwise_or(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_or_Tensor).Add(self).Add(other));

    /// <summary>Bitwise or of integers, logical or of bools.</summary>
    [TensorOp("aten::bitwise_or.Scalar")]
    public static TensorImpl bitwise_or(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_or_Scalar).Add(self).Add(other));

    /// <summary>Bitwise xor of integers, logical xor of bools.</summary>
    [TensorOp("aten::bitwise_xor.Tensor")]
    public static TensorImpl bitwise_xor(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_xor_Tensor).Add(self).Add(other));

    /// <summary>Bitwise xor of integers, logical xor of bools.</summary>
    [TensorOp("aten::bitwise_xor.Scalar")]
    public static TensorImpl bitwise_xor(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_xor_Scalar).Add(self).Add(other));

    /// <summary>Bitwise not of integers, logical not of bools.</summary>
    [TensorOp("aten::bitwise_not")]
    public static TensorImpl bitwise_not(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_not).Add(self));

    /// <summary>Whether an element is NaN, as bool.</summary>
    [TensorOp("aten::isnan")]
    public static TensorImpl isnan(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.isnan).Add(self));

    /// <summary>Whether an element is infinite, as bool.</summary>
    [TensorOp("aten::isinf")]
    public static TensorImpl isinf(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.isinf).Add(self));

    /// <summary>Whether an element is neither infinite nor NaN, as bool.</summary>
    [TensorOp("aten::isfinite")]
    public static TensorImpl isfinite(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.isfinite).Add(self));
}
