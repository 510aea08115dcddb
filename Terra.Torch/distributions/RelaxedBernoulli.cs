using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The distribution of the log odds of <see cref="RelaxedBernoulli"/> (Maddison, Mnih and Teh, 2017).</summary>
    public class LogitRelaxedBernoulli : distributions.Distribution
    {
        private Tensor _temperature = null!, _given = null!;
        private bool _areLogits;

        /// <param name="temperature">How far draws are from certainty.</param>
        /// <param name="probs">The probabilities of 1; or</param>
        /// <param name="logits">their log odds.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">Neither probabilities nor log odds are given, or both.</exception>
        public LogitRelaxedBernoulli(Tensor temperature, Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
            : base(generator)
        {
            (Tensor given, bool areLogits) = OneOf(probs, logits);
            Init(Keep(temperature), Keep(given), areLogits);
        }

        private LogitRelaxedBernoulli(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of 1.</summary>
        public Tensor probs => _areLogits ? LogitsToProbs(_given, true) : _given.alias();

        /// <summary>The log odds of 1.</summary>
        public Tensor logits => _areLogits ? _given.alias() : ProbsToLogits(_given, true);

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor mean => Missing("mean");

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor variance => Missing("variance");

        internal Tensor Temperature => _temperature;

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            Tensor p = ClampProbs(probs), u = ClampProbs(Uniforms(ExtendedShape(sample_shape), _given.dtype));
            return (u.log() - (-u).log1p() + p.log() - (-p).log1p()) / _temperature;
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor difference = logits - (value * _temperature);
            return _temperature.log() + difference - (2 * nn.functional.softplus(difference));
        });

        /// <exception cref="NotSupportedException">There is no closed form.</exception>
        public override Tensor entropy() => Missing("entropy");

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            LogitRelaxedBernoulli expanded = Target(instance, () => new LogitRelaxedBernoulli(Source));
            expanded.Init(expanded.Keep(_temperature), expanded.KeepExpanded(batch_shape, _given)[0], _areLogits);
            return expanded;
        }

        private void Init(Tensor temperature, Tensor given, bool areLogits)
        {
            (_temperature, _given, _areLogits) = (temperature, given, areLogits);
            _init(given.shape);
        }
    }

    /// <summary>A Bernoulli variable relaxed to numbers between 0 and 1, so that draws move with the probability (Maddison, Mnih and Teh, 2017).</summary>
    public class RelaxedBernoulli : TransformedDistribution
    {
        /// <inheritdoc cref="LogitRelaxedBernoulli(Tensor, Tensor, Tensor, Generator)"/>
        public RelaxedBernoulli(Tensor temperature, Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
            : base(generator) => InitOwned(new LogitRelaxedBernoulli(temperature, probs, logits, generator), [new distributions.transforms.SigmoidTransform()]);

        private RelaxedBernoulli(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of 1.</summary>
        public Tensor probs => LogOdds.probs;

        /// <summary>The log odds of 1.</summary>
        public Tensor logits => LogOdds.logits;

        public Tensor temperature => LogOdds.Temperature.alias();

        private LogitRelaxedBernoulli LogOdds => (LogitRelaxedBernoulli)Base;

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            RelaxedBernoulli expanded = Target(instance, () => new RelaxedBernoulli(Source));
            expanded.InitOwned(LogOdds.expand(batch_shape), [new distributions.transforms.SigmoidTransform()]);
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
            /// <summary>The distribution of the log odds of <see cref="Modules.RelaxedBernoulli"/>.</summary>
            /// <param name="temperature">How far draws are from certainty.</param>
            /// <param name="probs">The probabilities of 1; or</param>
            /// <param name="logits">their log odds.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">Neither probabilities nor log odds are given, or both.</exception>
            public static LogitRelaxedBernoulli LogitRelaxedBernoulli(Tensor temperature, Tensor? probs = null, Tensor? logits = null, Generator? generator = null) =>
                new(temperature, probs, logits, generator);

            /// <inheritdoc cref="LogitRelaxedBernoulli(Tensor, Tensor, Tensor, Generator)"/>
            public static LogitRelaxedBernoulli LogitRelaxedBernoulli(Tensor temperature, float? probs, float? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="LogitRelaxedBernoulli(Tensor, Tensor, Tensor, Generator)"/>
            public static LogitRelaxedBernoulli LogitRelaxedBernoulli(Tensor temperature, double? probs, double? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <summary>A Bernoulli variable relaxed to numbers between 0 and 1, so that draws move with the probability.</summary>
            /// <inheritdoc cref="LogitRelaxedBernoulli(Tensor, Tensor, Tensor, Generator)"/>
            public static RelaxedBernoulli RelaxedBernoulli(Tensor temperature, Tensor? probs = null, Tensor? logits = null, Generator? generator = null) =>
                new(temperature, probs, logits, generator);

            /// <inheritdoc cref="RelaxedBernoulli(Tensor, Tensor, Tensor, Generator)"/>
            public static RelaxedBernoulli RelaxedBernoulli(Tensor temperature, float? probs, float? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);

            /// <inheritdoc cref="RelaxedBernoulli(Tensor, Tensor, Tensor, Generator)"/>
            public static RelaxedBernoulli RelaxedBernoulli(Tensor temperature, double? probs, double? logits, Generator? generator = null) =>
                new(temperature, Distribution.Number(probs), Distribution.Number(logits), generator);
        }
    }
}
