using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Functions named as in <c>torch.special</c>.</summary>
    public static partial class special
    {
        /// <inheritdoc cref="Tensor.erf"/>
        public static Tensor erf(Tensor input) => input.erf();

        /// <inheritdoc cref="Tensor.exp2"/>
        public static Tensor exp2(Tensor input) => input.exp2();

        /// <inheritdoc cref="Tensor.sigmoid"/>
        public static Tensor expit(Tensor input) => input.sigmoid();

        /// <inheritdoc cref="Tensor.expm1"/>
        public static Tensor expm1(Tensor input) => input.expm1();

        /// <inheritdoc cref="Tensor.sigmoid"/>
        public static Tensor sigmoid(Tensor input) => input.sigmoid();

        /// <inheritdoc cref="Tensor.sigmoid_"/>
        public static Tensor sigmoid_(Tensor input) => input.sigmoid_();

        /// <inheritdoc cref="Tensor.softmax"/>
        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

        /// <inheritdoc cref="Tensor.log_softmax"/>
        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);

        /// <inheritdoc cref="Tensor.erfc"/>
        public static Tensor erfc(Tensor input) => input.erfc();

        /// <inheritdoc cref="Tensor.erfinv()"/>
        public static Tensor erfinv(Tensor input) => input.erfinv();

        /// <inheritdoc cref="Tensor.sinc"/>
        public static Tensor sinc(Tensor input) => input.sinc();

        /// <inheritdoc cref="Tensor.lgamma()"/>
        public static Tensor gammaln(Tensor input) => input.lgamma();

        /// <inheritdoc cref="Tensor.mvlgamma(long)"/>
        public static Tensor multigammaln(Tensor input, long p) => input.mvlgamma(p);

        /// <inheritdoc cref="Tensor.digamma()"/>
        public static Tensor digamma(Tensor input) => input.digamma();

        /// <inheritdoc cref="Tensor.digamma()"/>
        public static Tensor psi(Tensor input) => input.digamma();

        /// <inheritdoc cref="Tensor.polygamma(long)"/>
        public static Tensor polygamma(long n, Tensor input) => input.polygamma(n);

        /// <inheritdoc cref="Tensor.igamma(Tensor)"/>
        public static Tensor gammainc(Tensor input, Tensor other) => input.igamma(other);

        /// <inheritdoc cref="Tensor.igammac(Tensor)"/>
        public static Tensor gammaincc(Tensor input, Tensor other) => input.igammac(other);

        /// <summary>-x log x; zero at zero, -∞ below.</summary>
        public static Tensor entr(Tensor input) => new(Aten.special_entr(input.Impl));

        /// <summary>x log(1 + y), and zero where x is zero.</summary>
        public static Tensor xlog1py(Tensor input, Tensor other) => WrappedTensorDisposeScope(() =>
            (input * other.log1p()).masked_fill(input.eq(0).logical_and(other.isnan().logical_not()), 0));

        /// <summary>The standard normal distribution's share up to x.</summary>
        public static Tensor ndtr(Tensor input) => WrappedTensorDisposeScope(() => (input * -Math.Sqrt(0.5)).erfc() * 0.5);
    }
}
