using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Pooling.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Pooling() => Pooling(2).Concat(Pooling(3));

    private static IEnumerable<OpInfo> Pooling(int n)
    {
        yield return new KernelInfo($"max_pool{n}d_with_indices", MaxPooled, dtype =>
        [
            .. MaxWindows(dtype, n), new Sample([Draw.Special(dtype, [.. Deep(n, 1), 2, 7, 8])], Each(n, 3), Each(n, 2), Each(n, 1), Each(n, 1), Attr.Of(false)),
        ])
        {
            Many = dtype => new Sample([Draw.Of(dtype, [.. Deep(n, 4), 32, 40, 40])], Each(n, 3), Each(n, 2), Each(n, 1), Each(n, 1), Attr.Of(false)),
            Gradients = () => MaxWindows(DType.Float64, n).Where(static s => s[0].Values.Length is > 0 and < 80),
            Refusals =
            [
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [3, 4])], Each(n, 2), Each(n, 2), Each(n, 0), Each(n, 1), Attr.Of(false)), $"*Expected {n + 1}D or {n + 2}D*"),
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [.. Deep(n, 1), 3, 4])], Each(n, 2), Each(n, 2), Each(n, 2), Each(n, 1), Attr.Of(false)), "pad should be at most half*"),
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [.. Deep(n, 1), 3, 4])], Each(n, 5), Each(n, 2), Each(n, 0), Each(n, 1), Attr.Of(false)), "*Output size is too small"),
            ],
        };
        yield return new KernelInfo($"max_pool{n}d_with_indices_backward", s =>
        {
            Nd grad = s[0], indices = s[1], result = Nd.Zeros(s.Ints(0));
            long pixels = Product(result.Sizes[^n..]), windows = Product(grad.Sizes[^n..]);
            for (long i = 0; i < grad.Values.Length; i++)
            {
                result.Values[(i / windows * pixels) + (long)indices.Values[i]] += grad.Values[i];
            }

            return [result];
        }, dtype => MaxWindows(dtype, n).Select(s => new Sample(
            [Draw.Of(dtype, MaxPooled(s)[0].Sizes), Longs(MaxPooled(s)[1])], Attr.Of(s[0].Sizes))))
        {
            Expandable = false, AbsoluteTolerance = 20,
            Many = dtype => new Sample([Draw.Of(dtype, Halves(n)), Draw.Indices(n == 2 ? 1600 : 51200, Halves(n))], Attr.Of(Images(n))),
        };
        yield return new KernelInfo($"avg_pool{n}d", AveragePooled, dtype => AverageWindows(dtype, n))
        {
            AbsoluteTolerance = 20, Many = dtype => new Sample([Draw.Of(dtype, [.. Deep(n, 4), 32, 40, 40])], Each(n, 3), Each(n, 2), Each(n, 1), Attr.Of(false), Attr.Of(true), Attr.None),
        };
        yield return new KernelInfo($"avg_pool{n}d_backward", static s =>
        {
            Nd grad = s[0], result = Nd.Zeros(s.Ints(6));
            foreach (long[] index in Nd.Indices(grad.Sizes))
            {
                (long[][] places, double divisor) = AverageWindow(s, index, result.Sizes);
                Array.ForEach(places, place => result[place] += grad[index] / divisor);
            }

            return [result];
        }, dtype => AverageWindows(dtype, n).Select(s => new Sample([Like(s, AveragePooled(s)[0].Sizes)], [.. s.Attrs, Attr.Of(s[0].Sizes)])))
        {
            AbsoluteTolerance = 20,
            Many = dtype => new Sample([Draw.Of(dtype, Halves(n))], Each(n, 3), Each(n, 2), Each(n, 1), Attr.Of(false), Attr.Of(true), Attr.None, Attr.Of(Images(n))),
        };
        yield return new KernelInfo($"_adaptive_avg_pool{n}d", static s =>
        {
            Nd x = s[0];
            return [Nd.Make(AdaptiveSizes(s), index => AdaptiveWindow(index, x.Sizes, s.Ints(0)).Average(place => x[place]))];
        }, dtype => AdaptiveWindows(dtype, n))
        {
            AbsoluteTolerance = 20, Many = dtype => new Sample([Draw.Of(dtype, Images(n))], Each(n, 7)),
        };
        yield return new KernelInfo($"_adaptive_avg_pool{n}d_backward", s =>
        {
            Nd grad = s[0], result = Nd.Zeros(s.Ints(0));
            foreach (long[] index in Nd.Indices(grad.Sizes))
            {
                long[][] places = AdaptiveWindow(index, result.Sizes, grad.Sizes[^n..]);
                Array.ForEach(places, place => result[place] += grad[index] / places.Length);
            }

            return [result];
        }, dtype => AdaptiveWindows(dtype, n).Select(s => new Sample([Like(s, AdaptiveSizes(s))], Attr.Of(s[0].Sizes))))
        {
            AbsoluteTolerance = 20, Many = dtype => new Sample([Draw.Of(dtype, [.. Images(n)[..2], .. Enumerable.Repeat(7L, n)])], Attr.Of(Images(n))),
        };
        yield return new KernelInfo($"adaptive_max_pool{n}d", static s =>
        {
            Nd x = s[0], best = Nd.Make(AdaptiveSizes(s), index => Place(AdaptiveWindow(index, x.Sizes, s.Ints(0)).MaxBy(place => x[place])!, x.Sizes, s.Ints(0).Length));
            return [Nd.Make(best.Sizes, index => AdaptiveWindow(index, x.Sizes, s.Ints(0)).Max(place => x[place])), best];
        }, dtype => AdaptiveWindows(dtype, n).Select(s => new Sample([Draw.Distinct(dtype, s[0].Sizes)], [.. s.Attrs])))
        {
            Many = dtype => new Sample([Draw.Of(dtype, Images(n))], Each(n, 7)),
        };
        yield return new KernelInfo($"fractional_max_pool{n}d", FractionallyPooled, dtype => FractionalWindows(dtype, n))
        {
            Constants = [1], Expandable = false, Many = dtype => new Sample([Draw.Of(dtype, Images(n)), Draw.Of(dtype, [4, n == 2 ? 32 : 2, n], 0, 0.99)], Each(n, 2), Each(n, 13)),
            Gradients = () => FractionalWindows(DType.Float64, n).Where(static s => s[0].Values.Length is > 0 and < 100),
            Refusals =
            [
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [1, .. Cube(n, 5)]), Draw.Of(DType.Float32, [1, 1, n], 0, 1)], Each(n, 2), Each(n, 5)), "*windows of 2 do not fit into*"),
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 3, .. Cube(n, 5)]), Draw.Of(DType.Float32, [2, 3], 0, 1)], Each(n, 2), Each(n, 2)), $"*expected random_samples of size [2, 3, {n}]*"),
            ],
        };
    }

    private static long[] Cube(int n, long size) => [.. Enumerable.Repeat(size, n)];

    private static IEnumerable<Sample> FractionalWindows(DType dtype, int n)
    {
        foreach ((long[] sizes, long kernel, long output) in (IEnumerable<(long[], long, long)>)[([1, 2, .. Cube(n - 1, 3), 5], 2, 2), ([2, .. Cube(n, 4)], 2, 1), ([2, 1, .. Cube(n, 7)], 1, 5), ([0, 2, .. Cube(n, 5)], 2, 3)])
        {
            long[] samples = sizes.Length == n + 1 ? [1, sizes[0], n] : [sizes[0], sizes[1], n];
            yield return new Sample([Draw.Distinct(dtype, sizes), Draw.Of(dtype, samples, 0, 0.99)], Each(n, kernel), Each(n, output));
        }
    }

    /// <summary>The steps of the windows are computed in the tensor's dtype.</summary>
    private static Nd[] FractionallyPooled(Sample s)
    {
        Nd x = s[0], samples = s[1];
        long[] kernel = s.Ints(0), output = s.Ints(1), sizes = [.. x.Sizes[..^kernel.Length], .. output];
        int n = kernel.Length;
        bool isDouble = s.Inputs[0]!.DType == DType.Float64;
        Nd best = Nd.Make(sizes, index =>
        {
            long[] batch = x.Rank == n + 1 ? [0, index[0]] : [index[0], index[1]];
            long[] start = [.. Enumerable.Range(0, n).Select(d =>
            {
                long size = x.Sizes[x.Rank - n + d], room = size - kernel[d], i = index[index.Length - n + d];
                double sample = samples[[.. batch, n == 2 ? 1 - d : d]], alpha = room / Math.Max(output[d] - 1.0, 1);
                return i == output[d] - 1 ? room
                    : isDouble ? (long)((i + sample) * alpha) - (long)(sample * alpha)
                    : (long)((i + (float)sample) * (float)alpha) - (long)((float)sample * (float)alpha);
            })];
            long[] place = Nd.Indices(kernel).Select(tap => (long[])[.. index[..^n], .. tap.Select((t, d) => start[d] + t)]).MaxBy(at => x[at])!;
            return Place(place, x.Sizes, n);
        });
        long volume = Product(x.Sizes[^n..]), windows = Product(output);
        return [new Nd(sizes, [.. best.Values.Select((place, i) => x.Values[(i / windows * volume) + (long)place])]), best];
    }

    /// <summary>Images for several threads.</summary>
    private static long[] Images(int n) => [.. Deep(n, 4), 32, 40, 40];

    /// <summary>Sizes of what is left of them where the stride is 2.</summary>
    private static long[] Halves(int n) => n == 2 ? [4, 32, 20, 20] : [4, 2, 16, 20, 20];

    /// <summary>A gradient with special values where the sample has some.</summary>
    private static TensorImpl Like(Sample s, long[] sizes) =>
        s[0].Values.Any(double.IsNaN) ? Draw.NowAndThen(s.Inputs[0]!.DType, sizes) : Draw.Of(s.Inputs[0]!.DType, sizes);

    private static Attr Each(int n, long value) => Attr.Of(Cube(n, value));

    /// <summary>Sizes that make up for a dimension less in front of planes.</summary>
    private static long[] Deep(int n, long size) => n == 2 ? [size] : [size, 2];

    private static long Product(long[] sizes) => sizes.Aggregate(1L, static (a, b) => a * b);

    private static long[] AdaptiveSizes(Sample s) => [.. s[0].Sizes[..^s.Ints(0).Length], .. s.Ints(0)];

    /// <summary>An element's number in its plane or volume.</summary>
    private static long Place(long[] index, long[] sizes, int n)
    {
        long place = 0;
        for (int d = index.Length - n; d < index.Length; d++)
        {
            place = (place * sizes[d]) + index[d];
        }

        return place;
    }

    private static IEnumerable<Sample> MaxWindows(DType dtype, int n)
    {
        if (n == 3)
        {
            yield return new Sample([Draw.Distinct(dtype, [1, 2, 3, 4, 3])], Each(3, 2), Each(3, 2), Each(3, 0), Each(3, 1), Attr.Of(false));
            yield return new Sample([Draw.Distinct(dtype, [2, 3, 4, 3])], Attr.Of([2L, 3L, 2L]), Attr.Of([2L, 1L, 1L]), Each(3, 1), Attr.Of([1L, 1L, 2L]), Attr.Of(true));
            yield return new Sample([Draw.Distinct(dtype, [0, 3, 4, 4, 4])], Each(3, 2), Each(3, 2), Each(3, 0), Each(3, 1), Attr.Of(false));
            yield break;
        }

        foreach ((long[] sizes, long[] kernel, long[] stride, long[] padding, long[] dilation, bool ceil) in (IEnumerable<(long[], long[], long[], long[], long[], bool)>)
                 [([1, 2, 4, 4], [2, 2], [2, 2], [0, 0], [1, 1], false), ([2, 5, 6], [3, 2], [2, 1], [1, 1], [1, 1], false), ([1, 1, 7, 7], [2, 2], [2, 2], [0, 0], [2, 1], true),
                  ([1, 2, 5, 5], [3, 3], [], [1, 1], [1, 1], true), ([2, 3, 19, 40], [2, 2], [2, 2], [0, 0], [1, 1], false), ([0, 3, 4, 4], [2, 2], [2, 2], [0, 0], [1, 1], false)])
        {
            yield return new Sample([Draw.Distinct(dtype, sizes)], Attr.Of(kernel), Attr.Of(stride), Attr.Of(padding), Attr.Of(dilation), Attr.Of(ceil));
        }
    }

    private static IEnumerable<Sample> AverageWindows(DType dtype, int n)
    {
        if (n == 3)
        {
            yield return new Sample([Draw.Of(dtype, [1, 2, 3, 4, 3])], Each(3, 2), Each(3, 2), Each(3, 0), Attr.Of(false), Attr.Of(true), Attr.None);
            yield return new Sample([Draw.Of(dtype, [2, 3, 4, 3])], Attr.Of([2L, 3L, 2L]), Attr.Of([2L, 1L, 1L]), Each(3, 1), Attr.Of(true), Attr.Of(false), Attr.None);
            yield return new Sample([Draw.Of(dtype, [1, 3, 4, 3])], Each(3, 2), Each(3, 1), Each(3, 1), Attr.Of(false), Attr.Of(true), Attr.Of([5L]));
            yield return new Sample([Draw.Of(dtype, [0, 2, 4, 4, 4])], Each(3, 2), Each(3, 2), Each(3, 0), Attr.Of(false), Attr.Of(true), Attr.None);
            yield return new Sample([Draw.NowAndThen(dtype, [1, 3, 4, 5, 6])], Each(3, 2), Each(3, 2), Each(3, 1), Attr.Of(false), Attr.Of(true), Attr.None);
            yield break;
        }

        foreach ((long[] sizes, long[] kernel, long[] stride, long[] padding, bool ceil, bool counted, long[]? divisor) in (IEnumerable<(long[], long[], long[], long[], bool, bool, long[]?)>)
                 [([1, 2, 4, 4], [2, 2], [2, 2], [0, 0], false, true, null), ([2, 5, 6], [3, 2], [2, 1], [1, 1], false, true, null), ([1, 1, 7, 7], [3, 3], [2, 2], [1, 1], true, false, null),
                  ([1, 2, 5, 5], [3, 3], [], [1, 1], true, true, null), ([1, 2, 4, 5], [2, 2], [1, 1], [0, 0], false, true, [3L]), ([0, 3, 4, 4], [2, 2], [2, 2], [0, 0], false, true, null)])
        {
            yield return new Sample([Draw.Of(dtype, sizes)], Attr.Of(kernel), Attr.Of(stride), Attr.Of(padding), Attr.Of(ceil), Attr.Of(counted), Attr.Of(divisor));
        }

        yield return new Sample([Draw.NowAndThen(dtype, [1, 2, 9, 10])], Each(2, 2), Each(2, 2), Each(2, 0), Attr.Of(false), Attr.Of(true), Attr.None);
        yield return new Sample([Draw.NowAndThen(dtype, [1, 2, 9, 20])], Each(2, 3), Each(2, 1), Each(2, 1), Attr.Of(false), Attr.Of(false), Attr.None);
    }

    private static IEnumerable<Sample> AdaptiveWindows(DType dtype, int n) => n == 2
        ?
        [
            new Sample([Draw.Of(dtype, [1, 2, 5, 4])], Attr.Of([2L, 3L])), new Sample([Draw.Of(dtype, [2, 4, 6])], Attr.Of([1L, 1L])),
            new Sample([Draw.Of(dtype, [1, 2, 3, 2])], Attr.Of([4L, 5L])), new Sample([Draw.Of(dtype, [0, 2, 5, 4])], Attr.Of([2L, 2L])),
            new Sample([Draw.NowAndThen(dtype, [1, 2, 9, 8])], Attr.Of([4L, 3L])),
        ]
        :
        [
            new Sample([Draw.Of(dtype, [1, 2, 3, 5, 2])], Attr.Of([2L, 3L, 1L])), new Sample([Draw.Of(dtype, [2, 4, 3, 2])], Attr.Of([1L, 2L, 3L])),
            new Sample([Draw.Of(dtype, [0, 2, 4, 3, 2])], Attr.Of([1L, 2L, 3L])), new Sample([Draw.NowAndThen(dtype, [1, 2, 4, 5, 6])], Attr.Of([2L, 3L, 4L])),
        ];

    /// <summary>How many windows lie along an axis (at::native::pooling_output_shape).</summary>
    private static long Windows(long size, long kernel, long stride, long padding, long dilation, bool ceil)
    {
        long count = (long)(ceil ? Math.Ceiling((size + (2.0 * padding) - (dilation * (kernel - 1)) - 1) / stride) : Math.Floor((size + (2.0 * padding) - (dilation * (kernel - 1)) - 1) / stride)) + 1;
        return ceil && (count - 1) * stride >= size + padding ? count - 1 : count;
    }

    private static long[] PooledSizes(Sample s, long[] dilation, bool ceil)
    {
        long[] kernel = s.Ints(0), stride = s.Ints(1).Length == 0 ? kernel : s.Ints(1), padding = s.Ints(2);
        int n = kernel.Length;
        return [.. s[0].Sizes[..^n], .. Enumerable.Range(0, n).Select(d => Windows(s[0].Sizes[s[0].Rank - n + d], kernel[d], stride[d], padding[d], dilation[d], ceil))];
    }

    private static Nd[] MaxPooled(Sample s)
    {
        Nd x = s[0];
        long[] kernel = s.Ints(0), stride = s.Ints(1).Length == 0 ? kernel : s.Ints(1), padding = s.Ints(2), dilation = s.Ints(3), sizes = PooledSizes(s, dilation, s.Bool(4));
        int n = kernel.Length;
        Nd best = Nd.Make(sizes, index =>
        {
            long place = -1;
            double value = double.NegativeInfinity;
            foreach (long[] tap in Nd.Indices(kernel))
            {
                long[] at = [.. index[..^n], .. tap.Select((t, d) => (index[index.Length - n + d] * stride[d]) - padding[d] + (t * dilation[d]))];
                if (at.Zip(x.Sizes).Skip(x.Rank - n).All(static pair => pair.First >= 0 && pair.First < pair.Second) && (place < 0 || x[at] > value || double.IsNaN(x[at])))
                {
                    (place, value) = (Place(at, x.Sizes, n), x[at]);
                }
            }

            return place;
        });
        long volume = Product(x.Sizes[^n..]), windows = Product(sizes[^n..]);
        var values = Nd.Zeros(sizes);
        for (long i = 0; i < values.Values.Length; i++)
        {
            values.Values[i] = x.Values[(i / windows * volume) + (long)best.Values[i]];
        }

        return [values, best];
    }

    private static Nd[] AveragePooled(Sample s)
    {
        Nd x = s[0];
        return
        [
            Nd.Make(PooledSizes(s, [1, 1, 1], s.Bool(3)), index =>
            {
                (long[][] places, double divisor) = AverageWindow(s, index, x.Sizes);
                return places.Sum(place => x[place]) / divisor;
            }),
        ];
    }

    /// <summary>The elements of one window of average pooling and what their sum is divided by.</summary>
    private static (long[][] Places, double Divisor) AverageWindow(Sample s, long[] index, long[] sizes)
    {
        long[] kernel = s.Ints(0), stride = s.Ints(1).Length == 0 ? kernel : s.Ints(1), padding = s.Ints(2);
        int n = kernel.Length;
        long[] start = new long[n], count = new long[n];
        long padded = 1;
        for (int d = 0; d < n; d++)
        {
            long size = sizes[sizes.Length - n + d], from = (index[index.Length - n + d] * stride[d]) - padding[d], end = Math.Min(from + kernel[d], size + padding[d]);
            padded *= end - from;
            start[d] = Math.Max(from, 0);
            count[d] = Math.Min(end, size) - start[d];
        }

        long[][] places = [.. Nd.Indices(count).Select(tap => (long[])[.. index[..^n], .. tap.Select((t, d) => start[d] + t)])];
        return (places, s.Attrs[5].Kind != AttrKind.None ? s.Ints(5)[0] : s.Bool(4) ? padded : places.Length);
    }

    private static long[][] AdaptiveWindow(long[] index, long[] sizes, long[] output)
    {
        int n = output.Length;
        (long Start, long End)[] spans = [.. output.Select((count, d) => Span(index[index.Length - n + d], sizes[sizes.Length - n + d], count))];
        return [.. Nd.Indices([.. spans.Select(static span => span.End - span.Start)]).Select(tap => (long[])[.. index[..^n], .. tap.Select((t, d) => spans[d].Start + t)])];

        static (long Start, long End) Span(long i, long size, long count) => (i * size / count, (((i + 1) * size) + count - 1) / count);
    }

    private static TensorImpl Longs(Nd values) => Compiler.Tensors.From(DType.Int64, values.Sizes, i => (long)values.Values[i]);
}
