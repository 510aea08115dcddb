using System.Runtime.InteropServices;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Compiler;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>Masks and indices of many sizes, dtypes and layouts against loops over single elements.</summary>
public sealed class IndexingPropertyTests
{
    [Fact]
    public void Nonzero_gives_the_positions_in_row_major_order() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        TensorImpl self = draw.Tensor(draw.Number(), draw.Sizes(40_000));
        long[] bits = Tensors.ToBits(self);
        var expected = new List<long>();
        for (long i = 0; i < bits.Length; i++)
        {
            if (RandomTensors.Key(bits[i], self.DType) is not (0.0 or 0L))
            {
                expected.AddRange(Position(i, self.Sizes.ToArray()));
            }
        }

        TensorImpl result = Aten.nonzero(self);
        result.Sizes.ToArray().Should().Equal(expected.Count / self.Rank, self.Rank);
        Tensors.ToBits(result).AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(expected)).Should().BeTrue();
    });

    [Fact]
    public void Masked_select_broadcasts_and_keeps_the_order() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        long[] sizes = draw.Sizes(20_000);
        TensorImpl self = draw.Tensor(draw.Number(), Narrowed(draw, sizes)), mask = Tensors.From(DType.Bool, Narrowed(draw, sizes), _ => draw.Random.Next(2));
        sizes = [.. sizes.Select((_, d) => self.Sizes[d] == 1 ? mask.Sizes[d] : self.Sizes[d])];
        TensorImpl elements = RandomTensors.Contiguous(self);
        var expected = new List<long>();
        for (long i = 0, count = sizes.Aggregate(1L, static (a, b) => a * b); i < count; i++)
        {
            long[] position = Position(i, sizes);
            if (Tensors.Read(mask, Linear(position, mask.Sizes)) != 0)
            {
                expected.Add(Tensors.Read(elements, Linear(position, self.Sizes)));
            }
        }

        Tensors.ToBits(Aten.masked_select(self, mask)).AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(expected)).Should().BeTrue();
    });

    [Fact]
    public void Gather_and_scatter_go_where_the_index_says() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        TensorImpl self = draw.Tensor(draw.Number(), Positive(draw.Sizes(3000)));
        int dim = draw.Random.Next(self.Rank);
        long size = self.Sizes[dim];
        long[] sizes = [.. self.Sizes.ToArray().Select((length, d) => d == dim ? draw.Random.Next(1, 50) : draw.Random.Next(3) == 0 ? draw.Random.NextInt64(1, length + 1) : length)];
        TensorImpl index = Tensors.From(DType.Int64, sizes, _ => draw.Random.NextInt64(size)), source = draw.Tensor(self.DType, sizes);
        TensorImpl from = RandomTensors.Contiguous(self), added = RandomTensors.Contiguous(source), sum = RandomTensors.Contiguous(self), last = RandomTensors.Contiguous(self);
        TensorImpl gathered = Tensors.Empty(self.DType, sizes);
        for (long i = 0; i < index.NumberOfElements; i++)
        {
            long[] position = Position(i, sizes);
            position[dim] = Tensors.Read(index, i);
            long place = Linear(position, self.Sizes);
            Tensors.Write(gathered, i, Tensors.Read(from, place));
            Tensors.Write(last, place, Tensors.Read(added, i));
            Tensors.Write(sum, place, Sum(Tensors.Read(sum, place), Tensors.Read(added, i), self.DType));
        }

        Same(Aten.gather(self, dim, index), gathered);
        Same(Aten.scatter(self, dim, index, source), last);
        Same(Aten.scatter_add(self, dim, index, source), sum);
    });

    [Fact]
    public void Index_select_and_index_add_move_slices_in_the_order_of_the_list() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        TensorImpl self = draw.Tensor(draw.Number(), Positive(draw.Sizes(3000)));
        int dim = draw.Random.Next(self.Rank);
        long size = self.Sizes[dim];
        long[] sizes = [.. self.Sizes.ToArray().Select((length, d) => d == dim ? draw.Random.Next(1, 60) : length)];
        TensorImpl list = Tensors.From(DType.Int64, [sizes[dim]], _ => draw.Random.NextInt64(size)), source = draw.Tensor(self.DType, sizes);
        TensorImpl from = RandomTensors.Contiguous(self), added = RandomTensors.Contiguous(source), sum = RandomTensors.Contiguous(self);
        TensorImpl selected = Tensors.Empty(self.DType, sizes);
        for (long i = 0; i < source.NumberOfElements; i++)
        {
            long[] position = Position(i, sizes);
            position[dim] = Tensors.Read(list, position[dim]);
            long place = Linear(position, self.Sizes);
            Tensors.Write(selected, i, Tensors.Read(from, place));
            Tensors.Write(sum, place, Sum(Tensors.Read(sum, place), Tensors.Read(added, i), self.DType));
        }

        Same(Aten.index_select(self, dim, list), selected);
        Same(Aten.index_add(self, dim, list, source, 1), sum);
    });

    [Fact]
    public void Advanced_indexing_reads_where_the_indices_say() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        TensorImpl self = draw.Tensor(draw.Number(), [draw.Random.Next(1, 9), draw.Random.Next(1, 200), draw.Random.Next(1, 9)]);
        int count = draw.Random.Next(1, 4), before = draw.Random.Next(4 - count);
        long[] dims = [.. Enumerable.Range(before, count).Select(static d => (long)d)], indexSizes = [draw.Random.Next(1, 5), draw.Random.Next(1, 3000 / count)];
        TensorImpl[] indices = [.. dims.Select(d => Tensors.From(DType.Int64, Narrowed(draw, indexSizes), _ => draw.Random.NextInt64(-self.Sizes[(int)d], self.Sizes[(int)d])))];
        indices[0] = Tensors.From(DType.Int64, indexSizes, _ => draw.Random.NextInt64(-self.Sizes[before], self.Sizes[before]));
        TensorImpl result = Aten.index(self, dims, indices), from = RandomTensors.Contiguous(self), expected = Tensors.Empty(self.DType, result.Sizes.ToArray());
        for (long i = 0; i < result.NumberOfElements; i++)
        {
            long[] position = Position(i, result.Sizes.ToArray()), chosen = position[before..(before + 2)];
            long[] place = [.. position[..before], .. dims.Select((d, k) => Wrapped(Tensors.Read(indices[k], Linear(chosen, indices[k].Sizes)), self.Sizes[(int)d])), .. position[(before + 2)..]];
            Tensors.Write(expected, i, Tensors.Read(from, Linear(place, self.Sizes)));
        }

        Same(result, expected);
    });

    [Fact]
    public void Indexing_no_dimension_gives_a_copy()
    {
        TensorImpl self = Tensors.Floats([3, 4], i => i);
        for (int again = 0; again < 20; again++)
        {
            // Memory that other ops have left behind is not zero.
            Aten.index(self, [0], [Tensors.From(DType.Int64, [1], _ => 2)]).Dispose();
            Same(Aten.index(self, [], []), self);
            Same(Aten.index(Tensors.Floats([], _ => 7), [], []), Tensors.Floats([], _ => 7));
        }
    }

    [Fact]
    public void The_first_index_that_is_outside_is_named_and_nothing_is_written()
    {
        foreach (long wrong in new[] { -1, 7, long.MinValue, long.MaxValue })
        {
            foreach (int place in new[] { 0, 5, 31, 70_000, 99_999 })
            {
                TensorImpl self = Tensors.Floats([7], i => i), source = Tensors.Floats([100_000], _ => 1);
                TensorImpl index = Tensors.From(DType.Int64, [100_000], i => i == place ? wrong : i > place ? 99 : 6);
                long[] before = Tensors.ToBits(self);
                FluentActions.Invoking(() => Aten.scatter_add_(self, 0, index, source)).Should().Throw<ExternalException>().WithMessage($"*index {wrong} *");
                FluentActions.Invoking(() => Aten.gather(self, 0, index)).Should().Throw<ExternalException>().WithMessage($"*index {wrong} *");
                FluentActions.Invoking(() => Aten.index_add_(self, 0, index, source, 1)).Should().Throw<ExternalException>();
                Tensors.ToBits(self).Should().Equal(before);
            }
        }
    }

    private static void ForAll(Action<int> check) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    /// <summary>The same bits; of a sum that is NaN only that it is one.</summary>
    private static void Same(TensorImpl actual, TensorImpl expected)
    {
        for (long i = 0; i < expected.NumberOfElements; i++)
        {
            long bits = Tensors.Read(actual, i), expectedBits = Tensors.Read(expected, i);
            bool areBothNaN = RandomTensors.Key(bits, actual.DType) is double.NaN && RandomTensors.Key(expectedBits, actual.DType) is double.NaN;
            if (bits != expectedBits && !areBothNaN)
            {
                Assert.Fail($"element {i} of {actual.DType} {actual.Layout} is {bits:x}, not {expectedBits:x}");
            }
        }
    }

    /// <summary>The sizes, some of them one.</summary>
    private static long[] Narrowed(RandomTensors draw, long[] sizes) => [.. sizes.Select(size => draw.Random.Next(4) == 0 ? 1 : size)];

    private static long[] Positive(long[] sizes) => [.. sizes.Select(static size => Math.Max(size, 1))];

    private static long Wrapped(long index, long size) => index < 0 ? index + size : index;

    private static long[] Position(long linear, long[] sizes)
    {
        var position = new long[sizes.Length];
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            (linear, position[d]) = Math.DivRem(linear, sizes[d]);
        }

        return position;
    }

    /// <summary>The place of a position in a row-major tensor; dimensions of size one are broadcast.</summary>
    private static long Linear(long[] position, ReadOnlySpan<long> sizes)
    {
        long linear = 0;
        for (int d = 0; d < sizes.Length; d++)
        {
            linear = (linear * sizes[d]) + (sizes[d] == 1 ? 0 : position[d]);
        }

        return linear;
    }

    private static long Sum(long a, long b, DType dtype) => dtype switch
    {
        DType.Float32 => BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle((uint)a) + BitConverter.UInt32BitsToSingle((uint)b)),
        DType.Float64 => BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(a) + BitConverter.Int64BitsToDouble(b)),
        DType.Int32 => unchecked((int)(a + b)),
        DType.Int16 => unchecked((short)(a + b)),
        DType.Int8 => unchecked((sbyte)(a + b)),
        DType.UInt8 => unchecked((byte)(a + b)),
        _ => unchecked(a + b),
    };
}
