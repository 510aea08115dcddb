using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Copies of a few pixels of each of many channels, or of as many lines of a matrix, which lie far apart.</summary>
internal static unsafe class PixelLines<T>
    where T : unmanaged
{
    /// <summary>Lines between asking for memory and reading or writing it.</summary>
    private const long LinesAhead = 12;

    /// <summary>to[line * toStride + i] = from[line * fromStride + i]. The last vector of a line overlaps the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(T* from, long fromStride, long lines, long count, T* to, long toStride)
    {
        int wide = Vector512<T>.Count, half = Vector256<T>.Count, quarter = Vector128<T>.Count;
        for (long line = 0; line < lines; line++, from += fromStride, to += toStride)
        {
            Prefetch(from + LinesAhead * fromStride, to + LinesAhead * toStride, count);
            long i = 0;
            if (count >= wide)
            {
                for (; i + wide <= count; i += wide)
                {
                    Vector512.Load(from + i).Store(to + i);
                }

                Vector512.Load(from + count - wide).Store(to + count - wide);
            }
            else if (count >= half)
            {
                Vector256.Load(from).Store(to);
                Vector256.Load(from + count - half).Store(to + count - half);
            }
            else if (count >= quarter)
            {
                Vector128.Load(from).Store(to);
                Vector128.Load(from + count - quarter).Store(to + count - quarter);
            }
            else
            {
                for (; i < count; i++)
                {
                    to[i] = from[i];
                }
            }
        }
    }

    /// <summary>to[line * stride + i] = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clear(T* to, long lines, long count, long stride)
    {
        for (long line = 0; count > 0 && line < lines; line++, to += stride)
        {
            for (long i = 0; i < count; i++)
            {
                to[i] = default;
            }
        }
    }

    /// <summary>Asks for the lines of the cache that elements are in. An address beyond the end is never accessed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* from, T* to, long count)
    {
        for (long i = 0; Sse.IsSupported && i < count; i += 64 / sizeof(T))
        {
            Sse.Prefetch0(from + i);
            Sse.Prefetch0(to + i);
        }
    }
}
