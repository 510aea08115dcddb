using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>softmax(Q Kᵀ / √E + mask) V (Vaswani et al., 2017).</summary>
            /// <param name="query">(*, L, E).</param>
            /// <param name="key">(*, S, E).</param>
            /// <param name="value">(*, S, V).</param>
            /// <param name="attn_mask">(*, L, S): bool, true where attention is allowed; or added to the scores.</param>
            /// <param name="p">Dropout probability of the attention weights.</param>
            /// <param name="is_casual">Whether position i attends only to positions up to i.</param>
            /// <returns>(*, L, V).</returns>
            /// <exception cref="ArgumentException">Both a mask and causal attention are asked for; p is no probability.</exception>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (is_casual && attn_mask is not null)
                {
                    throw new ArgumentException("scaled_dot_product_attention: give either attn_mask or is_casual, not both", nameof(attn_mask));
                }

                CheckProbability(p);
                return new(Composite.scaled_dot_product_attention(
                    query.Impl, key.Impl, value.Impl, attn_mask?.Impl, p, is_casual, Generator.Default.Philox));
            }

            /// <summary>softmax(Q Kᵀ / √E + mask): (*, L, S).</summary>
            internal static Tensor AttentionWeights(Tensor query, Tensor key, Tensor? mask, bool isCausal)
            {
                double scale = Math.Sqrt(1 / Math.Sqrt(query.Impl.Sizes[^1]));
                using Tensor scaledQuery = query * scale;
                using Tensor keys = key.transpose(-2, -1);
                using Tensor scaledKeys = keys * scale;
                using Tensor scores = scaledQuery.matmul(scaledKeys);
                if (isCausal)
                {
                    using Tensor all = ones([query.Impl.Sizes[^2], key.Impl.Sizes[^2]], ScalarType.Bool);
                    using Tensor allowed = all.tril();
                    using Tensor masked = MaskScores(scores, allowed);
                    return masked.softmax(-1);
                }

                if (mask is not null)
                {
                    using Tensor masked = MaskScores(scores, mask);
                    return masked.softmax(-1);
                }

                return scores.softmax(-1);
            }

            private static Tensor MaskScores(Tensor scores, Tensor mask)
            {
                if (mask.dtype != ScalarType.Bool)
                {
                    return scores + mask;
                }

                using Tensor forbidden = mask.logical_not();
                return scores.masked_fill(forbidden, double.NegativeInfinity);
            }
        }
    }
}
