using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A table of vectors: int64 indices (*) -> (*, embedding_dims).</summary>
    public sealed class Embedding : Module<Tensor, Tensor>
    {
        private readonly long _paddingIndex;
        private readonly functional.LookUp _lookUp;
        private Parameter _weight;

        internal Embedding(Parameter weight, long? paddingIndex, in functional.LookUp lookUp)
            : base(nameof(Embedding))
        {
            long rows = weight.shape[0];
            if (paddingIndex is { } index && (index < -rows || index >= rows))
            {
                throw new ArgumentException($"padding_idx {index} must be within num_embeddings ({rows})", nameof(paddingIndex));
            }

            _paddingIndex = paddingIndex is { } given ? (given + rows) % rows : -1;
            _lookUp = lookUp;
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

        public override Tensor forward(Tensor input) => _lookUp.Rows(_weight, input, _paddingIndex);

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
            /// <param name="max_norm">Vectors that are looked up and longer than this are made this long first, in the table; null for no bound.</param>
            /// <param name="norm_type">The p of the norm that says how long.</param>
            /// <param name="scale_grad_by_freq">Whether a vector's gradient is divided by how often it is looked up in the batch.</param>
            /// <param name="sparse">Must be false: gradients are dense.</param>
            /// <param name="device">The device.</param>
            /// <param name="dtype">The dtype of the table.</param>
            /// <exception cref="NotSupportedException">Sparse gradients are asked for.</exception>
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
                var lookUp = new functional.LookUp(nameof(Embedding), max_norm, norm_type, scale_grad_by_freq, sparse);
                var embedding = new Embedding(new Parameter(empty([num_embeddings, embedding_dims], dtype, device)), padding_idx, lookUp);
                embedding.Initialize();
                return embedding;
            }

            /// <summary>An embedding of given vectors, which are trained only if not frozen.</summary>
            /// <exception cref="NotSupportedException">Sparse gradients are asked for.</exception>
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
                var lookUp = new functional.LookUp(nameof(Embedding), max_norm, norm_type, scale_grad_by_freq, sparse);
                using Tensor copy = embeddings.clone();
                return new Embedding(new Parameter(copy.to(dtype ?? embeddings.dtype, device ?? embeddings.device, copy: true), !freeze), padding_idx, lookUp);
            }
        }
    }
}
