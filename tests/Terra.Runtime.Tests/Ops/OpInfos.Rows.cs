using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Softmax and the losses on it.</content>
internal static partial class OpInfos
{
    /// <summary>A loss of the distances of elements, without a reduction, their mean and their sum.</summary>
    private static KernelInfo DistanceLoss(string name, Func<double, double, double> loss, params double[] parameters)
    {
        Sample Make(TensorImpl self, TensorImpl target, long reduction) => new([self, target], [Attr.Of(reduction), .. parameters.Select(Number)]);
        return new KernelInfo(
            name,
            s =>
            {
                Nd x = s[0], y = s[1];
                long[] sizes = Nd.BroadcastSizes(x.Sizes, y.Sizes);
                double[] first = Samples.Broadcast(s.Inputs[0]!, sizes), second = Samples.Broadcast(s.Inputs[1]!, sizes);
                double[] losses = [.. first.Zip(second, (a, b) => loss(Math.Abs(a - b), parameters.FirstOrDefault()))];
                return [s.Int(0) == 0 ? new Nd(sizes, losses) : Nd.Of(s.Int(0) == 1 ? losses.Sum() / losses.Length : losses.Sum())];
            },
            dtype => new long[] { 0, 1, 2 }.SelectMany(reduction => new[]
            {
                Make(Draw.Of(dtype, [4, 5]), Draw.Of(dtype, [4, 5], -2, 2), reduction),
                Make(Draw.Of(dtype, [2, 3, 4]), Draw.Of(dtype, [3, 1], -2, 2), reduction),
                Make(Draw.Of(dtype, []), Draw.Of(dtype, [3], -2, 2), reduction),
                Make(Draw.Of(dtype, [0, 3]), Draw.Of(dtype, [0, 3], -2, 2), reduction),
                Make(Draw.NowAndThen(dtype, [3, 40]), Draw.Of(dtype, [3, 40], -2, 2), reduction),
            }))
        {
            AbsoluteTolerance = 200,
            Many = dtype => Make(Draw.Of(dtype, [300, 1000]), Draw.Of(dtype, [300, 1000], -2, 2), 1),
            Refusals =
            [
                new Refusal(() => Make(Draw.Of(DType.Int64, [3]), Draw.Of(DType.Int64, [3]), 1), "*not implemented for 'Long'*"),
                new Refusal(() => Make(Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float32, [4]), 1), "The size of tensor a (3) must match*"),
            ],
        };
    }

    private static IEnumerable<OpInfo> Rows()
    {
        yield return Softmax("_softmax", SoftmaxOf);
        yield return Softmax("_log_softmax", LogSoftmaxOf);
        yield return SoftmaxGradient("_softmax_backward_data", SoftmaxOf, static (g, y, total) => (g - total) * y, static (g, y) => g * y);
        yield return SoftmaxGradient("_log_softmax_backward_data", LogSoftmaxOf, static (g, y, total) => g - (Math.Exp(y) * total), static (g, _) => g);
        yield return DistanceLoss("mse_loss", static (d, _) => d * d);
        yield return DistanceLoss("smooth_l1_loss", static (d, beta) => d < beta ? d * d / (2 * beta) : d - (beta / 2), 0.75);
        yield return DistanceLoss("huber_loss", static (d, delta) => d < delta ? d * d / 2 : delta * (d - (delta / 2)), 1.25);
        yield return new KernelInfo("nll_loss_forward", static s =>
        {
            (Nd terms, double loss, double total) = NegativeLikelihoods(s);
            return s.Int(0) == 0 ? [s[0].Rank == 1 ? Nd.Of(terms.Values[0]) : terms, Nd.Of(0)] : [Nd.Of(s.Int(0) == 1 ? loss / total : loss), Nd.Of(total)];
        }, Likelihoods)
        {
            AbsoluteTolerance = 20, Constants = [2], Many = static dtype => ManyLikelihoods(dtype), More = static dtype => [ManyMaps(dtype)],
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Longs(0, 3), null], Attr.Of(1L), Attr.Of(-100L)), "Target 3 is out of bounds."),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Longs(0), null], Attr.Of(1L), Attr.Of(-100L)), "size mismatch*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Int32, [2]), null], Attr.Of(1L), Attr.Of(-100L)), "expected scalar type Long but found Int"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Longs(0, 1), Draw.Of(DType.Float32, [2])], Attr.Of(1L), Attr.Of(-100L)), "weight tensor should be defined either for all 3 classes*"),
            ],
        };
        yield return new KernelInfo("nll_loss_backward", static s =>
        {
            Nd result = Nd.Zeros(s.Ints(2));
            for (int i = 0; i < s[1].Values.Length; i++)
            {
                long target = (long)s[1].Values[i];
                if (target != s.Int(1))
                {
                    double weight = s.Inputs[2] is null ? 1 : s[2].Values[target];
                    result.Values[ScoreAt(result, i, target)] = -weight * (s.Int(0) == 0 ? s[0].Values[i] : s[0].Values[0]) / (s.Int(0) == 1 ? s[3].Values[0] : 1);
                }
            }

            return [result];
        }, static dtype => Likelihoods(dtype).Select(s => LikelihoodGradient(dtype, s)))
        {
            Expandable = false, Constants = [2, 3], Many = static dtype => LikelihoodGradient(dtype, ManyLikelihoods(dtype)), More = static dtype => [LikelihoodGradient(dtype, ManyMaps(dtype))],
        };
    }

    private static Sample ManyLikelihoods(DType dtype) => new([Draw.Of(dtype, [9001, 11]), Draw.Indices(11, 9001), Draw.Of(dtype, [11], 0.5, 2)], Attr.Of(1L), Attr.Of(3L));

    private static Sample ManyMaps(DType dtype) => new([Draw.Of(dtype, [3, 21, 3001]), Draw.Indices(21, 3, 3001), Draw.Of(dtype, [21], 0.5, 2)], Attr.Of(1L), Attr.Of(3L));

    private static Sample LikelihoodGradient(DType dtype, Sample s) => new(
        [Draw.Of(dtype, s.Int(0) == 0 && s[0].Rank > 1 ? s[1].Sizes : []), s.Inputs[1], s.Inputs[2], Compiler.Tensors.Floats([], _ => NegativeLikelihoods(s).Total, dtype)],
        s.Attrs[0], s.Attrs[1], Attr.Of(s[0].Sizes));

    private static IEnumerable<Sample> SoftmaxSamples(DType dtype)
    {
        foreach ((long[] sizes, long dim) in (IEnumerable<(long[], long)>)[([3, 5], 1), ([3, 5], 0), ([2, 3, 4], 1), ([7], -1), ([], 0), ([0, 3], 1), ([3, 0], 0), ([2, 130], 1), ([130, 3], 0)])
        {
            yield return new Sample([Draw.Of(dtype, sizes)], Attr.Of(dim));
        }

        yield return new Sample([Draw.Of(dtype, [3, 20], -200, 200)], Attr.Of(1L));
    }

    private static KernelInfo Softmax(string name, Func<double[], double[]> function) =>
        new(name, s => [Along(s[0], (int)s.Int(0), function)], static dtype =>
        [
            .. SoftmaxSamples(dtype), new Sample([Compiler.Tensors.Floats([3, 4], static i => i is 1 or 6 ? double.NegativeInfinity : i == 9 ? double.NaN : i, dtype)], Attr.Of(1L)),
            new Sample([Compiler.Tensors.Floats([2, 3], static i => i == 1 ? double.PositiveInfinity : i > 2 ? double.NegativeInfinity : 1, dtype)], Attr.Of(1L)),
        ])
        {
            Tolerance = 40, AbsoluteTolerance = 8, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300])], Attr.Of(1L)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Int64, [3])], Attr.Of(0L)), "*not implemented for 'Long'"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of(1L)), "Dimension out of range*"),
            ],
        };

    private static KernelInfo SoftmaxGradient(string name, Func<double[], double[]> function, Func<double, double, double, double> element, Func<double, double, double> summand) =>
        new(name, s =>
        {
            Nd grad = s[0], output = s[1];
            int dim = (int)s.Int(0), d = dim < 0 ? dim + output.Rank : dim;
            return [Nd.Make(output.Sizes, index =>
            {
                double total = 0;
                for (long i = 0; i < (output.Rank == 0 ? 1 : output.Sizes[d]); i++)
                {
                    total += summand(grad[At(index, d, i)], output[At(index, d, i)]);
                }

                return element(grad[index], output[index], total);
            })];
        }, dtype => SoftmaxSamples(dtype).Select(s =>
        {
            Nd output = Along(s[0], (int)s.Int(0), function);
            return new Sample([Draw.Of(dtype, output.Sizes), Compiler.Tensors.Floats(output.Sizes, i => output.Values[i], dtype)], s.Attrs);
        }))
        {
            Tolerance = 40, AbsoluteTolerance = 40, Expandable = false, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Of(dtype, [301, 300], -1, 0)], Attr.Of(1L)),
            Gradients = () => SoftmaxSamples(DType.Float64).Where(static s => s.Inputs[0]!.NumberOfElements is > 0 and < 30).Select(static s => new Sample([s.Inputs[0], Draw.Of(DType.Float64, s[0].Sizes, -1, 1)], s.Attrs)),
        };

    private static double[] SoftmaxOf(double[] line)
    {
        double max = line.Aggregate(double.NegativeInfinity, Math.Max), total = line.Sum(v => Math.Exp(v - max));
        return [.. line.Select(v => Math.Exp(v - max) / total)];
    }

    private static double[] LogSoftmaxOf(double[] line)
    {
        double max = line.Aggregate(double.NegativeInfinity, Math.Max), total = Math.Log(line.Sum(v => Math.Exp(v - max)));
        return [.. line.Select(v => v - max - total)];
    }

    private static IEnumerable<Sample> Likelihoods(DType dtype)
    {
        for (long reduction = 0; reduction < 3; reduction++)
        {
            yield return new Sample([Draw.Of(dtype, [4, 3]), Draw.Longs(2, 0, 1, 2), null], Attr.Of(reduction), Attr.Of(-100L));
            yield return new Sample([Draw.Of(dtype, [5, 3]), Draw.Longs(2, 0, 1, 1, 0), Draw.Of(dtype, [3], 0.5, 2)], Attr.Of(reduction), Attr.Of(1L));
            yield return new Sample([Draw.Of(dtype, [2, 3, 5]), Draw.Indices(3, 2, 5), Draw.Of(dtype, [3], 0.5, 2)], Attr.Of(reduction), Attr.Of(1L));
            yield return new Sample([Draw.Of(dtype, [3]), Draw.Longs(2), null], Attr.Of(reduction), Attr.Of(-100L));
            yield return new Sample([Draw.NowAndThen(dtype, [40, 3]), Draw.Indices(3, 40), null], Attr.Of(reduction), Attr.Of(-100L));
        }

        yield return new Sample([Draw.Of(dtype, [0, 3]), Draw.Longs(), null], Attr.Of(2L), Attr.Of(-100L));
        yield return new Sample([Draw.Of(dtype, [2, 3, 0]), Draw.Indices(3, 2, 0), null], Attr.Of(2L), Attr.Of(-100L));
    }

    /// <summary>Where the score of a class is, at position i of a batch of scores (C), (N, C) or (N, C, P).</summary>
    private static long ScoreAt(Nd scores, long i, long target)
    {
        long classes = scores.Sizes[scores.Rank == 1 ? 0 : 1], positions = scores.Rank == 3 ? scores.Sizes[2] : 1;
        return (((i / positions * classes) + target) * positions) + (i % positions);
    }

    private static (Nd Terms, double Loss, double Total) NegativeLikelihoods(Sample s)
    {
        Nd scores = s[0], targets = s[1], terms = Nd.Zeros(targets.Rank == 0 ? [1] : targets.Sizes);
        double total = 0;
        for (int i = 0; i < terms.Values.Length; i++)
        {
            long target = (long)targets.Values[i];
            if (target != s.Int(1))
            {
                double weight = s.Inputs[2] is null ? 1 : s[2].Values[target];
                terms.Values[i] = -weight * scores.Values[ScoreAt(scores, i, target)];
                total += weight;
            }
        }

        return (terms, terms.Values.Sum(), total);
    }
}
