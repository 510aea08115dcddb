using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Copies a row of elements of 1, 2, 4 or 8 bytes between any two strides (in bytes).</summary>
internal static unsafe class StridedCopy
{
    public static void Run(byte* source, long sourceStride, byte* target, long targetStride, long count, int elementSize)
    {
        if (sourceStride == elementSize && targetStride == elementSize && count >= 8)
        {
            Buffer.MemoryCopy(source, target, count * elementSize, count * elementSize);
            return;
        }

        switch (elementSize)
        {
            case 4:
                Elements<uint>(source, sourceStride, target, targetStride, count);
                break;
            case 8:
                Elements<ulong>(source, sourceStride, target, targetStride, count);
                break;
            case 1:
                Elements<byte>(source, sourceStride, target, targetStride, count);
                break;
            default:
                Elements<ushort>(source, sourceStride, target, targetStride, count);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elements<T>(byte* source, long sourceStride, byte* target, long targetStride, long count)
        where T : unmanaged
    {
        if (targetStride == sizeof(T) && count >= Vector256<T>.Count)
        {
            if (sourceStride == 0)
            {
                Fill(*(T*)source, (T*)target, count);
                return;
            }

            if (sourceStride == -sizeof(T))
            {
                Reversed((T*)source, (T*)target, count);
                return;
            }
        }

        for (; count >= 4; count -= 4)
        {
            T a = *(T*)source, b = *(T*)(source + sourceStride);
            T c = *(T*)(source + (2 * sourceStride)), d = *(T*)(source + (3 * sourceStride));
            *(T*)target = a;
            *(T*)(target + targetStride) = b;
            *(T*)(target + (2 * targetStride)) = c;
            *(T*)(target + (3 * targetStride)) = d;
            source += 4 * sourceStride;
            target += 4 * targetStride;
        }

        for (; count > 0; count--)
        {
            *(T*)target = *(T*)source;
            source += sourceStride;
            target += targetStride;
        }
    }

    /// <summary>Writes one element to at least a vector of 32 bytes; the last vector overlaps the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill<T>(T element, T* target, long count)
        where T : unmanaged
    {
        Vector256<T> all = Vector256.Create(element);
        long last = count - Vector256<T>.Count;
        for (long i = 0; i < last; i += Vector256<T>.Count)
        {
            all.Store(target + i);
        }

        all.Store(target + last);
    }

    /// <summary>The elements from <paramref name="source"/> backward; the last vector overlaps the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reversed<T>(T* source, T* target, long count)
        where T : unmanaged
    {
        long last = count - Vector256<T>.Count;
        T* ends = source - (Vector256<T>.Count - 1);
        for (long i = 0; i < last; i += Vector256<T>.Count)
        {
            Reversed(Vector256.Load(ends - i)).Store(target + i);
        }

        Reversed(Vector256.Load(ends - last)).Store(target + last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Reversed<T>(Vector256<T> elements)
        where T : unmanaged => sizeof(T) switch
        {
            8 => Vector256.Shuffle(elements.AsInt64(), Vector256.Create(3L, 2, 1, 0)).As<long, T>(),
            4 => Vector256.Shuffle(elements.AsInt32(), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)).As<int, T>(),
            2 => Vector256.Shuffle(elements.AsInt16(), Vector256.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).As<short, T>(),
            _ => Vector256.Shuffle(
                elements.AsByte(),
                Vector256.Create(
                    (byte)31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).As<byte, T>(),
        };
}
