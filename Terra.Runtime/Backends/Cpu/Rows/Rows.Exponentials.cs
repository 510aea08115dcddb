using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <content>What softmax needs of a row: its maximum, and exponentials with their sum in one pass.</content>
internal static unsafe partial class Rows
{
    /// <summary>The largest element; whether NaN counts is left open, so use it where NaN decides the result anyway. Negative infinity for an empty row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T MaxNumber<T>(T* row, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> m0 = Vector512.Create(T.NegativeInfinity), m1 = m0, m2 = m0, m3 = m0;
        long at = 0;
        for (; at + (4 * lanes) <= count; at += 4 * lanes)
        {
            m0 = Vector512.MaxNative(m0, Vector512.Load(row + at));
            m1 = Vector512.MaxNative(m1, Vector512.Load(row + at + lanes));
            m2 = Vector512.MaxNative(m2, Vector512.Load(row + at + (2 * lanes)));
            m3 = Vector512.MaxNative(m3, Vector512.Load(row + at + (3 * lanes)));
        }

        for (; at + lanes <= count; at += lanes)
        {
            m0 = Vector512.MaxNative(m0, Vector512.Load(row + at));
        }

        if (at < count)
        {
            m1 = Vector512.MaxNative(m1, LoadTail(row + at, count - at, T.NegativeInfinity));
        }

        return MaxLane(Vector512.MaxNative(Vector512.MaxNative(m0, m1), Vector512.MaxNative(m2, m3)));
    }

    /// <summary>y = exp(x - shift); returns the sum.</summary>
    public static T Exp<T>(T* x, T* y, long count, T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T total = T.Zero;
        for (long at = 0; at < count; at += Block)
        {
            total += ExpBlock<T, Stored>(x + at, y + at, Math.Min(Block, count - at), Vector512.Create(shift));
        }

        return total;
    }

    /// <summary>The sum of exp(x - shift): the bits of <see cref="Exp"/>.</summary>
    public static T SumExp<T>(T* x, long count, T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T total = T.Zero;
        for (long at = 0; at < count; at += Block)
        {
            total += ExpBlock<T, Dropped>(x + at, null, Math.Min(Block, count - at), Vector512.Create(shift));
        }

        return total;
    }

    private interface IStorage
    {
        static abstract bool IsStored { get; }
    }

    private readonly struct Stored : IStorage
    {
        public static bool IsStored => true;
    }

    private readonly struct Dropped : IStorage
    {
        public static bool IsStored => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T ExpBlock<T, TStorage>(T* x, T* y, long count, Vector512<T> shift)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStorage : struct, IStorage
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> s0 = Vector512<T>.Zero, s1 = s0;
        long at = 0;
        for (; at + (2 * lanes) <= count; at += 2 * lanes)
        {
            Vector512<T> first = RowMath.ExpOf(Vector512.Load(x + at) - shift), second = RowMath.ExpOf(Vector512.Load(x + at + lanes) - shift);
            s0 += first;
            s1 += second;
            if (TStorage.IsStored)
            {
                first.Store(y + at);
                second.Store(y + at + lanes);
            }
        }

        for (; at + lanes <= count; at += lanes)
        {
            Vector512<T> value = RowMath.ExpOf(Vector512.Load(x + at) - shift);
            s0 += value;
            if (TStorage.IsStored)
            {
                value.Store(y + at);
            }
        }

        if (at < count)
        {
            Vector512<T> value = RowMath.ExpOf(LoadTail(x + at, count - at, T.NegativeInfinity) - shift);
            if (TStorage.IsStored)
            {
                StoreTail(value, y + at, count - at);
            }

            s1 += FirstLanes(value, count - at);
        }

        return Fold(s0 + s1);
    }
}
