using System.Runtime.CompilerServices;

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
        if (sourceStride == 0 && targetStride == sizeof(T))
        {
            new Span<T>(target, (int)count).Fill(*(T*)source);
            return;
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
}
