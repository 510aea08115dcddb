using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Reductions and scans.</content>
internal static partial class OpInfos
{
    private static readonly DType[] s_reduced = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.UInt8, DType.Bool];

    private static IEnumerable<OpInfo> Reductions()
    {
        Func<long[], bool, Attr[]> withDType = static (dims, keep) => [Attr.Of(dims), Attr.Of(keep), Attr.None], plain = static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)];
        yield return Reduce("sum.dim_IntList", static x => x.Sum(), withDType, static sizes => true) with { DTypes = s_reduced, Tolerance = 400, AbsoluteTolerance = 200 };
        yield return Reduce("mean.dim", static x => x.Sum() / x.Length, withDType, static sizes => true) with { Tolerance = 400, AbsoluteTolerance = 30 };
        yield return Reduce("prod.dim_IntList", static x => x.Aggregate(1.0, static (a, b) => a * b), withDType, static sizes => Count(sizes) <= 30, 0.5, 2) with
        {
            DTypes = [DType.Float32, DType.Float64, DType.Int64, DType.Bool], Tolerance = 60,
        };
        yield return Reduce("var.correction", static x => Variance(x), static (dims, keep) => [Attr.Of(dims), Attr.Of(1L), Attr.Of(keep)], static sizes => Count(sizes) > 0) with
        {
            AbsoluteTolerance = 60,
        };
        yield return Reduce("amax", static x => x.Aggregate(double.NegativeInfinity, Math.Max), plain, static sizes => Count(sizes) > 0) with { DTypes = s_reduced, Gradients = DistinctReductions(plain) };
        yield return Reduce("amin", static x => x.Aggregate(double.PositiveInfinity, Math.Min), plain, static sizes => Count(sizes) > 0) with { DTypes = s_reduced, Gradients = DistinctReductions(plain) };
        yield return Reduce("all.dims", static x => x.All(static v => v != 0) ? 1 : 0, plain, static sizes => true) with { DTypes = s_reduced };
        yield return Reduce("any.dims", static x => x.Any(static v => v != 0) ? 1 : 0, plain, static sizes => true) with { DTypes = s_reduced };
        yield return Reduce("logsumexp", static x => LogSumExp(x), plain, static sizes => Count(sizes) > 0) with { AbsoluteTolerance = 8, Tolerance = 16 };
        yield return Reduce("frobenius_norm.dim", static x => Math.Sqrt(x.Sum(static v => v * v)), plain, static sizes => true) with { Tolerance = 60 };
        yield return Select("max.dim", static (value, best) => value > best) with { DTypes = s_reduced };
        yield return Select("min.dim", static (value, best) => value < best) with { DTypes = s_reduced };
        yield return Position("argmax", static (value, best) => value > best);
        yield return Position("argmin", static (value, best) => value < best);
        yield return Scan("cumsum", static (state, value) => state + value, 0) with { DTypes = s_reduced, AbsoluteTolerance = 100 };
        yield return Scan("cumprod", static (state, value) => state * value, 1) with
        {
            DTypes = [DType.Float32, DType.Float64, DType.Int64, DType.Bool], Tolerance = 60, AbsoluteTolerance = 60,
        };
        yield return new KernelInfo("cumsum_backward", static sample => [Along(sample[0], (int)sample.Int(0), static line => Suffixes(line))], static dtype => Scanned(dtype, []))
        {
            AbsoluteTolerance = 100, Many = static dtype => new Sample([Draw.Of(dtype, [300, 1001])], Attr.Of(1L)), More = static dtype => [new Sample([Draw.Of(dtype, [1001, 300])], Attr.Of(0L))],
        };
        yield return new KernelInfo("cumprod_backward", CumprodGradient, static dtype =>
        [
            .. Scanned(dtype, []).Where(static sample => sample.Inputs[0]!.NumberOfElements < 100).Select(sample => new Sample([sample.Inputs[0], Draw.Of(dtype, sample.Inputs[0]!.Sizes.ToArray(), 0.5, 1.5)], sample.Attrs)),
            new Sample([Draw.Of(dtype, [2, 5]), WithZeros(dtype, 2, 5)], Attr.Of(1L)),
        ])
        {
            Tolerance = 200, AbsoluteTolerance = 400, Many = static dtype => new Sample([Draw.Of(dtype, [900, 101]), Draw.Of(dtype, [900, 101], 0.9, 1.1)], Attr.Of(1L)),
        };
        yield return new KernelInfo("prod_backward", ProductGradient, static dtype =>
        [
            new Sample([Draw.Of(dtype, [3]), Draw.Of(dtype, [3, 4], 0.5, 1.5)], Attr.Of([1L]), Attr.Of(false)),
            new Sample([Draw.Of(dtype, [1, 4]), WithZeros(dtype, 3, 4)], Attr.Of([0L]), Attr.Of(true)),
            new Sample([Draw.Of(dtype, []), WithZeros(dtype, 3, 4)], Attr.Of(Array.Empty<long>()), Attr.Of(false)),
            new Sample([Draw.Of(dtype, []), Draw.Of(dtype, [], 0.5, 1.5)], Attr.Of(Array.Empty<long>()), Attr.Of(false)),
        ]) { Tolerance = 60, AbsoluteTolerance = 60, Expandable = false };
    }

    /// <summary>A reduction over any dimensions of what is left of the samples for which <paramref name="takes"/> the sizes of the reduced part.</summary>
    private static KernelInfo Reduce(string name, Func<double[], double> function, Func<long[], bool, Attr[]> attrs, Func<long[], bool> takes, double low = -3, double high = 3)
    {
        int keep = name == "var.correction" ? 2 : 1;
        return new KernelInfo(name, sample => [References.Reduce(sample[0], sample.Ints(0), sample.Bool(keep), function)], Samples)
        {
            Many = dtype => new Sample([Draw.Of(dtype, [300, 1001], low, high)], attrs([1], false)),
            Refusals =
            [
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 3])], attrs([2], false)), "Dimension out of range*"),
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 3])], attrs([1, -1], false)), "dim 1 appears multiple times*"),
            ],
        };

        IEnumerable<Sample> Samples(DType dtype)
        {
            bool keepdim = false;
            foreach ((long[] sizes, long[] dims) in (IEnumerable<(long[], long[])>)
                     [([3, 4, 5], [0]), ([3, 4, 5], [1]), ([3, 4, 5], [-1]), ([3, 4, 5], []), ([3, 4, 5], [0, 2]), ([3, 4, 5], [1, 2]), ([3, 4, 5], [0, 1]),
                      ([4, 3], [0]), ([], []), ([0, 3], [0]), ([0, 3], [1]), ([1, 7, 1], [0, 1]), ([1], [0]), ([2, 1037], [1]), ([1037, 3], [0]), ([30, 33, 9], [0, 2])])
            {
                bool[] reduced = ShapeRules.ReducedDims(dims, sizes.Length);
                if (takes([.. sizes.Where((_, i) => reduced[i])]))
                {
                    keepdim = !keepdim;
                    yield return new Sample([Draw.Of(dtype, sizes, low, high)], attrs(dims, keepdim));
                }
            }

            if (dtype.IsFloatingPoint())
            {
                yield return new Sample([Draw.Special(dtype, 9, 5)], attrs([1], false));
                yield return new Sample([Draw.Special(dtype, 17, 3)], attrs([0], true));
            }
        }
    }

    private static Func<IEnumerable<Sample>> DistinctReductions(Func<long[], bool, Attr[]> attrs) => () =>
    [
        new Sample([Draw.Distinct(DType.Float64, 3, 4)], attrs([1], false)),
        new Sample([Draw.Distinct(DType.Float64, 3, 4)], attrs([], true)),
        new Sample([Draw.Distinct(DType.Float64, 2, 3, 2)], attrs([0, 2], false)),
    ];

    private static KernelInfo Select(string name, Func<double, double, bool> better) =>
        new(name, sample => [
            References.Reduce(sample[0], [sample.Int(0)], sample.Bool(1), line => line[First(line, better)]),
            References.Reduce(sample[0], [sample.Int(0)], sample.Bool(1), line => First(line, better))], Selected)
        {
            Gradients = static () => [new Sample([Draw.Distinct(DType.Float64, 3, 4)], Attr.Of(1L), Attr.Of(false)), new Sample([Draw.Distinct(DType.Float64, 3, 4)], Attr.Of(0L), Attr.Of(true))],
            Many = static dtype => new Sample([Draw.Of(dtype, [300, 1001])], Attr.Of(1L), Attr.Of(false)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [0, 3])], Attr.Of(0L), Attr.Of(false)), "*Expected reduction dim 0 to have non-zero size*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3])], Attr.Of(-3L), Attr.Of(false)), "Dimension out of range*"),
            ],
        };

    private static KernelInfo Position(string name, Func<double, double, bool> better) =>
        new(name, sample => [References.Reduce(sample[0], sample.Attrs[0].Kind == AttrKind.None ? [] : sample.Ints(0), sample.Bool(1), line => First(line, better))], static dtype =>
        [
            .. Selected(dtype).Select(static sample => new Sample(sample.Inputs, Attr.Of([sample.Int(0)]), sample.Attrs[1])),
            new Sample([Draw.Of(dtype, [3, 70])], Attr.None, Attr.Of(false)),
        ])
        {
            DTypes = s_numbers,
            Many = static dtype => new Sample([Draw.Of(dtype, [300, 1001])], Attr.Of([1L]), Attr.Of(false)),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [0])], Attr.None, Attr.Of(false)), "*Expected reduction dim to be specified*")],
        };

    private static KernelInfo Scan(string name, Func<double, double, double> step, double start) =>
        new(name, sample => [Along(sample[0], (int)sample.Int(0), line =>
        {
            var result = new double[line.Length];
            double state = start;
            for (int i = 0; i < line.Length; i++)
            {
                state = step(state, line[i]);
                result[i] = state;
            }

            return result;
        })], dtype => Scanned(dtype, [Attr.None], small: start != 0))
        {
            Many = dtype => new Sample([Draw.Of(dtype, [300, 1001], start == 0 ? -3 : 0.9, start == 0 ? 3 : 1.1)], Attr.Of(1L), Attr.None),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2])], Attr.Of(1L), Attr.None), "Dimension out of range*")],
        };

    private static IEnumerable<Sample> Scanned(DType dtype, Attr[] rest, bool small = false)
    {
        foreach ((long[] sizes, long dim) in (IEnumerable<(long[], long)>)[([3, 4, 5], 0), ([3, 4, 5], 1), ([3, 4, 5], -1), ([4, 3], 0), ([], 0), ([0, 3], 0), ([2, 0], -1), ([7], 0)])
        {
            yield return new Sample([Draw.Of(dtype, sizes, small ? 0.6 : -3, small ? 1.6 : 3)], [Attr.Of(dim), .. rest]);
        }

        if (!small)
        {
            yield return new Sample([Draw.Of(dtype, [2, 137])], [Attr.Of(1L), .. rest]);
        }
        else if (dtype.IsFloatingPoint())
        {
            yield return new Sample([WithZeros(dtype, 3, 4)], [Attr.Of(1L), .. rest]);
        }

        if (dtype.IsFloatingPoint())
        {
            yield return new Sample([Draw.Special(dtype, 5, 6)], [Attr.Of(0L), .. rest]);
        }
    }

    private static IEnumerable<Sample> Selected(DType dtype)
    {
        foreach ((long[] sizes, long dim) in (IEnumerable<(long[], long)>)[([3, 4, 5], 0), ([3, 4, 5], 1), ([3, 4, 5], -1), ([], 0), ([4, 0], 0), ([1], 0), ([2, 303], 1), ([303, 3], 0)])
        {
            yield return new Sample([Draw.Of(dtype, sizes)], Attr.Of(dim), Attr.Of(dim != 1));
        }

        if (dtype.IsFloatingPoint())
        {
            yield return new Sample([Draw.Special(dtype, 5, 40)], Attr.Of(1L), Attr.Of(false));
        }
    }

    private static TensorImpl WithZeros(DType dtype, params long[] sizes) =>
        Compiler.Tensors.Floats(sizes, static i => i is 1 or 6 or 7 ? 0 : 0.5 + (i * 7 % 11 / 8.0), dtype);

    private static long Count(long[] sizes) => sizes.Aggregate(1L, static (a, b) => a * b);

    /// <summary>Where a line's extremum is first; NaN is more extreme than anything.</summary>
    private static int First(double[] line, Func<double, double, bool> better)
    {
        int best = 0;
        for (int i = 1; i < line.Length; i++)
        {
            if (!double.IsNaN(line[best]) && (double.IsNaN(line[i]) || better(line[i], line[best])))
            {
                best = i;
            }
        }

        return best;
    }

    private static double Variance(double[] x)
    {
        double mean = x.Average();
        return x.Sum(v => (v - mean) * (v - mean)) / Math.Max(0, x.Length - 1);
    }

    private static double LogSumExp(double[] x)
    {
        double max = x.Aggregate(double.NegativeInfinity, Math.Max);
        return double.IsInfinity(max) ? (x.Any(double.IsNaN) ? double.NaN : max) : max + Math.Log(x.Sum(v => Math.Exp(v - max)));
    }

    /// <summary>The array with each line along a dimension replaced by a function of it.</summary>
    private static Nd Along(Nd x, int dim, Func<double[], double[]> function)
    {
        if (x.Rank == 0)
        {
            return new Nd([], function(x.Values));
        }

        int d = dim < 0 ? dim + x.Rank : dim;
        Nd result = Nd.Zeros(x.Sizes);
        foreach (long[] index in Nd.Indices([.. x.Sizes.Select((size, i) => i == d ? Math.Min(size, 1) : size)]))
        {
            double[] line = function([.. Enumerable.Range(0, (int)x.Sizes[d]).Select(i => x[Nd.With(index, d, i)])]);
            for (int i = 0; i < line.Length; i++)
            {
                result[Nd.With(index, d, i)] = line[i];
            }
        }

        return result;
    }

    private static double[] Suffixes(double[] line)
    {
        double state = 0;
        double[] result = (double[])line.Clone();
        for (int i = line.Length - 1; i >= 0; i--)
        {
            state += line[i];
            result[i] = state;
        }

        return result;
    }

    private static Nd[] CumprodGradient(Sample sample)
    {
        Nd grad = sample[0], x = sample[1];
        int dim = (int)sample.Int(0), d = dim < 0 ? dim + x.Rank : dim;
        return [Nd.Make(x.Sizes, index =>
        {
            long n = x.Rank == 0 ? 1 : x.Sizes[d], k = x.Rank == 0 ? 0 : index[d];
            double sum = 0;
            for (long i = k; i < n; i++)
            {
                double product = 1;
                for (long j = 0; j <= i; j++)
                {
                    product *= j == k ? 1 : x[Nd.With(index, d, j)];
                }

                sum += product * (x.Rank == 0 ? grad.Values[0] : grad[Nd.With(index, d, i)]);
            }

            return sum;
        })];
    }

    private static Nd[] ProductGradient(Sample sample)
    {
        Nd grad = sample[0], x = sample[1];
        bool[] reduced = ShapeRules.ReducedDims(sample.Ints(0), x.Rank);
        Nd kept = new([.. x.Sizes.Select((size, d) => reduced[d] ? 1 : size)], grad.Values);
        return [Nd.Make(x.Sizes, index =>
        {
            double product = kept.Broadcast(index);
            foreach (long[] other in Nd.Indices(x.Sizes))
            {
                bool sameGroup = Enumerable.Range(0, x.Rank).All(d => reduced[d] || other[d] == index[d]);
                product *= sameGroup && !other.SequenceEqual(index) ? x[other] : 1;
            }

            return product;
        })];
    }
}
