using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Ops that put elements elsewhere: concatenation, triangles, flips, padding, sorting, upsampling.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Arranging()
    {
        yield return new KernelInfo("cat", Concatenated, static dtype =>
        [
            new Sample([Draw.Of(dtype, [2, 3]), Draw.Of(dtype, [4, 3])], Attr.Of(0L)), new Sample([Draw.Of(dtype, [2, 3]), Draw.Of(dtype, [2, 1]), Draw.Of(dtype, [2, 5])], Attr.Of(-1L)),
            new Sample([Draw.Of(dtype, [3])], Attr.Of(0L)), new Sample([Draw.Of(dtype, [0]), Draw.Of(dtype, [2, 3])], Attr.Of(1L)), new Sample([Draw.Of(dtype, [2, 0]), Draw.Of(dtype, [2, 3])], Attr.Of(1L)),
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300]), Draw.Of(dtype, [301, 77])], Attr.Of(1L)),
            More = static dtype => [new Sample([Draw.Of(dtype, [301, 300]), Draw.Of(DType.UInt8, [301, 77]), Draw.Of(DType.Float16, [301, 9])], Attr.Of(1L))],
            Refusals =
            [
                new Refusal(static () => new Sample([], Attr.Of(0L)), "torch.cat(): expected a non-empty list of Tensors"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, []), Draw.Of(DType.Float32, [])], Attr.Of(0L)), "zero-dimensional tensor*cannot be concatenated"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [2, 4])], Attr.Of(0L)), "Sizes of tensors must match except in dimension 0*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3]), Draw.Of(DType.Float32, [2])], Attr.Of(0L)), "Tensors must have same number of dimensions*"),
            ],
        };
        yield return Triangle("tril", static (row, column, diagonal) => column - row <= diagonal);
        yield return Triangle("triu", static (row, column, diagonal) => column - row >= diagonal);
        yield return new KernelInfo("flip", static s => [Nd.Make(s[0].Sizes, index =>
        {
            long[] at = (long[])index.Clone();
            foreach (long dim in s.Ints(0))
            {
                int d = (int)(dim < 0 ? dim + at.Length : dim);
                at[d] = s[0].Sizes[d] - 1 - at[d];
            }

            return s[0][at];
        })], static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 4])], Attr.Of([0L])), new Sample([Draw.Of(dtype, [3, 4, 2])], Attr.Of([-1L, 0L])), new Sample([Draw.Of(dtype, [3])], Attr.Of(Array.Empty<long>())), new Sample([Draw.Of(dtype, [0, 3])], Attr.Of([1L])),
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [3, 301, 300])], Attr.Of([0L, 2L])),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of([0L, -1L])), "dim 0 appears multiple times*")],
        };
        yield return new KernelInfo("constant_pad_nd", Padded, static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 4])], Attr.Of([1L, 2L]), Whole(1)), new Sample([Draw.Of(dtype, [3, 4])], Attr.Of([1L, -2L, 0L, 3L]), Whole(0)),
            new Sample([Draw.Of(dtype, [2, 3, 2])], Attr.Of([-1L, -1L, 2L, 0L]), Whole(1)), new Sample([Draw.Of(dtype, [0, 2])], Attr.Of([1L, 1L, 1L, 0L]), Whole(1)),
            new Sample([Draw.Of(dtype, [2, 3, 4])], Attr.Of([0L, 0L, 1L, 2L]), Whole(1)), new Sample([Draw.Of(dtype, [2, 3])], Attr.Of([-3L, 5L]), Whole(1)),
            new Sample([Draw.Of(dtype, [2, 3])], Attr.Of([5L, -4L, 1L, 0L]), Whole(1)), new Sample([Draw.Of(dtype, [2, 2, 1, 40])], Attr.Of([1L, 1L, 0L, 0L, -1L, 1L, 1L, 1L]), Whole(1)),
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300])], Attr.Of([1L, 2L, 3L, 4L]), Whole(0)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of([1L, 1L, 1L, 1L]), Whole(0)), "Length of pad should be*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of([-2L, -2L]), Whole(0)), "The input size 3, plus negative padding*"),
            ],
        };
        yield return new KernelInfo("_pad_enum", static s => [Nd.Make(PaddedSizes(s[0].Sizes, s.Ints(0)), index => s[0][Shown(index, s[0].Sizes, s.Ints(0), (PadMode)s.Int(1))])], static dtype =>
        [
            .. new[] { PadMode.Reflect, PadMode.Replicate, PadMode.Circular }.SelectMany(mode => new[]
            {
                new Sample([Draw.Of(dtype, [3, 4])], Attr.Of([1L, 3L]), Attr.Of((long)mode)), new Sample([Draw.Of(dtype, [2, 3, 4])], Attr.Of([0L, 0L, 1L, 2L]), Attr.Of((long)mode)),
                new Sample([Draw.Of(dtype, [2, 3, 3, 40])], Attr.Of([2L, 1L, 0L, 2L, 1L, 0L]), Attr.Of((long)mode)), new Sample([Draw.Of(dtype, [2, 0, 3])], Attr.Of([1L, 0L]), Attr.Of((long)mode)),
            }),
            new Sample([Draw.Of(dtype, [2, 1])], Attr.Of([4L, 5L]), Attr.Of((long)PadMode.Replicate)), new Sample([Draw.Of(dtype, [])], Attr.Of(Array.Empty<long>()), Attr.Of(0L)),
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [5, 60, 300])], Attr.Of([1L, 2L, 3L, 4L]), Attr.Of(0L)),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of([1L, 1L, 1L, 1L]), Attr.Of(0L)), "Length of pad should be*"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of([1L, 3L]), Attr.Of(0L)), "Padding size should be at most*(1, 3) of a dimension of size 3 in mode Reflect"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of([-1L, 3L]), Attr.Of(2L)), "Padding size should be at most*"),
            ],
        };
        yield return new KernelInfo("_pad_enum_backward", static s =>
        {
            Nd result = Nd.Zeros(s.Ints(2));
            foreach (long[] index in Nd.Indices(s[0].Sizes))
            {
                result[Shown(index, result.Sizes, s.Ints(0), (PadMode)s.Int(1))] += s[0][index];
            }

            return [result];
        }, static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 8])], Attr.Of([1L, 3L]), Attr.Of(0L), Attr.Of([3L, 4L])), new Sample([Draw.Of(dtype, [2, 6, 4])], Attr.Of([0L, 0L, 1L, 2L]), Attr.Of(1L), Attr.Of([2L, 3L, 4L])),
            new Sample([Draw.Of(dtype, [2, 4, 5, 43])], Attr.Of([2L, 1L, 0L, 2L, 1L, 0L]), Attr.Of(2L), Attr.Of([2L, 3L, 3L, 40L])), new Sample([Draw.Of(dtype, [0, 5])], Attr.Of([1L, 1L]), Attr.Of(0L), Attr.Of([0L, 3L])),
        ])
        {
            AbsoluteTolerance = 20, Many = static dtype => new Sample([Draw.Of(dtype, [5, 60, 300])], Attr.Of([1L, 2L, 3L, 4L]), Attr.Of(0L), Attr.Of([5L, 53L, 297L])),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of([1L, 1L]), Attr.Of(0L), Attr.Of([2L])), "grad_output is of size*"),
            ],
        };
        yield return new KernelInfo("sort", static s => Sorted(s[0], s.Int(0), s.Bool(1), null), static dtype => Orders(dtype).SelectMany(static pair => new[]
        {
            new Sample([pair.Tensor], Attr.Of(pair.Dim), Attr.Of(false), Attr.Of(true)), new Sample([pair.Tensor], Attr.Of(pair.Dim), Attr.Of(true), Attr.Of(true)),
        }))
        {
            DTypes = s_all, Gradients = static () => [new Sample([Draw.Distinct(DType.Float64, 3, 4)], Attr.Of(1L), Attr.Of(false), Attr.Of(false)), new Sample([Draw.Distinct(DType.Float64, 3, 4)], Attr.Of(0L), Attr.Of(true), Attr.Of(false))],
            Many = static dtype => new Sample([Draw.Of(dtype, [301, 300])], Attr.Of(1L), Attr.Of(false), Attr.Of(true)),
            More = static dtype => [new Sample([Draw.Of(dtype, [150_001])], Attr.Of(0L), Attr.Of(true), Attr.Of(true))],
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of(1L), Attr.Of(false), Attr.Of(false)), "Dimension out of range*")],
        };
        yield return new KernelInfo("topk", static s => Sorted(s[0], s.Int(1), s.Bool(2), s.Int(0)), static dtype =>
        [
            new Sample([Draw.Distinct(dtype, 3, 5)], Attr.Of(2L), Attr.Of(1L), Attr.Of(true), Attr.Of(true)), new Sample([Draw.Distinct(dtype, 5, 3)], Attr.Of(5L), Attr.Of(0L), Attr.Of(false), Attr.Of(true)),
            new Sample([Draw.Distinct(dtype, 40)], Attr.Of(7L), Attr.Of(-1L), Attr.Of(true), Attr.Of(true)), new Sample([Draw.Of(dtype, [])], Attr.Of(1L), Attr.Of(0L), Attr.Of(true), Attr.Of(true)),
            new Sample([Draw.Distinct(dtype, 3, 5)], Attr.Of(0L), Attr.Of(1L), Attr.Of(true), Attr.Of(true)),
        ])
        {
            DTypes = s_numbers, Expandable = false, Many = static dtype => new Sample([Draw.Of(dtype, [301, 300])], Attr.Of(9L), Attr.Of(1L), Attr.Of(true), Attr.Of(true)),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of(4L), Attr.Of(0L), Attr.Of(true), Attr.Of(true)), "selected index k out of range")],
        };
        yield return new KernelInfo("upsample_nearest2d", static s => [Nd.Make([.. s[0].Sizes[..2], .. s.Ints(0)], index =>
            s[0][index[0], index[1], Source(index[2], s[0].Sizes[2], s.Ints(0)[0]), Source(index[3], s[0].Sizes[3], s.Ints(0)[1])])], static dtype =>
        [
            new Sample([Draw.Of(dtype, [2, 3, 2, 3])], Attr.Of([4L, 6L])), new Sample([Draw.Of(dtype, [1, 2, 5, 4])], Attr.Of([3L, 7L])), new Sample([Draw.Of(dtype, [0, 2, 5, 4])], Attr.Of([3L, 7L])),
            new Sample([Draw.Of(dtype, [1, 2, 2, 8])], Attr.Of([3L, 8L])), new Sample([Draw.Of(dtype, [1, 2, 3, 11])], Attr.Of([6L, 13L])), new Sample([Draw.Of(dtype, [1, 1, 2, 9])], Attr.Of([4L, 45L])),
            .. dtype.IsFloatingPoint() ? new[] { new Sample([Draw.NowAndThen(dtype, [2, 3, 2, 3])], Attr.Of([4L, 6L])) } : [],
        ])
        {
            Many = static dtype => new Sample([Draw.Of(dtype, [4, 32, 20, 20])], Attr.Of([40L, 40L])),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2, 3, 2])], Attr.Of([4L, 6L])), "*Input and output sizes should be greater than 0*")],
        };
        yield return new KernelInfo("upsample_nearest2d_backward", static s =>
        {
            Nd result = Nd.Zeros(s.Ints(1));
            foreach (long[] index in Nd.Indices(s[0].Sizes))
            {
                result[index[0], index[1], Source(index[2], result.Sizes[2], s.Ints(0)[0]), Source(index[3], result.Sizes[3], s.Ints(0)[1])] += s[0][index];
            }

            return [result];
        }, static dtype =>
        [
            new Sample([Draw.Of(dtype, [2, 3, 4, 6])], Attr.Of([4L, 6L]), Attr.Of([2L, 3L, 2L, 3L])), new Sample([Draw.Of(dtype, [1, 2, 3, 7])], Attr.Of([3L, 7L]), Attr.Of([1L, 2L, 5L, 4L])),
            new Sample([Draw.Of(dtype, [0, 2, 3, 7])], Attr.Of([3L, 7L]), Attr.Of([0L, 2L, 5L, 4L])), new Sample([Draw.NowAndThen(dtype, [2, 3, 4, 6])], Attr.Of([4L, 6L]), Attr.Of([2L, 3L, 2L, 3L])),
        ]) { AbsoluteTolerance = 20, Many = static dtype => new Sample([Draw.Of(dtype, [4, 32, 40, 40])], Attr.Of([40L, 40L]), Attr.Of([4L, 32L, 20L, 20L])) };
    }

    private static KernelInfo Triangle(string name, Func<long, long, long, bool> keeps) =>
        new(name, s => [Nd.Make(s[0].Sizes, index => keeps(index[^2], index[^1], s.Int(0)) ? s[0][index] : 0)], static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 4])], Attr.Of(0L)), new Sample([Draw.Of(dtype, [2, 4, 3])], Attr.Of(1L)), new Sample([Draw.Of(dtype, [4, 4])], Attr.Of(-2L)), new Sample([Draw.Of(dtype, [0, 3])], Attr.Of(0L)),
            new Sample([Draw.Of(dtype, [3, 0])], Attr.Of(0L)), new Sample([Draw.Of(dtype, [2, 3])], Attr.Of(long.MaxValue)), new Sample([Draw.Of(dtype, [2, 3])], Attr.Of(long.MinValue)),
            new Sample([Draw.Of(dtype, [20, 67])], Attr.Of(31L)), new Sample([Draw.Of(dtype, [67, 20])], Attr.Of(-31L)),
            .. dtype.IsFloatingPoint() ? new[] { new Sample([Draw.Special(dtype, 6, 6)], Attr.Of(0L)) } : [],
        ])
        {
            DTypes = s_all, Many = static dtype => new Sample([Draw.Of(dtype, [3, 301, 300])], Attr.Of(0L)),
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])], Attr.Of(0L)), "*must have at least 2 dimensions")],
        };

    private static Nd[] Concatenated(Sample s)
    {
        Nd[] parts = [.. s.Inputs.Select(static t => Nd.Of(t!)).Where(static part => part.Rank != 1 || part.Sizes[0] > 0)];
        int dim = (int)(s.Int(0) < 0 ? s.Int(0) + parts[0].Rank : s.Int(0));
        return [Nd.Make(Nd.With(parts[0].Sizes, dim, parts.Sum(part => part.Sizes[dim])), index =>
        {
            long at = index[dim];
            foreach (Nd part in parts)
            {
                if (at < part.Sizes[dim])
                {
                    return part[Nd.With(index, dim, at)];
                }

                at -= part.Sizes[dim];
            }

            throw new ArgumentOutOfRangeException(nameof(s));
        })];
    }

    private static Nd[] Padded(Sample s)
    {
        Nd x = s[0];
        long[] pad = s.Ints(0), sizes = (long[])x.Sizes.Clone(), before = new long[x.Rank];
        for (int i = 0; i < pad.Length; i += 2)
        {
            sizes[^((i / 2) + 1)] += pad[i] + pad[i + 1];
            before[^((i / 2) + 1)] = pad[i];
        }

        return [Nd.Make(sizes, index =>
        {
            long[] at = [.. index.Zip(before, static (i, b) => i - b)];
            return at.Zip(x.Sizes).All(static pair => pair.First >= 0 && pair.First < pair.Second) ? x[at] : s.Number(1);
        })];
    }

    private static long[] PaddedSizes(long[] sizes, long[] pad)
    {
        long[] padded = [.. sizes];
        for (int i = 0; i < pad.Length; i++)
        {
            padded[^((i / 2) + 1)] += pad[i];
        }

        return padded;
    }

    /// <summary>Where an element of a padded tensor comes from.</summary>
    private static long[] Shown(long[] index, long[] sizes, long[] pad, PadMode mode)
    {
        long[] at = [.. index];
        for (int i = 0; i < pad.Length; i += 2)
        {
            ref long place = ref at[^((i / 2) + 1)];
            long size = sizes[^((i / 2) + 1)], last = size - 1;
            place -= pad[i];
            place = mode switch
            {
                PadMode.Reflect => last - Math.Abs(last - Math.Abs(place)),
                PadMode.Replicate => Math.Min(Math.Max(place, 0), last),
                _ => place < 0 ? place + size : place >= size ? place - size : place,
            };
        }

        return at;
    }

    private static IEnumerable<(TensorImpl Tensor, long Dim)> Orders(DType dtype)
    {
        yield return (Draw.Of(dtype, [3, 5]), 1);
        yield return (Draw.Of(dtype, [5, 3]), 0);
        yield return (Draw.Of(dtype, [70]), -1);
        yield return (Draw.Of(dtype, []), 0);
        yield return (Draw.Of(dtype, [0, 3]), 0);
        if (dtype.IsFloatingPoint())
        {
            yield return (Draw.Special(dtype, 4, 20), 1);
        }
    }

    /// <summary>Values and indices in order, stably; NaN counts as the largest number.</summary>
    private static Nd[] Sorted(Nd x, long dim, bool descending, long? first)
    {
        int d = (int)(dim < 0 ? dim + x.Rank : dim);
        Comparison<double> compare = static (a, b) => double.IsNaN(a) ? (double.IsNaN(b) ? 0 : 1) : double.IsNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0;
        Nd order = Along(x, d, line => [.. Enumerable.Range(0, line.Length).Select(static i => (double)i).Order(Comparer<double>.Create((a, b) =>
            compare(line[(int)a], line[(int)b]) is var c && c != 0 ? (descending ? -c : c) : a.CompareTo(b)))]);
        long[] sizes = x.Rank == 0 || first is null ? x.Sizes : Nd.With(x.Sizes, d, first.Value);
        return [Nd.Make(sizes, index => x[At(index, d, order[index])]), Nd.Make(sizes, index => order[index])];
    }

    /// <summary>Which source position nearest upsampling takes, computed in float as PyTorch does.</summary>
    private static long Source(long position, long size, long count) => Math.Min((long)MathF.Floor(position * ((float)size / count)), size - 1);
}
