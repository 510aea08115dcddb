using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The exponential distribution.</summary>
    public class Exponential : distributions.ExponentialFamily
    {
        private Tensor _rate = null!;

        /// <param name="rate">The rates: one over the means.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Exponential(Tensor rate, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(rate));

        private Exponential(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => _rate.reciprocal();

        public override Tensor mode => zeros_like(_rate);

        public override Tensor stddev => _rate.reciprocal();

        public override Tensor variance => _rate.pow(-2);

        public override IList<Tensor> NaturalParams => [-_rate];

        public override Tensor MeanCarrierMeasure => zeros_like(_rate);

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() => -(-Uniforms(ExtendedShape(sample_shape), _rate.dtype)).log1p() / _rate);

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => _rate.log() - (_rate * value));

        public override Tensor entropy() => WrappedTensorDisposeScope(() => 1 - _rate.log());

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => 1 - (-_rate * value).exp());

        public override Tensor icdf(Tensor value) => WrappedTensorDisposeScope(() => -(-value).log1p() / _rate);

        protected override Tensor LogNormalizer(params Tensor[] parameters) => WrappedTensorDisposeScope(() => -(-parameters[0]).log());

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Exponential expanded = Target(instance, () => new Exponential(Source));
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
            /// <summary>The exponential distribution.</summary>
            /// <param name="rate">The rates: one over the means.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Exponential Exponential(Tensor rate, Generator? generator = null) => new(rate, generator);
        }
    }
}
