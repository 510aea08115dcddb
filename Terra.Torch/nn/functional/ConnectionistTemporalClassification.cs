namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Stands for the logarithm of zero: finite, so that gradients of what cannot be are zero, not NaN.</summary>
            private const double LogOfNothing = -1e30;

            /// <summary>
            /// The negative logarithm of the probability of target sequences under all alignments with longer inputs (Graves et al., "Connectionist temporal
            /// classification", 2006), by the forward recursion; its gradient is that of the recursion.
            /// </summary>
            /// <param name="log_probs">(T, N, C), or (T, C) without a batch: logarithms of the classes' probabilities.</param>
            /// <param name="targets">(N, S) padded, (S) without a batch, or all targets one after another: classes other than the blank.</param>
            /// <param name="input_lengths">(N): how many steps of each input count.</param>
            /// <param name="target_lengths">(N): the lengths of the targets.</param>
            /// <param name="blank">The class that stands for nothing.</param>
            /// <param name="zero_infinity">Whether targets that are too long for their input give zero in place of infinity.</param>
            /// <param name="reduction">The mean is of the losses divided by the lengths of the targets.</param>
            /// <exception cref="ArgumentException">Sizes or lengths do not fit.</exception>
            public static Tensor ctc_loss(
                Tensor log_probs,
                Tensor targets,
                Tensor input_lengths,
                Tensor target_lengths,
                long blank = 0,
                bool zero_infinity = false,
                Reduction reduction = Reduction.Mean)
            {
                using DisposeScope scope = NewDisposeScope();
                bool isBatched = log_probs.dim() == 3;
                Tensor scores = isBatched ? log_probs : log_probs.unsqueeze(1);
                long[] steps = Numbers(input_lengths), lengths = Numbers(target_lengths);
                long[][] labels = Labels(targets, lengths, scores.shape, steps, blank);
                long width = (2 * lengths.Max()) + 1;
                (Tensor extended, Tensor mayskip) = Extend(labels, width, blank, scores.dtype);
                Tensor emitted = scores.gather(2, extended.unsqueeze(0).expand(scores.shape[0], -1, -1));

                // What a path may begin with: nothing, or the first label.
                Tensor begin = full([width], LogOfNothing, scores.dtype).scatter(0, arange(Math.Min(2, width)), zeros(Math.Min(2, width), scores.dtype));
                Tensor forward = emitted[0] + begin;
                Tensor none = full([labels.Length, 1], LogOfNothing, scores.dtype), lastStep = tensor(steps).unsqueeze(1);
                for (long step = 1; step < steps.Max(); step++)
                {
                    Tensor fromLeft = cat([none, forward.narrow(1, 0, width - 1)], 1);
                    Tensor total = forward.logaddexp(fromLeft);
                    if (width > 2)
                    {
                        total = total.logaddexp(cat([none, none, forward.narrow(1, 0, width - 2)], 1) + mayskip);
                    }

                    forward = where(lastStep.gt(step), total + emitted[step], forward);
                }

                Tensor ends = tensor(Array.ConvertAll(lengths, static length => 2 * length)).unsqueeze(1);
                Tensor before = forward.gather(1, (ends - 1).clamp_min(0)) + ends.eq(0).to(scores.dtype).mul(LogOfNothing);
                Tensor loss = forward.gather(1, ends).logaddexp(before).squeeze(1).neg();
                loss = loss.masked_fill(loss.gt(-LogOfNothing / 10), zero_infinity ? 0 : double.PositiveInfinity);
                Tensor result = reduction switch
                {
                    Reduction.Mean => (loss / tensor(Array.ConvertAll(lengths, static length => Math.Max(length, 1))).to(loss.dtype)).mean(),
                    Reduction.Sum => loss.sum(),
                    _ => isBatched ? loss : loss.squeeze(0),
                };
                return result.MoveToOuterDisposeScope();
            }

            private static long[] Numbers(Tensor lengths) => lengths.to(ScalarType.Int64).contiguous().reshape(-1).data<long>().ToArray();

            private static long[][] Labels(Tensor targets, long[] lengths, long[] sizes, long[] steps, long blank)
            {
                long[] all = Numbers(targets);
                bool isPadded = targets.dim() == 2;
                if (lengths.Length != sizes[1] || steps.Length != sizes[1] || lengths.Min() < 0 || steps.Min() < 1 || steps.Max() > sizes[0]
                    || (isPadded ? targets.shape[0] != sizes[1] || targets.shape[1] < lengths.Max() : all.Length < lengths.Sum()))
                {
                    throw new ArgumentException(
                        $"ctc_loss: got log_probs of sizes [{string.Join(", ", sizes)}], targets of [{string.Join(", ", targets.shape)}], input_lengths [{string.Join(", ", steps)}] and target_lengths [{string.Join(", ", lengths)}]",
                        nameof(targets));
                }

                var labels = new long[lengths.Length][];
                long first = 0;
                for (int i = 0; i < labels.Length; i++)
                {
                    first = isPadded ? i * targets.shape[1] : first;
                    labels[i] = all.AsSpan((int)first, (int)lengths[i]).ToArray();
                    first += lengths[i];
                    if (Array.Exists(labels[i], label => label < 0 || label >= sizes[2] || label == blank))
                    {
                        throw new ArgumentException($"ctc_loss: a target must be a class from 0 to {sizes[2] - 1} other than the blank {blank}", nameof(targets));
                    }
                }

                return labels;
            }

            /// <summary>The labels with blanks round each, and the logarithm of whether a path may skip the blank before each.</summary>
            private static (Tensor Labels, Tensor MaySkip) Extend(long[][] labels, long width, long blank, ScalarType dtype)
            {
                var extended = new long[labels.Length * width];
                var mayskip = new double[extended.Length];
                Array.Fill(extended, blank);
                Array.Fill(mayskip, LogOfNothing);
                for (int i = 0; i < labels.Length; i++)
                {
                    for (int k = 0; k < labels[i].Length; k++)
                    {
                        long at = (i * width) + (2 * k) + 1;
                        extended[at] = labels[i][k];
                        mayskip[at] = k > 0 && labels[i][k] != labels[i][k - 1] ? 0 : LogOfNothing;
                    }
                }

                return (tensor(extended, [labels.Length, width]), tensor(mayskip, [labels.Length, width]).to(dtype));
            }
        }
    }
}
