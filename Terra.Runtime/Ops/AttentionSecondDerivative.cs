using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// The derivative of attention's gradients, by ops that hold the matrix of weights. With the weights P, the factors M of dropout, A = P M and c the scale,
/// the backward op gives c S K, c Sᵀ Q and Aᵀ G, where S = P (D - sum(P D)) and D = M (G Vᵀ).
/// </summary>
internal static class AttentionSecondDerivative
{
    /// <summary>(grad_out, query, key, value, out, logsumexp, attn_mask?; is_causal, scale, dropout_p, generator). What the forward op returned is a function of its inputs.</summary>
    public static TensorImpl?[] Backward(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl grad = call.Input(0), query = call.Input(1), key = call.Input(2), value = call.Input(3);
        TensorImpl? toQuery = context.Grad(0), toKey = context.Grad(1), toValue = context.Grad(2);
        ScalarValue scale = call.Scalar(1);
        double dropout = call.Scalar(2).ToDouble();
        using TensorImpl weights = Composite.AttentionWeights(query, key, call.OptionalInput(6), call.Bool(0), scale);
        using TensorImpl? mask = dropout == 0 ? null : Aten.dropout_mask(weights, dropout, call.Attrs[3].AsPhilox);
        using TensorImpl kept = Kept(weights.Alias()), received = Kept(ByTransposed(grad, value));

        // S as a function of D and P: the gradient of S, that of D, and P's own.
        using TensorImpl scores = Aten._softmax_backward_data(received, weights, -1);
        using TensorImpl toScores = ToScores(), toReceived = Aten._softmax_backward_data(toScores, weights, -1), ofDots = Kept(toReceived.Alias());
        using TensorImpl toWeights = ToWeights(), curvature = Aten._softmax_backward_data(toWeights, weights, -1);
        return
        [
            context.NeedsGrad(0) ? Derivative.Added(toValue is null ? null : Composite.matmul(kept, toValue), Composite.matmul(ofDots, value)) : null,
            context.NeedsGrad(1) ? Scaled(Derivative.Added(toKey is null ? null : Composite.matmul(scores, toKey), Composite.matmul(curvature, key))) : null,
            context.NeedsGrad(2) ? Scaled(Derivative.Added(toQuery is null ? null : TransposedBy(scores, toQuery), TransposedBy(curvature, query))) : null,
            context.NeedsGrad(3) ? TransposedBy(ofDots, grad) : null,
        ];

        TensorImpl ToScores()
        {
            TensorImpl? byQuery = toQuery is null ? null : ByTransposed(toQuery, key), byKey = toKey is null ? null : ByTransposed(query, toKey);
            return byQuery is null && byKey is null ? Derivative.ZerosLike(weights) : Scaled(byKey is null ? byQuery! : Derivative.Added(byQuery, byKey));
        }

        TensorImpl ToWeights()
        {
            using TensorImpl total = WeightedSum(received), change = WeightedSum(toScores), centered = Aten.sub(received, total, 1);
            using TensorImpl direct = Aten.mul(toScores, centered);
            TensorImpl own = Aten.addcmul(direct, received, change, -1);
            return toValue is null ? own : Derivative.Added(own, Kept(ByTransposed(grad, toValue)));
        }

        TensorImpl WeightedSum(TensorImpl matrix)
        {
            using TensorImpl product = Aten.mul(weights, matrix);
            return Aten.sum(product, [-1], true, null);
        }

        TensorImpl Kept(TensorImpl matrix)
        {
            if (mask is null)
            {
                return matrix;
            }

            using (matrix)
            {
                return Aten._masked_scale(matrix, mask, dropout < 1 ? 1 / (1 - dropout) : 0);
            }
        }

        TensorImpl Scaled(TensorImpl matrix)
        {
            using (matrix)
            {
                return Aten.mul(matrix, scale);
            }
        }
    }

    private static TensorImpl ByTransposed(TensorImpl a, TensorImpl b)
    {
        using TensorImpl transposed = Views.transpose(b, -2, -1);
        return Composite.matmul(a, transposed);
    }

    private static TensorImpl TransposedBy(TensorImpl a, TensorImpl b)
    {
        using TensorImpl transposed = Views.transpose(a, -2, -1);
        return Composite.matmul(transposed, b);
    }
}
