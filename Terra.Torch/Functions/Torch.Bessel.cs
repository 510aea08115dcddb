using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class special
    {
        /// <summary>The Bessel function of the first kind, order zero.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor bessel_j0(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_bessel_j0(input.Impl)));

        /// <summary>The Bessel function of the first kind, order one.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor bessel_j1(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_bessel_j1(input.Impl)));

        /// <summary>The Bessel function of the second kind, order zero; NaN below zero.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor bessel_y0(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_bessel_y0(input.Impl)));

        /// <summary>The Bessel function of the second kind, order one; NaN below zero.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor bessel_y1(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_bessel_y1(input.Impl)));

        /// <summary>The modified Bessel function of the first kind, order zero.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor modified_bessel_i0(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.i0(input.Impl)));

        /// <summary>The modified Bessel function of the first kind, order one.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor modified_bessel_i1(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_i1(input.Impl)));

        /// <summary>The modified Bessel function of the second kind, order zero; NaN below zero.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor modified_bessel_k0(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_modified_bessel_k0(input.Impl)));

        /// <summary>The modified Bessel function of the second kind, order one; NaN below zero.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor modified_bessel_k1(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_modified_bessel_k1(input.Impl)));

        /// <summary>exp(x) times the modified Bessel function of the second kind, order zero.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor scaled_modified_bessel_k0(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_scaled_modified_bessel_k0(input.Impl)));

        /// <summary>exp(x) times the modified Bessel function of the second kind, order one.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor scaled_modified_bessel_k1(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_scaled_modified_bessel_k1(input.Impl)));

        /// <summary>Airy's function Ai; it has no derivative here.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor airy_ai(Tensor input, Tensor? @out = null) => linalg.Into(@out, new(Aten.special_airy_ai(input.Impl)));

        /// <summary>The spherical Bessel function sin(x) / x of order zero: one at zero, zero at infinity.</summary>
        /// <param name="input">Numbers of any sizes.</param>
        /// <param name="out">Where to put the result, or null.</param>
        public static Tensor spherical_bessel_j0(Tensor input, Tensor? @out = null) => linalg.Into(@out, WrappedTensorDisposeScope(() =>
        {
            Tensor x = input.is_floating_point() ? input : input.to(s_defaultDtype), isLimit = x.eq(0).logical_or(x.isinf());
            Tensor away = x.masked_fill(isLimit, 1);
            return where(isLimit, x.eq(0).to(x.dtype), away.sin() / away);
        }));

        /// <summary>The modified Bessel function of the first kind, order zero.</summary>
        public static Tensor i0(Tensor input) => new(Aten.i0(input.Impl));

        /// <summary>exp(-|x|) times the modified Bessel function of the first kind, order zero.</summary>
        public static Tensor i0e(Tensor input) => new(Aten.special_i0e(input.Impl));

        /// <summary>The modified Bessel function of the first kind, order one.</summary>
        public static Tensor i1(Tensor input) => new(Aten.special_i1(input.Impl));

        /// <summary>exp(-|x|) times the modified Bessel function of the first kind, order one.</summary>
        public static Tensor i1e(Tensor input) => new(Aten.special_i1e(input.Impl));

        /// <summary>exp(x²) times the complementary error function.</summary>
        public static Tensor erfcx(Tensor input) => new(Aten.special_erfcx(input.Impl));

        /// <summary>The value up to which the standard normal distribution has the given share; NaN where that is no share.</summary>
        public static Tensor ndtri(Tensor input) => new(Aten.special_ndtri(input.Impl));

        /// <summary>Hurwitz's zeta function Σ (q + k)^-x; its derivative is known by q only.</summary>
        public static Tensor zeta(Tensor x, Tensor q) => new(Aten.special_zeta(x.Impl, q.Impl));

        /// <inheritdoc cref="Tensor.logit(double?)"/>
        public static Tensor logit(Tensor input) => input.logit();
    }

    public partial class Tensor
    {
        /// <inheritdoc cref="special.i0(Tensor)"/>
        public Tensor i0() => special.i0(this);

        /// <inheritdoc cref="special.i0(Tensor)"/>
        public Tensor i0_() => Overwrite(Aten.i0);
    }

    /// <inheritdoc cref="special.i0(Tensor)"/>
    public static Tensor i0(Tensor input) => special.i0(input);

    /// <inheritdoc cref="special.i0(Tensor)"/>
    public static Tensor i0_(Tensor input) => input.i0_();
}
