using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Attention in several subspaces at once (Vaswani et al., 2017). Sequences come first: query (L, N, E), key and value
    /// (S, N, E); the result is (L, N, E) and, if wanted, the weights (N, L, S) averaged over the heads.
    /// </summary>
    public sealed class MultiheadAttention : Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor?>>
    {
        private readonly long _dimension;
        private readonly long _heads;
        private readonly double _dropout;
        private readonly Parameter _inWeight;
        private readonly Parameter? _inBias;
        private readonly Linear _out;

        internal MultiheadAttention(long dimension, long heads, double dropout, bool bias)
            : base(nameof(MultiheadAttention))
        {
            if (heads <= 0 || dimension % heads != 0)
            {
                throw new ArgumentException($"embed_dim ({dimension}) must be divisible by num_heads ({heads})", nameof(heads));
            }

            _dimension = dimension;
            _heads = heads;
            _dropout = dropout;
            _inWeight = new Parameter(empty([3 * dimension, dimension]));
            register_parameter("in_proj_weight", _inWeight);
            if (bias)
            {
                _inBias = new Parameter(zeros([3 * dimension]));
                register_parameter("in_proj_bias", _inBias);
            }

            _out = nn.Linear(dimension, dimension, bias);
            register_module("out_proj", _out);
            init.xavier_uniform_(_inWeight);
            if (_out.bias is not null)
            {
                init.zeros_(_out.bias);
            }
        }

        /// <inheritdoc cref="forward"/>
        public new Tuple<Tensor, Tensor?> call(
            Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask = null, bool need_weights = true, Tensor? attn_mask = null) =>
            base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

        /// <summary>Attends from query to key and value.</summary>
        /// <param name="query">(L, N, E).</param>
        /// <param name="key">(S, N, E).</param>
        /// <param name="value">(S, N, E).</param>
        /// <param name="key_padding_mask">(N, S) bool, true at keys to ignore; or added to the scores.</param>
        /// <param name="need_weights">Whether to return the attention weights too.</param>
        /// <param name="attn_mask">(L, S) or (N * heads, L, S) bool, true where attention is forbidden; or added to the scores.</param>
        public override Tuple<Tensor, Tensor?> forward(
            Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask, bool need_weights, Tensor? attn_mask)
        {
            (long length, long batch) = (query.Impl.Sizes[0], query.Impl.Sizes[1]);
            using Tensor queries = Heads(query, 0);
            using Tensor keys = Heads(key, 1);
            using Tensor values = Heads(value, 2);
            using Tensor? mask = Mask(attn_mask, key_padding_mask, batch, query.dtype);
            if (!need_weights)
            {
                using Tensor mixed = functional.scaled_dot_product_attention(queries, keys, values, mask, training ? _dropout : 0);
                return Tuple.Create(Join(mixed, length, batch), (Tensor?)null);
            }

            using Tensor weights = functional.AttentionWeights(queries, keys, mask, false);
            using Tensor kept = functional.dropout(weights, _dropout, training);
            using Tensor attended = kept.matmul(values);
            return Tuple.Create(Join(attended, length, batch), (Tensor?)weights.mean([1L]));
        }

        /// <summary>The heads side by side, projected: (N, heads, L, E / heads) -> (L, N, E).</summary>
        private Tensor Join(Tensor heads, long length, long batch)
        {
            using Tensor sequenceFirst = heads.permute(2, 0, 1, 3);
            using Tensor joined = sequenceFirst.reshape(length, batch, _dimension);
            return _out.call(joined);
        }

        /// <summary>Projects by the part'th third of the input projection: (L, N, E) -> (N, heads, L, E / heads).</summary>
        private Tensor Heads(Tensor input, int part)
        {
            using Tensor weight = _inWeight.narrow(0, part * _dimension, _dimension);
            using Tensor? bias = _inBias?.narrow(0, part * _dimension, _dimension);
            using Tensor projected = functional.linear(input, weight, bias);
            using Tensor split = projected.view(input.Impl.Sizes[0], input.Impl.Sizes[1], _heads, _dimension / _heads);
            return split.permute(1, 2, 0, 3);
        }

        /// <summary>Both masks as one to be added to scores of (N, heads, L, S).</summary>
        private Tensor? Mask(Tensor? attention, Tensor? padding, long batch, ScalarType dtype)
        {
            Tensor? byPosition = null;
            if (attention is not null)
            {
                using Tensor added = Additive(attention, dtype);
                byPosition = attention.Impl.Rank == 3 ? added.view(batch, _heads, attention.Impl.Sizes[1], attention.Impl.Sizes[2]) : added.SameTensor();
            }

            if (padding is null)
            {
                return byPosition;
            }

            using (byPosition)
            using (Tensor added = Additive(padding, dtype))
            {
                Tensor byKey = added.view(batch, 1, 1, padding.Impl.Sizes[1]);
                if (byPosition is null)
                {
                    return byKey;
                }

                using (byKey)
                {
                    return byPosition + byKey;
                }
            }
        }

        private static Tensor Additive(Tensor mask, ScalarType dtype)
        {
            if (mask.dtype != ScalarType.Bool)
            {
                return mask.SameTensor();
            }

            using Tensor none = zeros(mask.shape, dtype);
            return none.masked_fill(mask, double.NegativeInfinity);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>An attention layer; the projections start Xavier-uniform, their biases zero.</summary>
            /// <param name="embedded_dim">E, divisible by the number of heads.</param>
            /// <param name="num_heads">The number of heads.</param>
            /// <param name="dropout">Dropout probability of the attention weights in training.</param>
            /// <param name="bias">Whether the projections have biases.</param>
            /// <param name="add_bias_kv">Must be false.</param>
            /// <param name="add_zero_attn">Must be false.</param>
            /// <param name="kdim">Must be E, or null.</param>
            /// <param name="vdim">Must be E, or null.</param>
            /// <exception cref="NotSupportedException">One of the unsupported options is asked for.</exception>
            public static MultiheadAttention MultiheadAttention(
                long embedded_dim,
                long num_heads,
                double dropout = 0,
                bool bias = true,
                bool add_bias_kv = false,
                bool add_zero_attn = false,
                long? kdim = null,
                long? vdim = null)
            {
                if (add_bias_kv || add_zero_attn || (kdim ?? embedded_dim) != embedded_dim || (vdim ?? embedded_dim) != embedded_dim)
                {
                    throw new NotSupportedException(
                        "MultiheadAttention: add_bias_kv, add_zero_attn and kdim or vdim other than embedded_dim are not supported; leave them at their defaults");
                }

                return new(embedded_dim, num_heads, dropout, bias);
            }
        }
    }
}
