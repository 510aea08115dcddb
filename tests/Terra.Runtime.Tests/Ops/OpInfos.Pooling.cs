using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Pooling.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Pooling()
    {
        yield return new KernelInfo("max_pool2d_with_indices", MaxPooled, static dtype =>
        [
            .. MaxWindows(dtype), new Sample([Draw.Special(dtype, 1, 2, 7, 8)], Attr.Of([3L, 3L]), Attr.Of([2L, 2L]), Attr.Of([1L, 1L]), Attr.Of([1L, 1L]), Attr.Of(false)),
        ])
        {
            Many = static dtype => new Sample([Draw.Of(dtype, [4, 32, 40, 40])], Attr.Of([3L, 3L]), Attr.Of([2L, 2L]), Attr.Of([1L, 1L]), Attr.Of([1L, 1L]), Attr.Of(false)),
            Gradients = static () => MaxWindows(DType.Float64).Where(static s => s[0].Values.Length is > 0 and < 80),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3, 4])], Attr.Of([2L, 2L]), Attr.Of([2L, 2L]), Attr.Of([0L, 0L]), Attr.Of([1L, 1L]), Attr.Of(false)), "*Expected 3D or 4D*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [1, 3, 4])], Attr.Of([2L, 2L]), Attr.Of([2L, 2L]), Attr.Of([2L, 2L]), Attr.Of([1L, 1L]), Attr.Of(false)), "pad should be at most half*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [1, 3, 4])], Attr.Of([5L, 2L]), Attr.Of([2L, 2L]), Attr.Of([0L, 0L]), Attr.Of([1L, 1L]), Attr.Of(false)), "*Output size is too small"),
            ],
        };
        yield return new KernelInfo("max_pool2d_with_indices_backward", static s =>
        {
            Nd result = Nd.Zeros(s.Ints(0));
            long pixels = result.Sizes[^1] * result.Sizes[^2], windows = s[0].Sizes[^1] * s[0].Sizes[^2];
            for (long i = 0; i < s[0].Values.Length; i++)
            {
                result.Values[(i / windows * pixels) + (long)s[1].Values[i]] += s[0].Values[i];
            }

            return [result];
        }, static dtype => MaxWindows(dtype).Select(s => new Sample(
            [Draw.Of(dtype, MaxPooled(s)[0].Sizes), Longs(MaxPooled(s)[1])], Attr.Of(s[0].Sizes)))) { Expandable = false, AbsoluteTolerance = 20 };
        yield return new KernelInfo("avg_pool2d", AveragePooled, AverageWindows)
        {
            AbsoluteTolerance = 20, Many = static dtype => new Sample([Draw.Of(dtype, [4, 32, 40, 40])], Attr.Of([3L, 3L]), Attr.Of([2L, 2L]), Attr.Of([1L, 1L]), Attr.Of(false), Attr.Of(true), Attr.None),
        };
        yield return new KernelInfo("avg_pool2d_backward", static s =>
        {
            Nd result = Nd.Zeros(s.Ints(6));
            foreach (long[] index in Nd.Indices(s[0].Sizes))
            {
                (long[][] places, double divisor) = AverageWindow(s, index, result.Sizes);
                Array.ForEach(places, place => result[place] += s[0][index] / divisor);
            }

            return [result];
        }, static dtype => AverageWindows(dtype).Select(s => new Sample([Draw.Of(dtype, AveragePooled(s)[0].Sizes)], [.. s.Attrs, Attr.Of(s[0].Sizes)]))) { AbsoluteTolerance = 20 };
        yield return new KernelInfo("_adaptive_avg_pool2d", static s => [Nd.Make([.. s[0].Sizes[..^2], .. s.Ints(0)], index =>
            AdaptiveWindow(index, s[0].Sizes, s.Ints(0)).Average(place => s[0][place]))], AdaptiveWindows)
        {
            AbsoluteTolerance = 20,
        };
        yield return new KernelInfo("_adaptive_avg_pool2d_backward", static s =>
        {
            Nd result = Nd.Zeros(s.Ints(0));
            foreach (long[] index in Nd.Indices(s[0].Sizes))
            {
                long[][] places = AdaptiveWindow(index, result.Sizes, s[0].Sizes[^2..]);
                Array.ForEach(places, place => result[place] += s[0][index] / places.Length);
            }

            return [result];
        }, static dtype => AdaptiveWindows(dtype).Select(s => new Sample([Draw.Of(dtype, [.. s[0].Sizes[..^2], .. s.Ints(0)])], Attr.Of(s[0].Sizes)))) { AbsoluteTolerance = 20 };
    }

    private static IEnumerable<Sample> MaxWindows(DType dtype)
    {
        foreach ((long[] sizes, long[] kernel, long[] stride, long[] padding, long[] dilation, bool ceil) in (IEnumerable<(long[], long[], long[], long[], long[], bool)>)
                 [([1, 2, 4, 4], [2, 2], [2, 2], [0, 0], [1, 1], false), ([2, 5, 6], [3, 2], [2, 1], [1, 1], [1, 1], false), ([1, 1, 7, 7], [2, 2], [2, 2], [0, 0], [2, 1], true),
                  ([1, 2, 5, 5], [3, 3], [], [1, 1], [1, 1], true), ([2, 3, 19, 40], [2, 2], [2, 2], [0, 0], [1, 1], false), ([0, 3, 4, 4], [2, 2], [2, 2], [0, 0], [1, 1], false)])
        {
            yield return new Sample([Draw.Distinct(dtype, sizes)], Attr.Of(kernel), Attr.Of(stride), Attr.Of(padding), Attr.Of(dilation), Attr.Of(ceil));
        }
    }

    private static IEnumerable<Sample> AverageWindows(DType dtype)
    {
        foreach ((long[] sizes, long[] kernel, long[] stride, long[] padding, bool ceil, bool counted, long[]? divisor) in (IEnumerable<(long[], long[], long[], long[], bool, bool, long[]?)>)
                 [([1, 2, 4, 4], [2, 2], [2, 2], [0, 0], false, true, null), ([2, 5, 6], [3, 2], [2, 1], [1, 1], false, true, null), ([1, 1, 7, 7], [3, 3], [2, 2], [1, 1], true, false, null),
                  ([1, 2, 5, 5], [3, 3], [], [1, 1], true, true, null), ([1, 2, 4, 5], [2, 2], [1, 1], [0, 0], false, true, [3L]), ([0, 3, 4, 4], [2, 2], [2, 2], [0, 0], false, true, null)])
        {
            yield return new Sample([Draw.Of(dtype, sizes)], Attr.Of(kernel), Attr.Of(stride), Attr.Of(padding), Attr.Of(ceil), Attr.Of(counted), Attr.Of(divisor));
        }
    }

    private static IEnumerable<Sample> AdaptiveWindows(DType dtype) =>
    [
        new Sample([Draw.Of(dtype, [1, 2, 5, 4])], Attr.Of([2L, 3L])), new Sample([Draw.Of(dtype, [2, 4, 6])], Attr.Of([1L, 1L])),
        new Sample([Draw.Of(dtype, [1, 2, 3, 2])], Attr.Of([4L, 5L])), new Sample([Draw.Of(dtype, [0, 2, 5, 4])], Attr.Of([2L, 2L])),
    ];

    /// <summary>How many windows lie along an axis (at::native::pooling_output_shape).</summary>
    private static long Windows(long size, long kernel, long stride, long padding, long dilation, bool ceil)
    {
        long count = (long)(ceil ? Math.Ceiling((size + (2.0 * padding) - (dilation * (kernel - 1)) - 1) / stride) : Math.Floor((size + (2.0 * padding) - (dilation * (kernel - 1)) - 1) / stride)) + 1;
        return ceil && (count - 1) * stride >= size + padding ? count - 1 : count;
    }

    private static Nd[] MaxPooled(Sample s)
    {
        Nd x = s[0];
        long[] kernel = s.Ints(0), stride = s.Ints(1).Length == 0 ? kernel : s.Ints(1), padding = s.Ints(2), dilation = s.Ints(3);
        long[] sizes = [.. x.Sizes[..^2], .. Enumerable.Range(0, 2).Select(d => Windows(x.Sizes[x.Rank - 2 + d], kernel[d], stride[d], padding[d], dilation[d], s.Bool(4)))];
        Nd best = Nd.Make(sizes, index =>
        {
            long place = -1;
            double value = double.NegativeInfinity;
            foreach (long[] tap in Nd.Indices(kernel))
            {
                long row = (index[^2] * stride[0]) - padding[0] + (tap[0] * dilation[0]), column = (index[^1] * stride[1]) - padding[1] + (tap[1] * dilation[1]);
                if (row >= 0 && row < x.Sizes[^2] && column >= 0 && column < x.Sizes[^1])
                {
                    double candidate = x[[.. index[..^2], row, column]];
                    if (place < 0 || candidate > value || double.IsNaN(candidate))
                    {
                        (place, value) = ((row * x.Sizes[^1]) + column, candidate);
                    }
                }
            }

            return place;
        });
        return [Nd.Make(sizes, index => x[[.. index[..^2], (long)best[index] / x.Sizes[^1], (long)best[index] % x.Sizes[^1]]]), best];
    }

    private static Nd[] AveragePooled(Sample s)
    {
        Nd x = s[0];
        long[] kernel = s.Ints(0), stride = s.Ints(1).Length == 0 ? kernel : s.Ints(1), padding = s.Ints(2);
        long[] sizes = [.. x.Sizes[..^2], .. Enumerable.Range(0, 2).Select(d => Windows(x.Sizes[x.Rank - 2 + d], kernel[d], stride[d], padding[d], 1, s.Bool(3)))];
        return [Nd.Make(sizes, index =>
        {
            (long[][] places, double divisor) = AverageWindow(s, index, x.Sizes);
            return places.Sum(place => x[place]) / divisor;
        })];
    }

    /// <summary>The elements of one window of average pooling and what their sum is divided by.</summary>
    private static (long[][] Places, double Divisor) AverageWindow(Sample s, long[] index, long[] sizes)
    {
        long[] kernel = s.Ints(0), stride = s.Ints(1).Length == 0 ? kernel : s.Ints(1), padding = s.Ints(2);
        var start = new long[2];
        var end = new long[2];
        long padded = 1;
        for (int d = 0; d < 2; d++)
        {
            long size = sizes[sizes.Length - 2 + d];
            start[d] = (index[index.Length - 2 + d] * stride[d]) - padding[d];
            end[d] = Math.Min(start[d] + kernel[d], size + padding[d]);
            padded *= end[d] - start[d];
            (start[d], end[d]) = (Math.Max(start[d], 0), Math.Min(end[d], size));
        }

        long[][] places = [.. Nd.Indices([end[0] - start[0], end[1] - start[1]]).Select(tap => (long[])[.. index[..^2], start[0] + tap[0], start[1] + tap[1]])];
        return (places, s.Attrs[5].Kind != AttrKind.None ? s.Ints(5)[0] : s.Bool(4) ? padded : places.Length);
    }

    private static long[][] AdaptiveWindow(long[] index, long[] sizes, long[] output)
    {
        (long Start, long End) rows = Span(index[^2], sizes[^2], output[0]), columns = Span(index[^1], sizes[^1], output[1]);
        return [.. Nd.Indices([rows.End - rows.Start, columns.End - columns.Start]).Select(tap => (long[])[.. index[..^2], rows.Start + tap[0], columns.Start + tap[1]])];

        static (long Start, long End) Span(long i, long size, long count) => (i * size / count, (((i + 1) * size) + count - 1) / count);
    }

    private static TensorImpl Longs(Nd values) => Compiler.Tensors.From(DType.Int64, values.Sizes, i => (long)values.Values[i]);
}
