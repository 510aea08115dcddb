using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Inverse hyperbolic and other functions that models use now and then.</content>
public static partial class Aten
{
    /// <summary>Inverse hyperbolic sine.</summary>
    [TensorOp("aten::asinh")]
    public static TensorImpl asinh(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.asinh).Add(self));

    /// <summary>Inverse hyperbolic cosine; NaN below one.</summary>
    [TensorOp("aten::acosh")]
    public static TensorImpl acosh(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.acosh).Add(self));

    /// <summary>Inverse hyperbolic tangent; ±∞ at ±1, NaN beyond.</summary>
    [TensorOp("aten::atanh")]
    public static TensorImpl atanh(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.atanh).Add(self));

    /// <summary>Inverse of the error function; ±∞ at ±1, NaN beyond.</summary>
    [TensorOp("aten::erfinv")]
    public static TensorImpl erfinv(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.erfinv).Add(self));

    /// <summary>√(self² + other²), without early overflow.</summary>
    [TensorOp("aten::hypot")]
    public static TensorImpl hypot(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.hypot).Add(self).Add(other));

    /// <summary>The magnitude of self with the sign of other.</summary>
    [TensorOp("aten::copysign.Tensor")]
    public static TensorImpl copysign(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.copysign).Add(self).Add(other));

    /// <summary>The larger element; the other one where one is NaN.</summary>
    [TensorOp("aten::fmax")]
    public static TensorImpl fmax(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.fmax).Add(self).Add(other));

    /// <summary>The smaller element; the other one where one is NaN.</summary>
    [TensorOp("aten::fmin")]
    public static TensorImpl fmin(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.fmin).Add(self).Add(other));

    /// <summary>log(exp(self) + exp(other)), without overflow.</summary>
    [TensorOp("aten::logaddexp")]
    public static TensorImpl logaddexp(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logaddexp).Add(self).Add(other));

    /// <summary>self · log(other), and zero where self is zero.</summary>
    [TensorOp("aten::xlogy.Tensor")]
    public static TensorImpl xlogy(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.xlogy_Tensor).Add(self).Add(other));

    /// <summary>0 where self is negative, 1 where positive, the value where it is zero.</summary>
    [TensorOp("aten::heaviside")]
    public static TensorImpl heaviside(TensorImpl self, TensorImpl values) =>
        Eager.Run(new OpInvocation(OpTable.heaviside).Add(self).Add(values));

    /// <summary>Integers shifted to the left by other bits.</summary>
    [TensorOp("aten::bitwise_left_shift.Tensor")]
    public static TensorImpl bitwise_left_shift(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_left_shift_Tensor).Add(self).Add(other));

    /// <summary>Integers shifted to the right by other bits, repeating the sign.</summary>
    [TensorOp("aten::bitwise_right_shift.Tensor")]
    public static TensorImpl bitwise_right_shift(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_right_shift_Tensor).Add(self).Add(other));

    /// <summary>NaN and infinities replaced by numbers; integers as they are.</summary>
    [TensorOp("aten::nan_to_num")]
    public static TensorImpl nan_to_num(TensorImpl self, double nan, double posinf, double neginf) =>
        Eager.Run(new OpInvocation(OpTable.nan_to_num).Add(self).Add(nan).Add(posinf).Add(neginf));

    /// <summary>-x log x; zero at zero, -∞ below.</summary>
    [TensorOp("aten::special_entr")]
    public static TensorImpl special_entr(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_entr).Add(self));

    /// <summary>log(x / (1 - x)), x limited to [eps, 1 - eps] unless eps is negative.</summary>
    [TensorOp("aten::logit")]
    public static TensorImpl logit(TensorImpl self, double eps) => Eager.Run(new OpInvocation(OpTable.logit).Add(self).Add(eps));
}
