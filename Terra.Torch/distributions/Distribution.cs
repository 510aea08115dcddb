namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>
        /// Independent random variables of one kind: a batch of events. A draw has the sizes asked for, then those of the batch, then those of an event. Everything is computed by
        /// tensor ops, so draws and densities can be differentiated with respect to parameters where PyTorch's can.
        /// </summary>
        public abstract class Distribution : IDisposable
        {
            private readonly List<Tensor> _parameters = [], _replaced = [];

            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <param name="batch_shape">Sizes of the batch.</param>
            /// <param name="event_shape">Sizes of an event.</param>
#pragma warning disable CA1012 // TorchSharp's constructors of abstract types are public.
            public Distribution(Generator? generator, long[]? batch_shape = null, long[]? event_shape = null)
                : this(generator, new Size(batch_shape ?? []), new Size(event_shape ?? []))
            {
            }

            /// <inheritdoc cref="Distribution(Generator, long[], long[])"/>
            public Distribution(Generator? generator, Size batch_shape, Size? event_shape = null)
            {
                Source = generator;
                _init(batch_shape, event_shape);
            }
#pragma warning restore CA1012

            /// <summary>The sizes of the batch: how many variables there are.</summary>
            public Size batch_shape { get; private set; }

            /// <summary>The sizes of one event.</summary>
            public Size event_shape { get; private set; }

            /// <summary>The expected values; NaN or infinite where there are none.</summary>
            public abstract Tensor mean { get; }

            /// <summary>The most probable values.</summary>
            /// <exception cref="NotSupportedException">They are not known.</exception>
            public virtual Tensor mode => Missing("mode");

            /// <summary>The variances; NaN or infinite where there are none.</summary>
            public abstract Tensor variance { get; }

            /// <summary>The standard deviations.</summary>
            public virtual Tensor stddev => WrappedTensorDisposeScope(() => variance.sqrt());

            /// <summary>Where draws take their random numbers; null for the default generator.</summary>
            internal Generator? Source { get; }

            /// <summary>Draws, differentiable with respect to parameters where the distribution allows it; else constants.</summary>
            /// <param name="sample_shape">How many: sizes before those of batch and event.</param>
            public abstract Tensor rsample(params long[] sample_shape);

            /// <inheritdoc cref="rsample(long[])"/>
            public Tensor rsample(Size sample_shape) => rsample(sample_shape.Shape);

            /// <summary>Draws, as constants.</summary>
            /// <param name="sample_shape">How many: sizes before those of batch and event.</param>
            public virtual Tensor sample(params long[] sample_shape)
            {
                using (no_grad())
                {
                    return rsample(sample_shape);
                }
            }

            /// <inheritdoc cref="sample(long[])"/>
            public Tensor sample(Size sample_shape) => sample(sample_shape.Shape);

            /// <summary>The logarithm of the density or probability at a value, of the sizes of the value and the batch, broadcast, without those of an event.</summary>
            public abstract Tensor log_prob(Tensor value);

            /// <summary>The entropy of each variable.</summary>
            public abstract Tensor entropy();

            /// <summary>The exponential of the entropy.</summary>
            public virtual Tensor perplexity() => WrappedTensorDisposeScope(() => entropy().exp());

            /// <summary>The probability of what is not above a value.</summary>
            /// <exception cref="NotSupportedException">There is no closed form.</exception>
            public virtual Tensor cdf(Tensor value) => Missing("cumulative distribution function");

            /// <summary>The value with a given probability of what is not above it: the inverse of <see cref="cdf"/>.</summary>
            /// <exception cref="NotSupportedException">There is no closed form.</exception>
            public virtual Tensor icdf(Tensor value) => Missing("inverse cumulative distribution function");

            /// <summary>All values of a discrete distribution, along a new first dimension.</summary>
            /// <param name="expand">Whether to repeat them for the whole batch.</param>
            /// <exception cref="NotSupportedException">There is no end of them.</exception>
            public virtual Tensor enumerate_support(bool expand = true) => Missing("enumeration of its support");

            /// <summary>The same distribution for a larger batch, whose parameters are views of this one's.</summary>
            /// <param name="batch_shape">The sizes of the batch.</param>
            /// <param name="instance">A distribution of the same type to change into that; null for a new one.</param>
            /// <exception cref="ArgumentException">The instance is of another type.</exception>
            public abstract Distribution expand(Size batch_shape, Distribution? instance = null);

            /// <summary>Lets the parameters go.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                {
                    LetGo(_parameters);
                    LetGo(_replaced);
                }
            }

            protected void _init(Size? batch_shape = null, Size? event_shape = null)
            {
                this.batch_shape = batch_shape ?? Size.Empty;
                this.event_shape = event_shape ?? Size.Empty;
                LetGo(_replaced);
            }

            /// <summary>The sizes of draws.</summary>
            protected long[] ExtendedShape(params long[] sample_shape) => [.. sample_shape, .. batch_shape.Shape, .. event_shape.Shape];

            /// <summary>As x.clamp_min(0), but with derivative ½ at zero.</summary>
            protected Tensor ClampByZero(Tensor x) => (x.clamp_min(0) + x - x.clamp_max(0)) / 2;

            /// <summary>Probabilities kept away from zero and one by the dtype's epsilon.</summary>
            protected Tensor ClampProbs(Tensor probs)
            {
                double eps = finfo(probs.dtype).eps;
                return probs.clamp(eps, 1 - eps);
            }

            /// <summary>Probabilities from their log odds, or from unnormalized logarithms along the last dimension.</summary>
            protected Tensor LogitsToProbs(Tensor logits, bool isBinary = false) => isBinary ? logits.sigmoid() : logits.softmax(-1);

            /// <summary>Log odds, or logarithms, of probabilities.</summary>
            protected Tensor ProbsToLogits(Tensor probs, bool isBinary = false) => WrappedTensorDisposeScope(() =>
            {
                Tensor inside = ClampProbs(probs);
                return isBinary ? inside.log() - (-inside).log1p() : inside.log();
            });

            /// <summary>The one form of probabilities that is given, and whether it is that of logits.</summary>
            /// <exception cref="ArgumentException">None or both are given.</exception>
            private protected static (Tensor Given, bool AreLogits) OneOf(Tensor? probs, Tensor? logits) => (probs, logits) switch
            {
                ({ } given, null) => (given, false),
                (null, { } given) => (given, true),
                (null, null) => throw new ArgumentException("Neither 'probs' nor 'logits' is given; give one of them", nameof(probs)),
                _ => throw new ArgumentException("Both 'probs' and 'logits' are given; give one of them", nameof(logits)),
            };

            /// <summary>Keeps parameters broadcast to common sizes.</summary>
            private protected Tensor[] KeepBroadcast(params Tensor[] parameters)
            {
                using DisposeScope scope = NewDisposeScope();
                return [.. broadcast_tensors(parameters).Select(Keep)];
            }

            /// <summary>Keeps parameters expanded to the sizes of a batch, and of an event behind it.</summary>
            private protected Tensor[] KeepExpanded(Size batch, params Tensor[] parameters)
            {
                using DisposeScope scope = NewDisposeScope();
                return Array.ConvertAll(parameters, parameter => Keep(parameter.expand([.. batch.Shape, .. event_shape.Shape])));
            }

            /// <summary>A number as a tensor; null for none.</summary>
            internal static Tensor? Number(float? value) => value is { } number ? tensor(number) : null;

            /// <summary>A number as a tensor; null for none.</summary>
            internal static Tensor? Number(double? value) => value is { } number ? tensor(number) : null;

            /// <summary>Keeps a parameter, in a handle of its own that lives as long as the distribution.</summary>
            private protected Tensor Keep(Tensor parameter)
            {
                Tensor kept = parameter.alias().DetachFromDisposeScope();
                _parameters.Add(kept);
                return kept;
            }

            /// <summary>The given instance, whose parameters go when it has others (<see cref="_init"/>), or a new one.</summary>
            private protected static T Target<T>(Distribution? instance, Func<T> create)
                where T : Distribution
            {
                T target = instance is null ? create()
                    : instance as T ?? throw new ArgumentException($"expand(): 'instance' must be a {typeof(T).Name} distribution, but is a {instance.GetType().Name}", nameof(instance));
                target._replaced.AddRange(target._parameters);
                target._parameters.Clear();
                return target;
            }

            private static void LetGo(List<Tensor> parameters)
            {
                parameters.ForEach(static parameter => parameter.Dispose());
                parameters.Clear();
            }

            /// <summary>Uniform draws from [0, 1).</summary>
            private protected Tensor Uniforms(long[] shape, ScalarType dtype) => rand(shape, dtype, generator: Source);

            /// <summary>Sums over the last dimensions.</summary>
            internal static Tensor SumRightmost(Tensor value, int count) => count == 0 ? value : value.sum([.. Enumerable.Range(1, count).Select(static d => -(long)d)]);

            /// <summary>What only some distributions have.</summary>
            /// <exception cref="NotSupportedException">This one does not.</exception>
            private protected Tensor Missing(string what) => throw new NotSupportedException($"{GetType().Name} has no {what} in closed form");
        }
    }
}
