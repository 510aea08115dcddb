using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>An element to be sorted: an unsigned key, smaller ones first, and where the element was. No two entries of a row are equal, so any order of entries is stable.</summary>
internal unsafe interface ISortEntry<TSelf>
    where TSelf : unmanaged, ISortEntry<TSelf>
{
    ulong Key { get; }

    int Index { get; }

    static abstract TSelf Create(ulong key, int index);

    /// <summary>Sorts by comparisons, by key and then by index.</summary>
    static abstract void SortByComparing(TSelf* entries, int count);

    /// <summary>
    /// Puts an entry where it belongs among sorted ones; the last is dropped. Before them is one that is less than any, behind them are enough to fill a
    /// vector, which are greater than any.
    /// </summary>
    static abstract void Insert(TSelf* sorted, int count, TSelf entry);
}

/// <summary>An entry whose key has 32 bits at most, in one word.</summary>
internal readonly unsafe struct NarrowEntry(ulong word) : ISortEntry<NarrowEntry>
{
    public ulong Key => word >> 32;

    public int Index => (int)word;

    public static NarrowEntry Create(ulong key, int index) => new((key << 32) | (uint)index);

    public static void SortByComparing(NarrowEntry* entries, int count) => new Span<ulong>(entries, count).Sort();

    /// <summary>Each place gets the new entry, its own, or that of the place before, whichever is in the middle; from the end on, since each reads the one before.</summary>
    public static void Insert(NarrowEntry* sorted, int count, NarrowEntry entry)
    {
        Vector512<ulong> inserted = Vector512.Create((entry.Key << 32) | (uint)entry.Index);
        for (int i = (count - 1) / Vector512<ulong>.Count * Vector512<ulong>.Count; i >= 0; i -= Vector512<ulong>.Count)
        {
            ulong* at = (ulong*)sorted + i;
            Vector512.Min(Vector512.Load(at), Vector512.Max(Vector512.Load(at - 1), inserted)).Store(at);
        }
    }
}

/// <summary>An entry of any key.</summary>
internal readonly unsafe struct WideEntry(ulong key, int index) : ISortEntry<WideEntry>, IComparable<WideEntry>
{
    public ulong Key => key;

    public int Index => index;

    public static WideEntry Create(ulong key, int index) => new(key, index);

    public static void SortByComparing(WideEntry* entries, int count) => new Span<WideEntry>(entries, count).Sort();

    public static void Insert(WideEntry* sorted, int count, WideEntry entry)
    {
        int place = count - 1;
        for (; entry.CompareTo(sorted[place - 1]) < 0; place--)
        {
            sorted[place] = sorted[place - 1];
        }

        sorted[place] = entry;
    }

    public int CompareTo(WideEntry other) => key == other.Key ? index.CompareTo(other.Index) : key.CompareTo(other.Key);
}

/// <summary>
/// Maps numbers to unsigned ones of the same order, in as many bits as a number has: NaN of any kind is the greatest, negative zero equals zero.
/// </summary>
internal static class SortKeys
{
    /// <summary>What turns keys of an ascending order into those of the order wanted, by exclusive or.</summary>
    public static ulong Flip<T>(bool descending)
        where T : unmanaged => descending ? ulong.MaxValue >> (64 - (8 * Unsafe.SizeOf<T>())) : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<T>(T value)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            uint bits = Unsafe.BitCast<T, uint>(value + T.Zero);
            return T.IsNaN(value) ? uint.MaxValue : bits ^ ((uint)((int)bits >> 31) | (1u << 31));
        }

        if (typeof(T) == typeof(double))
        {
            ulong bits = Unsafe.BitCast<T, ulong>(value + T.Zero);
            return T.IsNaN(value) ? ulong.MaxValue : bits ^ ((ulong)((long)bits >> 63) | (1ul << 63));
        }

        if (typeof(T) == typeof(byte))
        {
            return Unsafe.BitCast<T, byte>(value);
        }

        return typeof(T) == typeof(sbyte) ? Unsafe.BitCast<T, byte>(value) ^ (1u << 7)
            : typeof(T) == typeof(short) ? Unsafe.BitCast<T, ushort>(value) ^ (1u << 15)
            : typeof(T) == typeof(int) ? Unsafe.BitCast<T, uint>(value) ^ (1u << 31)
            : Unsafe.BitCast<T, ulong>(value) ^ (1ul << 63);
    }
}
