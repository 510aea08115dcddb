using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The Dirichlet distribution: of weights that sum to one.</summary>
    public class Dirichlet : distributions.ExponentialFamily
    {
        private Tensor _concentration = null!;

        /// <param name="concentration">The shapes, along the last dimension.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">A scalar.</exception>
        public Dirichlet(Tensor concentration, Generator? generator = null)
            : base(generator) => Init(concentration.dim() > 0
                ? Keep(concentration)
                : throw new ArgumentException("Dirichlet: 'concentration' must be at least one-dimensional", nameof(concentration)));

        private Dirichlet(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => WrappedTensorDisposeScope(() => _concentration / _concentration.sum(-1L, true));

        /// <summary>The most probable values; where all shapes are below one, the corner of the greatest.</summary>
        public override Tensor mode => WrappedTensorDisposeScope(() =>
        {
            Tensor less = (_concentration - 1).clamp_min(0), inside = less / less.sum(-1L, true);
            Tensor corner = nn.functional.one_hot(_concentration.argmax(-1), _concentration.shape[^1]).to(_concentration.dtype);
            return where(_concentration.lt(1).all(-1, true), corner, inside);
        });

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor total = _concentration.sum(-1L, true);
            return _concentration * (total - _concentration) / (total.square() * (total + 1));
        });

        public override IList<Tensor> NaturalParams => [_concentration.alias()];

        public override Tensor MeanCarrierMeasure => zeros(batch_shape.Shape, _concentration.dtype);

        /// <summary>Draws, which move with the shapes as gamma draws over their sum.</summary>
        public override Tensor rsample(params long[] sample_shape) => _sample_dirichlet(_concentration.expand(ExtendedShape(sample_shape)), Source);

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => (_concentration - 1).xlogy(value).sum(-1L) - LogNormalizer(_concentration));

        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
        {
            Tensor total = _concentration.sum(-1L);
            return LogNormalizer(_concentration) - ((_concentration.shape[^1] - total) * total.digamma()) - ((_concentration - 1) * _concentration.digamma()).sum(-1L);
        });

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Dirichlet expanded = Target(instance, () => new Dirichlet(Source));
            using Tensor concentration = _concentration.expand([.. batch_shape.Shape, .. event_shape.Shape]);
            expanded.Init(expanded.Keep(concentration));
            return expanded;
        }

        protected override Tensor LogNormalizer(params Tensor[] parameters) => WrappedTensorDisposeScope(() => parameters[0].lgamma().sum(-1L) - parameters[0].sum(-1L).lgamma());

        private void Init(Tensor concentration)
        {
            _concentration = concentration;
            _init(concentration.shape[..^1], concentration.shape[^1..]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The Dirichlet distribution: of weights that sum to one.</summary>
            /// <param name="concentration">The shapes, along the last dimension.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">A scalar.</exception>
            public static Dirichlet Dirichlet(Tensor concentration, Generator? generator = null) => new(concentration, generator);
        }
    }
}
