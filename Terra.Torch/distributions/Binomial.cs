using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The binomial distribution: how many of a number of trials succeed.</summary>
    public class Binomial : distributions.Distribution
    {
        private Tensor _count = null!, _given = null!;
        private bool _areLogits;

        /// <param name="total_count">The numbers of trials.</param>
        /// <param name="p">The probabilities of success, broadcast with the numbers; or</param>
        /// <param name="l">their log odds.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">Neither probabilities nor log odds are given, or both.</exception>
        public Binomial(Tensor total_count, Tensor? p = null, Tensor? l = null, Generator? generator = null)
            : base(generator)
        {
            (Tensor given, bool areLogits) = OneOf(p, l);
            using Tensor count = total_count.to(given.dtype);
            Init(KeepBroadcast(count, given), areLogits);
        }

        private Binomial(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of success.</summary>
        public Tensor probs => _areLogits ? LogitsToProbs(_given, true) : _given.alias();

        /// <summary>The log odds of success.</summary>
        public Tensor logits => _areLogits ? _given.alias() : ProbsToLogits(_given, true);

        public override Tensor mean => WrappedTensorDisposeScope(() => _count * probs);

        public override Tensor mode => WrappedTensorDisposeScope(() => ((_count + 1) * probs).floor().minimum(_count));

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor p = probs;
            return _count * p * (1 - p);
        });

        /// <summary>Draws, which are constants.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            using IDisposable constant = no_grad();
            long[] shape = ExtendedShape(sample_shape);
            return _count.expand(shape).binomial(probs.expand(shape), Source);
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor odds = logits, failures = _count - value;
            Tensor normalizer = (_count * ClampByZero(odds)) + (_count * (-odds.abs()).exp().log1p()) - (_count + 1).lgamma();
            return (value * odds) - (value + 1).lgamma() - (failures + 1).lgamma() - normalizer;
        });

        /// <summary>The entropy, a sum over all values.</summary>
        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
        {
            double most = _count.numel() == 0 ? 0 : _count.detach().max().to(ScalarType.Float64).item<double>();
            Tensor values = arange((long)most + 1, dtype: _count.dtype).view([-1, .. batch_shape.Shape.Select(static _ => 1L)]);
            Tensor possible = values.le(_count), logarithms = log_prob(values.minimum(_count));
            return -(logarithms.exp() * logarithms).masked_fill(possible.logical_not(), 0).sum(0L);
        });

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Binomial expanded = Target(instance, () => new Binomial(Source));
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
            /// <summary>The binomial distribution: how many of a number of trials succeed.</summary>
            /// <param name="total_count">The numbers of trials.</param>
            /// <param name="probs">The probabilities of success, broadcast with the numbers; or</param>
            /// <param name="logits">their log odds.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">Neither probabilities nor log odds are given, or both.</exception>
            public static Binomial Binomial(Tensor total_count, Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(total_count, probs, logits, generator);

            /// <inheritdoc cref="Binomial(Tensor, Tensor, Tensor, Generator)"/>
            public static Binomial Binomial(int total_count, float? probs, float? logits, Generator? generator = null) =>
                new(tensor(total_count), Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="Binomial(Tensor, Tensor, Tensor, Generator)"/>
            public static Binomial Binomial(int total_count, double? probs, double? logits, Generator? generator = null) =>
                new(tensor(total_count), Distribution.Number(probs), Distribution.Number(logits), generator);
        }
    }
}
