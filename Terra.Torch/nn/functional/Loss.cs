using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>(x - y)².</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                new(Aten.mse_loss(input.Impl, target.Impl, (long)reduction));

            /// <summary>|x - y|.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                using TensorImpl difference = Aten.sub(input.Impl, target.Impl, 1);
                return Reduce(Aten.abs(difference), reduction);
            }

            /// <summary>d² / (2 beta) where d = |x - y| is below beta, d - beta / 2 elsewhere (Girshick, 2015).</summary>
            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1)
            {
                if (beta == 0)
                {
                    return l1_loss(input, target, reduction);
                }

                return new(Aten.smooth_l1_loss(input.Impl, target.Impl, (long)reduction, beta));
            }

            /// <summary>d² / 2 where d = |x - y| is below delta, delta (d - delta / 2) elsewhere (Huber, 1964).</summary>
            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) =>
                new(Aten.huber_loss(input.Impl, target.Impl, (long)reduction, delta));

            /// <summary>-(y log x + (1 - y) log(1 - x)), the logarithms cut at -100 as PyTorch does.</summary>
            /// <param name="input">Probabilities.</param>
            /// <param name="target">Probabilities, of the input's shape.</param>
            /// <param name="weight">A factor per element, broadcast, or null.</param>
            /// <param name="reduction">How the elements' losses are summed up.</param>
            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                ReduceWeighted(Aten._binary_cross_entropy(input.Impl, target.Impl), weight, reduction);

            /// <summary>Binary cross entropy of sigmoid(x), computed without overflow.</summary>
            /// <param name="input">Logits.</param>
            /// <param name="target">Probabilities, of the input's shape.</param>
            /// <param name="weight">A factor per element, broadcast, or null.</param>
            /// <param name="reduction">How the elements' losses are summed up.</param>
            /// <param name="pos_weights">A factor for the part of the positive class, broadcast, or null.</param>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null)
            {
                using TensorImpl negative = Aten.neg(target.Impl);
                using TensorImpl rest = Aten.add(negative, (ScalarValue)1.0, 1);
                using TensorImpl zeroPart = Aten.mul(rest, input.Impl);
                using TensorImpl logSigmoid = Aten.log_sigmoid(input.Impl);
                if (pos_weights is null)
                {
                    return ReduceWeighted(Aten.sub(zeroPart, logSigmoid, 1), weight, reduction);
                }

                using TensorImpl excess = Aten.sub(pos_weights.Impl, (ScalarValue)1.0, 1);
                using TensorImpl scaled = Aten.mul(excess, target.Impl);
                using TensorImpl factor = Aten.add(scaled, (ScalarValue)1.0, 1);
                using TensorImpl onePart = Aten.mul(factor, logSigmoid);
                return ReduceWeighted(Aten.sub(zeroPart, onePart, 1), weight, reduction);
            }

            private static Tensor ReduceWeighted(TensorImpl loss, Tensor? weight, Reduction reduction)
            {
                if (weight is null)
                {
                    return Reduce(loss, reduction);
                }

                using (loss)
                {
                    return Reduce(Aten.mul(loss, weight.Impl), reduction);
                }
            }

            /// <summary>Sums up the losses of the elements, which it takes over.</summary>
            private static Tensor Reduce(TensorImpl loss, Reduction reduction)
            {
                if (reduction == Reduction.None)
                {
                    return new Tensor(loss);
                }

                using (loss)
                {
                    return new Tensor(reduction == Reduction.Mean ? Aten.mean(loss, [], false, null) : Aten.sum(loss, [], false, null));
                }
            }
        }
    }
}
