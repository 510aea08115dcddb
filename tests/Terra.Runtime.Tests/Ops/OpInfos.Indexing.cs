using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Indexing: elements by position and by mask.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Indexing()
    {
        yield return new KernelInfo("gather", static s => [Nd.Make(s[1].Sizes, index => s[0][At(index, s.Int(0), s[1][index])])], static dtype => Indexed(dtype, false, []))
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Indices(300, 301, 300)], Attr.Of(1L)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Longs(0)], Attr.Of(0L)), "Index tensor must have the same number of dimensions as input tensor"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Int32, [3])], Attr.Of(0L)), "gather(): Expected dtype int64 for index"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(3)], Attr.Of(0L)), "index 3 is out of bounds for dimension 0 with size 3"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0, -1)], Attr.Of(0L)), "index -1 is out of bounds for dimension 0 with size 3"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Indices(2, 1, 4)], Attr.Of(0L)), "Size does not match at dimension 1*"),
            ],
        };
        yield return Scatter("scatter.src", static (_, source) => source) with { DTypes = s_all };
        yield return Scatter("scatter_add", static (old, source) => old + source) with { DTypes = s_all, AbsoluteTolerance = 20 };
        yield return new KernelInfo("scatter.value", static s => [Scattered(s, (_, _) => s.Number(1))], static dtype => Indexed(dtype, false, [Whole(1)]))
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Indices(300, 301, 300)], Attr.Of(1L), Whole(1)),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(1, 7)], Attr.Of(0L), Whole(1)), "index 7 is out of bounds for dimension 0 with size 3")],
        };
        yield return new KernelInfo("index_select", static s => [Nd.Make(WithSize(s[0].Sizes, s.Int(0), s[1].Values.Length), index => s[0][At(index, s.Int(0), s[1].Values[Position(index, s.Int(0))])])], Slices)
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Indices(301, 500)], Attr.Of(0L)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0, 3)], Attr.Of(0L)), "*index*out of*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Indices(2, 1, 2)], Attr.Of(0L)), "index_select(): Index is supposed to be a vector"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0)], Attr.Of(1L)), "Dimension out of range*"),
            ],
        };
        yield return new KernelInfo("index_add", AddedSlices, static dtype =>
        [
            .. Slices(dtype).Select(s => new Sample([s.Inputs[0], s.Inputs[1], Draw.Of(dtype, WithSize(s[0].Sizes, s.Int(0), s[1].Values.Length), 1, 5)], s.Attrs[0], Whole(2))),
            .. dtype.IsFloatingPoint() ? new[] { new Sample([Draw.NowAndThen(dtype, [5, 20]), Draw.Longs(4, 0, 4), Draw.NowAndThen(dtype, [3, 20])], Attr.Of(0L), Whole(2)) } : [],
        ])
        {
            DTypes = s_all, AbsoluteTolerance = 40, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Indices(301, 500), Draw.Of(dtype, [500, 300])], Attr.Of(0L), Whole(1)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0, 3), Draw.Of(DType.Float32, [2])], Attr.Of(0L), Whole(1)), "*index*out of*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0), Draw.Of(DType.Float32, [2])], Attr.Of(0L), Whole(1)), "source tensor shape must match self tensor shape*"),
            ],
        };
        yield return new KernelInfo("index.Tensor", static s => [Picked(s[0], s.Ints(0), [.. s.Inputs[1..].Select(static t => Nd.Of(t!))], static (self, at) => self[at])], static dtype =>
            Advanced(dtype).Select(static a => new Sample([a.Self, .. a.Indices], Attr.Of(a.Dims))))
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Indices(301, 500)], Attr.Of([0L])),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0, -4)], Attr.Of([0L])), "index -4 is out of bounds for dimension 0 with size 3"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0), Draw.Longs(0)], Attr.Of([0L, 1L])), "too many indices for tensor of dimension 1"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3, 3]), Draw.Longs(0, 1), Draw.Longs(0, 1, 2)], Attr.Of([0L, 1L])), "shape mismatch: indexing tensors could not be broadcast together*"),
            ],
        };
        foreach (bool accumulate in (bool[])[false, true])
        {
            yield return new KernelInfo("index_put", PutAt, dtype => Advanced(dtype).SelectMany(a => Puts(dtype, a, accumulate)))
            {
                Variant = accumulate ? "accumulate" : "", DTypes = s_all, AbsoluteTolerance = 20, Expandable = accumulate,
                Many = dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Of(dtype, [500, 300]), Draw.Indices(301, 500)], Attr.Of([0L]), Attr.Of(accumulate)),
                Gradients = accumulate ? null : static () =>
                [
                    new Sample([Draw.Of(DType.Float64, [4, 3]), Draw.Of(DType.Float64, [2, 3]), Draw.Longs(3, 0)], Attr.Of([0L]), Attr.Of(false)),
                    new Sample([Draw.Of(DType.Float64, [4, 3]), Draw.Of(DType.Float64, []), Draw.Longs(3, 0, 1), Draw.Longs(0, 0, -1)], Attr.Of([0L, 1L]), Attr.Of(false)),
                ],
                Refusals =
                [
                    new Refusal(() => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float32, [1]), Draw.Longs(3)], Attr.Of([0L]), Attr.Of(accumulate)), "index 3 is out of bounds for dimension 0 with size 3"),
                    new Refusal(() => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float64, [1]), Draw.Longs(1)], Attr.Of([0L]), Attr.Of(accumulate)), "Index put requires the source and destination dtypes match*"),
                    new Refusal(() => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.Float32, [2]), Draw.Longs(1, 2, 0)], Attr.Of([0L]), Attr.Of(accumulate)), "shape mismatch: value tensor of shape*"),
                ],
            };
        }

        yield return new KernelInfo("nonzero", NonzeroPositions, static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 4, 2], -0.7, 0.7)]), new Sample([Draw.Of(dtype, [])]), new Sample([Draw.Of(dtype, [0, 2])]), new Sample([Draw.Of(dtype, [300], -0.6, 0.6)]),
            .. dtype.IsFloatingPoint() ? new[] { new Sample([Draw.Special(dtype, 5, 7)]) } : [],
        ]) { DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [300, 1001], -0.7, 0.7)]) };
        yield return new KernelInfo("_bincount", static s =>
        {
            Nd result = Nd.Zeros(Math.Max(s[0].Values.Select(static value => (long)value + 1).DefaultIfEmpty(0).Max(), s.Int(0)));
            foreach (double value in s[0].Values)
            {
                result.Values[(long)value]++;
            }

            return [result];
        }, static _ => [new Sample([Draw.Longs(3, 1, 3, 0)], Attr.Of(0L)), new Sample([Draw.Longs(2)], Attr.Of(5L)), new Sample([Draw.Indices(7, 300)], Attr.Of(5L)), new Sample([Draw.Longs()], Attr.Of(0L)), new Sample([Draw.Longs()], Attr.Of(2L))])
        {
            DTypes = [DType.Int64], Many = static _ => new Sample([Draw.Indices(1000, 300_001)], Attr.Of(0L)), More = static _ => [new Sample([Draw.Indices(100_003, 200_001)], Attr.Of(0L))],
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Longs(1, -1)], Attr.Of(0L)), "bincount only supports*"),
                new Refusal(static () => new Sample([Draw.Indices(3, 2, 2)], Attr.Of(0L)), "bincount only supports*"),
            ],
        };
        yield return new KernelInfo("masked_select", static s =>
        {
            long[] sizes = Nd.BroadcastSizes(s[0].Sizes, s[1].Sizes);
            Nd self = s[0], mask = s[1];
            double[] values = [.. Nd.Indices(sizes).Where(index => mask.Broadcast(index) != 0).Select(self.Broadcast)];
            return [new Nd([values.Length], values)];
        }, static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 4]), Draw.Mask(3, 4)]), new Sample([Draw.Of(dtype, [3, 1]), Draw.Mask(4)]), new Sample([Draw.Of(dtype, [4]), Draw.Mask(3, 4)]),
            new Sample([Draw.Of(dtype, []), Draw.Mask(5)]), new Sample([Draw.Of(dtype, [0, 4]), Draw.Mask(4)]),
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [300, 1001]), Draw.Mask(300, 1001)]),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Of(DType.UInt8, [3])]), "masked_select: expected BoolTensor for mask")],
        };
        yield return new KernelInfo("embedding", static s => [Nd.Make([.. s[1].Sizes, s[0].Sizes[1]], index => s[0][(long)s[1][index[..^1]], index[^1]])], static dtype =>
        [
            new Sample([Draw.Of(dtype, [5, 3]), Draw.Indices(5, 4)], Attr.Of(-1L), Attr.Of(false)), new Sample([Draw.Of(dtype, [5, 3]), Draw.Indices(5, 2, 3)], Attr.Of(-1L), Attr.Of(false)),
            new Sample([Draw.Of(dtype, [5, 3]), Draw.Indices(5)], Attr.Of(-1L), Attr.Of(false)), new Sample([Draw.Of(dtype, [5, 0]), Draw.Indices(5, 2)], Attr.Of(-1L), Attr.Of(false)), new Sample([Draw.Of(dtype, [5, 3]), Draw.Indices(5, 0)], Attr.Of(-1L), Attr.Of(false)),
        ])
        {
            Many = static dtype => new Sample([Draw.Of(dtype, [100, 300]), Draw.Indices(100, 500)], Attr.Of(-1L), Attr.Of(false)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [5, 3]), Draw.Longs(5)], Attr.Of(-1L), Attr.Of(false)), "index out of range in self"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [5]), Draw.Longs(1)], Attr.Of(-1L), Attr.Of(false)), "'weight' must be 2-D"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [5, 3]), Draw.Of(DType.Float32, [2])], Attr.Of(-1L), Attr.Of(false)), "Expected tensor for argument 'indices'*"),
            ],
        };
        yield return new KernelInfo("embedding_dense_backward", static s =>
        {
            Nd result = Nd.Zeros(s.Int(0), s[0].Sizes[^1]);
            foreach (long[] index in Nd.Indices(s[0].Sizes))
            {
                long row = (long)s[1][index[..^1]];
                result[row, index[^1]] += row == s.Int(1) ? 0 : s[0][index];
            }

            return [result];
        }, static dtype =>
        [
            new Sample([Draw.Of(dtype, [4, 3]), Draw.Indices(5, 4)], Attr.Of(5L), Attr.Of(-1L)), new Sample([Draw.Of(dtype, [2, 6, 3]), Draw.Indices(5, 2, 6)], Attr.Of(5L), Attr.Of(2L)),
            new Sample([Draw.Of(dtype, [0, 3]), Draw.Indices(5, 0)], Attr.Of(5L), Attr.Of(-1L)),
        ])
        {
            AbsoluteTolerance = 20, Many = static dtype => new Sample([Draw.Of(dtype, [500, 300]), Draw.Indices(100, 500)], Attr.Of(100L), Attr.Of(-1L)),
        };
    }

    private static KernelInfo Scatter(string name, Func<double, double, double> combine) =>
        new(name, s => [Scattered(s, (index, old) => combine(old, s[2][index]))], static dtype =>
        [
            .. Indexed(dtype, false, []).Select(s => new Sample([s.Inputs[0], s.Inputs[1], Draw.Of(dtype, s.Inputs[1]!.Sizes.ToArray(), 1, 6)], s.Attrs)),
            new Sample([Draw.Of(dtype, [3, 4]), Draw.Indices(3, 2, 3), Draw.Of(dtype, [4, 5], 1, 6)], Attr.Of(0L)),
            .. dtype.IsFloatingPoint() ? new[] { new Sample([Draw.NowAndThen(dtype, [3, 20]), Draw.Indices(3, 5, 20), Draw.NowAndThen(dtype, [5, 20])], Attr.Of(0L)) } : [],
        ])
        {
            Gradients = name == "scatter_add" ? null : static () =>
            [
                .. Indexed(DType.Float64, true, []).Select(static s => new Sample([s.Inputs[0], s.Inputs[1], Draw.Of(DType.Float64, s.Inputs[1]!.Sizes.ToArray(), 1, 6)], s.Attrs)),
                new Sample([Draw.Of(DType.Float64, [3, 4]), Rolled(2, 3), Draw.Of(DType.Float64, [4, 5])], Attr.Of(0L)),
            ],
            Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Indices(300, 301, 300), Draw.Of(dtype, [301, 300])], Attr.Of(1L)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0, 3), Draw.Of(DType.Float32, [2])], Attr.Of(0L)), "index 3 is out of bounds for dimension 0 with size 3"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0, 1), Draw.Of(DType.Float64, [2])], Attr.Of(0L)), "*Expected self.dtype to be equal to src.dtype"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3]), Draw.Longs(0, 1, 2), Draw.Of(DType.Float32, [2])], Attr.Of(0L)), "Expected index [3] to be no larger than src [2]*"),
            ],
        };

    /// <summary>A tensor and int64 indices of its rank; each place at most once if <paramref name="unique"/>.</summary>
    private static IEnumerable<Sample> Indexed(DType dtype, bool unique, Attr[] rest)
    {
        yield return new Sample([Draw.Of(dtype, [3, 4]), unique ? Rolled(3, 4) : Draw.Indices(3, 3, 4)], [Attr.Of(0L), .. rest]);
        yield return new Sample([Draw.Of(dtype, [4, 3]), unique ? Rolled(3, 3) : Draw.Indices(3, 4, 3)], [Attr.Of(-1L), .. rest]);
        yield return new Sample([Draw.Of(dtype, [5]), unique ? Draw.Longs(4, 0, 2) : Draw.Longs(4, 4, 0, 2)], [Attr.Of(0L), .. rest]);
        if (!unique)
        {
            yield return new Sample([Draw.Of(dtype, [3, 4, 2]), Draw.Indices(4, 2, 7, 1)], [Attr.Of(1L), .. rest]);
            yield return new Sample([Draw.Of(dtype, []), Draw.Indices(1)], [Attr.Of(0L), .. rest]);
            yield return new Sample([Draw.Of(dtype, [3, 4]), Draw.Indices(1, 0, 4)], [Attr.Of(0L), .. rest]);
        }
    }

    /// <summary>Positions along the first dimension, no two in a column the same.</summary>
    private static TensorImpl Rolled(long rows, long columns) => Compiler.Tensors.From(DType.Int64, [rows, columns], i => ((i / columns) + (i % columns)) % Math.Min(rows, 3));

    private static IEnumerable<Sample> Slices(DType dtype) =>
    [
        new Sample([Draw.Of(dtype, [5, 4]), Draw.Longs(4, 0, 4)], Attr.Of(0L)), new Sample([Draw.Of(dtype, [3, 4, 2]), Draw.Longs(2, 2, 0, 1, 3)], Attr.Of(1L)),
        new Sample([Draw.Of(dtype, [3, 4]), Draw.Longs(1)], Attr.Of(-1L)), new Sample([Draw.Of(dtype, [3, 4]), Draw.Indices(3, 0)], Attr.Of(0L)),
        new Sample([Draw.Of(dtype, [3, 0]), Draw.Longs(1, 0)], Attr.Of(0L)),
    ];

    private static IEnumerable<(TensorImpl Self, TensorImpl[] Indices, long[] Dims)> Advanced(DType dtype)
    {
        yield return (Draw.Of(dtype, [4, 3]), [Draw.Longs(3, 0, -1)], [0]);
        yield return (Draw.Of(dtype, [4, 3]), [Draw.Longs(3, 0, -1), Draw.Longs(0, 2, -3)], [0, 1]);
        yield return (Draw.Of(dtype, [2, 3, 4]), [Draw.Indices(2, 2, 1), Draw.Indices(4, 3)], [0, 2]);
        yield return (Draw.Of(dtype, [2, 3, 4]), [Draw.Indices(3, 2, 2)], [1]);
        yield return (Draw.Of(dtype, [2, 3, 4]), [Draw.Longs(1)], [2]);
        yield return (Draw.Of(dtype, [4, 3]), [Draw.Indices(4, 0)], [0]);
    }

    private static IEnumerable<Sample> Puts(DType dtype, (TensorImpl Self, TensorImpl[] Indices, long[] Dims) a, bool accumulate)
    {
        long[] sizes = Picked(Nd.Of(a.Self), a.Dims, [.. a.Indices.Select(Nd.Of)], static (_, _) => 0).Sizes;
        yield return new Sample([a.Self, Draw.Of(dtype, sizes), .. a.Indices], Attr.Of(a.Dims), Attr.Of(accumulate));
        yield return new Sample([a.Self, Draw.Of(dtype, []), .. a.Indices], Attr.Of(a.Dims), Attr.Of(accumulate));
    }

    private static Nd[] PutAt(Sample s)
    {
        Nd result = s[0].Copy(), values = s[1];
        long[] sizes = Picked(s[0], s.Ints(0), [.. s.Inputs[2..].Select(static t => Nd.Of(t!))], static (_, _) => 0).Sizes;
        using IEnumerator<long[]> positions = Nd.Indices(sizes).GetEnumerator();
        Picked(s[0], s.Ints(0), [.. s.Inputs[2..].Select(static t => Nd.Of(t!))], (_, at) =>
        {
            positions.MoveNext();
            double value = values.Broadcast(positions.Current);
            result[at] = s.Bool(1) ? result[at] + value : value;
            return 0;
        });
        return [result];
    }

    /// <summary>What advanced indexing picks, as NumPy has it: the indices' broadcast dimensions stand together, in front unless their dimensions are neighbours.</summary>
    private static Nd Picked(Nd self, long[] dims, Nd[] indices, Func<Nd, long[], double> pick)
    {
        long[] common = indices.Aggregate(Array.Empty<long>(), static (sizes, index) => Nd.BroadcastSizes(sizes, index.Sizes));
        int place = dims[^1] - dims[0] == dims.Length - 1 ? (int)dims[0] : 0;
        List<int> others = [.. Enumerable.Range(0, self.Rank).Where(d => !dims.Contains(d))];
        long[] sizes = [.. others[..place].Select(d => self.Sizes[d]), .. common, .. others[place..].Select(d => self.Sizes[d])];
        return Nd.Make(sizes, index =>
        {
            var at = new long[self.Rank];
            for (int k = 0; k < others.Count; k++)
            {
                at[others[k]] = index[k < place ? k : k + common.Length];
            }

            for (int k = 0; k < dims.Length; k++)
            {
                double position = indices[k].Broadcast(index[place..(place + common.Length)]);
                at[dims[k]] = (long)(position < 0 ? position + self.Sizes[dims[k]] : position);
            }

            return pick(self, at);
        });
    }

    private static Nd Scattered(Sample s, Func<long[], double, double> value)
    {
        Nd result = s[0].Copy(), positions = s[1];
        foreach (long[] index in Nd.Indices(positions.Sizes))
        {
            long[] at = At(index, s.Int(0), positions[index]);
            result[at] = value(index, result[at]);
        }

        return result;
    }

    private static Nd[] AddedSlices(Sample s)
    {
        Nd result = s[0].Copy();
        foreach (long[] index in Nd.Indices(s[2].Sizes))
        {
            result[At(index, s.Int(0), s[1].Values[Position(index, s.Int(0))])] += s.Number(1) * s[2][index];
        }

        return [result];
    }

    private static Nd[] NonzeroPositions(Sample s)
    {
        long[][] positions = [.. Nd.Indices(s[0].Sizes).Where(index => s[0][index] != 0)];
        return [new Nd([positions.Length, s[0].Rank], [.. positions.SelectMany(static index => index).Select(static i => (double)i)])];
    }

    /// <summary>The index with its entry along a dimension replaced; a 0-d one as it is.</summary>
    private static long[] At(long[] index, long dim, double position) => index.Length == 0 ? index : Nd.With(index, (int)(dim < 0 ? dim + index.Length : dim), (long)position);

    private static long Position(long[] index, long dim) => index[dim < 0 ? dim + index.Length : dim];

    private static long[] WithSize(long[] sizes, long dim, long size) => Nd.With(sizes, (int)(dim < 0 ? dim + sizes.Length : dim), size);
}
