using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The gamma distribution.</summary>
    public class Gamma : distributions.ExponentialFamily
    {
        private Tensor _concentration = null!, _rate = null!;

        /// <param name="concentration">The shapes.</param>
        /// <param name="rate">The rates, broadcast with the shapes.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Gamma(Tensor concentration, Tensor rate, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(concentration, rate));

        private protected Gamma(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => _concentration / _rate;

        public override Tensor mode => WrappedTensorDisposeScope(() => ((_concentration - 1) / _rate).clamp_min(0));

        public override Tensor variance => WrappedTensorDisposeScope(() => _concentration / _rate.square());

        public override IList<Tensor> NaturalParams => [_concentration - 1, -_rate];

        public override Tensor MeanCarrierMeasure => zeros_like(_concentration);

        /// <summary>Draws, which move with the parameters so that their quantiles stay.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
            _standard_gamma(_concentration.expand(ExtendedShape(sample_shape)), Source) / _rate);

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
            _concentration.xlogy(_rate) + (_concentration - 1).xlogy(value) - (_rate * value) - _concentration.lgamma());

        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
            _concentration - _rate.log() + _concentration.lgamma() + ((1 - _concentration) * _concentration.digamma()));

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => special.gammainc(_concentration, _rate * value));

        protected override Tensor LogNormalizer(params Tensor[] parameters) => WrappedTensorDisposeScope(() =>
            (parameters[0] + 1).lgamma() + ((parameters[0] + 1) * (-parameters[1].reciprocal()).log()));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Gamma expanded = Target(instance, () => new Gamma(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _concentration, _rate));
            return expanded;
        }

        /// <summary>Shapes and rates.</summary>
        private protected Tensor[] Parameters => [_concentration, _rate];

        private protected void Init(Tensor[] parameters)
        {
            (_concentration, _rate) = (parameters[0], parameters[1]);
            _init(_concentration.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The gamma distribution.</summary>
            /// <param name="concentration">The shapes.</param>
            /// <param name="rate">The rates, broadcast with the shapes.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Gamma Gamma(Tensor concentration, Tensor rate, Generator? generator = null) => new(concentration, rate, generator);
        }
    }
}
