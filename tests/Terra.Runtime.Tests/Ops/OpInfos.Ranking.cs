using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Running extremes and binary search.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Ranking()
    {
        yield return RunningExtreme("cummax", static (value, best) => value >= best);
        yield return RunningExtreme("cummin", static (value, best) => value <= best);
        yield return new KernelInfo("searchsorted.Tensor", SearchSorted, static dtype =>
        [
            new Sample([Ascending(dtype, 7), Draw.Of(dtype, [3, 4])], Attr.Of(false), Attr.Of(false)),
            new Sample([Ascending(dtype, 7), Draw.Of(dtype, [])], Attr.Of(true), Attr.Of(true)),
            new Sample([Ascending(dtype, 0), Draw.Of(dtype, [2])], Attr.Of(false), Attr.Of(true)),
            new Sample([Ascending(dtype, 2, 5), Draw.Of(dtype, [2, 3])], Attr.Of(false), Attr.Of(true)),
            new Sample([Ascending(dtype, 2, 5), Draw.Of(dtype, [2, 0])], Attr.Of(false), Attr.Of(false)),
            new Sample([Ascending(dtype, 1), Draw.Of(dtype, [9])], Attr.Of(false), Attr.Of(false)),
            new Sample([Ascending(dtype, 33), Draw.Of(dtype, [7, 9])], Attr.Of(true), Attr.Of(true)),
            .. dtype.IsFloatingPoint() ? new[]
            {
                new Sample([Ascending(dtype, 13), Draw.Special(dtype, 5, 7)], Attr.Of(false), Attr.Of(false)), new Sample([Ascending(dtype, 13), Draw.Special(dtype, 5, 7)], Attr.Of(false), Attr.Of(true)),
            } : [],
        ])
        {
            DTypes = s_numbers, Expandable = false, Many = static dtype => new Sample([Ascending(dtype, 100), Draw.Of(dtype, [300, 301])], Attr.Of(false), Attr.Of(false)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Int64, [3])], Attr.Of(false), Attr.Of(false)), "*should have same dtype*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [3, 3])], Attr.Of(false), Attr.Of(false)), "*must match*"),
            ],
        };
    }

    private static KernelInfo RunningExtreme(string name, Func<double, double, bool> replaces)
    {
        int[] Places(double[] line)
        {
            var places = new int[line.Length];
            for (int i = 1; i < line.Length; i++)
            {
                double best = line[places[i - 1]];
                places[i] = double.IsNaN(line[i]) || (!double.IsNaN(best) && replaces(line[i], best)) ? i : places[i - 1];
            }

            return places;
        }

        return new KernelInfo(
            name,
            sample =>
            [
                Along(sample[0], (int)sample.Int(0), line => [.. Places(line).Select(place => line[place])]),
                Along(sample[0], (int)sample.Int(0), line => [.. Places(line).Select(place => (double)place)]),
            ],
            static dtype => dtype.IsFloatingPoint() ? [.. Scanned(dtype, []), new Sample([Draw.Special(dtype, 9, 5)], Attr.Of(1L))] : Scanned(dtype, []))
        {
            DTypes = s_numbers, Many = static dtype => new Sample([Draw.Of(dtype, [300, 1001])], Attr.Of(1L)), More = static dtype => [new Sample([Draw.Of(dtype, [1001, 300])], Attr.Of(0L))],
            Gradients = static () => [new Sample([Draw.Distinct(DType.Float64, 3, 4)], Attr.Of(1L)), new Sample([Draw.Distinct(DType.Float64, 3, 4)], Attr.Of(0L))],
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2])], Attr.Of(1L)), "Dimension out of range*")],
        };
    }

    private static Nd[] SearchSorted(Sample sample)
    {
        Nd sequence = sample[0];
        bool right = sample.Bool(1);
        return
        [
            Nd.Make(sample[1].Sizes, index =>
            {
                long count = 0;
                for (long i = 0; i < sequence.Sizes[^1]; i++)
                {
                    double element = sequence.Rank == 1 ? sequence[i] : sequence[[.. index[..^1], i]];
                    count += double.IsNaN(sample[1][index]) || element < sample[1][index] || (right && element == sample[1][index]) ? 1 : 0;
                }

                return count;
            }),
        ];
    }

    /// <summary>-3 + i / 2 (or from 0 on in whole numbers) along the last dimension.</summary>
    private static TensorImpl Ascending(DType dtype, params long[] sizes) =>
        Compiler.Tensors.Floats(sizes, i => dtype.IsFloatingPoint() ? -2 + (i % sizes[^1] * 0.5) : i % sizes[^1], dtype);
}
