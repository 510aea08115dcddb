using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Transposed copies of matrices whose rows are contiguous.</summary>
internal static unsafe class MatrixTranspose
{
    /// <summary>destination[c * destinationStride + r] = source[r * sourceStride + c] for all rows r and columns c of the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(T* source, long sourceStride, long rows, long columns, T* destination, long destinationStride)
        where T : unmanaged
    {
        long blockRows = 0, blockColumns = 0;
        if (sizeof(T) == sizeof(float) && Avx.IsSupported)
        {
            blockRows = rows & ~7L;
            blockColumns = columns & ~7L;
            for (long r = 0; r < blockRows; r += 8)
            {
                for (long c = 0; c < blockColumns; c += 8)
                {
                    Transpose8((float*)(source + r * sourceStride + c), sourceStride, (float*)(destination + c * destinationStride + r), destinationStride);
                }
            }
        }

        Elements(source, sourceStride, 0, blockRows, blockColumns, columns, destination, destinationStride);
        Elements(source, sourceStride, blockRows, rows, 0, columns, destination, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elements<T>(T* source, long sourceStride, long r0, long r1, long c0, long c1, T* destination, long destinationStride)
        where T : unmanaged
    {
        for (long r = r0; r < r1; r++)
        {
            for (long c = c0; c < c1; c++)
            {
                destination[c * destinationStride + r] = source[r * sourceStride + c];
            }
        }
    }

    /// <summary>Writes the transpose of an 8 by 8 block: eight rows of the source become eight columns.</summary>
    private static void Transpose8(float* source, long sourceStride, float* destination, long destinationStride)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + sourceStride);
        Vector256<float> r2 = Vector256.Load(source + 2 * sourceStride), r3 = Vector256.Load(source + 3 * sourceStride);
        Vector256<float> r4 = Vector256.Load(source + 4 * sourceStride), r5 = Vector256.Load(source + 5 * sourceStride);
        Vector256<float> r6 = Vector256.Load(source + 6 * sourceStride), r7 = Vector256.Load(source + 7 * sourceStride);
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        r0 = Avx.Shuffle(a0, a2, 0x44);
        r1 = Avx.Shuffle(a0, a2, 0xEE);
        r2 = Avx.Shuffle(a1, a3, 0x44);
        r3 = Avx.Shuffle(a1, a3, 0xEE);
        r4 = Avx.Shuffle(a4, a6, 0x44);
        r5 = Avx.Shuffle(a4, a6, 0xEE);
        r6 = Avx.Shuffle(a5, a7, 0x44);
        r7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(r0, r4, 0x20).Store(destination);
        Avx.Permute2x128(r1, r5, 0x20).Store(destination + destinationStride);
        Avx.Permute2x128(r2, r6, 0x20).Store(destination + 2 * destinationStride);
        Avx.Permute2x128(r3, r7, 0x20).Store(destination + 3 * destinationStride);
        Avx.Permute2x128(r0, r4, 0x31).Store(destination + 4 * destinationStride);
        Avx.Permute2x128(r1, r5, 0x31).Store(destination + 5 * destinationStride);
        Avx.Permute2x128(r2, r6, 0x31).Store(destination + 6 * destinationStride);
        Avx.Permute2x128(r3, r7, 0x31).Store(destination + 7 * destinationStride);
    }
}
