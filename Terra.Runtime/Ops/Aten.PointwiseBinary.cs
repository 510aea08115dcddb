using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Arithmetic of two operands, with broadcasting and type promotion.</content>
public static partial class Aten
{
    /// <summary><c>self + alpha * other</c>.</summary>
    [TensorOp("aten::add.Tensor")]
    public static TensorImpl add(TensorImpl self, TensorImpl other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.add_Tensor).Add(self).Add(other).Add(alpha));

    /// <summary><c>self + alpha * other</c>.</summary>
    [TensorOp("aten::add.Scalar")]
    public static TensorImpl add(TensorImpl self, ScalarValue other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.add_Scalar).Add(self).Add(other).Add(alpha));

    /// <summary><c>self - alpha * other</c>; not for bool.</summary>
    [TensorOp("aten::sub.Tensor")]
    public static TensorImpl sub(TensorImpl self, TensorImpl other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.sub_Tensor).Add(self).Add(other).Add(alpha));

    /// <summary><c>self - alpha * other</c>; not for bool.</summary>
    [TensorOp("aten::sub.Scalar")]
    public static TensorImpl sub(TensorImpl self, ScalarValue other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.sub_Scalar).Add(self).Add(other).Add(alpha));

    /// <summary><c>other - alpha * self</c>; not for bool.</summary>
    [TensorOp("aten::rsub.Scalar")]
    public static TensorImpl rsub(TensorImpl self, ScalarValue other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.rsub_Scalar).Add(self).Add(other).Add(alpha));

    /// <summary><c>self * other</c>.</summary>
    [TensorOp("aten::mul.Tensor")]
    public static TensorImpl mul(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.mul_Tensor).Add(self).Add(other));

    /// <summary><c>self * other</c>.</summary>
    [TensorOp("aten::mul.Scalar")]
    public static TensorImpl mul(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.mul_Scalar).Add(self).Add(other));

    /// <summary>True division: integers give the default floating-point dtype.</summary>
    [TensorOp("aten::div.Tensor")]
    public static TensorImpl div(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.div_Tensor).Add(self).Add(other));

    /// <summary>True division: integers give the default floating-point dtype.</summary>
    [TensorOp("aten::div.Scalar")]
    public static TensorImpl div(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.div_Scalar).Add(self).Add(other));

    /// <summary>Division rounded as told: null (true division), <c>"trunc"</c> or <c>"floor"</c>. An integer divided by zero gives an unspecified value.</summary>
    [TensorOp("aten::div.Tensor_mode")]
    public static TensorImpl div(TensorImpl self, TensorImpl other, string? rounding_mode) =>
        Eager.Run(new OpInvocation(OpTable.div_Tensor_mode).Add(self).Add(other).Add(rounding_mode));

    /// <summary>Division rounded as told: null (true division), <c>"trunc"</c> or <c>"floor"</c>.</summary>
    [TensorOp("aten::div.Scalar_mode")]
    public static TensorImpl div(TensorImpl self, ScalarValue other, string? rounding_mode) =>
        Eager.Run(new OpInvocation(OpTable.div_Scalar_mode).Add(self).Add(other).Add(rounding_mode));

    /// <summary><c>floor(self / other)</c> in the common dtype.</summary>
    [TensorOp("aten::floor_divide.Tensor")]
    public static TensorImpl floor_divide(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.floor_divide_Tensor).Add(self).Add(other));

    /// <summary><c>floor(self / other)</c> in the common dtype.</summary>
    [TensorOp("aten::floor_divide.Scalar")]
    public static TensorImpl floor_divide(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.floor_divide_Scalar).Add(self).Add(other));

    /// <summary>Remainder with the sign of the divisor (Python's <c>%</c>).</summary>
    [TensorOp("aten::remainder.Tensor")]
    public static TensorImpl remainder(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.remainder_Tensor).Add(self).Add(other));

    /// <summary>Remainder with the sign of the divisor (Python's <c>%</c>).</summary>
    [TensorOp("aten::remainder.Scalar")]
    public static TensorImpl remainder(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.remainder_Scalar).Add(self).Add(other));

    /// <summary>Remainder with the sign of the dividend (C's <c>fmod</c>).</summary>
    [TensorOp("aten::fmod.Tensor")]
    public static TensorImpl fmod(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.fmod_Tensor).Add(self).Add(other));

    /// <summary>Remainder with the sign of the dividend (C's <c>fmod</c>).</summary>
    [TensorOp("aten::fmod.Scalar")]
    public static TensorImpl fmod(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.fmod_Scalar).Add(self).Add(other));

    /// <summary>Power, element by element.</summary>
    [TensorOp("aten::pow.Tensor_Tensor")]
    public static TensorImpl pow(TensorImpl self, TensorImpl exponent) =>
        Eager.Run(new OpInvocation(OpTable.pow_Tensor_Tensor).Add(self).Add(exponent));

    /// <summary>Every element to one power.</summary>
    [TensorOp("aten::pow.Tensor_Scalar")]
    public static TensorImpl pow(TensorImpl self, ScalarValue exponent) =>
        Eager.Run(new OpInvocation(OpTable.pow_Tensor_Scalar).Add(self).Add(exponent));

    /// <summary>One base to every element.</summary>
    [TensorOp("aten::pow.Scalar")]
    public static TensorImpl pow(ScalarValue self, TensorImpl exponent) =>
        Eager.Run(new OpInvocation(OpTable.pow_Scalar).Add(self).Add(exponent));

    /// <summary>The larger element; NaN if either is NaN.</summary>
    [TensorOp("aten::maximum")]
    public static TensorImpl maximum(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.maximum).Add(self).Add(other));

    /// <summary>The smaller element; NaN if either is NaN.</summary>
    [TensorOp("aten::minimum")]
    public static TensorImpl minimum(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.minimum).Add(self).Add(other));

    /// <summary>Angle of the point (<paramref name="other"/>, <paramref name="self"/>), in all four quadrants.</summary>
    [TensorOp("aten::atan2")]
    public static TensorImpl atan2(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.atan2).Add(self).Add(other));
}
