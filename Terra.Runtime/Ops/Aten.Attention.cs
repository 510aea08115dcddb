using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Attention.</content>
public static partial class Aten
{
    /// <summary>
    /// softmax(query @ key.T * scale + mask) @ value over the last two dimensions ([..., L, E], [..., S, E], [..., S, Ev], equal batch dimensions), without
    /// the matrix of scores. <paramref name="attn_mask"/> broadcasts to [..., L, S]: true where a score counts, or numbers to add; it gets no gradient.
    /// Of the weights (softmax) those that <c>dropout_mask</c> of [..., L, S] does not keep are dropped, the others multiplied by 1 / (1 - p).
    /// Returns the result [..., L, Ev] and the logarithms of the sums of exponentials [..., L, 1].
    /// </summary>
    [TensorOp("aten::_scaled_dot_product_flash_attention_for_cpu")]
    public static TensorImpl[] _scaled_dot_product_flash_attention_for_cpu(
        TensorImpl query,
        TensorImpl key,
        TensorImpl value,
        TensorImpl? attn_mask,
        bool is_causal,
        ScalarValue scale,
        double dropout_p = 0,
        PhiloxState generator = default) =>
        Eager.RunMany(new OpInvocation(OpTable._scaled_dot_product_flash_attention_for_cpu)
            .Add(query).Add(key).Add(value).Add(attn_mask).Add(is_causal).Add(scale).Add(dropout_p).Add(generator));

    /// <summary>The gradients of query, key and value.</summary>
    [TensorOp("aten::_scaled_dot_product_flash_attention_for_cpu_backward")]
    public static TensorImpl[] _scaled_dot_product_flash_attention_for_cpu_backward(
        TensorImpl grad_out,
        TensorImpl query,
        TensorImpl key,
        TensorImpl value,
        TensorImpl @out,
        TensorImpl logsumexp,
        TensorImpl? attn_mask,
        bool is_causal,
        ScalarValue scale,
        double dropout_p = 0,
        PhiloxState generator = default) =>
        Eager.RunMany(new OpInvocation(OpTable._scaled_dot_product_flash_attention_for_cpu_backward)
            .Add(grad_out).Add(query).Add(key).Add(value).Add(@out).Add(logsumexp).Add(attn_mask).Add(is_causal).Add(scale).Add(dropout_p).Add(generator));
}
