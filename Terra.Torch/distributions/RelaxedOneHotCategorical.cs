using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The distribution of the logarithms of <see cref="RelaxedOneHotCategorical"/> (Maddison, Mnih and Teh, 2017).</summary>
    public class ExpRelaxedCategorical : distributions.Distribution
    {
        private Tensor _temperature = null!;
        private Categorical _categorical = null!;

        internal ExpRelaxedCategorical(Tensor temperature, Tensor? probs, Tensor? logits, Generator? generator)
            : base(generator) => Init(Keep(temperature), new Categorical(probs, logits, generator));

        private ExpRelaxedCategorical(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of the categories.</summary>
        public Tensor probs => _categorical.probs;

        /// <summary>The logarithms of the probabilities.</summary>
        public Tensor logits => _categorical.logits;

        public Tensor temperature => _temperature.alias();

        /// <summary>The sizes of the parameters: those of the batch and the number of categories.</summary>
        public long[] param_shape => _categorical.param_shape;

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor mean => Missing("mean");

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor mode => Missing("mode");

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor variance => Missing("variance");

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor stddev => Missing("standard deviation");

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            Tensor logarithms = logits, u = ClampProbs(Uniforms(ExtendedShape(sample_shape), logarithms.dtype));
            Tensor scores = (logarithms - (-u.log()).log()) / _temperature;
            return scores - scores.logsumexp(-1, true);
        });

        public override Tensor sample(params long[] sample_shape)
        {
            using (no_grad())
            {
                return rsample(sample_shape);
            }
        }

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            double categories = _categorical.Categories;
            Tensor score = logits - (value * _temperature), density = (score - score.logsumexp(-1, true)).sum(-1L);
            return density + full_like(_temperature, categories).lgamma() + (_temperature.log() * (categories - 1));
        });

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor entropy() => Missing("entropy");

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            ExpRelaxedCategorical expanded = Target(instance, () => new ExpRelaxedCategorical(Source));
            Categorical before = expanded._categorical;
            expanded.Init(expanded.Keep(_temperature), (Categorical)_categorical.expand(batch_shape));
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

        private void Init(Tensor temperature, Categorical categorical)
        {
            (_temperature, _categorical) = (temperature, categorical);
            _init(categorical.batch_shape, new Size(categorical.Categories));
        }
    }

    /// <summary>A one-hot categorical variable relaxed to weights that sum to one, so that draws move with the probabilities (Maddison, Mnih and Teh, 2017).</summary>
    public class RelaxedOneHotCategorical : TransformedDistribution
    {
        /// <param name="temperature">How far draws are from unit vectors.</param>
        /// <param name="probs">Weights of the categories along the last dimension, made to sum to one; or</param>
        /// <param name="logits">their logarithms.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">Neither weights nor logarithms are given, or both, or a scalar.</exception>
        public RelaxedOneHotCategorical(Tensor temperature, Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
            : base(generator) => InitOwned(new ExpRelaxedCategorical(temperature, probs, logits, generator), [new distributions.transforms.ExpTransform()]);

        private RelaxedOneHotCategorical(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of the categories.</summary>
        public Tensor probs => Logarithms.probs;

        /// <summary>The logarithms of the probabilities.</summary>
        public Tensor logits => Logarithms.logits;

        public Tensor temperature => Logarithms.temperature;

        private ExpRelaxedCategorical Logarithms => (ExpRelaxedCategorical)Base;

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            RelaxedOneHotCategorical expanded = Target(instance, () => new RelaxedOneHotCategorical(Source));
            expanded.InitOwned(Logarithms.expand(batch_shape), [new distributions.transforms.ExpTransform()]);
            return expanded;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The distribution of the logarithms of <see cref="Modules.RelaxedOneHotCategorical"/>.</summary>
            /// <param name="temperature">How far draws are from unit vectors.</param>
            /// <param name="probs">Weights of the categories along the last dimension, made to sum to one; or</param>
            /// <param name="logits">their logarithms.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">Neither weights nor logarithms are given, or both, or a scalar.</exception>
            public static ExpRelaxedCategorical ExpRelaxedCategorical(Tensor temperature, Tensor? probs = null, Tensor? logits = null, Generator? generator = null) =>
                new(temperature, probs, logits, generator);

            /// <inheritdoc cref="ExpRelaxedCategorical(Tensor, Tensor, Tensor, Generator)"/>
            public static ExpRelaxedCategorical ExpRelaxedCategorical(Tensor temperature, float? probs, float? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="ExpRelaxedCategorical(Tensor, Tensor, Tensor, Generator)"/>
            public static ExpRelaxedCategorical ExpRelaxedCategorical(Tensor temperature, double? probs, double? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <summary>A one-hot categorical variable relaxed to weights that sum to one, so that draws move with the probabilities.</summary>
            /// <inheritdoc cref="ExpRelaxedCategorical(Tensor, Tensor, Tensor, Generator)"/>
            public static RelaxedOneHotCategorical RelaxedOneHotCategorical(Tensor temperature, Tensor? probs = null, Tensor? logits = null, Generator? generator = null) =>
                new(temperature, probs, logits, generator);

            /// <inheritdoc cref="RelaxedOneHotCategorical(Tensor, Tensor, Tensor, Generator)"/>
            public static RelaxedOneHotCategorical RelaxedOneHotCategorical(Tensor temperature, float? probs, float? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="RelaxedOneHotCategorical(Tensor, Tensor, Tensor, Generator)"/>
            public static RelaxedOneHotCategorical RelaxedOneHotCategorical(Tensor temperature, double? probs, double? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);
        }
    }
}
