using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Compiler;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>Sorting, the first of a sorted row, and places of extremes against a stable sort of numbers in .NET.</summary>
public sealed class SortPropertyTests
{
    [Fact]
    public void Sort_is_stable_and_nan_is_the_greatest() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        TensorImpl self = draw.Tensor(draw.Number(), draw.Sizes(2000));
        int dim = draw.Random.Next(self.Rank);
        bool descending = draw.Random.Next(2) == 0;
        CheckSorted(self, dim, descending, (int)self.Sizes[dim], Aten.sort(self, dim, descending, true));
    });

    [Fact]
    public void Topk_is_the_start_of_the_sorted_row() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        TensorImpl self = draw.Tensor(draw.Number(), draw.Sizes(3000));
        int dim = draw.Random.Next(self.Rank), size = (int)self.Sizes[dim];
        bool largest = draw.Random.Next(2) == 0;
        int kept = Math.Min(size, draw.Random.Next(3) switch { 0 => draw.Random.Next(12), 1 => draw.Random.Next(200), _ => draw.Random.Next(size + 1) });
        CheckSorted(self, dim, largest, kept, Aten.topk(self, kept, dim, largest, true));
    });

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int64)]
    [InlineData(DType.UInt8)]
    public void Long_rows_are_sorted_in_blocks(DType dtype)
    {
        foreach (int seed in (int[])[1, 2, 3])
        {
            var draw = new RandomTensors(seed);
            TensorImpl self = draw.Tensor(dtype, [150_001]);
            CheckSorted(self, 0, descending: seed == 2, 150_001, Aten.sort(self, 0, seed == 2, true));
            CheckSorted(self, 0, descending: seed == 2, 1000, Aten.topk(self, 1000, 0, seed == 2, true));
        }
    }

    [Fact]
    public void Ascending_and_descending_rows_have_the_right_first_elements()
    {
        TensorImpl up = Tensors.Floats([5000], i => i), down = Tensors.Floats([5000], i => -i);
        foreach (TensorImpl self in new[] { up, down })
        {
            foreach (bool largest in new[] { false, true })
            {
                foreach (int kept in new[] { 1, 7, 64, 65, 1200 })
                {
                    CheckSorted(self, 0, largest, kept, Aten.topk(self, kept, 0, largest, true));
                }
            }
        }
    }

    [Fact]
    public void Extremes_of_rows_are_where_they_are_first() => ForAll(static seed =>
    {
        var draw = new RandomTensors(seed);
        TensorImpl self = draw.Tensor(draw.Number(), [draw.Random.Next(1, 40), draw.Random.Next(1, 400)]);
        long[] bits = Tensors.ToBits(self);
        long length = self.Sizes[1];
        foreach (bool isMaximum in new[] { true, false })
        {
            TensorImpl[] extremes = isMaximum ? Aten.max(self, 1, false) : Aten.min(self, 1, false);
            long[] places = Tensors.ToBits(extremes[1]);
            Tensors.ToBits(isMaximum ? Aten.argmax(self, [1], false) : Aten.argmin(self, [1], false)).Should().Equal(places);
            for (long row = 0; row < self.Sizes[0]; row++)
            {
                IComparable[] keys = [.. bits[(int)(row * length)..(int)((row + 1) * length)].Select(element => RandomTensors.Key(element, self.DType))];
                IComparable extreme = keys.Any(IsNaN) ? double.NaN : isMaximum ? keys.Max()! : keys.Min()!;
                places[row].Should().Be(Array.FindIndex(keys, key => key.CompareTo(extreme) == 0));
                RandomTensors.Key(Tensors.Read(extremes[0], row), self.DType).CompareTo(extreme).Should().Be(0);
            }
        }
    });

    private static void ForAll(Action<int> check) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static bool IsNaN(IComparable key) => key is double.NaN;

    private static void CheckSorted(TensorImpl self, int dim, bool descending, int kept, TensorImpl[] results)
    {
        long[] bits = Tensors.ToBits(self), values = Tensors.ToBits(results[0]), indices = Tensors.ToBits(results[1]);
        long inner = 1, count = self.Sizes[dim];
        for (int d = dim + 1; d < self.Rank; d++)
        {
            inner *= self.Sizes[d];
        }

        for (long line = 0; line < self.NumberOfElements / Math.Max(count, 1); line++)
        {
            long start = (line / inner * inner * count) + (line % inner), target = (line / inner * inner * kept) + (line % inner);
            IComparable[] keys = [.. Enumerable.Range(0, (int)count).Select(i => RandomTensors.Key(bits[start + (i * inner)], self.DType))];
            IEnumerable<int> order = Enumerable.Range(0, (int)count);
            int[] expected = [.. (descending ? order.OrderByDescending(i => keys[i], new NaNLast()) : order.OrderBy(i => keys[i], new NaNLast())).Take(kept)];
            for (int i = 0; i < kept; i++)
            {
                if (indices[target + (i * inner)] != expected[i] || values[target + (i * inner)] != bits[start + (expected[i] * inner)])
                {
                    Assert.Fail($"{self.DType} {self.Layout}, dimension {dim}, line {line}, place {i} of {kept}: {indices[target + (i * inner)]}, not {expected[i]}");
                }
            }
        }
    }

    private sealed class NaNLast : IComparer<IComparable>
    {
        public int Compare(IComparable? x, IComparable? y) => IsNaN(x!) || IsNaN(y!) ? IsNaN(x!).CompareTo(IsNaN(y!)) : x!.CompareTo(y);
    }
}
