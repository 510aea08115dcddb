using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A table of vectors: int64 indices (*) -> (*, embedding_dims).</summary>
    public sealed class Embedding : Module<Tensor, Tensor>
    {
        private readonly long _paddingIndex;
        private Parameter _weight;

        internal Embedding(Parameter weight, long? paddingIndex)
            : base(nameof(Embedding))
        {
            long rows = weight.shape[0];
            if (paddingIndex is { } index && (index < -rows || index >= rows))
            {
                throw new ArgumentException($"padding_idx {index} must be within num_embeddings ({rows})", nameof(paddingIndex));
            }

            _paddingIndex = paddingIndex is { } given ? (given + rows) % rows : -1;
            _weight = weight;
            register_parameter("weight", weight);
        }

        /// <summary>(num_embeddings, embedding_dims).</summary>
        public Parameter weight
        {
            get => _weight;
            set
            {
                ArgumentNullException.ThrowIfNull(value);
                _weight = value;
                ConditionallyRegisterParameter("weight", value);
            }
        }

        public override Tensor forward(Tensor input) => new(Aten.embedding(_weight.Impl, input.Impl, _paddingIndex));

        /// <summary>Draws the table from N(0, 1); the padding's row is zero.</summary>
        internal void Initialize()
        {
            init.normal_(_weight);
            if (_paddingIndex >= 0)
            {
                using (no_grad())
                {
                    using Tensor row = _weight.select(0, _paddingIndex);
                    row.zero_();
                }
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>An embedding whose vectors start from N(0, 1).</summary>
            /// <param name="num_embeddings">Rows of the table.</param>
            /// <param name="embedding_dims">Length of each vector.</param>
            /// <param name="padding_idx">A row that is zero and gets no gradient.</param>
            /// <param name="max_norm">Must be null: vectors are not renormalized.</param>
            /// <param name="norm_type">Goes with max_norm.</param>
            /// <param name="scale_grad_by_freq">Must be false.</param>
            /// <param name="sparse">Must be false: gradients are dense.</param>
            /// <param name="device">The device.</param>
            /// <param name="dtype">The dtype of the table.</param>
            /// <exception cref="NotSupportedException">One of the unsupported options is asked for.</exception>
            public static Embedding Embedding(
                long num_embeddings,
                long embedding_dims,
                long? padding_idx = null,
                double? max_norm = null,
                double norm_type = 2,
                bool scale_grad_by_freq = false,
                bool sparse = false,
                Device? device = null,
                ScalarType? dtype = null)
            {
                CheckEmbeddingOptions(max_norm, scale_grad_by_freq, sparse);
                var embedding = new Embedding(new Parameter(empty([num_embeddings, embedding_dims], dtype, device)), padding_idx);
                embedding.Initialize();
                return embedding;
            }

            /// <summary>An embedding of given vectors, which are trained only if not frozen.</summary>
            /// <exception cref="NotSupportedException">One of the unsupported options is asked for.</exception>
            public static Embedding Embedding_from_pretrained(
                Tensor embeddings,
                bool freeze = true,
                long? padding_idx = null,
                double? max_norm = null,
                double norm_type = 2,
                bool scale_grad_by_freq = false,
                bool sparse = false,
                Device? device = null,
                ScalarType? dtype = null)
            {
                CheckEmbeddingOptions(max_norm, scale_grad_by_freq, sparse);
                using Tensor copy = embeddings.clone();
                return new Embedding(new Parameter(copy.to(dtype ?? embeddings.dtype, device ?? embeddings.device, copy: true), !freeze), padding_idx);
            }

            private static void CheckEmbeddingOptions(double? maxNorm, bool scaleByFrequency, bool sparse)
            {
                if (maxNorm is not null || scaleByFrequency || sparse)
                {
                    throw new NotSupportedException(
                        "Embedding: max_norm, scale_grad_by_freq and sparse gradients are not supported; leave them at their defaults");
                }
            }
        }
    }
}
