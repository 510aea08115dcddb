using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Whether indices lie in their dimension.</summary>
internal static unsafe class IndexRange
{
    private const long IndicesPerTask = 32768;

    /// <summary>The first index of an int64 tensor, in row-major order, below <paramref name="least"/> or not below <paramref name="end"/>; null if there is none.</summary>
    /// <param name="indices">The indices, in any layout.</param>
    /// <param name="least">Not positive.</param>
    /// <param name="end">Not negative.</param>
    public static long? FirstOutside(TensorImpl indices, long least, long end)
    {
        using var data = new ContiguousData<long>(indices);
        return FirstOutside(data.Pointer, indices.NumberOfElements, least, end);
    }

    /// <inheritdoc cref="FirstOutside(TensorImpl, long, long)"/>
    public static long? FirstOutside(long* indices, long count, long least, long end)
    {
        long outside = 0;
        if (count <= IndicesPerTask)
        {
            outside = AnyOutside(indices, 1, count, least, end);
        }
        else
        {
            WorkerPool.Shared.For(count, IndicesPerTask, (from, to) => Interlocked.Or(ref outside, AnyOutside(indices + from, 1, to - from, least, end)));
        }

        for (long i = 0; outside < 0; i++)
        {
            if (indices[i] < least || indices[i] >= end)
            {
                return indices[i];
            }
        }

        return null;
    }

    /// <summary>Negative if any index is outside: then its distance from one of the ends is negative, without overflow, whatever the other is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long AnyOutside(long* indices, long step, long count, long least, long end)
    {
        long i = 0, last = end - 1, outside = 0;
        Vector512<long> signs = Vector512<long>.Zero, lowest = Vector512.Create(least), highest = Vector512.Create(last);
        for (; step == 1 && i + Vector512<long>.Count <= count; i += Vector512<long>.Count)
        {
            Vector512<long> next = Vector512.Load(indices + i);
            signs |= (next - lowest) | (highest - next);
        }

        for (; i < count; i++)
        {
            long index = indices[i * step];
            outside |= unchecked((index - least) | (last - index));
        }

        return Vector512.LessThanAny(signs, Vector512<long>.Zero) ? -1 : outside;
    }
}
