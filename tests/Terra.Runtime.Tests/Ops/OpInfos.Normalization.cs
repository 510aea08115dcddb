using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Batch, layer and group normalization.</content>
internal static partial class OpInfos
{
    private const double Epsilon = 1e-3;
    private static readonly bool[] s_three = [true, true, true];

    private static IEnumerable<OpInfo> Normalization()
    {
        yield return Normalizing("_native_batch_norm_legit", BatchTraining, static dtype =>
        [
            .. Channels(dtype).Select(static x => new Sample([x, null, null, null, null], Number(0.1), Number(Epsilon))),
            .. Channels(dtype).Select(x => new Sample([x, .. Vectors(dtype, x.Sizes[1], 4)], Number(0.1), Number(Epsilon))),
        ]) with
        {
            Constants = [3, 4],
            Many = static dtype => new Sample([Draw.Of(dtype, [8, 64, 15, 15]), .. Vectors(dtype, 64, 4)], Number(0.1), Number(Epsilon)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [1, 3]), null, null, null, null], Number(0.1), Number(Epsilon)), "Expected more than 1 value per channel when training*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [4, 3]), Draw.Of(DType.Float32, [2]), null, null, null], Number(0.1), Number(Epsilon)), "weight should contain 3 elements*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [4, 3]), Draw.Of(DType.Float64, [3]), null, null, null], Number(0.1), Number(Epsilon)), "weight should contain 3 elements of Float*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Int64, [4, 3]), null, null, null, null], Number(0.1), Number(Epsilon)), "*not implemented for 'Long'"),
            ],
        };
        yield return Normalizing("_native_batch_norm_legit_no_training", static s =>
        {
            Nd x = s[0], mean = s[3], variance = s[4];
            return [Nd.Make(x.Sizes, i => ((x[i] - mean[i[1]]) / Math.Sqrt(variance[i[1]] + s.Number(0)) * Parameter(s, 1, 1, i[1])) + Parameter(s, 2, 0, i[1]))];
        }, static dtype =>
        [
            .. Channels(dtype).Select(x => new Sample([x, null, null, .. Vectors(dtype, x.Sizes[1], 2)], Number(Epsilon))),
            .. Channels(dtype).Select(x => new Sample([x, .. Vectors(dtype, x.Sizes[1], 4)], Number(Epsilon))),
        ]) with
        {
            Constants = [3, 4],
            Many = static dtype => new Sample([Draw.Of(dtype, [8, 64, 15, 15]), .. Vectors(dtype, 64, 4)], Number(Epsilon)),
        };
        yield return Normalizing("native_batch_norm_backward", static s => s.Bool(0)
            ? NormalizationGradient(s[0], s[1], i => i[1], i => Parameter(s, 2, 1, i[1]), i => i[1], s[5], s[6], s[1].Sizes[1..2])
            : [
                Nd.Make(s[1].Sizes, i => s[0][i] * Parameter(s, 2, 1, i[1]) / Math.Sqrt(s[4][i[1]] + s.Number(1))),
                SumInto(s[1].Sizes[1..2], s[0], i => i[1], i => s[0][i] * (s[1][i] - s[3][i[1]]) / Math.Sqrt(s[4][i[1]] + s.Number(1))),
                SumInto(s[1].Sizes[1..2], s[0], i => i[1], i => s[0][i]),
            ], static dtype => Channels(dtype).SelectMany(x => new[]
        {
            new Sample([Draw.Of(dtype, x.Sizes.ToArray()), x, .. Vectors(dtype, x.Sizes[1], 1), null, null, .. Vectors(dtype, x.Sizes[1], 2)], Attr.Of(true), Number(Epsilon), Attr.Of(s_three)),
            new Sample([Draw.Of(dtype, x.Sizes.ToArray()), x, null, .. Vectors(dtype, x.Sizes[1], 2), null, null], Attr.Of(false), Number(Epsilon), Attr.Of(s_three)),
        })) with
        {
            Constants = [3, 4, 5, 6],
            Computed = static s => !s.Bool(0) ? s : WithStatistics(s, 5, Aten._native_batch_norm_legit(s.Inputs[1]!, null, null, null, null, 0.1, Epsilon)),
            Many = static dtype => new Sample([Draw.Of(dtype, [8, 64, 15, 16]), Draw.Of(dtype, [8, 64, 15, 16]), .. Vectors(dtype, 64, 1), null, null, .. Vectors(dtype, 64, 2)], Attr.Of(true), Number(Epsilon), Attr.Of(s_three)),
        };
        yield return Normalizing("native_layer_norm", static s =>
        {
            Nd x = s[0];
            int leading = x.Rank - s.Ints(0).Length;
            (Nd result, Nd mean, Nd deviation) = Normalized(x, i => Linear(i[..leading], x.Sizes), s.Number(1), [.. x.Sizes[..leading], .. s.Ints(0).Select(static _ => 1L)]);
            return [Nd.Make(x.Sizes, i => (result[i] * (s.Inputs[1] is null ? 1 : s[1][i[leading..]])) + (s.Inputs[2] is null ? 0 : s[2][i[leading..]])), mean, deviation];
        }, static dtype => Layered(dtype).SelectMany(layer => new[]
        {
            new Sample([layer.X, null, null], Attr.Of(layer.Shape), Number(Epsilon)),
            new Sample([layer.X, Draw.Of(dtype, layer.Shape, 0.5, 2), Draw.Of(dtype, layer.Shape)], Attr.Of(layer.Shape), Number(Epsilon)),
        })) with
        {
            Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Of(dtype, [300]), null], Attr.Of([300L]), Number(Epsilon)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), null, null], Attr.Of([2L]), Number(Epsilon)), "Given normalized_shape=*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [2]), null], Attr.Of([3L]), Number(Epsilon)), "Expected weight to be of same shape as normalized_shape*"),
            ],
        };
        yield return Normalizing("native_layer_norm_backward", static s =>
        {
            Nd x = s[1];
            int leading = x.Rank - s.Ints(0).Length;
            Nd[] gradients = NormalizationGradient(
                s[0], x, i => Linear(i[..leading], x.Sizes), i => s.Inputs[4] is null ? 1 : s[4][i[leading..]], i => Linear(i[leading..], s.Ints(0)), s[2], s[3], [s.Ints(0).Aggregate(1L, static (a, b) => a * b)]);
            return [gradients[0], new Nd(s.Ints(0), gradients[1].Values), new Nd(s.Ints(0), gradients[2].Values)];
        }, static dtype => Layered(dtype).Select(layer => LayerGradient(dtype, layer.X, layer.Shape))) with
        {
            Constants = [2, 3], Computed = static s => WithStatistics(s, 2, Aten.native_layer_norm(s.Inputs[1]!, s.Ints(0), null, null, Epsilon)),
            Many = static dtype => LayerGradient(dtype, Draw.Of(dtype, [301, 300]), [300]),
        };
        yield return Normalizing("_fused_rms_norm", static s =>
        {
            Nd deviation = InverseRootMeanSquares(s[0], s.Ints(0), s.Number(1));
            return [Nd.Make(s[0].Sizes, i => s[0][i] * deviation.Values[Row(s[0], s.Ints(0), i)] * RowWeight(s, 1, i)), deviation];
        }, static dtype => Layered(dtype).SelectMany(layer => new[]
        {
            new Sample([layer.X, null], Attr.Of(layer.Shape), Number(Epsilon)),
            new Sample([layer.X, Draw.Of(dtype, layer.Shape, 0.5, 2)], Attr.Of(layer.Shape), Number(Epsilon)),
        })) with
        {
            Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Of(dtype, [300])], Attr.Of([300L]), Number(Epsilon)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), null], Attr.Of([2L]), Number(Epsilon)), "Given normalized_shape=*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [2])], Attr.Of([3L]), Number(Epsilon)), "Expected weight to be of same shape as normalized_shape*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Int64, [2, 3]), null], Attr.Of([3L]), Number(Epsilon)), "*not implemented for 'Long'"),
            ],
        };
        yield return Normalizing("_fused_rms_norm_backward", static s =>
        {
            Nd g = s[0], x = s[1], deviation = s[2];
            Func<long[], long> row = i => Row(x, s.Ints(0), i);
            Func<long[], double> normal = i => x[i] * deviation.Values[row(i)], weighted = i => g[i] * RowWeight(s, 3, i);
            Nd products = SumInto([deviation.Values.Length], x, row, i => weighted(i) * normal(i));
            double columns = s.Ints(0).Aggregate(1L, static (a, b) => a * b);
            return
            [
                Nd.Make(x.Sizes, i => deviation.Values[row(i)] * (weighted(i) - (normal(i) * products.Values[row(i)] / columns))),
                SumInto(s.Ints(0), x, i => Linear(i[(x.Rank - s.Ints(0).Length)..], s.Ints(0)), i => g[i] * normal(i)),
            ];
        }, static dtype => Layered(dtype).Select(layer => RootMeanSquareGradient(dtype, layer.X, layer.Shape))) with
        {
            Constants = [2],
            Computed = static s => s with { Inputs = [.. s.Inputs[..2], Aten._fused_rms_norm(s.Inputs[1]!, s.Ints(0), null, Epsilon)[1], s.Inputs[3]] },
            Many = static dtype => RootMeanSquareGradient(dtype, Draw.Of(dtype, [301, 300]), [300]),
        };
        yield return Normalizing("native_group_norm", static s =>
        {
            (Nd result, Nd mean, Nd deviation) = Normalized(s[0], i => Group(i, s[0].Sizes[1], s.Int(0)), s.Number(1), [s[0].Sizes[0], s.Int(0)]);
            return [Nd.Make(s[0].Sizes, i => (result[i] * Parameter(s, 1, 1, i[1])) + Parameter(s, 2, 0, i[1])), mean, deviation];
        }, static dtype => Grouped(dtype).SelectMany(group => new[]
        {
            new Sample([group.X, null, null], Attr.Of(group.Groups), Number(Epsilon)),
            new Sample([group.X, .. Vectors(dtype, group.X.Sizes[1], 2)], Attr.Of(group.Groups), Number(Epsilon)),
        })) with
        {
            Many = static dtype => new Sample([Draw.Of(dtype, [8, 64, 15, 15]), .. Vectors(dtype, 64, 2)], Attr.Of(16L), Number(Epsilon)),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3, 4]), null, null], Attr.Of(2L), Number(Epsilon)), "Expected number of channels in input to be divisible by num_groups*")],
        };
        yield return Normalizing("native_group_norm_backward", static s => NormalizationGradient(
            s[0], s[1], i => Group(i, s[1].Sizes[1], s.Int(0)), i => Parameter(s, 4, 1, i[1]), i => i[1], s[2], s[3], s[1].Sizes[1..2]), static dtype => Grouped(dtype).Select(group => GroupGradient(dtype, group.X, group.Groups))) with
        {
            Constants = [2, 3], Computed = static s => WithStatistics(s, 2, Aten.native_group_norm(s.Inputs[1]!, null, null, s.Int(0), Epsilon)),
            Many = static dtype => GroupGradient(dtype, Draw.Of(dtype, [8, 64, 15, 15]), 16),
        };
    }

    /// <summary>The sample with mean and inverse deviation, from a position on, as the forward op returned them.</summary>
    private static Sample WithStatistics(Sample s, int position, TensorImpl[] results) =>
        s with { Inputs = [.. s.Inputs[..position], results[1], results[2], .. s.Inputs[(position + 2)..]] };

    private static KernelInfo Normalizing(string name, Func<Sample, Nd[]> reference, Func<DType, IEnumerable<Sample>> draws) =>
        new(name, reference, draws) { Expandable = false, Tolerance = 100, AbsoluteTolerance = 400 };

    private static IEnumerable<TensorImpl> Channels(DType dtype) =>
        [Draw.Of(dtype, [4, 3]), Draw.Of(dtype, [3, 2, 5]), Draw.Of(dtype, [2, 2, 3, 2]), Draw.Of(dtype, [5, 4, 9, 7]), Draw.Of(dtype, [0, 3, 4]), Draw.NowAndThen(dtype, [2, 9, 3])];

    private static IEnumerable<(TensorImpl X, long[] Shape)> Layered(DType dtype) =>
        [(Draw.Of(dtype, [4, 5]), [5]), (Draw.Of(dtype, [2, 3, 4]), [3, 4]), (Draw.Of(dtype, [6]), [6]), (Draw.Of(dtype, [2, 3, 137]), [137]), (Draw.Of(dtype, [0, 5]), [5]), (Draw.NowAndThen(dtype, [9, 6]), [6])];

    private static IEnumerable<(TensorImpl X, long Groups)> Grouped(DType dtype) => [(Draw.Of(dtype, [3, 4, 3]), 2), (Draw.Of(dtype, [2, 6, 2, 2]), 3), (Draw.Of(dtype, [2, 3, 5]), 1), (Draw.Of(dtype, [3, 4, 31]), 4), (Draw.Of(dtype, [0, 4, 3]), 2), (Draw.NowAndThen(dtype, [3, 6, 3]), 3)];

    /// <summary>Vectors of one positive number a channel.</summary>
    private static TensorImpl[] Vectors(DType dtype, long channels, int count) => [.. Enumerable.Range(0, count).Select(k => Draw.Of(dtype, [channels], 0.5 + (k / 8.0), 2))];

    private static Sample LayerGradient(DType dtype, TensorImpl x, long[] shape)
    {
        long[] rows = [.. x.Sizes[..^shape.Length], .. shape.Select(static _ => 1L)];
        return new Sample([Draw.Of(dtype, x.Sizes.ToArray()), x, Draw.Of(dtype, rows, -1, 1), Draw.Of(dtype, rows, 0.5, 2), Draw.Of(dtype, shape)], Attr.Of(shape), Attr.Of(s_three));
    }

    private static Sample RootMeanSquareGradient(DType dtype, TensorImpl x, long[] shape)
    {
        Sample layer = LayerGradient(dtype, x, shape);
        return new Sample([.. layer.Inputs[..2], .. layer.Inputs[3..]], Attr.Of(shape), Attr.Of(s_three[..2]));
    }

    /// <summary>In which row of the last dimensions an element lies.</summary>
    private static long Row(Nd x, long[] shape, long[] index) => Linear(index[..(x.Rank - shape.Length)], x.Sizes);

    private static double RowWeight(Sample s, int position, long[] index) => s.Inputs[position] is null ? 1 : s[position][index[^s.Ints(0).Length..]];

    private static Nd InverseRootMeanSquares(Nd x, long[] shape, double eps)
    {
        ILookup<long, double> rows = Nd.Indices(x.Sizes).ToLookup(i => Row(x, shape, i), i => x[i]);
        Nd result = Nd.Zeros([.. x.Sizes[..^shape.Length], .. shape.Select(static _ => 1L)]);
        for (int r = 0; r < result.Values.Length; r++)
        {
            result.Values[r] = 1 / Math.Sqrt(rows[r].Select(static v => v * v).DefaultIfEmpty().Average() + eps);
        }

        return result;
    }

    private static Sample GroupGradient(DType dtype, TensorImpl x, long groups) => new(
        [Draw.Of(dtype, x.Sizes.ToArray(), -2), x, Draw.Of(dtype, [x.Sizes[0], groups], -1, 1), Draw.Of(dtype, [x.Sizes[0], groups], 0.5, 2), Draw.Of(dtype, [x.Sizes[1]])], Attr.Of(groups), Attr.Of(s_three));

    private static double Parameter(Sample s, int input, double absent, long channel) => s.Inputs[input] is null ? absent : s[input][channel];

    private static long Group(long[] index, long channels, long groups) => (index[0] * groups) + (index[1] / (channels / groups));

    private static long Linear(long[] index, long[] sizes)
    {
        long linear = 0;
        for (int d = 0; d < index.Length; d++)
        {
            linear = (linear * sizes[d]) + index[d];
        }

        return linear;
    }

    private static Nd[] BatchTraining(Sample s)
    {
        long channels = s[0].Sizes[1], count = s[0].Values.Length / channels;
        (Nd result, Nd mean, Nd deviation) = Normalized(s[0], static i => i[1], s.Number(1), [channels]);
        List<Nd> results = [Nd.Make(s[0].Sizes, i => (result[i] * Parameter(s, 1, 1, i[1])) + Parameter(s, 2, 0, i[1])), mean, deviation];
        if (s.Inputs[3] is not null && count == 0)
        {
            results.AddRange([s[3], s[4]]);
        }
        else if (s.Inputs[3] is not null)
        {
            Nd variance = Nd.Make([channels], c => (1 / (deviation[c] * deviation[c])) - s.Number(1));
            results.Add(Nd.Make([channels], c => (0.9 * s[3][c]) + (0.1 * mean[c])));
            results.Add(Nd.Make([channels], c => (0.9 * s[4][c]) + (0.1 * variance[c] * count / (count - 1))));
        }

        return [.. results];
    }

    /// <summary>The elements less their group's mean, over its deviation; means and inverse deviations of groups.</summary>
    private static (Nd Result, Nd Mean, Nd InverseDeviation) Normalized(Nd x, Func<long[], long> group, double eps, long[] groups)
    {
        Nd mean = Nd.Zeros(groups), deviation = Nd.Zeros(groups);
        ILookup<long, double> members = Nd.Indices(x.Sizes).ToLookup(group, index => x[index]);
        for (int g = 0; g < mean.Values.Length; g++)
        {
            double[] values = [.. members[g]];
            mean.Values[g] = values.DefaultIfEmpty().Average();
            deviation.Values[g] = 1 / Math.Sqrt(values.Select(v => Math.Pow(v - mean.Values[g], 2)).DefaultIfEmpty().Average() + eps);
        }

        return (Nd.Make(x.Sizes, index => (x[index] - mean.Values[group(index)]) * deviation.Values[group(index)]), mean, deviation);
    }

    /// <summary>Gradients of input, weight and bias from the statistics of groups.</summary>
    private static Nd[] NormalizationGradient(
        Nd grad, Nd x, Func<long[], long> group, Func<long[], double> weight, Func<long[], long> parameter, Nd mean, Nd deviation, long[] parameters)
    {
        Func<long[], double> normal = i => (x[i] - mean.Values[group(i)]) * deviation.Values[group(i)];
        long[] groups = [mean.Values.Length];
        Nd sums = SumInto(groups, x, group, i => grad[i] * weight(i)), products = SumInto(groups, x, group, i => grad[i] * weight(i) * normal(i));
        double count = (double)x.Values.Length / mean.Values.Length;
        return
        [
            Nd.Make(x.Sizes, i => deviation.Values[group(i)] * ((grad[i] * weight(i)) - (sums[group(i)] / count) - (normal(i) * products[group(i)] / count))),
            SumInto(parameters, x, parameter, i => grad[i] * normal(i)), SumInto(parameters, x, parameter, i => grad[i]),
        ];
    }

    private static Nd SumInto(long[] sizes, Nd over, Func<long[], long> place, Func<long[], double> term)
    {
        Nd result = Nd.Zeros(sizes);
        foreach (long[] index in Nd.Indices(over.Sizes))
        {
            result.Values[place(index)] += term(index);
        }

        return result;
    }
}
