using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Composite
{
    /// <summary>
    /// softmax(query @ key.T * scale + mask) @ value over the last two dimensions ([..., L, E], [..., S, E], [..., S, Ev]).
    /// A boolean mask keeps where it is true, a number mask is added; <paramref name="scale"/> defaults to 1/sqrt(E).
    /// </summary>
    /// <param name="query">[..., L, E].</param>
    /// <param name="key">[..., S, E].</param>
    /// <param name="value">[..., S, Ev].</param>
    /// <param name="attn_mask">Broadcastable to [..., L, S], or null.</param>
    /// <param name="dropout_p">Probability of dropping an attention weight; 0 for none.</param>
    /// <param name="is_causal">Position i sees positions up to i; excludes a mask.</param>
    /// <param name="dropoutNumbers">Reserves the random numbers of the dropout; needed if <paramref name="dropout_p"/> is not 0.</param>
    /// <param name="scale">Factor of the scores.</param>
    public static TensorImpl scaled_dot_product_attention(
        TensorImpl query,
        TensorImpl key,
        TensorImpl value,
        TensorImpl? attn_mask = null,
        double dropout_p = 0,
        bool is_causal = false,
        PhiloxGenerator? dropoutNumbers = null,
        double? scale = null)
    {
        if (is_causal && attn_mask is not null)
        {
            throw ShapeErrors.Error("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True");
        }

        if (dropout_p is not (>= 0 and <= 1))
        {
            throw ShapeErrors.Error($"dropout probability has to be between 0 and 1, but got {dropout_p}");
        }

        PhiloxGenerator? generator = dropout_p == 0 ? null
            : dropoutNumbers ?? throw new ArgumentNullException(nameof(dropoutNumbers), "dropout draws from a generator");
        double factor = scale ?? (1 / Math.Sqrt(query.Sizes[^1]));
        if (CommonBatch(query, key, value) is { } batch)
        {
            using TensorImpl queries = WithBatch(query, batch), keys = WithBatch(key, batch), values = WithBatch(value, batch);
            return Attention(queries, keys, values, attn_mask, is_causal, factor, dropout_p, generator);
        }

        return Attention(query, key, value, attn_mask, is_causal, factor, dropout_p, generator);
    }

    private static TensorImpl Attention(
        TensorImpl query, TensorImpl key, TensorImpl value, TensorImpl? attn_mask, bool is_causal, double factor, double dropout_p, PhiloxGenerator? generator)
    {
        if (!AttentionRules.IsSupported(query, key, value) || (attn_mask is not null && !IsConstantMask(attn_mask, query, key)))
        {
            return AttentionByMatrix(query, key, value, attn_mask, is_causal, factor, dropout_p, generator);
        }

        PhiloxState numbers = generator?.Reserve(query.NumberOfElements / query.Sizes[^1] * key.Sizes[^2]) ?? default;
        TensorImpl[] results = Aten._scaled_dot_product_flash_attention_for_cpu(query, key, value, attn_mask, is_causal, factor, dropout_p, numbers);
        results[1].Dispose();
        return results[0];
    }

    /// <summary>Attention that holds the matrix of weights: for masks that get a gradient and what one op cannot do.</summary>
    private static TensorImpl AttentionByMatrix(
        TensorImpl query, TensorImpl key, TensorImpl value, TensorImpl? attn_mask, bool is_causal, double factor, double dropout_p, PhiloxGenerator? generator)
    {
        TensorImpl weights = AttentionWeights(query, key, attn_mask, is_causal, factor);
        if (generator is not null)
        {
            PhiloxState numbers = generator.Reserve(weights.NumberOfElements);
            weights = Then(weights, w =>
            {
                TensorImpl[] dropped = Aten.native_dropout(w, dropout_p, numbers);
                dropped[1].Dispose();
                return dropped[0];
            });
        }

        return Then(weights, w => matmul(w, value));
    }

    /// <summary>softmax(query @ key.T * factor + mask): [..., L, S].</summary>
    internal static TensorImpl AttentionWeights(TensorImpl query, TensorImpl key, TensorImpl? attn_mask, bool is_causal, ScalarValue factor)
    {
        using TensorImpl keyTransposed = Views.transpose(key, -2, -1);
        TensorImpl scores = matmul(query, keyTransposed);
        scores = Then(scores, s => Aten.mul(s, factor));
        using TensorImpl? causal = is_causal ? CausalMask(query.Sizes[^2], key.Sizes[^2]) : null;
        if ((attn_mask ?? causal) is { } mask)
        {
            if (mask.DType == DType.Bool)
            {
                using TensorImpl hidden = Aten.logical_not(mask);
                scores = Then(scores, s => Aten.masked_fill(s, hidden, double.NegativeInfinity));
            }
            else
            {
                scores = Then(scores, s => Aten.add(s, mask, 1));
            }
        }

        return Then(scores, s => Aten._softmax(s, s.Rank - 1));
    }

    /// <summary>The batch dimensions that those of three tensors broadcast to; null if they are equal, or do not broadcast.</summary>
    private static long[]? CommonBatch(TensorImpl first, TensorImpl second, TensorImpl third)
    {
        if (Math.Min(first.Rank, Math.Min(second.Rank, third.Rank)) < 2)
        {
            return null;
        }

        bool areEqual = first.Rank == second.Rank && first.Rank == third.Rank;
        var batch = new long[Math.Max(first.Rank, Math.Max(second.Rank, third.Rank)) - 2];
        for (int fromEnd = 1; fromEnd <= batch.Length; fromEnd++)
        {
            long a = Size(first, fromEnd), b = Size(second, fromEnd), c = Size(third, fromEnd), common = a != 1 ? a : b != 1 ? b : c;
            if ((a != 1 && a != common) || (b != 1 && b != common) || (c != 1 && c != common))
            {
                return null;
            }

            areEqual &= a == b && a == c;
            batch[^fromEnd] = common;
        }

        return areEqual ? null : batch;

        static long Size(TensorImpl tensor, int fromEnd) => fromEnd + 2 <= tensor.Rank ? tensor.Sizes[^(fromEnd + 2)] : 1;
    }

    private static TensorImpl WithBatch(TensorImpl matrices, long[] batch) => Views.expand(matrices, [.. batch, .. matrices.Sizes[^2..]]);

    /// <summary>A mask that broadcasts to the scores and wants no gradient.</summary>
    private static bool IsConstantMask(TensorImpl mask, TensorImpl query, TensorImpl key)
    {
        if (mask.Rank > query.Rank || (mask.DType != DType.Bool && mask.DType != query.DType) || (GradMode.IsEnabled && mask.RequiresGrad()))
        {
            return false;
        }

        for (int fromEnd = 1; fromEnd <= mask.Rank; fromEnd++)
        {
            long size = fromEnd == 1 ? key.Sizes[^2] : query.Sizes[^fromEnd];
            if (mask.Sizes[^fromEnd] != 1 && mask.Sizes[^fromEnd] != size)
            {
                return false;
            }
        }

        return true;
    }

    private static TensorImpl Then(TensorImpl value, Func<TensorImpl, TensorImpl> next)
    {
        using (value)
        {
            return next(value);
        }
    }

    private static TensorImpl CausalMask(long rows, long columns)
    {
        using TensorImpl row = Aten.arange(0, rows, 1, DType.Int64);
        using TensorImpl column = Aten.arange(0, columns, 1, DType.Int64);
        using TensorImpl rowDown = Views.unsqueeze(row, 1);
        return Aten.ge(rowDown, column);
    }
}
