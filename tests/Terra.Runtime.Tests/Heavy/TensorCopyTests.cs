using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Backends.Cpu;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

public class TensorCopyTests
{
    /// <summary>Random shapes; sources permuted, sliced, reversed and broadcast, targets permuted and with gaps, of which nothing may be touched.</summary>
    [Fact]
    public void Any_two_geometries_copy_each_element_and_touch_nothing_else() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), static seed => CheckRandom(seed, 20_000)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Copies_that_threads_share_are_the_same() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), static seed => CheckRandom(seed, 600_000)).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Planes_of_every_small_size_are_transposed_and_reversed(int elementSize)
    {
        for (long rows = 1; rows <= 36; rows++)
        {
            for (long columns = 1; columns <= 36; columns++)
            {
                Check([rows, columns], Geometry.RowMajor([rows, columns], [0, 1]), Geometry.RowMajor([rows, columns], [1, 0]), elementSize);
                Geometry reversed = Geometry.RowMajor([rows, columns], [1, 0]);
                Check([rows, columns], Geometry.RowMajor([rows, columns], [0, 1]), reversed.Reversed([rows, columns], 0).Reversed([rows, columns], 1), elementSize);
                Check([rows, columns], Geometry.RowMajor([rows, columns], [0, 1]), Geometry.RowMajor([rows, columns], [0, 1]).Reversed([rows, columns], 1), elementSize);
            }
        }
    }

    private static void CheckRandom(int seed, long most)
    {
        var random = new Random(seed);
        var shape = new long[random.Next(0, 6)];
        long elements = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = random.Next(6) == 0 ? random.Next(20, 300) : random.Next(6) == 0 ? random.Next(0, 2) : random.Next(1, 20);
            shape[i] = elements * shape[i] > most ? 1 : shape[i];
            elements *= shape[i];
        }

        Check(shape, Geometry.Random(random, shape, mayRepeat: false), Geometry.Random(random, shape, mayRepeat: true), 1 << random.Next(4));
    }

    private static unsafe void Check(long[] shape, Geometry target, Geometry source, int elementSize)
    {
        var from = new byte[source.Length * elementSize];
        new Random(1).NextBytes(from);
        var to = new byte[target.Length * elementSize];
        to.AsSpan().Fill(0xA5);
        var expected = (byte[])to.Clone();
        var index = new long[shape.Length];
        long count = shape.Aggregate(1L, static (product, size) => product * size);
        for (long i = 0; i < count; i++)
        {
            from.AsSpan((int)source.At(index) * elementSize, elementSize).CopyTo(expected.AsSpan((int)target.At(index) * elementSize));
            for (int d = shape.Length - 1; d >= 0 && ++index[d] == shape[d]; d--)
            {
                index[d] = 0;
            }
        }

        fixed (byte* first = from, last = to)
        {
            TensorCopy.Run(
                shape, first + (source.Offset * elementSize), StridedSpace.InBytes(source.Strides, elementSize),
                last + (target.Offset * elementSize), StridedSpace.InBytes(target.Strides, elementSize), elementSize);
        }

        to.AsSpan().SequenceEqual(expected).Should().BeTrue("of {0} bytes, shape [{1}], {2} to {3}", elementSize, string.Join(", ", shape), source, target);
    }

    /// <summary>Where the elements of a shape lie in a piece of memory.</summary>
    private sealed record Geometry(long[] Strides, long Offset, long Length)
    {
        public long At(long[] index) => Offset + index.Zip(Strides, static (i, stride) => i * stride).Sum();

        /// <summary>Without gaps, the dimensions in an order of their own, outermost first.</summary>
        public static Geometry RowMajor(long[] shape, int[] order)
        {
            var strides = new long[shape.Length];
            long step = 1;
            foreach (int dim in order.Reverse())
            {
                strides[dim] = step;
                step *= shape[dim];
            }

            return new Geometry(strides, 0, Math.Max(step, 1));
        }

        public static Geometry Random(Random random, long[] shape, bool mayRepeat)
        {
            var strides = new long[shape.Length];
            long step = random.Next(4) == 0 ? 2 : 1, offset = 1;
            int order = random.Next(3);
            foreach (int dim in Enumerable.Range(0, shape.Length).OrderBy(dim => order == 0 ? -dim : random.Next(order == 1 ? 2 : 1000)))
            {
                if (mayRepeat && random.Next(5) == 0)
                {
                    continue;
                }

                bool isReversed = mayRepeat && random.Next(4) == 0;
                strides[dim] = isReversed ? -step : step;
                offset += isReversed ? step * Math.Max(shape[dim] - 1, 0) : 0;
                step *= Math.Max(shape[dim], 1) + (random.Next(4) == 0 ? random.Next(1, 4) : 0);
            }

            return new Geometry(strides, offset, step + 2);
        }

        public Geometry Reversed(long[] shape, int dim)
        {
            long[] strides = [.. Strides];
            strides[dim] = -strides[dim];
            return this with { Strides = strides, Offset = Offset + ((shape[dim] - 1) * Strides[dim]) };
        }

        public override string ToString() => $"{Offset} + [{string.Join(", ", Strides)}] of {Length}";
    }
}
