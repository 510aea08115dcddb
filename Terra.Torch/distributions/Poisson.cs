using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The Poisson distribution.</summary>
    public class Poisson : distributions.ExponentialFamily
    {
        private Tensor _rate = null!;

        /// <param name="rate">The rates, which are the means.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Poisson(Tensor rate, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(rate));

        private Poisson(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => _rate.alias();

        public override Tensor mode => _rate.floor();

        public override Tensor variance => _rate.alias();

        public override IList<Tensor> NaturalParams => [_rate.log()];

        /// <summary>-E[log k!], a sum over all values of which the probability does not vanish.</summary>
        public override Tensor MeanCarrierMeasure => WrappedTensorDisposeScope(() =>
        {
            double most = _rate.numel() == 0 ? 0 : _rate.max().to(ScalarType.Float64).item<double>();
            Tensor values = arange((long)(most + (12 * Math.Sqrt(most)) + 40), dtype: _rate.dtype).view([-1, .. batch_shape.Shape.Select(static _ => 1L)]);
            return -(log_prob(values).exp() * (values + 1).lgamma()).sum(0L);
        });

        /// <summary>Draws, which are constants.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            using IDisposable constant = no_grad();
            return _rate.expand(ExtendedShape(sample_shape)).poisson(Source);
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => value.xlogy(_rate) - _rate - (value + 1).lgamma());

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => special.gammaincc(value.floor() + 1, _rate).masked_fill(value.lt(0), 0));

        protected override Tensor LogNormalizer(params Tensor[] parameters) => parameters[0].exp();

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Poisson expanded = Target(instance, () => new Poisson(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _rate));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            _rate = parameters[0];
            _init(_rate.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The Poisson distribution.</summary>
            /// <param name="rate">The rates, which are the means.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Poisson Poisson(Tensor rate, Generator? generator = null) => new(rate, generator);

            /// <inheritdoc cref="Poisson(Tensor, Generator)"/>
            public static Poisson Poisson(float rate, Generator? generator = null) => new(tensor(rate), generator);

            /// <inheritdoc cref="Poisson(Tensor, Generator)"/>
            public static Poisson Poisson(double rate, Generator? generator = null) => new(tensor(rate), generator);
        }
    }
}
