using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The categorical distribution: a number from 0 up to, not including, that of the categories.</summary>
    public class Categorical : distributions.Distribution
    {
        private Tensor _given = null!;
        private bool _areLogits;

        /// <param name="probs">Weights of the categories along the last dimension, made to sum to one; or</param>
        /// <param name="logits">their logarithms.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        /// <exception cref="ArgumentException">None or both are given, or a scalar.</exception>
        public Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
            : base(generator)
        {
            (Tensor given, bool areLogits) = OneOf(probs, logits);
            if (given.dim() == 0)
            {
                throw new ArgumentException($"Categorical: '{(areLogits ? "logits" : "probs")}' must be at least one-dimensional", areLogits ? nameof(logits) : nameof(probs));
            }

            using Tensor normalized = areLogits
                ? WrappedTensorDisposeScope(() => given - given.logsumexp(-1, true))
                : WrappedTensorDisposeScope(() => given / given.sum(-1L, true));
            Init(Keep(normalized), areLogits);
        }

        private Categorical(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The probabilities of the categories.</summary>
        public Tensor probs => _areLogits ? LogitsToProbs(_given) : _given.alias();

        /// <summary>The logarithms of the probabilities.</summary>
        public Tensor logits => _areLogits ? _given.alias() : ProbsToLogits(_given);

        /// <summary>The sizes of the parameters: those of the batch and the number of categories.</summary>
        public long[] param_shape => _given.shape;

        /// <summary>NaN: categories are no quantities.</summary>
        public override Tensor mean => full(ExtendedShape(), double.NaN, _given.dtype);

        /// <summary>NaN: categories are no quantities.</summary>
        public override Tensor variance => full(ExtendedShape(), double.NaN, _given.dtype);

        internal long Categories => _given.shape[^1];

        /// <summary>Draws (int64), which are constants.</summary>
        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            using IDisposable constant = no_grad();
            Tensor rows = probs.reshape(-1, Categories);
            return rows.multinomial(sample_shape.TotalSize(), true, Source).t().reshape(ExtendedShape(sample_shape));
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor index = value.to(ScalarType.Int64).unsqueeze(-1), logarithms = logits;
            long[] batch = broadcast_shapes(index.shape[..^1], logarithms.shape[..^1]).Shape;
            return logarithms.expand([.. batch, Categories]).gather(-1, index.expand([.. batch, 1])).squeeze(-1);
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() => -(logits.clamp_min(finfo(_given.dtype).min) * probs).sum(-1L));


        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Categorical expanded = Target(instance, () => new Categorical(Source));
            using Tensor given = _given.expand([.. batch_shape.Shape, Categories]);
            expanded.Init(expanded.Keep(given), _areLogits);
            return expanded;
        }

        private void Init(Tensor given, bool areLogits)
        {
            (_given, _areLogits) = (given, areLogits);
            _init(given.shape[..^1]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The categorical distribution: a number from 0 up to, not including, that of the categories.</summary>
            /// <param name="probs">Weights of the categories along the last dimension, made to sum to one; or</param>
            /// <param name="logits">their logarithms.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            /// <exception cref="ArgumentException">None or both are given, or a scalar.</exception>
            public static Categorical Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);

            /// <summary>Categories of equal probability.</summary>
            /// <param name="categories">How many.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Categorical Categorical(int categories, Generator? generator = null)
            {
                using Tensor weights = full([categories], 1.0 / categories);
                return new(weights, null, generator);
            }
        }
    }
}
