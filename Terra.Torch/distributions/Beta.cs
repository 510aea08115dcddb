using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The beta distribution.</summary>
    public class Beta : distributions.ExponentialFamily
    {
        private Tensor _concentration1 = null!, _concentration0 = null!;

        /// <param name="concentration1">The first shapes, often called α.</param>
        /// <param name="concentration0">The second shapes, often called β, broadcast with the first.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Beta(Tensor concentration1, Tensor concentration0, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(concentration1, concentration0));

        private Beta(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => WrappedTensorDisposeScope(() => _concentration1 / (_concentration1 + _concentration0));

        /// <summary>The most probable values; of two shapes below one the end of the greater, and NaN where both are equal.</summary>
        public override Tensor mode => WrappedTensorDisposeScope(() =>
        {
            Tensor first = (_concentration1 - 1).clamp_min(0), second = (_concentration0 - 1).clamp_min(0);
            Tensor atEnds = _concentration1.lt(1).logical_and(_concentration0.lt(1));
            Tensor end = where(_concentration1.eq(_concentration0), full_like(first, double.NaN), _concentration1.gt(_concentration0).to(first.dtype));
            return where(atEnds, end, first / (first + second));
        });

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor total = _concentration1 + _concentration0;
            return _concentration1 * _concentration0 / (total.square() * (total + 1));
        });

        public override IList<Tensor> NaturalParams => [_concentration1.alias(), _concentration0.alias()];

        public override Tensor MeanCarrierMeasure => zeros_like(_concentration1);

        /// <summary>Draws, which move with the shapes as those of two gamma distributions.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
            _sample_dirichlet(stack([_concentration1, _concentration0], -1).expand([.. ExtendedShape(sample_shape), 2]), Source).select(-1, 0));

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
            (_concentration1 - 1).xlogy(value) + (_concentration0 - 1).xlogy(1 - value) - LogNormalizer(_concentration1, _concentration0));

        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
        {
            Tensor total = _concentration1 + _concentration0;
            return LogNormalizer(_concentration1, _concentration0) - ((_concentration1 - 1) * _concentration1.digamma()) - ((_concentration0 - 1) * _concentration0.digamma())
                + ((total - 2) * total.digamma());
        });

        /// <summary>The logarithm of the beta function.</summary>
        protected override Tensor LogNormalizer(params Tensor[] parameters) => WrappedTensorDisposeScope(() =>
            parameters[0].lgamma() + parameters[1].lgamma() - (parameters[0] + parameters[1]).lgamma());

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Beta expanded = Target(instance, () => new Beta(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _concentration1, _concentration0));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            (_concentration1, _concentration0) = (parameters[0], parameters[1]);
            _init(_concentration1.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The beta distribution.</summary>
            /// <param name="concentration1">The first shapes, often called α.</param>
            /// <param name="concentration0">The second shapes, often called β, broadcast with the first.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Beta Beta(Tensor concentration1, Tensor concentration0, Generator? generator = null) => new(concentration1, concentration0, generator);
        }
    }
}
