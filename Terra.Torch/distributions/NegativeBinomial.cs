using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The negative binomial distribution: how many trials succeed before a number of them have failed.</summary>
    public class NegativeBinomial : distributions.Distribution
    {
        private Tensor _count = null!, _given = null!;
        private bool _areLogits;

        /// <param name="total_count">The numbers of failures, not necessarily whole.</param>
        /// <param name="p">The probabilities of success, broadcast with the numbers; or</param>
        /// <param name="l">their log odds.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">Neither probabilities nor log odds are given, or both.</exception>
        public NegativeBinomial(Tensor total_count, Tensor? p = null, Tensor? l = null, Generator? generator = null)
            : base(generator)
        {
            (Tensor given, bool areLogits) = OneOf(p, l);
            using Tensor count = total_count.to(given.dtype);
            Init(KeepBroadcast(count, given), areLogits);
        }

        private NegativeBinomial(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of success.</summary>
        public Tensor probs => _areLogits ? LogitsToProbs(_given, true) : _given.alias();

        /// <summary>The log odds of success.</summary>
        public Tensor logits => _areLogits ? _given.alias() : ProbsToLogits(_given, true);

        public override Tensor mean => WrappedTensorDisposeScope(() => _count * logits.exp());

        public override Tensor mode => WrappedTensorDisposeScope(() => ((_count - 1) * logits.exp()).floor().clamp_min(0));

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor odds = logits;
            return _count * odds.exp() / (-odds).sigmoid();
        });

        /// <summary>Draws, which are constants: of a Poisson distribution whose rate is drawn from a gamma distribution.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            using IDisposable constant = no_grad();
            return (_standard_gamma(_count.expand(ExtendedShape(sample_shape)), Source) * logits.exp()).poisson(Source);
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor odds = logits, trials = _count + value;
            Tensor unnormalized = (_count * nn.functional.logsigmoid(-odds)) + (value * nn.functional.logsigmoid(odds));
            Tensor normalizer = (value + 1).lgamma() + _count.lgamma() - trials.lgamma();
            return unnormalized - normalizer.masked_fill(trials.eq(0), 0);
        });

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor entropy() => Missing("entropy");

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            NegativeBinomial expanded = Target(instance, () => new NegativeBinomial(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _count, _given), _areLogits);
            return expanded;
        }

        private void Init(Tensor[] parameters, bool areLogits)
        {
            (_count, _given, _areLogits) = (parameters[0], parameters[1], areLogits);
            _init(_count.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The negative binomial distribution: how many trials succeed before a number of them have failed.</summary>
            /// <param name="total_count">The numbers of failures, not necessarily whole.</param>
            /// <param name="probs">The probabilities of success, broadcast with the numbers; or</param>
            /// <param name="logits">their log odds.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">Neither probabilities nor log odds are given, or both.</exception>
            public static NegativeBinomial NegativeBinomial(Tensor total_count, Tensor? probs = null, Tensor? logits = null, Generator? generator = null) =>
                new(total_count, probs, logits, generator);

            /// <inheritdoc cref="NegativeBinomial(Tensor, Tensor, Tensor, Generator)"/>
            public static NegativeBinomial NegativeBinomial(int total_count, float? probs, float? logits, Generator? generator = null) =>
                new(tensor(total_count), Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="NegativeBinomial(Tensor, Tensor, Tensor, Generator)"/>
            public static NegativeBinomial NegativeBinomial(int total_count, double? probs, double? logits, Generator? generator = null) =>
                new(tensor(total_count), Distribution.Number(probs), Distribution.Number(logits), generator);
        }
    }
}
