using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The F-distribution: of the ratio of two mean squares.</summary>
    public class FisherSnedecor : distributions.Distribution
    {
        private Tensor _df1 = null!, _df2 = null!;

        /// <param name="df1">The degrees of freedom of the first.</param>
        /// <param name="df2">Those of the second, broadcast with the first.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public FisherSnedecor(Tensor df1, Tensor df2, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(df1, df2));

        private FisherSnedecor(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The expected values; NaN up to two degrees of freedom.</summary>
        public override Tensor mean => WrappedTensorDisposeScope(() =>
        {
            Tensor df2 = _df2.masked_fill(_df2.le(2), double.NaN);
            return df2 / (df2 - 2);
        });

        /// <summary>The variances; NaN up to four degrees of freedom.</summary>
        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor df2 = _df2.masked_fill(_df2.le(4), double.NaN);
            return 2 * df2.square() * (_df1 + df2 - 2) / (_df1 * (df2 - 2).square() * (df2 - 4));
        });

        /// <summary>Draws, which move with the degrees of freedom as those of two gamma distributions.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            long[] shape = ExtendedShape(sample_shape);
            Tensor first = _standard_gamma((_df1 / 2).expand(shape), Source) / _df1, second = _standard_gamma((_df2 / 2).expand(shape), Source) / _df2;
            return first / second.clamp_min(finfo(second.dtype).tiny);
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor a = _df1 / 2, b = _df2 / 2, ratio = _df1 / _df2;
            return (a + b).lgamma() - a.lgamma() - b.lgamma() + (a * ratio.log()) + ((a - 1) * value.log()) - ((a + b) * (ratio * value).log1p());
        });

        /// <summary>From that of the beta prime distribution of the ratio of the sums of squares.</summary>
        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
        {
            Tensor a = _df1 / 2, b = _df2 / 2, total = a + b;
            Tensor logBeta = a.lgamma() + b.lgamma() - total.lgamma();
            return logBeta - ((a - 1) * (a.digamma() - b.digamma())) + (total * (total.digamma() - b.digamma())) + (_df2 / _df1).log();
        });

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            FisherSnedecor expanded = Target(instance, () => new FisherSnedecor(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _df1, _df2));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            (_df1, _df2) = (parameters[0], parameters[1]);
            _init(_df1.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The F-distribution: of the ratio of two mean squares.</summary>
            /// <param name="df1">The degrees of freedom of the first.</param>
            /// <param name="df2">Those of the second, broadcast with the first.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static FisherSnedecor FisherSnedecor(Tensor df1, Tensor df2, Generator? generator = null) => new(df1, df2, generator);
        }
    }
}
