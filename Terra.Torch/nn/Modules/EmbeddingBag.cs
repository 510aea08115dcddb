using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Sums, means or maxima of bags of rows of a table.</summary>
    public sealed class EmbeddingBag : Module<Tensor, Tensor?, Tensor?, Tensor>
    {
        private readonly EmbeddingBagMode _mode;
        private readonly bool _includeLastOffset;
        private readonly long _paddingIndex;
        private readonly functional.LookUp _lookUp;
        private Parameter _weight;

        internal EmbeddingBag(
            Tensor embeddings, bool freeze, EmbeddingBagMode mode, bool includeLastOffset, long paddingIndex, in functional.LookUp lookUp)
            : base(nameof(EmbeddingBag))
        {
            (_mode, _includeLastOffset, _paddingIndex, _lookUp) = (mode, includeLastOffset, paddingIndex, lookUp);
            _weight = new Parameter(embeddings, !freeze);
            register_parameter("weight", _weight);
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

        /// <inheritdoc cref="forward"/>
        public new Tensor call(Tensor input, Tensor? offsets, Tensor? perSampleWeights) => base.call(input, offsets, perSampleWeights);

        /// <summary>Bags that begin at given positions of a list of indices.</summary>
        public Tensor call(Tensor input, Tensor? offsets) => base.call(input, offsets, null);

        /// <summary>Bags of equal size: (B, N) to (B, embedding_dims).</summary>
        public Tensor call(Tensor input) => base.call(input, null, null);

        /// <summary>Puts rows together: one result per bag.</summary>
        /// <param name="input">(B, N): bags of N indices; or (n), with the bags' first positions.</param>
        /// <param name="offsets">(B): where in a list of indices each bag begins; null for bags of equal size.</param>
        /// <param name="perSampleWeights">A factor per index, only for sums; or null.</param>
        /// <exception cref="ArgumentException">Offsets are missing or too many, or weights come with another mode than sums.</exception>
        public override Tensor forward(Tensor input, Tensor? offsets, Tensor? perSampleWeights)
        {
            if (input.dim() == 1 != (offsets is not null))
            {
                throw new ArgumentException($"EmbeddingBag: a {input.dim()}D input {(offsets is null ? "needs" : "takes no")} offsets", nameof(offsets));
            }

            if (perSampleWeights is not null && _mode != EmbeddingBagMode.Sum)
            {
                throw new ArgumentException("EmbeddingBag: weights per sample are for sums only", nameof(perSampleWeights));
            }

            return WrappedTensorDisposeScope(() =>
            {
                if (offsets is null && !_includeLastOffset && input.size(1) > 0)
                {
                    return Equal(input, perSampleWeights);
                }

                // Where each bag begins in the flat list, and of each index the bag it belongs to.
                Tensor starts = offsets ?? arange(0, input.numel(), input.size(1));
                starts = _includeLastOffset ? starts.narrow(0, 0, starts.numel() - 1) : starts;
                Tensor flat = input.flatten();
                Tensor bag = searchsorted(starts.to(ScalarType.Int64), arange(flat.numel()), right: true) - 1;
                Tensor counts = flat.ne(_paddingIndex).to(weight.dtype);
                Tensor rows = _lookUp.Rows(weight, flat, _paddingIndex);
                return _mode == EmbeddingBagMode.Max ? Maxima(rows, bag, counts, starts.numel()) : Sums(rows, bag, counts, starts.numel(), perSampleWeights);
            });
        }

        /// <summary>Bags of equal size, which are the rows of a matrix of indices.</summary>
        private Tensor Equal(Tensor input, Tensor? weights)
        {
            Tensor rows = _lookUp.Rows(weight, input, _paddingIndex);
            Tensor? counts = _paddingIndex < 0 ? null : input.ne(_paddingIndex);
            if (_mode == EmbeddingBagMode.Max)
            {
                Tensor candidates = counts is null ? rows : rows.masked_fill(counts.logical_not().unsqueeze(2), double.NegativeInfinity);
                (Tensor largest, _) = candidates.max(1);
                return counts is null ? largest : largest.masked_fill(counts.any(1).logical_not().unsqueeze(1), 0);
            }

            Tensor? share = counts?.to(rows.dtype);
            Tensor? factors = weights is null ? share : share is null ? weights.reshape(input.shape) : share * weights.reshape(input.shape);
            Tensor counted = factors is null ? rows : rows * factors.unsqueeze(2);
            if (_mode == EmbeddingBagMode.Sum)
            {
                return counted.sum(1L);
            }

            return share is null ? counted.mean([1]) : counted.sum(1L) / share.sum(1L).clamp_min(1).unsqueeze(1);
        }

        private Tensor Sums(Tensor rows, Tensor bag, Tensor counts, long bags, Tensor? weights)
        {
            Tensor share = weights is null ? counts : counts * weights.flatten();
            Tensor sums = zeros([bags, rows.size(1)], rows.dtype).index_add(0, bag, rows * share.unsqueeze(1), 1);
            return _mode == EmbeddingBagMode.Sum
                ? sums
                : sums / zeros([bags], rows.dtype).index_add(0, bag, counts, 1).clamp_min(1).unsqueeze(1);
        }

        /// <summary>The largest of each bag, elements of other bags counting as -∞; zero for an empty one.</summary>
        private static Tensor Maxima(Tensor rows, Tensor bag, Tensor counts, long bags)
        {
            Tensor outside = bag.unsqueeze(0).ne(arange(bags).unsqueeze(1)).logical_or(counts.eq(0));
            Tensor candidates = rows.unsqueeze(0).expand(bags, rows.size(0), rows.size(1)).masked_fill(outside.unsqueeze(2), double.NegativeInfinity);
            (Tensor largest, _) = candidates.max(1);
            return largest.masked_fill(outside.all(1).unsqueeze(1), 0);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>An embedding bag whose table starts normal.</summary>
            /// <param name="num_embeddings">The number of rows.</param>
            /// <param name="embedding_dims">The rows' size.</param>
            /// <param name="max_norm">Rows that are looked up and longer than this are made this long first, in the table; null for no bound.</param>
            /// <param name="norm_type">The p of the norm that says how long.</param>
            /// <param name="scale_grad_by_freq">Whether a row's gradient is divided by how often it is looked up; not for maxima.</param>
            /// <param name="mode">How rows are put together.</param>
            /// <param name="sparse">Must be false.</param>
            /// <param name="include_last_offset">Whether the offsets end with the number of indices.</param>
            /// <param name="padding_index">An index that does not count; negative for none.</param>
            /// <param name="device">Where the table lies.</param>
            /// <param name="dtype">Its dtype.</param>
            /// <exception cref="NotSupportedException">Sparse gradients are asked for.</exception>
            /// <exception cref="ArgumentException">Gradients of maxima are to be divided.</exception>
            public static EmbeddingBag EmbeddingBag(
                long num_embeddings,
                long embedding_dims,
                double? max_norm = null,
                double norm_type = 2,
                bool scale_grad_by_freq = false,
                EmbeddingBagMode mode = EmbeddingBagMode.Mean,
                bool sparse = false,
                bool include_last_offset = false,
                long padding_index = -1,
                Device? device = null,
                ScalarType? dtype = null)
            {
                Tensor table = empty([num_embeddings, embedding_dims], dtype, device).normal_();
                if (padding_index >= 0)
                {
                    table.select(0, padding_index).zero_();
                }

                return EmbeddingBag_from_pretrained(
                    table, false, max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_index, device, dtype);
            }

            /// <summary>An embedding bag with a given table, which it takes over.</summary>
            /// <inheritdoc cref="Modules.EmbeddingBag"/>
            /// <param name="embeddings">(num_embeddings, embedding_dims).</param>
            /// <param name="freeze">Whether the table is not trained.</param>
            public static EmbeddingBag EmbeddingBag_from_pretrained(
                Tensor embeddings,
                bool freeze = true,
                double? max_norm = null,
                double norm_type = 2,
                bool scale_grad_by_freq = false,
                EmbeddingBagMode mode = EmbeddingBagMode.Mean,
                bool sparse = false,
                bool include_last_offset = false,
                long padding_index = -1,
                Device? device = null,
                ScalarType? dtype = null)
            {
                if (scale_grad_by_freq && mode == EmbeddingBagMode.Max)
                {
                    throw new ArgumentException("EmbeddingBag: scale_grad_by_freq is for sums and means only", nameof(scale_grad_by_freq));
                }

                var lookUp = new functional.LookUp(nameof(EmbeddingBag), max_norm, norm_type, scale_grad_by_freq, sparse);
                return new(embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device), freeze, mode, include_last_offset, padding_index, lookUp);
            }
        }
    }
}
