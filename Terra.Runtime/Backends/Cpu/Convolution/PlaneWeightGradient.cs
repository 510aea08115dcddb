using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The weight gradient of a convolution with few channels in a group, such as a depthwise one: weight[o, c, tap] = the dot product of a plane of the small image and one of
/// the large, shifted. Lanes of one vector a tap take the pixels of a line in turn, over all lines and images in order, and are added at the end. So the result depends
/// on the sizes and nothing else.
/// </summary>
internal static unsafe class PlaneWeightGradient<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Taps whose sums are kept in registers together.</summary>
    private const int Together = 5;
    private const long ProductsPerTask = 1 << 18;

    /// <summary>Whether there are taps to sum over, and too few results in a group to fill vectors of them.</summary>
    public static bool Pays(ConvolutionGeometry g) => g.KernelPixels > 1 && g.SmallPerGroup * 2 < TapKernels<T>.Lanes;

    /// <summary>The gradient of all groups, from row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* large, T* small, T* weight)
    {
        PhaseCombination taps = PhaseCombination.Of(g, toLarge: false)[0];
        var band = new ConvolutionBand<T>(
            1,
            ConvolutionPhase.Reach([taps.Depth], 0, g.Depth.Small),
            ConvolutionPhase.Reach([taps.Vertical], 0, g.Vertical.Small),
            ConvolutionPhase.Reach([taps.Horizontal], 0, g.Horizontal.Small),
            g.Horizontal.Stride);
        long[] offsets = taps.Offsets(band);
        int padded = (offsets.Length + Together - 1) / Together * Together;
        Array.Resize(ref offsets, padded);
        long results = g.SmallPerGroup, products = g.Batch * g.SmallPixels * g.KernelPixels * results;
        WorkerPool.Shared.For(g.LargeChannels, Math.Max(1, ProductsPerTask / Math.Max(products, 1)), (first, end) =>
        {
            using var source = new Scratch<T>(band.ChannelStride + Vector512<T>.Count);
            using var sums = new Scratch<T>(results * padded * Vector512<T>.Count);
            fixed (long* where = offsets)
            {
                for (long channel = first; channel < end; channel++)
                {
                    long group = channel / g.LargePerGroup;
                    new Span<T>(sums.Pointer, checked((int)sums.Count)).Clear();
                    for (long image = 0; image < g.Batch; image++)
                    {
                        T* plane = large + (image * g.LargeChannels + channel) * g.LargePixels;
                        band.Fill(plane, 1, 0, 0, g.Depth.Large, g.Vertical.Large, g.Horizontal.Large, source.Pointer);
                        for (long result = 0; result < results; result++)
                        {
                            T* gradient = small + (image * g.SmallChannels + group * results + result) * g.SmallPixels;
                            AddPlane(g, band, source.Pointer, where, padded, gradient, sums.Pointer + result * padded * Vector512<T>.Count);
                        }
                    }

                    for (long result = 0; result < results; result++)
                    {
                        T* target = weight + ((group * results + result) * g.LargePerGroup + channel % g.LargePerGroup) * g.KernelPixels;
                        for (long tap = 0; tap < g.KernelPixels; tap++)
                        {
                            target[tap] = Vector512.Sum(Vector512.Load(sums.Pointer + (result * padded + tap) * Vector512<T>.Count));
                        }
                    }
                }
            }
        });
    }

    private static void AddPlane(ConvolutionGeometry g, ConvolutionBand<T> band, T* source, long* offsets, int taps, T* small, T* sums)
    {
        for (long plane = 0; plane < g.Depth.Small; plane++)
        {
            T* from = source + plane * g.Depth.Stride * band.PlaneStride;
            for (int tap = 0; tap < taps; tap += Together)
            {
                AddLines(
                    from, g.Vertical.Stride * band.LineStride, offsets + tap, small + plane * g.Vertical.Small * g.Horizontal.Small, g.Vertical.Small, g.Horizontal.Small, sums + tap * Vector512<T>.Count);
            }
        }
    }

    /// <summary>Adds the products of the lines with <see cref="Together"/> shifts. The rest of a line is made up with zeros on both sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddLines(T* source, long sourceLine, long* offsets, T* small, long lines, long width, T* sums)
    {
        int lanes = Vector512<T>.Count, rest = (int)(width % lanes);
        Vector512<T> mask = Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(rest)));
        T* last = stackalloc T[lanes];
        Vector512<T>.Zero.Store(last);
        Vector512<T> a = Vector512.Load(sums), b = Vector512.Load(sums + lanes), c = Vector512.Load(sums + 2 * lanes);
        Vector512<T> d = Vector512.Load(sums + 3 * lanes), e = Vector512.Load(sums + 4 * lanes);
        T* sa = source + offsets[0], sb = source + offsets[1], sc = source + offsets[2], sd = source + offsets[3], se = source + offsets[4];
        for (long line = 0; line < lines; line++)
        {
            long i = 0;
            for (; i + lanes <= width; i += lanes)
            {
                Vector512<T> grad = Vector512.Load(small + i);
                a = Multiply(Vector512.Load(sa + i), grad, a);
                b = Multiply(Vector512.Load(sb + i), grad, b);
                c = Multiply(Vector512.Load(sc + i), grad, c);
                d = Multiply(Vector512.Load(sd + i), grad, d);
                e = Multiply(Vector512.Load(se + i), grad, e);
            }

            if (rest > 0)
            {
                for (int r = 0; r < rest; r++)
                {
                    last[r] = small[i + r];
                }

                Vector512<T> grad = Vector512.Load(last);
                a = Multiply(Vector512.Load(sa + i) & mask, grad, a);
                b = Multiply(Vector512.Load(sb + i) & mask, grad, b);
                c = Multiply(Vector512.Load(sc + i) & mask, grad, c);
                d = Multiply(Vector512.Load(sd + i) & mask, grad, d);
                e = Multiply(Vector512.Load(se + i) & mask, grad, e);
            }

            small += width;
            sa += sourceLine;
            sb += sourceLine;
            sc += sourceLine;
            sd += sourceLine;
            se += sourceLine;
        }

        a.Store(sums);
        b.Store(sums + lanes);
        c.Store(sums + 2 * lanes);
        d.Store(sums + 3 * lanes);
        e.Store(sums + 4 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), sum.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), sum.AsDouble()).As<double, T>();
}
