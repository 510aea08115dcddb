using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private const long NoIgnoredIndex = -100;

            /// <summary>Minus the log-probability of the target's class.</summary>
            /// <param name="input">Log-probabilities (N, C), (N, C, *) or (C).</param>
            /// <param name="target">Class indices, int64: (N), (N, *) or a scalar.</param>
            /// <param name="weight">(C), a factor per class, or null.</param>
            /// <param name="reduction">How the elements' losses are summed up; the mean is weighted.</param>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                NegativeLogLikelihood(input, target, weight, NoIgnoredIndex, reduction);

            /// <summary>Softmax along the classes, and minus the log-probability of the target.</summary>
            /// <param name="input">Logits (N, C), (N, C, *) or (C).</param>
            /// <param name="target">Class indices, int64: (N), (N, *) or a scalar; or probabilities of the input's shape.</param>
            /// <param name="weight">(C), a factor per class, or null.</param>
            /// <param name="ignore_index">A target that contributes nothing.</param>
            /// <param name="reduction">How the elements' losses are summed up; the mean is weighted.</param>
            /// <param name="label_smoothing">Share of the target's probability that is spread over all classes.</param>
            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                long ignore_index = NoIgnoredIndex,
                Reduction reduction = Reduction.Mean,
                double label_smoothing = 0)
            {
                int classDim = input.Impl.Rank == 1 ? 0 : 1;
                using var logProbabilities = new Tensor(Aten._log_softmax(input.Impl, classDim));
                if (target.Impl.DType.IsFloatingPoint())
                {
                    return SoftCrossEntropy(logProbabilities, target, weight, reduction, label_smoothing, classDim);
                }

                Tensor hard = NegativeLogLikelihood(logProbabilities, target, weight, ignore_index, reduction);
                if (label_smoothing == 0)
                {
                    return hard;
                }

                using (hard)
                using (Tensor smooth = SmoothLoss(logProbabilities, target, weight, ignore_index, reduction, classDim))
                {
                    using Tensor kept = hard * (1 - label_smoothing);
                    using Tensor spread = smooth * (label_smoothing / input.Impl.Sizes[classDim]);
                    return kept + spread;
                }
            }

            private static Tensor NegativeLogLikelihood(Tensor input, Tensor target, Tensor? weight, long ignoreIndex, Reduction reduction)
            {
                int rank = input.Impl.Rank;
                if (rank == 2)
                {
                    return First(Aten.nll_loss_forward(input.Impl, target.Impl, weight?.Impl, (long)reduction, ignoreIndex));
                }

                if (rank == 1)
                {
                    using Tensor batch = input.unsqueeze(0);
                    using Tensor batchTarget = target.reshape(1);
                    using Tensor batchLoss = NegativeLogLikelihood(batch, batchTarget, weight, ignoreIndex, reduction);
                    return reduction == Reduction.None ? batchLoss.squeeze(0) : batchLoss.SameTensor();
                }

                long[] lossShape = target.shape;
                ReadOnlySpan<long> sizes = input.Impl.Sizes;
                long positions = 1;
                foreach (long size in sizes[2..])
                {
                    positions *= size;
                }

                using Tensor maps = input.reshape(sizes[0], sizes[1], positions);
                using Tensor mapTargets = target.reshape(sizes[0], positions);
                Tensor loss = First(Aten.nll_loss_forward(maps.Impl, mapTargets.Impl, weight?.Impl, (long)reduction, ignoreIndex));
                if (reduction != Reduction.None)
                {
                    return loss;
                }

                using (loss)
                {
                    return loss.view(lossShape);
                }
            }

            /// <summary>The part of the loss that label smoothing spreads over all classes.</summary>
            private static Tensor SmoothLoss(
                Tensor logProbabilities, Tensor target, Tensor? weight, long ignoreIndex, Reduction reduction, int classDim)
            {
                using Tensor weighted = WeightClasses(logProbabilities, weight, classDim);
                using Tensor total = weighted.sum(classDim);
                using Tensor negative = -total;
                using Tensor ignored = target.eq(ignoreIndex);
                using Tensor loss = negative.masked_fill(ignored, 0);
                switch (reduction)
                {
                    case Reduction.None:
                        return loss.SameTensor();
                    case Reduction.Sum:
                        return loss.sum();
                }

                using Tensor sum = loss.sum();
                using Tensor counted = ignored.logical_not();
                using Tensor share = counted.to(logProbabilities.dtype);
                if (weight is null)
                {
                    using Tensor count = share.sum();
                    return sum / count;
                }

                using Tensor flat = target.masked_fill(ignored, 0);
                using Tensor indices = flat.reshape(-1);
                using Tensor picked = weight.index_select(0, indices);
                using Tensor flatShare = share.reshape(-1);
                using Tensor pickedShare = picked * flatShare;
                using Tensor totalWeight = pickedShare.sum();
                return sum / totalWeight;
            }

            /// <summary>Cross entropy against probabilities; the mean is over the positions.</summary>
            private static Tensor SoftCrossEntropy(
                Tensor logProbabilities, Tensor target, Tensor? weight, Reduction reduction, double labelSmoothing, int classDim)
            {
                long classes = logProbabilities.Impl.Sizes[classDim];
                using Tensor kept = target * (1 - labelSmoothing);
                using Tensor smoothed = kept + (labelSmoothing / classes);
                using Tensor weighted = WeightClasses(logProbabilities, weight, classDim);
                using Tensor product = weighted * smoothed;
                switch (reduction)
                {
                    case Reduction.None:
                    {
                        using Tensor perPosition = product.sum(classDim);
                        return -perPosition;
                    }

                    case Reduction.Sum:
                    {
                        using Tensor total = product.sum();
                        return -total;
                    }

                    default:
                    {
                        using Tensor total = product.sum();
                        using Tensor negative = -total;
                        return negative / ((double)logProbabilities.Impl.NumberOfElements / classes);
                    }
                }
            }

            private static Tensor WeightClasses(Tensor logProbabilities, Tensor? weight, int classDim)
            {
                if (weight is null)
                {
                    return logProbabilities.SameTensor();
                }

                var shape = new long[logProbabilities.Impl.Rank];
                Array.Fill(shape, 1);
                shape[classDim] = weight.Impl.NumberOfElements;
                using Tensor broadcastable = weight.view(shape);
                return logProbabilities * broadcastable;
            }
        }
    }
}
