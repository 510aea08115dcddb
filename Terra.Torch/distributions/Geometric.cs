using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The geometric distribution: how many trials fail before the first success.</summary>
    public class Geometric : distributions.Distribution
    {
        private Tensor _given = null!;
        private bool _areLogits;

        /// <param name="probs">The probabilities of success; or</param>
        /// <param name="logits">their log odds.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">None or both are given.</exception>
        public Geometric(Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
            : base(generator)
        {
            (Tensor given, bool areLogits) = OneOf(probs, logits);
            Init(Keep(given), areLogits);
        }

        private Geometric(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of success.</summary>
        public Tensor probs => _areLogits ? LogitsToProbs(_given, true) : _given.alias();

        /// <summary>The log odds of success.</summary>
        public Tensor logits => _areLogits ? _given.alias() : ProbsToLogits(_given, true);

        public override Tensor mean => WrappedTensorDisposeScope(() => probs.reciprocal() - 1);

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor p = probs;
            return (p.reciprocal() - 1) / p;
        });

        /// <summary>Draws, which are constants.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            using IDisposable constant = no_grad();
            Tensor u = (1 - Uniforms(ExtendedShape(sample_shape), _given.dtype)).clamp_min(finfo(_given.dtype).tiny);
            return (u.log() / (-probs).log1p()).floor();
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor p = probs, failure = p.masked_fill(p.eq(1).logical_and(value.eq(0)), 0);
            return (value * (-failure).log1p()) + p.log();
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
        {
            Tensor p = probs;
            return nn.functional.binary_cross_entropy_with_logits(logits, p, reduction: nn.Reduction.None) / p;
        });

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Geometric expanded = Target(instance, () => new Geometric(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _given)[0], _areLogits);
            return expanded;
        }

        private void Init(Tensor given, bool areLogits)
        {
            (_given, _areLogits) = (given, areLogits);
            _init(given.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The geometric distribution: how many trials fail before the first success.</summary>
            /// <param name="probs">The probabilities of success; or</param>
            /// <param name="logits">their log odds.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">None or both are given.</exception>
            public static Geometric Geometric(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);
        }
    }
}
