namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>log(1 + exp(-y x)), where y is 1 or -1.</summary>
            public static Tensor soft_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() => Reduce((-target * input).softplus(), reduction));

            /// <summary>The sum over the wrong classes j of max(0, margin - x[y] + x[j])ᵖ, divided by the number of classes.</summary>
            /// <param name="input">Scores: (N, C) or (C).</param>
            /// <param name="target">Classes, int64: (N) or a scalar.</param>
            /// <param name="p">1 or 2.</param>
            /// <param name="margin">By how much the right class's score should be higher.</param>
            /// <param name="weight">A factor per (right) class: (C).</param>
            /// <param name="reduction">How the samples' losses are summed up.</param>
            /// <exception cref="ArgumentException">p is neither 1 nor 2.</exception>
            public static Tensor multi_margin_loss(
                Tensor input, Tensor target, int p = 1, double margin = 1, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                if (p is not (1 or 2))
                {
                    throw new ArgumentException($"multi_margin_loss: only p = 1 and p = 2 are supported, but got {p}", nameof(p));
                }

                return WrappedTensorDisposeScope(() =>
                {
                    Tensor scores = input.atleast_2d();
                    Tensor classes = target.reshape(-1, 1);
                    Tensor excess = (scores - scores.gather(1, classes) + margin).clamp_min(0);
                    excess = p == 2 ? excess.square() : excess;
                    excess = weight is null ? excess : excess * weight.index_select(0, classes.flatten()).unsqueeze(1);
                    Tensor right = zeros(scores.shape, ScalarType.Bool).scatter(1, classes, ones(classes.shape, ScalarType.Bool));
                    Tensor loss = excess.masked_fill(right, 0).sum(1L) / scores.shape[1];
                    return Reduce(input.dim() == 2 ? loss : loss.squeeze(), reduction);
                });
            }

            /// <summary>The sum over right classes k and wrong ones j of max(0, 1 - (x[k] - x[j])), divided by the number of classes.</summary>
            /// <param name="input">Scores: (N, C) or (C).</param>
            /// <param name="target">The right classes first, then -1: int64 of the input's sizes.</param>
            /// <param name="reduction">How the samples' losses are summed up.</param>
            public static Tensor multi_label_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() =>
                {
                    Tensor scores = input.atleast_2d();
                    Tensor listed = target.atleast_2d().ge(0).to(ScalarType.Int64).cumprod(1).to(scores.dtype);
                    Tensor classes = target.atleast_2d().clamp_min(0);
                    Tensor isRight = zeros(scores.shape, scores.dtype).scatter_add(1, classes, listed).clamp_max(1);
                    Tensor excess = (1 - scores.gather(1, classes).unsqueeze(2) + scores.unsqueeze(1)).clamp_min(0);
                    Tensor counted = excess * listed.unsqueeze(2) * (1 - isRight).unsqueeze(1);
                    Tensor loss = counted.sum(1, 2) / scores.shape[1];
                    return Reduce(input.dim() == 2 ? loss : loss.squeeze(), reduction);
                });

            /// <summary>The mean over the classes of their binary cross entropy with logits.</summary>
            /// <param name="input">Logits: (N, C) or (C).</param>
            /// <param name="target">0 or 1 for each class, of the input's sizes.</param>
            /// <param name="weight">A factor per class: (C).</param>
            /// <param name="reduction">How the samples' losses are summed up.</param>
            public static Tensor multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() =>
                {
                    Tensor loss = -((target * input.log_sigmoid()) + ((1 - target) * (-input).log_sigmoid()));
                    loss = weight is null ? loss : loss * weight;
                    return Reduce(loss.mean([-1L]), reduction);
                });
        }
    }
}
