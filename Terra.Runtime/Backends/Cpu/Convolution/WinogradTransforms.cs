using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The transforms of Winograd's minimal filtering F(4x4, 3x3) with the points 0, 1, -1, 2, -2 (Lavin and Gray, "Fast algorithms for convolutional neural
/// networks", CVPR 2016), sixteen lanes at a time.
/// </summary>
internal static unsafe class WinogradTransforms
{
    public const int Lanes = 16;

    /// <summary>Numbers of a transformed tile.</summary>
    public const int Points = 36;

    /// <summary>
    /// The 6 by 6 inputs of a line of tiles, of sixteen channels, to 36 numbers each, <paramref name="pointStride"/> apart. Pixels are in rows of <paramref name="width"/>,
    /// sixteen channels each; the tiles begin at a row and a column that may be outside of the image, where all is zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void InputLine(
        float* image, float* zeros, long row, long rows, long column, long width, float* to, long tiles, long tileStride, long pointStride)
    {
        float* half = stackalloc float[Points * Lanes];
        float* r0 = Row(0), r1 = Row(1), r2 = Row(2), r3 = Row(3), r4 = Row(4), r5 = Row(5);
        for (long tile = 0; tile < tiles; tile++, column += 4, to += tileStride)
        {
            for (long j = 0; j < 6; j++)
            {
                float* at = half + j * Lanes;
                if ((ulong)(column + j) < (ulong)width)
                {
                    long x = (column + j) * Lanes;
                    Input(V512(r0 + x), V512(r1 + x), V512(r2 + x), V512(r3 + x), V512(r4 + x), V512(r5 + x), at, 6 * Lanes);
                }
                else
                {
                    Input(V.Zero, V.Zero, V.Zero, V.Zero, V.Zero, V.Zero, at, 6 * Lanes);
                }
            }

            for (long i = 0; i < 6; i++)
            {
                float* at = half + i * 6 * Lanes;
                Input(
                    V512(at), V512(at + Lanes), V512(at + 2 * Lanes), V512(at + 3 * Lanes), V512(at + 4 * Lanes), V512(at + 5 * Lanes),
                    to + i * 6 * pointStride, pointStride);
            }
        }

        float* Row(long i) => (ulong)(row + i) < (ulong)rows ? image + (row + i) * width * Lanes : zeros;
    }

    /// <summary>The nine taps of a filter, <paramref name="tap"/> apart (negative to turn them around), to 36 numbers <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Weight(float* from, long tap, float* to, long stride)
    {
        float* half = stackalloc float[18 * Lanes];
        for (int j = 0; j < 3; j++)
        {
            float* at = from + j * tap;
            Weight(V512(at), V512(at + 3 * tap), V512(at + 6 * tap), half + j * Lanes, 3 * Lanes);
        }

        for (int i = 0; i < 6; i++)
        {
            float* at = half + i * 3 * Lanes;
            Weight(V512(at), V512(at + Lanes), V512(at + 2 * Lanes), to + i * 6 * stride, stride);
        }
    }

    /// <summary>36 products, <paramref name="stride"/> apart, to the 4 by 4 results of a tile, with <paramref name="bias"/> added, of which it writes those inside of the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Result(float* from, long stride, V bias, float* to, long line, long pixel, int lines, int pixels)
    {
        float* half = stackalloc float[24 * Lanes];
        for (int j = 0; j < 6; j++)
        {
            float* at = from + j * stride;
            Result(
                V512(at), V512(at + 6 * stride), V512(at + 12 * stride), V512(at + 18 * stride), V512(at + 24 * stride), V512(at + 30 * stride),
                V.Zero, half + j * Lanes, 6 * Lanes, 4);
        }

        for (int i = 0; i < lines; i++)
        {
            float* at = half + i * 6 * Lanes;
            Result(
                V512(at), V512(at + Lanes), V512(at + 2 * Lanes), V512(at + 3 * Lanes), V512(at + 4 * Lanes), V512(at + 5 * Lanes),
                bias, to + i * line, pixel, pixels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V V512(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Fma(float a, V b, V c) => Vector512.FusedMultiplyAdd(Vector512.Create(a), b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(V d0, V d1, V d2, V d3, V d4, V d5, float* to, long stride)
    {
        V even = Fma(-4, d2, d4), odd = Fma(-4, d1, d3), far = d4 - d2, twice = Vector512.Create(2f) * (d3 - d1);
        Fma(4, d0, Fma(-5, d2, d4)).Store(to);
        (even + odd).Store(to + stride);
        (even - odd).Store(to + 2 * stride);
        (far + twice).Store(to + 3 * stride);
        (far - twice).Store(to + 4 * stride);
        Fma(4, d1, Fma(-5, d3, d5)).Store(to + 5 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weight(V g0, V g1, V g2, float* to, long stride)
    {
        V sixth = Vector512.Create(-1f / 6), outer = sixth * (g0 + g2), far = Fma(1f / 24, g0, Vector512.Create(1f / 6) * g2);
        (Vector512.Create(0.25f) * g0).Store(to);
        Fma(-1f / 6, g1, outer).Store(to + stride);
        Fma(1f / 6, g1, outer).Store(to + 2 * stride);
        Fma(1f / 12, g1, far).Store(to + 3 * stride);
        Fma(-1f / 12, g1, far).Store(to + 4 * stride);
        g2.Store(to + 5 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Result(V m0, V m1, V m2, V m3, V m4, V m5, V add, float* to, long stride, int count)
    {
        V near = m1 + m2, nearOdd = m1 - m2, far = m3 + m4, farOdd = m3 - m4;
        ((m0 + near) + (far + add)).Store(to);
        if (count > 1)
        {
            (Fma(2, farOdd, nearOdd) + add).Store(to + stride);
        }

        if (count > 2)
        {
            (Fma(4, far, near) + add).Store(to + 2 * stride);
        }

        if (count > 3)
        {
            ((Fma(8, farOdd, nearOdd) + m5) + add).Store(to + 3 * stride);
        }
    }
}
