using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Reductions over contiguous rows, in an order fixed by the row's length: 64-byte lanes in four chains, blocks of
/// <see cref="Block"/> elements summed apart (which keeps the error of long sums small), the rest of a row padded with the neutral element.
/// The same on every vector width, since wider vectors are made of narrower ones where the hardware has none.
/// </summary>
[SkipLocalsInit]
internal static unsafe partial class Rows
{
    /// <summary>Elements whose sum runs in one set of lanes.</summary>
    private const long Block = 4096;

    /// <summary>The sum of a row.</summary>
    public static T Sum<T>(T* row, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T total = T.Zero;
        for (long at = 0; at < count; at += Block)
        {
            total += SumBlock<T, Identity<T>>(row + at, null, Math.Min(Block, count - at), default);
        }

        return total;
    }

    /// <summary>The sum of the products of two rows.</summary>
    public static T Dot<T>(T* a, T* b, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T total = T.Zero;
        for (long at = 0; at < count; at += Block)
        {
            total += SumBlock<T, Product<T>>(a + at, b + at, Math.Min(Block, count - at), default);
        }

        return total;
    }

    /// <summary>The sum of (row - center)².</summary>
    public static T SumSquaredDifferences<T>(T* row, long count, T center)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T total = T.Zero;
        for (long at = 0; at < count; at += Block)
        {
            long n = Math.Min(Block, count - at);
            total += SumBlock<T, SquaredDifference<T>>(row + at, null, n, Vector512.Create(center));
        }

        return total;
    }

    /// <summary>The sum of (a - center) * b.</summary>
    public static T DotCentered<T>(T* a, T* b, long count, T center)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T total = T.Zero;
        for (long at = 0; at < count; at += Block)
        {
            total += SumBlock<T, CenteredProduct<T>>(a + at, b + at, Math.Min(Block, count - at), Vector512.Create(center));
        }

        return total;
    }

    /// <summary>The next multiple of the lanes of a 64-byte vector.</summary>
    public static int Padded<T>(long count)
        where T : unmanaged => (int)((count + Vector512<T>.Count - 1) / Vector512<T>.Count) * Vector512<T>.Count;

    /// <summary>Fewer elements than a vector holds, with a filler in the other lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadTail<T>(T* source, long count, T filler)
        where T : unmanaged
    {
        if (Avx512F.IsSupported && typeof(T) == typeof(float))
        {
            return Avx512F.MaskLoad((float*)source, FirstOfSixteen(count).AsSingle(), Vector512.Create(filler).AsSingle()).As<float, T>();
        }

        return Avx512F.IsSupported && typeof(T) == typeof(double)
            ? Avx512F.MaskLoad((double*)source, FirstOfEight(count).AsDouble(), Vector512.Create(filler).AsDouble()).As<double, T>()
            : LoadTailElements(source, count, filler);
    }

    /// <summary>Stores the first elements of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTail<T>(Vector512<T> value, T* destination, long count)
        where T : unmanaged
    {
        if (Avx512F.IsSupported && typeof(T) == typeof(float))
        {
            Avx512F.MaskStore((float*)destination, FirstOfSixteen(count).AsSingle(), value.AsSingle());
        }
        else if (Avx512F.IsSupported && typeof(T) == typeof(double))
        {
            Avx512F.MaskStore((double*)destination, FirstOfEight(count).AsDouble(), value.AsDouble());
        }
        else
        {
            StoreTailElements(value, destination, count);
        }
    }

    /// <summary>The first lanes of a vector, zero in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> FirstLanes<T>(Vector512<T> value, long count)
        where T : unmanaged
        => value & (sizeof(T) == sizeof(float) ? FirstOfSixteen(count).As<int, T>() : FirstOfEight(count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> FirstOfSixteen(long count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> FirstOfEight(long count) => Vector512.LessThan(Vector512<long>.Indices, Vector512.Create(count));

    private static Vector512<T> LoadTailElements<T>(T* source, long count, T filler)
        where T : unmanaged
    {
        T* buffer = stackalloc T[64];
        Vector512.Create(filler).Store(buffer);
        for (long i = 0; i < count; i++)
        {
            buffer[i] = source[i];
        }

        return Vector512.Load(buffer);
    }

    private static void StoreTailElements<T>(Vector512<T> value, T* destination, long count)
        where T : unmanaged
    {
        T* buffer = stackalloc T[64];
        value.Store(buffer);
        for (long i = 0; i < count; i++)
        {
            destination[i] = buffer[i];
        }
    }

    private interface ITerm<T>
    {
        static abstract Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> parameter);

        static abstract bool UsesSecond { get; }
    }

    private readonly struct Identity<T> : ITerm<T>
    {
        public static bool UsesSecond => false;

        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> parameter) => a;
    }

    private readonly struct Product<T> : ITerm<T>
    {
        public static bool UsesSecond => true;

        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> parameter) => a * b;
    }

    private readonly struct SquaredDifference<T> : ITerm<T>
    {
        public static bool UsesSecond => false;

        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> parameter) => (a - parameter) * (a - parameter);
    }

    private readonly struct CenteredProduct<T> : ITerm<T>
    {
        public static bool UsesSecond => true;

        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> parameter) => (a - parameter) * b;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T SumBlock<T, TTerm>(T* a, T* b, long count, Vector512<T> parameter)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> s0 = Vector512<T>.Zero, s1 = s0, s2 = s0, s3 = s0;
        long at = 0;
        for (; at + 4 * lanes <= count; at += 4 * lanes)
        {
            s0 += Term<T, TTerm>(a, b, at, parameter);
            s1 += Term<T, TTerm>(a, b, at + lanes, parameter);
            s2 += Term<T, TTerm>(a, b, at + 2 * lanes, parameter);
            s3 += Term<T, TTerm>(a, b, at + 3 * lanes, parameter);
        }

        for (; at + lanes <= count; at += lanes)
        {
            s0 += Term<T, TTerm>(a, b, at, parameter);
        }

        if (at < count)
        {
            s1 += TailTerm<T, TTerm>(a + at, b + at, count - at, parameter);
        }

        return Fold((s0 + s1) + (s2 + s3));
    }

    /// <summary>The terms of fewer elements than a vector holds, zero in the other lanes.</summary>
    private static Vector512<T> TailTerm<T, TTerm>(T* a, T* b, long count, Vector512<T> parameter)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        Vector512<T> first = LoadTail(a, count, T.Zero);
        Vector512<T> second = TTerm.UsesSecond ? LoadTail(b, count, T.Zero) : default;
        return FirstLanes(TTerm.Of(first, second, parameter), count);
    }

    /// <summary>The sum of the lanes: halves are folded onto each other until one lane is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Fold<T>(Vector512<T> sum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector256<T> eighths = sum.GetLower() + sum.GetUpper();
        Vector128<T> quarters = eighths.GetLower() + eighths.GetUpper();
        return sizeof(T) == sizeof(double)
            ? quarters.GetElement(0) + quarters.GetElement(1)
            : (quarters.GetElement(0) + quarters.GetElement(2)) + (quarters.GetElement(1) + quarters.GetElement(3));
    }

    /// <summary>The greatest lane; whether NaN counts is left open.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxLane<T>(Vector512<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector256<T> eighths = Vector256.MaxNative(values.GetLower(), values.GetUpper());
        Vector128<T> quarters = Vector128.MaxNative(eighths.GetLower(), eighths.GetUpper());
        T max = T.MaxNative(quarters.GetElement(0), quarters.GetElement(1));
        return sizeof(T) == sizeof(double) ? max : T.MaxNative(max, T.MaxNative(quarters.GetElement(2), quarters.GetElement(3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Term<T, TTerm>(T* a, T* b, long at, Vector512<T> parameter)
        where T : unmanaged
        where TTerm : struct, ITerm<T> =>
        TTerm.Of(Vector512.Load(a + at), TTerm.UsesSecond ? Vector512.Load(b + at) : default, parameter);
}
