using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The multinomial distribution: how often each category comes up in a number of draws.</summary>
    public class Multinomial : distributions.Distribution
    {
        private int _count;
        private Categorical _categorical = null!;

        /// <param name="total_count">The number of draws.</param>
        /// <param name="probs">Weights of the categories along the last dimension, made to sum to one; or</param>
        /// <param name="logits">their logarithms.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">Neither weights nor logarithms are given, or both, or a scalar.</exception>
        public Multinomial(int total_count, Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
            : base(generator) => Init(total_count, new Categorical(probs, logits, generator));

        private Multinomial(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of the categories.</summary>
        public Tensor probs => _categorical.probs;

        /// <summary>The logarithms of the probabilities.</summary>
        public Tensor logits => _categorical.logits;

        /// <summary>The sizes of the parameters: those of the batch and the number of categories.</summary>
        public long[] param_shape => _categorical.param_shape;

        public override Tensor mean => WrappedTensorDisposeScope(() => _count * probs);

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor p = probs;
            return _count * p * (1 - p);
        });

        /// <summary>Draws, which are constants.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            Tensor draws = _categorical.sample([_count, .. sample_shape]).movedim([0L], [-1L]);
            using Tensor logarithms = _categorical.logits;
            return zeros(ExtendedShape(sample_shape), logarithms.dtype).scatter_add(-1, draws, ones(draws.shape, logarithms.dtype));
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor logarithms = logits, impossible = value.eq(0).logical_and(logarithms.eq(double.NegativeInfinity));
            Tensor powers = (logarithms.masked_fill(impossible, 0) * value).sum(-1L);
            return (value.sum(-1L) + 1).lgamma() - (value + 1).lgamma().sum(-1L) + powers;
        });

        /// <summary>The entropy, with a sum over how often each category may come up.</summary>
        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
        {
            Tensor p = probs;
            using var times = new Binomial(full([], _count, p.dtype), p);
            Tensor values = arange(1, _count + 1, dtype: p.dtype).view([-1, .. p.shape.Select(static _ => 1L)]);
            Tensor orders = full([], _count + 1.0, p.dtype).lgamma(), repeated = (times.log_prob(values).exp() * (values + 1).lgamma()).sum([0L, -1L]);
            return (_count * _categorical.entropy()) - orders + repeated;
        });

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Multinomial expanded = Target(instance, () => new Multinomial(Source));
            Categorical before = expanded._categorical;
            expanded.Init(_count, (Categorical)_categorical.expand(batch_shape));
            before?.Dispose();
            return expanded;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _categorical.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Init(int count, Categorical categorical)
        {
            (_count, _categorical) = (count, categorical);
            _init(categorical.batch_shape, new Size(categorical.Categories));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The multinomial distribution: how often each category comes up in a number of draws.</summary>
            /// <param name="total_count">The number of draws.</param>
            /// <param name="probs">Weights of the categories along the last dimension, made to sum to one; or</param>
            /// <param name="logits">their logarithms.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">Neither weights nor logarithms are given, or both, or a scalar.</exception>
            public static Multinomial Multinomial(int total_count, Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(total_count, probs, logits, generator);

            /// <summary>The multinomial distribution of categories of equal probability.</summary>
            /// <param name="total_count">The number of draws.</param>
            /// <param name="categories">The number of categories.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Multinomial Multinomial(int total_count, int categories, Generator? generator = null)
            {
                using Tensor weights = full([categories], 1.0 / categories);
                return new(total_count, weights, null, generator);
            }
        }
    }
}
