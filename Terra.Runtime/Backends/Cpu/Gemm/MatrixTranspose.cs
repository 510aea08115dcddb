using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Transposed copies of matrices whose rows are contiguous.</summary>
internal static unsafe class MatrixTranspose
{
    /// <summary>
    /// destination[c * destinationStride + r] = source[r * sourceStride + c] for all rows r and columns c of the source. The blocks at the ends
    /// overlap those before them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(T* source, long sourceStride, long rows, long columns, T* destination, long destinationStride)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(float) && Avx512F.IsSupported && rows is > 8 and < 16 && columns >= 16 && destinationStride == rows)
        {
            RunNarrow((float*)source, sourceStride, (int)rows, columns, (float*)destination);
            return;
        }

        long block = BlockSize<T>(Math.Min(rows, columns));
        if (block == 0)
        {
            Elements(source, sourceStride, rows, columns, destination, destinationStride);
            return;
        }

        for (long r = 0; r < rows; r += block)
        {
            long row = Math.Min(r, rows - block);
            for (long c = 0; c < columns; c += block)
            {
                long column = Math.Min(c, columns - block);
                T* from = source + row * sourceStride + column, to = destination + column * destinationStride + row;
                if (sizeof(T) == sizeof(double))
                {
                    Transpose8((double*)from, sourceStride, (double*)to, destinationStride);
                }
                else if (sizeof(T) == sizeof(short))
                {
                    Transpose8((short*)from, sourceStride, (short*)to, destinationStride);
                }
                else if (sizeof(T) == sizeof(byte))
                {
                    Transpose8((byte*)from, sourceStride, (byte*)to, destinationStride);
                }
                else if (block == 16)
                {
                    Transpose16((float*)from, sourceStride, (float*)to, destinationStride);
                }
                else
                {
                    Transpose8((float*)from, sourceStride, (float*)to, destinationStride);
                }
            }
        }
    }

    /// <summary>
    /// As <see cref="Run"/>, for nine to fifteen rows, whose columns come to lie one behind the other: each is written as a whole vector, the rest of which
    /// the next one overwrites.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunNarrow(float* source, long sourceStride, int rows, long columns, float* destination)
    {
        float* last = stackalloc float[16 * 16];
        for (long c = 0; c < columns; c += 16)
        {
            bool isLast = c + 16 >= columns;
            long column = Math.Min(c, columns - 16);
            Narrow16(source + column, sourceStride, rows, isLast ? last : destination + column * rows, isLast ? 16 : rows);
        }

        for (int c = 0; c < 16; c++)
        {
            new ReadOnlySpan<float>(last + (c * 16), rows).CopyTo(new Span<float>(destination + (columns - 16 + c) * rows, rows));
        }
    }

    /// <summary>Writes the transpose of a block of 16 columns and fewer than 16 rows: vectors <paramref name="destinationStride"/> apart, one after another, zeros in place of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow16(float* source, long sourceStride, int rows, float* destination, long destinationStride)
    {
        FoursOf(source, sourceStride, rows, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        FoursOf(source + 4 * sourceStride, sourceStride, rows - 4, out Vector512<float> a4, out Vector512<float> a5, out Vector512<float> a6, out Vector512<float> a7);
        FoursOf(source + 8 * sourceStride, sourceStride, rows - 8, out Vector512<float> a8, out Vector512<float> a9, out Vector512<float> a10, out Vector512<float> a11);
        FoursOf(source + 12 * sourceStride, sourceStride, rows - 12, out Vector512<float> a12, out Vector512<float> a13, out Vector512<float> a14, out Vector512<float> a15);
        ExchangeQuarters(ref a0, ref a4, ref a8, ref a12);
        ExchangeQuarters(ref a1, ref a5, ref a9, ref a13);
        ExchangeQuarters(ref a2, ref a6, ref a10, ref a14);
        ExchangeQuarters(ref a3, ref a7, ref a11, ref a15);
        a0.Store(destination);
        a1.Store(destination + destinationStride);
        a2.Store(destination + 2 * destinationStride);
        a3.Store(destination + 3 * destinationStride);
        a4.Store(destination + 4 * destinationStride);
        a5.Store(destination + 5 * destinationStride);
        a6.Store(destination + 6 * destinationStride);
        a7.Store(destination + 7 * destinationStride);
        a8.Store(destination + 8 * destinationStride);
        a9.Store(destination + 9 * destinationStride);
        a10.Store(destination + 10 * destinationStride);
        a11.Store(destination + 11 * destinationStride);
        a12.Store(destination + 12 * destinationStride);
        a13.Store(destination + 13 * destinationStride);
        a14.Store(destination + 14 * destinationStride);
        a15.Store(destination + 15 * destinationStride);
    }

    /// <summary>As <see cref="Run"/>, for rows of the destination that end at a multiple of 64 bytes: zeros are written up to there.</summary>
    [SkipLocalsInit]
    public static void RunPadded<T>(T* source, long sourceStride, int rows, int columns, T* destination, long destinationStride)
        where T : unmanaged
    {
        int block = 64 / sizeof(T), whole = rows / block * block, rest = rows - whole;
        if (rest == 0 || BlockSize<T>(columns) != block)
        {
            Run(source, sourceStride, rows, columns, destination, destinationStride);
            if (rest != 0)
            {
                GemmPacking.ClearColumns(destination + rows, columns, block - rest, (int)destinationStride);
            }

            return;
        }

        Run(source, sourceStride, whole, columns, destination, destinationStride);
        T* square = stackalloc T[block * block];
        for (int c = 0; c < columns; c += block)
        {
            int column = Math.Min(c, columns - block);
            T* from = source + whole * sourceStride + column, to = destination + column * destinationStride + whole;
            if (sizeof(T) == sizeof(float))
            {
                Narrow16((float*)from, sourceStride, rest, (float*)to, destinationStride);
                continue;
            }

            new Span<T>(square, block * block).Clear();
            for (int r = 0; r < rest; r++)
            {
                Vector512.Load(from + r * sourceStride).Store(square + r * block);
            }

            Run(square, block, block, block, to, destinationStride);
        }
    }

    /// <summary>The side of the largest block there is a transpose for and that fits; 0 if none does.</summary>
    private static long BlockSize<T>(long side)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(double))
        {
            return Avx512F.IsSupported && side >= 8 ? 8 : 0;
        }

        if (sizeof(T) < sizeof(float))
        {
            return Sse2.IsSupported && side >= 8 ? 8 : 0;
        }

        return sizeof(T) != sizeof(float) ? 0 : Avx512F.IsSupported && side >= 16 ? 16 : Avx.IsSupported && side >= 8 ? 8 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elements<T>(T* source, long sourceStride, long rows, long columns, T* destination, long destinationStride)
        where T : unmanaged
    {
        for (long r = 0; r < rows; r++)
        {
            for (long c = 0; c < columns; c++)
            {
                destination[c * destinationStride + r] = source[r * sourceStride + c];
            }
        }
    }

    /// <summary>Writes the transpose of a 16 by 16 block: pairs, then fours of rows interleaved, then quarters of vectors exchanged twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose16(float* source, long sourceStride, float* destination, long destinationStride)
    {
        Fours(source, sourceStride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        Fours(source + 4 * sourceStride, sourceStride, out Vector512<float> a4, out Vector512<float> a5, out Vector512<float> a6, out Vector512<float> a7);
        Fours(source + 8 * sourceStride, sourceStride, out Vector512<float> a8, out Vector512<float> a9, out Vector512<float> a10, out Vector512<float> a11);
        Fours(source + 12 * sourceStride, sourceStride, out Vector512<float> a12, out Vector512<float> a13, out Vector512<float> a14, out Vector512<float> a15);
        Quarters(a0, a4, a8, a12, destination, 4 * destinationStride);
        Quarters(a1, a5, a9, a13, destination + 1 * destinationStride, 4 * destinationStride);
        Quarters(a2, a6, a10, a14, destination + 2 * destinationStride, 4 * destinationStride);
        Quarters(a3, a7, a11, a15, destination + 3 * destinationStride, 4 * destinationStride);
    }

    /// <summary>As <see cref="Fours"/>; rows from <paramref name="rows"/> on are zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FoursOf(
        float* source, long stride, int rows, out Vector512<float> k0, out Vector512<float> k1, out Vector512<float> k2, out Vector512<float> k3)
    {
        Vector512<float> r0 = rows > 0 ? Vector512.Load(source) : default, r1 = rows > 1 ? Vector512.Load(source + stride) : default;
        Vector512<float> r2 = rows > 2 ? Vector512.Load(source + 2 * stride) : default, r3 = rows > 3 ? Vector512.Load(source + 3 * stride) : default;
        Interleave(r0, r1, r2, r3, out k0, out k1, out k2, out k3);
    }

    /// <summary>Four rows to four vectors: result k holds columns k, 4 + k, 8 + k and 12 + k, each a quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fours(
        float* source, long stride, out Vector512<float> k0, out Vector512<float> k1, out Vector512<float> k2, out Vector512<float> k3)
    {
        Vector512<float> r0 = Vector512.Load(source), r1 = Vector512.Load(source + stride);
        Vector512<float> r2 = Vector512.Load(source + 2 * stride), r3 = Vector512.Load(source + 3 * stride);
        Interleave(r0, r1, r2, r3, out k0, out k1, out k2, out k3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(
        Vector512<float> r0,
        Vector512<float> r1,
        Vector512<float> r2,
        Vector512<float> r3,
        out Vector512<float> k0,
        out Vector512<float> k1,
        out Vector512<float> k2,
        out Vector512<float> k3)
    {
        Vector512<double> low0 = Avx512F.UnpackLow(r0, r1).AsDouble(), high0 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low1 = Avx512F.UnpackLow(r2, r3).AsDouble(), high1 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        k0 = Avx512F.UnpackLow(low0, low1).AsSingle();
        k1 = Avx512F.UnpackHigh(low0, low1).AsSingle();
        k2 = Avx512F.UnpackLow(high0, high1).AsSingle();
        k3 = Avx512F.UnpackHigh(high0, high1).AsSingle();
    }

    /// <summary>A 4 by 4 transpose of quarters of vectors; the four results go to places <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* destination, long stride)
    {
        ExchangeQuarters(ref a, ref b, ref c, ref d);
        a.Store(destination);
        b.Store(destination + stride);
        c.Store(destination + 2 * stride);
        d.Store(destination + 3 * stride);
    }

    /// <summary>A 4 by 4 transpose of quarters of vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExchangeQuarters(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<float> even0 = Avx512F.Shuffle4x128(a, b, 0x88), odd0 = Avx512F.Shuffle4x128(a, b, 0xDD);
        Vector512<float> even1 = Avx512F.Shuffle4x128(c, d, 0x88), odd1 = Avx512F.Shuffle4x128(c, d, 0xDD);
        a = Avx512F.Shuffle4x128(even0, even1, 0x88);
        b = Avx512F.Shuffle4x128(odd0, odd1, 0x88);
        c = Avx512F.Shuffle4x128(even0, even1, 0xDD);
        d = Avx512F.Shuffle4x128(odd0, odd1, 0xDD);
    }

    /// <summary>Writes the transpose of an 8 by 8 block of doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose8(double* source, long sourceStride, double* destination, long destinationStride)
    {
        Pairs(source, sourceStride, out Vector512<double> a0, out Vector512<double> a1);
        Pairs(source + 2 * sourceStride, sourceStride, out Vector512<double> b0, out Vector512<double> b1);
        Pairs(source + 4 * sourceStride, sourceStride, out Vector512<double> c0, out Vector512<double> c1);
        Pairs(source + 6 * sourceStride, sourceStride, out Vector512<double> d0, out Vector512<double> d1);
        Quarters(a0.AsSingle(), b0.AsSingle(), c0.AsSingle(), d0.AsSingle(), (float*)destination, 4 * destinationStride);
        Quarters(a1.AsSingle(), b1.AsSingle(), c1.AsSingle(), d1.AsSingle(), (float*)(destination + destinationStride), 4 * destinationStride);
    }

    /// <summary>Two rows to two vectors: result k holds columns k, 2 + k, 4 + k and 6 + k, each a quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pairs(double* source, long stride, out Vector512<double> k0, out Vector512<double> k1)
    {
        Vector512<double> r0 = Vector512.Load(source), r1 = Vector512.Load(source + stride);
        k0 = Avx512F.UnpackLow(r0, r1);
        k1 = Avx512F.UnpackHigh(r0, r1);
    }

    /// <summary>Writes the transpose of an 8 by 8 block: eight rows of the source become eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Writes the transpose of an 8 by 8 block of 2-byte elements: rows interleaved by elements, then pairs, then fours of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose8(short* source, long sourceStride, short* destination, long destinationStride)
    {
        RowPair(source, sourceStride, out Vector128<int> a0, out Vector128<int> a1);
        RowPair(source + 2 * sourceStride, sourceStride, out Vector128<int> a2, out Vector128<int> a3);
        RowPair(source + 4 * sourceStride, sourceStride, out Vector128<int> a4, out Vector128<int> a5);
        RowPair(source + 6 * sourceStride, sourceStride, out Vector128<int> a6, out Vector128<int> a7);
        TwoColumns(Sse2.UnpackLow(a0, a2), Sse2.UnpackLow(a4, a6), destination, destinationStride);
        TwoColumns(Sse2.UnpackHigh(a0, a2), Sse2.UnpackHigh(a4, a6), destination + 2 * destinationStride, destinationStride);
        TwoColumns(Sse2.UnpackLow(a1, a3), Sse2.UnpackLow(a5, a7), destination + 4 * destinationStride, destinationStride);
        TwoColumns(Sse2.UnpackHigh(a1, a3), Sse2.UnpackHigh(a5, a7), destination + 6 * destinationStride, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RowPair(short* source, long stride, out Vector128<int> low, out Vector128<int> high)
    {
        Vector128<short> r0 = Vector128.Load(source), r1 = Vector128.Load(source + stride);
        low = Sse2.UnpackLow(r0, r1).AsInt32();
        high = Sse2.UnpackHigh(r0, r1).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoColumns(Vector128<int> top, Vector128<int> bottom, short* destination, long stride)
    {
        Sse2.UnpackLow(top.AsInt64(), bottom.AsInt64()).AsInt16().Store(destination);
        Sse2.UnpackHigh(top.AsInt64(), bottom.AsInt64()).AsInt16().Store(destination + stride);
    }

    /// <summary>The same of bytes, whose rows and columns are half vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose8(byte* source, long sourceStride, byte* destination, long destinationStride)
    {
        Vector128<short> a0 = RowPair(source, sourceStride), a1 = RowPair(source + 2 * sourceStride, sourceStride);
        Vector128<short> a2 = RowPair(source + 4 * sourceStride, sourceStride), a3 = RowPair(source + 6 * sourceStride, sourceStride);
        Vector128<int> b0 = Sse2.UnpackLow(a0, a1).AsInt32(), b1 = Sse2.UnpackHigh(a0, a1).AsInt32();
        Vector128<int> b2 = Sse2.UnpackLow(a2, a3).AsInt32(), b3 = Sse2.UnpackHigh(a2, a3).AsInt32();
        TwoColumns(Sse2.UnpackLow(b0, b2), destination, destinationStride);
        TwoColumns(Sse2.UnpackHigh(b0, b2), destination + 2 * destinationStride, destinationStride);
        TwoColumns(Sse2.UnpackLow(b1, b3), destination + 4 * destinationStride, destinationStride);
        TwoColumns(Sse2.UnpackHigh(b1, b3), destination + 6 * destinationStride, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> RowPair(byte* source, long stride) => Sse2.UnpackLow(
        Vector128.CreateScalarUnsafe(*(long*)source).AsByte(), Vector128.CreateScalarUnsafe(*(long*)(source + stride)).AsByte()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoColumns(Vector128<int> columns, byte* destination, long stride)
    {
        *(long*)destination = columns.AsInt64().GetElement(0);
        *(long*)(destination + stride) = columns.AsInt64().GetElement(1);
    }
}
