using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>How often each number from zero on occurs. Blocks of numbers are counted side by side, each in a table of its own.</summary>
internal static unsafe class CountKernels
{
    private const long NumbersPerBlock = 1 << 16, MostBlocks = 16;

    /// <summary>The extremes of an int64 tensor that is not empty.</summary>
    public static (long Least, long Greatest) Extremes(TensorImpl numbers)
    {
        using var data = new ContiguousData<long>(numbers);
        long* from = data.Pointer;
        long count = numbers.NumberOfElements, blocks = ((count - 1) / NumbersPerBlock) + 1;
        var extremes = new (long Least, long Greatest)[blocks];
        WorkerPool.Shared.Each(blocks, block =>
            extremes[block] = Extremes(from + (block * NumbersPerBlock), Math.Min(NumbersPerBlock, count - (block * NumbersPerBlock))));
        (long least, long greatest) = extremes[0];
        foreach ((long blockLeast, long blockGreatest) in extremes)
        {
            (least, greatest) = (Math.Min(least, blockLeast), Math.Max(greatest, blockGreatest));
        }

        return (least, greatest);
    }

    /// <summary>_bincount(self, minlength).</summary>
    public static void Bincount(OpInvocation call)
    {
        TensorImpl self = call.Input(0), result = call.Outputs[0];
        using var data = new ContiguousData<long>(self);
        long* numbers = data.Pointer, totals = (long*)result.Pointer;
        long count = self.NumberOfElements, size = result.NumberOfElements;
        long blocks = Math.Clamp(count / Math.Max(NumbersPerBlock, 2 * size), 1, MostBlocks), perBlock = ((count - 1) / blocks) + 1;
        using var tables = new Scratch<long>(blocks * size);
        long* counts = tables.Pointer;
        WorkerPool.Shared.Each(blocks, block =>
        {
            long* table = counts + (block * size);
            new Span<long>(table, checked((int)size)).Clear();
            Count(numbers + (block * perBlock), Math.Min(perBlock, count - (block * perBlock)), table);
        });
        for (long i = 0; i < size; i++)
        {
            long total = 0;
            for (long block = 0; block < blocks; block++)
            {
                total += counts[(block * size) + i];
            }

            totals[i] = total;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Count(long* numbers, long count, long* table)
    {
        for (long i = 0; i < count; i++)
        {
            table[numbers[i]]++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (long Least, long Greatest) Extremes(long* numbers, long count)
    {
        long least = *numbers, greatest = least, i = 0;
        if (count >= Vector512<long>.Count)
        {
            Vector512<long> low = Vector512.Load(numbers), high = low;
            for (; i + Vector512<long>.Count <= count; i += Vector512<long>.Count)
            {
                Vector512<long> next = Vector512.Load(numbers + i);
                (low, high) = (Vector512.Min(low, next), Vector512.Max(high, next));
            }

            for (int lane = 0; lane < Vector512<long>.Count; lane++)
            {
                (least, greatest) = (Math.Min(least, low[lane]), Math.Max(greatest, high[lane]));
            }
        }

        for (; i < count; i++)
        {
            (least, greatest) = (Math.Min(least, numbers[i]), Math.Max(greatest, numbers[i]));
        }

        return (least, greatest);
    }
}
