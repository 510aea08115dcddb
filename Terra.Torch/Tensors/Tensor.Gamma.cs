using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>The gamma function's family.</remarks>
    public partial class Tensor
    {
        /// <summary>The logarithm of the magnitude of the gamma function.</summary>
        public Tensor lgamma() => new(Aten.lgamma(Impl));

        /// <inheritdoc cref="lgamma()"/>
        public Tensor lgamma_() => Overwrite(Aten.lgamma);

        /// <summary>The derivative of <see cref="lgamma()"/>.</summary>
        public Tensor digamma() => new(Aten.digamma(Impl));

        /// <inheritdoc cref="digamma()"/>
        public Tensor digamma_() => Overwrite(Aten.digamma);

        /// <summary>The derivative of <see cref="digamma()"/> of order <paramref name="p"/>.</summary>
        public Tensor polygamma(long p) => new(Aten.polygamma(p, Impl));

        /// <inheritdoc cref="polygamma(long)"/>
        public Tensor polygamma_(long p) => Overwrite(self => Aten.polygamma(p, self));

        /// <summary>The logarithm of the multivariate gamma function of dimension <paramref name="p"/>.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The dimension is not positive.</exception>
        public Tensor mvlgamma(long p) => new(MultivariateLogGamma(Impl, p));

        /// <inheritdoc cref="mvlgamma(long)"/>
        public Tensor mvlgamma_(long p) => Overwrite(self => MultivariateLogGamma(self, p));

        /// <summary>The regularized lower incomplete gamma function P(this, other), broadcast; NaN for negative arguments.</summary>
        public Tensor igamma(Tensor other) => new(Aten.igamma(Impl, other.Impl));

        /// <summary>The regularized upper incomplete gamma function Q(this, other) = 1 - P(this, other), broadcast; NaN for negative arguments.</summary>
        public Tensor igammac(Tensor other) => new(Aten.igammac(Impl, other.Impl));

        /// <summary>p(p - 1) / 4 log π + Σ log Γ(x - j / 2), j from 0 to p - 1.</summary>
        private static TensorImpl MultivariateLogGamma(TensorImpl self, long p)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
            TensorImpl sum = Aten.lgamma(self);
            for (long j = 1; j < p; j++)
            {
                using TensorImpl before = sum, lower = Aten.sub(self, (ScalarValue)(j / 2.0), 1), term = Aten.lgamma(lower);
                sum = Aten.add(before, term, 1);
            }

            using (sum)
            {
                return Aten.add(sum, (ScalarValue)(p * (p - 1) / 4.0 * Math.Log(Math.PI)), 1);
            }
        }
    }
}
