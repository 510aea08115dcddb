using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The Bernoulli distribution: 1 with some probability, else 0.</summary>
    public class Bernoulli : distributions.Distribution
    {
        private Tensor _given = null!;
        private bool _areLogits;

        /// <param name="p">The probabilities of 1; or</param>
        /// <param name="l">their log odds.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">None or both are given.</exception>
        public Bernoulli(Tensor? p = null, Tensor? l = null, Generator? generator = null)
            : base(generator)
        {
            (Tensor given, bool areLogits) = OneOf(p, l);
            Init(Keep(given), areLogits);
        }

        private Bernoulli(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of 1.</summary>
        public Tensor probs => _areLogits ? LogitsToProbs(_given, true) : _given.alias();

        /// <summary>The log odds of 1.</summary>
        public Tensor logits => _areLogits ? _given.alias() : ProbsToLogits(_given, true);

        public override Tensor mean => probs;

        public override Tensor variance => WrappedTensorDisposeScope(() => probs is var p ? p * (1 - p) : p);

        /// <summary>Draws, which are constants.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            using IDisposable constant = no_grad();
            return probs.expand(ExtendedShape(sample_shape)).bernoulli(Source);
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            IList<Tensor> both = broadcast_tensors(logits, value);
            return -nn.functional.binary_cross_entropy_with_logits(both[0], both[1], reduction: nn.Reduction.None);
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
            nn.functional.binary_cross_entropy_with_logits(logits, probs, reduction: nn.Reduction.None));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Bernoulli expanded = Target(instance, () => new Bernoulli(Source));
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
            /// <summary>The Bernoulli distribution: 1 with some probability, else 0.</summary>
            /// <param name="probs">The probabilities of 1; or</param>
            /// <param name="logits">their log odds.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">None or both are given.</exception>
            public static Bernoulli Bernoulli(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);

            /// <inheritdoc cref="Bernoulli(Tensor, Tensor, Generator)"/>
            public static Bernoulli Bernoulli(float? probs, float? logits, Generator? generator = null) => new(Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="Bernoulli(Tensor, Tensor, Generator)"/>
            public static Bernoulli Bernoulli(double? probs, double? logits, Generator? generator = null) => new(Distribution.Number(probs), Distribution.Number(logits), generator);
        }
    }
}
