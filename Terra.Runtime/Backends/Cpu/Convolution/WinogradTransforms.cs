using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The transforms of Winograd's minimal filtering F(4x4, 3x3) with the points 0, 1, -1, 2, -2 (Lavin and Gray, "Fast algorithms for convolutional neural
/// networks", CVPR 2016), and their transposes, which weight gradients need; sixteen lanes at a time.
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

    /// <summary>
    /// The 4 by 4 gradients of a line of tiles, of sixteen channels, to 36 numbers each by the transpose of what makes results of products. Pixels as for <see cref="InputLine"/>;
    /// the tiles begin at a row and may end outside of the image, where all is zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void GradientLine(float* image, float* zeros, long row, long rows, long width, float* to, long tiles, long tileStride, long pointStride)
    {
        float* half = stackalloc float[24 * Lanes];
        float* r0 = Row(0), r1 = Row(1), r2 = Row(2), r3 = Row(3);
        for (long tile = 0; tile < tiles; tile++, to += tileStride)
        {
            for (long j = 0; j < 4; j++)
            {
                float* at = half + j * Lanes;
                if (tile * 4 + j < width)
                {
                    long x = (tile * 4 + j) * Lanes;
                    Gradient(V512(r0 + x), V512(r1 + x), V512(r2 + x), V512(r3 + x), at, 4 * Lanes);
                }
                else
                {
                    Gradient(V.Zero, V.Zero, V.Zero, V.Zero, at, 4 * Lanes);
                }
            }

            for (long i = 0; i < 6; i++)
            {
                float* at = half + i * 4 * Lanes;
                Gradient(V512(at), V512(at + Lanes), V512(at + 2 * Lanes), V512(at + 3 * Lanes), to + i * 6 * pointStride, pointStride);
            }
        }

        float* Row(long i) => row + i < rows ? image + (row + i) * width * Lanes : zeros;
    }

    /// <summary>
    /// 36 sums of products of transformed inputs and gradients, <paramref name="stride"/> apart, to the gradients of nine taps, one after another: the transpose of <see cref="Weight(float*, long, float*, long)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Taps(float* from, long stride, float* to)
    {
        float* half = stackalloc float[18 * Lanes];
        for (long j = 0; j < 6; j++)
        {
            float* at = from + j * stride;
            Taps(
                V512(at), V512(at + 6 * stride), V512(at + 12 * stride), V512(at + 18 * stride), V512(at + 24 * stride), V512(at + 30 * stride),
                half + j * Lanes, 6 * Lanes);
        }

        for (long i = 0; i < 3; i++)
        {
            float* at = half + i * 6 * Lanes;
            Taps(
                V512(at), V512(at + Lanes), V512(at + 2 * Lanes), V512(at + 3 * Lanes), V512(at + 4 * Lanes), V512(at + 5 * Lanes),
                to + i * 3 * Lanes, Lanes);
        }
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

    /// <summary>Adds so many vectors to others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* to, float* from, long vectors)
    {
        for (long i = 0; i < vectors * Lanes; i += Lanes)
        {
            (V512(to + i) + V512(from + i)).Store(to + i);
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
    private static void Gradient(V y0, V y1, V y2, V y3, float* to, long stride)
    {
        V even = y0 + y2, odd = y1 + y3, farEven = Fma(4, y2, y0), farOdd = Vector512.Create(2f) * Fma(4, y3, y1);
        y0.Store(to);
        (even + odd).Store(to + stride);
        (even - odd).Store(to + 2 * stride);
        (farEven + farOdd).Store(to + 3 * stride);
        (farEven - farOdd).Store(to + 4 * stride);
        y3.Store(to + 5 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Taps(V w0, V w1, V w2, V w3, V w4, V w5, float* to, long stride)
    {
        V near = w1 + w2, nearOdd = w2 - w1, far = w3 + w4, farOdd = w3 - w4, sixth = Vector512.Create(1f / 6);
        Fma(0.25f, w0, Fma(-1f / 6, near, Vector512.Create(1f / 24) * far)).Store(to);
        Fma(1f / 12, farOdd, sixth * nearOdd).Store(to + stride);
        Fma(1f / 6, far - near, w5).Store(to + 2 * stride);
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
