using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Finds the few first elements of a sorted row without sorting it. Most elements are only compared with the last of the best known so far, a vector at a time.
/// One that comes before it is inserted into their list if that is short; a long list takes as many again, and is then sorted and cut.
/// </summary>
internal static unsafe class TopSelection
{
    private const int MostInserted = 64, Margin = 8;

    /// <summary>How many entries a selection needs memory for.</summary>
    public static int Memory(int kept) => kept <= MostInserted ? MostInserted + (2 * Margin) : 4 * kept;

    /// <summary>Selects; gives the entries wanted in order, somewhere in the memory given.</summary>
    /// <param name="row">Elements without gaps, at least twice as many as are wanted.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="kept">How many are wanted.</param>
    /// <param name="flip">The order (<see cref="SortKeys.Flip"/>).</param>
    /// <param name="memory">Memory for <see cref="Memory"/> entries.</param>
    public static TEntry* Select<T, TEntry>(T* row, int count, int kept, ulong flip, TEntry* memory)
        where T : unmanaged, INumber<T>
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        if (kept > MostInserted)
        {
            return SelectMany(row, count, kept, flip, memory, memory + (2 * kept));
        }

        SelectFew(row, count, kept, flip, memory + Margin);
        return memory + Margin;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SelectFew<T, TEntry>(T* row, int count, int kept, ulong flip, TEntry* best)
        where T : unmanaged, INumber<T>
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        best[-1] = TEntry.Create(0, 0);
        new Span<TEntry>(best, MostInserted + Margin).Fill(TEntry.Create(ulong.MaxValue, int.MaxValue));
        for (int first = 0; first < kept; first++)
        {
            TEntry.Insert(best, kept, TEntry.Create(SortKeys.Of(row[first]) ^ flip, first));
        }

        for (int i = kept, step; i < count; i += step)
        {
            TEntry last = best[kept - 1];
            for (ulong candidates = Candidates(row, i, count, row[last.Index], flip, out step); candidates != 0; candidates &= candidates - 1)
            {
                int at = i + BitOperations.TrailingZeroCount(candidates);
                ulong key = SortKeys.Of(row[at]) ^ flip;
                if (key < best[kept - 1].Key)
                {
                    TEntry.Insert(best, kept, TEntry.Create(key, at));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TEntry* SelectMany<T, TEntry>(T* row, int count, int kept, ulong flip, TEntry* held, TEntry* spare)
        where T : unmanaged, INumber<T>
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        int used = 0, i = 0, step;
        for (; i < 2 * kept; i++)
        {
            held[used++] = TEntry.Create(SortKeys.Of(row[i]) ^ flip, i);
        }

        Cut<T, TEntry>(ref held, ref spare, ref used, kept);
        for (; i < count; i += step)
        {
            TEntry last = held[kept - 1];
            for (ulong candidates = Candidates(row, i, count, row[last.Index], flip, out step); candidates != 0; candidates &= candidates - 1)
            {
                int at = i + BitOperations.TrailingZeroCount(candidates);
                ulong key = SortKeys.Of(row[at]) ^ flip;
                if (key < last.Key)
                {
                    held[used++] = TEntry.Create(key, at);
                    if (used == 2 * kept)
                    {
                        Cut<T, TEntry>(ref held, ref spare, ref used, kept);
                        last = held[kept - 1];
                    }
                }
            }
        }

        Cut<T, TEntry>(ref held, ref spare, ref used, kept);
        return held;
    }

    /// <summary>
    /// A bit for each of the next <paramref name="step"/> elements: whether it may come before the bound. A NaN may, and all may beside a bound that is NaN; keys decide.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Candidates<T>(T* row, int i, int count, T bound, ulong flip, out int step)
        where T : unmanaged, INumber<T>
    {
        if (i + Vector512<T>.Count > count)
        {
            step = 1;
            return 1;
        }

        step = Vector512<T>.Count;
        Vector512<T> next = Vector512.Load(row + i), last = Vector512.Create(bound);
        Vector512<T> behind = flip == 0 ? Vector512.GreaterThanOrEqual(next, last) : Vector512.LessThanOrEqual(next, last);
        return ~behind.ExtractMostSignificantBits() & (ulong.MaxValue >> (64 - step));
    }

    /// <summary>Sorts what is held and keeps the first.</summary>
    private static void Cut<T, TEntry>(ref TEntry* held, ref TEntry* spare, ref int used, int kept)
        where T : unmanaged
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        TEntry* sorted = RadixSort.Sort(held, spare, used, ulong.MaxValue >> (64 - (8 * sizeof(T))));
        if (sorted != held)
        {
            spare = held;
            held = sorted;
        }

        used = kept;
    }
}
