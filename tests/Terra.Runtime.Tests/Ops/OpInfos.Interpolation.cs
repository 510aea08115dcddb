using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Bilinear and bicubic interpolation.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Interpolation() => Interpolation("bilinear", Hat).Concat(Interpolation("bicubic", Keys));

    private static IEnumerable<OpInfo> Interpolation(string name, Func<double, double> kernel)
    {
        yield return new KernelInfo($"upsample_{name}2d", s =>
        {
            Nd x = s[0], result = Nd.Zeros([.. x.Sizes[..2], .. s.Ints(0)]);
            EachTerm(x.Sizes, s.Ints(0), s.Bool(1), Scales(s, 2), kernel, (from, to, weight) => result[to] += weight * x[from]);
            return [result];
        }, static dtype => [.. Scalings(dtype), new Sample([OneNaN(dtype, 0, 1, 1, 3, 4)], Attr.Of([5L, 7L]), Attr.Of(false), Attr.None, Attr.None)])
        {
            AbsoluteTolerance = 60,
            Many = static dtype => new Sample([Draw.Of(dtype, [4, 32, 20, 20])], Attr.Of([40L, 40L]), Attr.Of(false), Attr.None, Attr.None),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3, 2])], Attr.Of([4L, 6L]), Attr.Of(false), Attr.None, Attr.None), "*Input and output sizes should be greater than 0*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Int64, [1, 1, 2, 2])], Attr.Of([4L, 6L]), Attr.Of(false), Attr.None, Attr.None), "*not implemented for 'Long'"),
            ],
        };
        yield return new KernelInfo($"upsample_{name}2d_backward", s =>
        {
            Nd grad = s[0], result = Nd.Zeros(s.Ints(1));
            EachTerm(s.Ints(1), s.Ints(0), s.Bool(2), Scales(s, 3), kernel, (from, to, weight) => result[from] += weight * grad[to]);
            return [result];
        }, static dtype =>
        [
            .. Scalings(dtype).Select(s => new Sample([Draw.Of(dtype, [.. s[0].Sizes[..2], .. s.Ints(0)])], [s.Attrs[0], Attr.Of(s[0].Sizes), .. s.Attrs[1..]])),
            new Sample([OneNaN(dtype, 8, 1, 1, 5, 7)], Attr.Of([5L, 7L]), Attr.Of([1L, 1L, 3L, 4L]), Attr.Of(false), Attr.None, Attr.None),
        ])
        {
            AbsoluteTolerance = 200,
            Many = static dtype => new Sample([Draw.Of(dtype, [4, 32, 40, 40])], Attr.Of([40L, 40L]), Attr.Of([4L, 32L, 20L, 20L]), Attr.Of(false), Attr.None, Attr.None),
        };
    }

    private static IEnumerable<Sample> Scalings(DType dtype) =>
    [
        new Sample([Draw.Of(dtype, [2, 1, 3, 4])], Attr.Of([5L, 7L]), Attr.Of(false), Attr.None, Attr.None), new Sample([Draw.Of(dtype, [1, 2, 3, 4])], Attr.Of([5L, 7L]), Attr.Of(true), Attr.None, Attr.None),
        new Sample([Draw.Of(dtype, [1, 2, 5, 6])], Attr.Of([2L, 1L]), Attr.Of(false), Attr.None, Attr.None), new Sample([Draw.Of(dtype, [1, 2, 5, 1])], Attr.Of([1L, 4L]), Attr.Of(true), Attr.None, Attr.None),
        new Sample([Draw.Of(dtype, [1, 1, 5, 3])], Attr.Of([7L, 4L]), Attr.Of(false), Attr.Of((ScalarValue)1.5), Attr.Of((ScalarValue)1.4)), new Sample([Draw.Of(dtype, [0, 2, 3, 4])], Attr.Of([5L, 7L]), Attr.Of(false), Attr.None, Attr.None),
    ];

    /// <summary>NaN at one place, where no weight is zero, and denormals elsewhere.</summary>
    private static TensorImpl OneNaN(DType dtype, long place, params long[] sizes) => Compiler.Tensors.Floats(sizes, i => i == place ? double.NaN : 1e-40 * (i + 1), dtype);

    private static double?[] Scales(Sample s, int attr) => [.. Enumerable.Range(attr, 2).Select(i => s.Attrs[i].Kind == AttrKind.None ? (double?)null : s.Attrs[i].AsScalar.ToDouble())];

    /// <summary>The linear kernel of convolution.</summary>
    private static double Hat(double x) => Math.Max(0, 1 - Math.Abs(x));

    /// <summary>The cubic kernel of convolution (Keys, 1981), with a = -0.75.</summary>
    private static double Keys(double x)
    {
        const double a = -0.75;
        x = Math.Abs(x);
        return x <= 1 ? (((a + 2) * x) - (a + 3)) * x * x + 1 : x < 2 ? a * ((((x - 5) * x) + 8) * x - 4) : 0;
    }

    /// <summary>Each source element of each result element and its weight; beyond the border the border's elements repeat.</summary>
    private static void EachTerm(long[] small, long[] output, bool align, double?[] scales, Func<double, double> kernel, Action<long[], long[], double> term)
    {
        foreach (long[] to in Nd.Indices([.. small[..2], .. output]))
        {
            (long At, double Weight)[] rows = Terms(to[2], small[2], output[0], align, scales[0], kernel), columns = Terms(to[3], small[3], output[1], align, scales[1], kernel);
            foreach ((long row, double down) in rows)
            {
                foreach ((long column, double across) in columns)
                {
                    term([to[0], to[1], row, column], to, down * across);
                }
            }
        }
    }

    private static (long At, double Weight)[] Terms(long i, long size, long count, bool align, double? scale, Func<double, double> kernel)
    {
        double place = align ? (count > 1 ? i * (double)(size - 1) / (count - 1) : 0) : ((i + 0.5) * (scale is { } factor ? 1 / factor : (double)size / count)) - 0.5;
        place = kernel == (Func<double, double>)Hat ? Math.Max(place, 0) : place;
        return [.. Enumerable.Range(-1, 4).Select(t => (long)Math.Floor(place) + t)
            .Select(at => (Math.Clamp(at, 0, size - 1), kernel(place - at)))
            .Where(term => kernel != (Func<double, double>)Hat || term.Item2 != 0)];
    }
}
