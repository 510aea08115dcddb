namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>1 - cos(x1, x2) where the target is 1, max(0, cos(x1, x2) - margin) where it is -1; over the last dimension.</summary>
            public static Tensor cosine_embedding_loss(
                Tensor input1, Tensor input2, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean)
            {
                const double Epsilon = 1e-12;
                return WrappedTensorDisposeScope(() =>
                {
                    Tensor product = (input1 * input2).sum(-1L);
                    Tensor square1 = input1.square().sum(-1L) + Epsilon;
                    Tensor square2 = input2.square().sum(-1L) + Epsilon;
                    Tensor cosine = product / (square1 * square2).sqrt();
                    Tensor alike = (1 - cosine).masked_fill(target.ne(1), 0);
                    Tensor unlike = (cosine - margin).clamp_min(0).masked_fill(target.ne(-1), 0);
                    return Reduce(alike + unlike, reduction);
                });
            }

            /// <summary>x where the target is 1, max(0, margin - x) where it is -1.</summary>
            public static Tensor hinge_embedding_loss(Tensor input, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() =>
                {
                    Tensor unlike = (margin - input).clamp_min(0).masked_fill(target.eq(1), 0);
                    Tensor alike = input.masked_fill(target.eq(-1), 0);
                    return Reduce(alike + unlike, reduction);
                });

            /// <summary>max(0, margin - y (x1 - x2)): y = 1 wants the first input to rank higher, y = -1 the second.</summary>
            public static Tensor margin_ranking_loss(
                Tensor input1, Tensor input2, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean) =>
                WrappedTensorDisposeScope(() => Reduce((-target * (input1 - input2) + margin).clamp_min(0), reduction));

            /// <summary>max(0, d(anchor, positive) - d(anchor, negative) + margin) with the p-norm's distance (Balntas et al., 2016).</summary>
            /// <param name="anchor">(N, D).</param>
            /// <param name="positive">What should be near: (N, D).</param>
            /// <param name="negative">What should be far: (N, D).</param>
            /// <param name="margin">By how much farther.</param>
            /// <param name="p">The norm's degree.</param>
            /// <param name="eps">Added to each difference.</param>
            /// <param name="swap">Whether the negative's distance is the smaller one of those to anchor and positive.</param>
            /// <param name="reduction">How the samples' losses are summed up.</param>
            public static Tensor triplet_margin_loss(
                Tensor anchor,
                Tensor positive,
                Tensor negative,
                double margin = 1,
                long p = 2,
                double eps = 1e-06,
                bool swap = false,
                Reduction reduction = Reduction.Mean) =>
                triplet_margin_with_distance_loss(anchor, positive, negative, (x, y) => pairwise_distance(x, y, p, eps), margin, swap, reduction);

            /// <inheritdoc cref="triplet_margin_loss"/>
            /// <param name="distance">The distance of two batches, (N); the Euclidean one by default.</param>
            public static Tensor triplet_margin_with_distance_loss(
                Tensor anchor,
                Tensor positive,
                Tensor negative,
                Func<Tensor, Tensor, Tensor>? distance = null,
                double margin = 1,
                bool swap = false,
                Reduction reduction = Reduction.Mean)
            {
                distance ??= static (x, y) => pairwise_distance(x, y);
                return WrappedTensorDisposeScope(() =>
                {
                    Tensor near = distance(anchor, positive);
                    Tensor far = distance(anchor, negative);
                    far = swap ? far.minimum(distance(positive, negative)) : far;
                    return Reduce((near - far + margin).clamp_min(0), reduction);
                });
            }

            /// <summary>The p-norm of x1 - x2 + eps over the last dimension.</summary>
            public static Tensor pairwise_distance(Tensor input1, Tensor input2, double p = 2, double eps = 1e-06, bool keepdim = false) =>
                WrappedTensorDisposeScope(() => (input1 - input2 + eps).norm(-1, keepdim, (float)p));

            /// <summary>x1 · x2 / (‖x1‖ ‖x2‖) along a dimension, the lengths taken as at least eps.</summary>
            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-08) =>
                WrappedTensorDisposeScope(() =>
                {
                    Tensor unit1 = x1 / x1.norm((int)dim, true).clamp_min(eps);
                    Tensor unit2 = x2 / x2.norm((int)dim, true).clamp_min(eps);
                    return (unit1 * unit2).sum(dim);
                });

            /// <summary>Sums up the losses of the elements.</summary>
            private static Tensor Reduce(Tensor loss, Reduction reduction) => reduction switch
            {
                Reduction.None => loss,
                Reduction.Mean => loss.mean(),
                _ => loss.sum(),
            };
        }
    }
}
