using System.Runtime.CompilerServices;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Sorts entries by their keys, a byte at a time from the least significant on (Knuth, The Art of Computer Programming, volume 3, 5.2.5), and few entries by comparing.
/// Long rows are cut into blocks that threads count and move side by side: a block's entries of a digit go behind those of the blocks before it.
/// </summary>
internal static unsafe class RadixSort
{
    private const int Few = 64, EntriesPerBlock = 1 << 15, MostBlocks = 32, Digits = 256;

    /// <summary>Sorts; the result is in the memory returned, which is one of the two given.</summary>
    /// <param name="entries">The entries, in ascending order of index.</param>
    /// <param name="spare">Memory for as many.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="varying">The bits in which keys may be set.</param>
    public static TEntry* Sort<TEntry>(TEntry* entries, TEntry* spare, int count, ulong varying)
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        if (count <= Few)
        {
            TEntry.SortByComparing(entries, count);
            return entries;
        }

        int blocks = Math.Clamp(count / EntriesPerBlock, 1, MostBlocks);
        using var counts = new Scratch<int>(blocks * Digits);
        for (int shift = 0; shift < 64; shift += 8)
        {
            if ((byte)(varying >> shift) != 0)
            {
                Pass(entries, spare, count, shift, counts.Pointer, blocks);
                TEntry* moved = spare;
                spare = entries;
                entries = moved;
            }
        }

        return entries;
    }

    private static void Pass<TEntry>(TEntry* entries, TEntry* to, int count, int shift, int* counts, int blocks)
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        if (blocks == 1)
        {
            Count(entries, count, shift, counts);
            StartAfterSmaller(counts, 1);
            Move(entries, count, shift, counts, to);
            return;
        }

        int size = ((count - 1) / blocks) + 1;
        WorkerPool.Shared.Each(blocks, block => Count(entries + (block * size), Size(block), shift, counts + (block * Digits)));
        StartAfterSmaller(counts, blocks);
        WorkerPool.Shared.Each(blocks, block => Move(entries + (block * size), Size(block), shift, counts + (block * Digits), to));

        int Size(long block) => (int)Math.Clamp(count - (block * size), 0, size);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Count<TEntry>(TEntry* entries, int count, int shift, int* counts)
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        new Span<int>(counts, Digits).Clear();
        for (TEntry* end = entries + count; entries < end; entries++)
        {
            counts[(byte)(entries->Key >> shift)]++;
        }
    }

    /// <summary>Turns the number of entries of each digit in each block into the place where they begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StartAfterSmaller(int* counts, int blocks)
    {
        int start = 0;
        for (int digit = 0; digit < Digits; digit++)
        {
            for (int block = 0; block < blocks; block++)
            {
                ref int count = ref counts[(block * Digits) + digit];
                (count, start) = (start, start + count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move<TEntry>(TEntry* entries, int count, int shift, int* starts, TEntry* to)
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        for (TEntry* end = entries + count; entries < end; entries++)
        {
            TEntry entry = *entries;
            to[starts[(byte)(entry.Key >> shift)]++] = entry;
        }
    }
}
