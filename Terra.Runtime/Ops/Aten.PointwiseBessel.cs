using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Bessel functions and others of their kind; integers count as the default floating-point dtype.</content>
public static partial class Aten
{
    /// <summary>Bessel functions of the first kind, order zero.</summary>
    [TensorOp("aten::special_bessel_j0")]
    public static TensorImpl special_bessel_j0(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_bessel_j0).Add(self));

    /// <summary>Bessel functions of the first kind, order one.</summary>
    [TensorOp("aten::special_bessel_j1")]
    public static TensorImpl special_bessel_j1(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_bessel_j1).Add(self));

    /// <summary>Bessel functions of the second kind, order zero; NaN below zero.</summary>
    [TensorOp("aten::special_bessel_y0")]
    public static TensorImpl special_bessel_y0(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_bessel_y0).Add(self));

    /// <summary>Bessel functions of the second kind, order one; NaN below zero.</summary>
    [TensorOp("aten::special_bessel_y1")]
    public static TensorImpl special_bessel_y1(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_bessel_y1).Add(self));

    /// <summary>Modified Bessel functions of the first kind, order zero.</summary>
    [TensorOp("aten::i0")]
    public static TensorImpl i0(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.i0).Add(self));

    /// <summary><c>exp(-|x|)</c> times the modified Bessel functions of the first kind, order zero.</summary>
    [TensorOp("aten::special_i0e")]
    public static TensorImpl special_i0e(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_i0e).Add(self));

    /// <summary>Modified Bessel functions of the first kind, order one.</summary>
    [TensorOp("aten::special_i1")]
    public static TensorImpl special_i1(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_i1).Add(self));

    /// <summary><c>exp(-|x|)</c> times the modified Bessel functions of the first kind, order one.</summary>
    [TensorOp("aten::special_i1e")]
    public static TensorImpl special_i1e(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_i1e).Add(self));

    /// <summary>Modified Bessel functions of the second kind, order zero; NaN below zero.</summary>
    [TensorOp("aten::special_modified_bessel_k0")]
    public static TensorImpl special_modified_bessel_k0(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_modified_bessel_k0).Add(self));

    /// <summary>Modified Bessel functions of the second kind, order one; NaN below zero.</summary>
    [TensorOp("aten::special_modified_bessel_k1")]
    public static TensorImpl special_modified_bessel_k1(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_modified_bessel_k1).Add(self));

    /// <summary><c>exp(x)</c> times the modified Bessel functions of the second kind, order zero.</summary>
    [TensorOp("aten::special_scaled_modified_bessel_k0")]
    public static TensorImpl special_scaled_modified_bessel_k0(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_scaled_modified_bessel_k0).Add(self));

    /// <summary><c>exp(x)</c> times the modified Bessel functions of the second kind, order one.</summary>
    [TensorOp("aten::special_scaled_modified_bessel_k1")]
    public static TensorImpl special_scaled_modified_bessel_k1(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_scaled_modified_bessel_k1).Add(self));

    /// <summary>Airy's function Ai.</summary>
    [TensorOp("aten::special_airy_ai")]
    public static TensorImpl special_airy_ai(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_airy_ai).Add(self));

    /// <summary><c>exp(x²) erfc(x)</c>.</summary>
    [TensorOp("aten::special_erfcx")]
    public static TensorImpl special_erfcx(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_erfcx).Add(self));

    /// <summary>Values up to which the standard normal distribution has the given shares; NaN where they are no shares.</summary>
    [TensorOp("aten::special_ndtri")]
    public static TensorImpl special_ndtri(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.special_ndtri).Add(self));

    /// <summary>Hurwitz's zeta function <c>Σ (other + k)^-self</c>; NaN for exponents below one.</summary>
    [TensorOp("aten::special_zeta")]
    public static TensorImpl special_zeta(TensorImpl self, TensorImpl other) => Eager.Run(new OpInvocation(OpTable.special_zeta).Add(self).Add(other));
}
