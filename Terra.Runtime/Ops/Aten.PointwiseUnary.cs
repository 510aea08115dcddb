using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Functions of one operand.</content>
public static partial class Aten
{
    /// <summary>Negation; not for bool.</summary>
    [TensorOp("aten::neg")]
    public static TensorImpl neg(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.neg).Add(self));

    /// <summary>Absolute value.</summary>
    [TensorOp("aten::abs")]
    public static TensorImpl abs(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.abs).Add(self));

    /// <summary>e to the power of the element.</summary>
    [TensorOp("aten::exp")]
    public static TensorImpl exp(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.exp).Add(self));

    /// <summary>2 to the power of the element.</summary>
    [TensorOp("aten::exp2")]
    public static TensorImpl exp2(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.exp2).Add(self));

    /// <summary><c>exp(self) - 1</c>, precise near zero.</summary>
    [TensorOp("aten::expm1")]
    public static TensorImpl expm1(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.expm1).Add(self));

    /// <summary>Natural logarithm.</summary>
    [TensorOp("aten::log")]
    public static TensorImpl log(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log).Add(self));

    /// <summary>Logarithm to base 2.</summary>
    [TensorOp("aten::log2")]
    public static TensorImpl log2(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log2).Add(self));

    /// <summary>Logarithm to base 10.</summary>
    [TensorOp("aten::log10")]
    public static TensorImpl log10(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log10).Add(self));

    /// <summary><c>log(1 + self)</c>, precise near zero.</summary>
    [TensorOp("aten::log1p")]
    public static TensorImpl log1p(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log1p).Add(self));

    /// <summary>Square root.</summary>
    [TensorOp("aten::sqrt")]
    public static TensorImpl sqrt(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sqrt).Add(self));

    /// <summary><c>1 / sqrt(self)</c>.</summary>
    [TensorOp("aten::rsqrt")]
    public static TensorImpl rsqrt(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.rsqrt).Add(self));

    /// <summary><c>self * self</c>.</summary>
    [TensorOp("aten::square")]
    public static TensorImpl square(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.square).Add(self));

    /// <summary><c>1 / self</c>.</summary>
    [TensorOp("aten::reciprocal")]
    public static TensorImpl reciprocal(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.reciprocal).Add(self));

    /// <summary>Sine.</summary>
    [TensorOp("aten::sin")]
    public static TensorImpl sin(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sin).Add(self));

    /// <summary>Cosine.</summary>
    [TensorOp("aten::cos")]
    public static TensorImpl cos(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.cos).Add(self));

    /// <summary>Tangent.</summary>
    [TensorOp("aten::tan")]
    public static TensorImpl tan(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.tan).Add(self));

    /// <summary>Arc sine.</summary>
    [TensorOp("aten::asin")]
    public static TensorImpl asin(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.asin).Add(self));

    /// <summary>Arc cosine.</summary>
    [TensorOp("aten::acos")]
    public static TensorImpl acos(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.acos).Add(self));

    /// <summary>Arc tangent.</summary>
    [TensorOp("aten::atan")]
    public static TensorImpl atan(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.atan).Add(self));

    /// <summary>Hyperbolic sine.</summary>
    [TensorOp("aten::sinh")]
    public static TensorImpl sinh(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sinh).Add(self));

    /// <summary>Hyperbolic cosine.</summary>
    [TensorOp("aten::cosh")]
    public static TensorImpl cosh(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.cosh).Add(self));

    /// <summary>Hyperbolic tangent.</summary>
    [TensorOp("aten::tanh")]
    public static TensorImpl tanh(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.tanh).Add(self));

    /// <summary>Error function.</summary>
    [TensorOp("aten::erf")]
    public static TensorImpl erf(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.erf).Add(self));

    /// <summary>Largest integer not above.</summary>
    [TensorOp("aten::floor")]
    public static TensorImpl floor(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.floor).Add(self));

    /// <summary>Smallest integer not below.</summary>
    [TensorOp("aten::ceil")]
    public static TensorImpl ceil(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.ceil).Add(self));

    /// <summary>Nearest integer, halves to even.</summary>
    [TensorOp("aten::round")]
    public static TensorImpl round(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.round).Add(self));

    /// <summary>Nearest multiple of a power of ten, halves to even.</summary>
    [TensorOp("aten::round.decimals")]
    public static TensorImpl round(TensorImpl self, long decimals) =>
        Eager.Run(new OpInvocation(OpTable.round_decimals).Add(self).Add(decimals));

    /// <summary>Integer part.</summary>
    [TensorOp("aten::trunc")]
    public static TensorImpl trunc(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.trunc).Add(self));

    /// <summary>Fractional part, with the sign of the element.</summary>
    [TensorOp("aten::frac")]
    public static TensorImpl frac(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.frac).Add(self));

    /// <summary>-1, 0 or 1.</summary>
    [TensorOp("aten::sign")]
    public static TensorImpl sign(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sign).Add(self));
}
