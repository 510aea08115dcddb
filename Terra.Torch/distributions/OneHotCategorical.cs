using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The categorical distribution of unit vectors: a one at the category drawn, zeros elsewhere.</summary>
    public class OneHotCategorical : distributions.Distribution
    {
        private Categorical _categorical = null!;

        /// <param name="p">Weights of the categories along the last dimension, made to sum to one; or</param>
        /// <param name="l">their logarithms.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">None or both are given, or a scalar.</exception>
        public OneHotCategorical(Tensor? p = null, Tensor? l = null, Generator? generator = null)
            : base(generator) => Init(new Categorical(p, l, generator));

        private OneHotCategorical(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of the categories.</summary>
        public Tensor probs => _categorical.probs;

        /// <summary>The logarithms of the probabilities.</summary>
        public Tensor logits => _categorical.logits;

        public override Tensor mean => probs;

        public override Tensor mode => WrappedTensorDisposeScope(() => Units(logits.argmax(-1)));

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor p = probs;
            return p * (1 - p);
        });

        /// <summary>Draws, which are constants.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() => Units(_categorical.sample(sample_shape)));

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => _categorical.log_prob(value.argmax(-1)));

        public override Tensor entropy() => _categorical.entropy();

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            OneHotCategorical expanded = Target(instance, () => new OneHotCategorical(Source));
            Categorical before = expanded._categorical;
            expanded.Init((Categorical)_categorical.expand(batch_shape));
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

        private Tensor Units(Tensor categories)
        {
            using Tensor logarithms = _categorical.logits;
            return nn.functional.one_hot(categories, _categorical.Categories).to(logarithms.dtype);
        }

        private void Init(Categorical categorical)
        {
            _categorical = categorical;
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
            /// <summary>The categorical distribution of unit vectors: a one at the category drawn, zeros elsewhere.</summary>
            /// <param name="probs">Weights of the categories along the last dimension, made to sum to one; or</param>
            /// <param name="logits">their logarithms.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">None or both are given, or a scalar.</exception>
            public static OneHotCategorical OneHotCategorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);

            /// <inheritdoc cref="OneHotCategorical(Tensor, Tensor, Generator)"/>
            public static OneHotCategorical OneHotCategorical(float? probs, float? logits, Generator? generator = null) =>
                new(Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="OneHotCategorical(Tensor, Tensor, Generator)"/>
            public static OneHotCategorical OneHotCategorical(double? probs, double? logits, Generator? generator = null) =>
                new(Distribution.Number(probs), Distribution.Number(logits), generator);
        }
    }
}
