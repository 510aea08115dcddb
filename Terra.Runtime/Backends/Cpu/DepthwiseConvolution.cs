using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Convolution with one input channel a group, and its data gradient: each result plane is a sum of shifted copies of a padded source plane. Each number is
/// its bias plus one chain of fused multiply-adds over (result of the group in the gradient, tap).
/// </summary>
internal sealed unsafe class DepthwiseConvolution<T>
    where T : unmanaged, INumber<T>
{
    private const long PixelsPerRegion = 1 << 14;
    private const long PixelsPerTask = 1 << 15;

    private readonly PhaseCombination[] _phases;
    private readonly ConvolutionRegion[] _regions;
    private readonly bool _toLarge;
    private readonly ConvolutionGeometry _g;

    private DepthwiseConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_g, _toLarge) = (g, toLarge);
        _phases = PhaseCombination.Of(g, toLarge);
        _regions = ConvolutionRegion.Cut(1, Size(g.Depth), Size(g.Vertical), Size(g.Horizontal), PixelsPerRegion);
    }

    /// <summary>Whether this is a convolution it computes.</summary>
    public static bool Applies(ConvolutionGeometry g) => g.LargePerGroup == 1 && g.Groups > 1;

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge)
    {
        var convolution = new DepthwiseConvolution<T>(g, toLarge);
        long pixels = toLarge ? g.LargePixels : g.SmallPixels, planes = g.Batch * (toLarge ? g.LargeChannels : g.SmallChannels), regions = convolution._regions.Length;
        WorkerPool.Shared.For(planes * regions, Math.Max(1, PixelsPerTask * regions / Math.Max(pixels, 1)), (first, end) =>
        {
            for (long i = first; i < end;)
            {
                long region = i / planes, last = Math.Min(end, (region + 1) * planes);
                convolution.Planes(convolution._regions[region], from, weight, bias, to, i % planes, i % planes + last - i);
                i = last;
            }
        });
    }

    private long Size(ConvolutionAxis axis) => _toLarge ? axis.Large : axis.Small;

    private void Planes(ConvolutionRegion r, T* from, T* weight, T* bias, T* to, long first, long end)
    {
        var band = new ConvolutionBand<T>(
            1,
            Reach(phase => phase.Depth, r.Plane, r.Plane + r.Planes),
            Reach(phase => phase.Vertical, r.Line, r.Line + r.Lines),
            Reach(phase => phase.Horizontal, 0, r.Width),
            _phases[0].Horizontal.Axis.Step);
        using var source = new Scratch<T>(band.ChannelStride + Vector512<T>.Count);
        Vector512<T>.Zero.Store(source.Pointer + band.ChannelStride);
        long[][] offsets = Array.ConvertAll(_phases, phase => phase.Offsets(band));
        long perLine = Math.Max(r.Width, band.LineStride), sources = _toLarge ? _g.SmallPerGroup : 1;
        using var sums = new Scratch<T>((r.Planes * r.Lines + 1) * perLine + Vector512<T>.Count);
        T* taps = stackalloc T[(int)_g.KernelPixels];
        for (long plane = first; plane < end; plane++)
        {
            long results = _toLarge ? _g.LargeChannels : _g.SmallChannels, image = plane / results, channel = plane % results;
            for (long s = 0; s < sources; s++)
            {
                long sourceChannel = _toLarge ? channel * sources + s : channel / _g.SmallPerGroup, filter = _toLarge ? sourceChannel : channel;
                FillFrom(band, from, image, sourceChannel, source.Pointer);
                T* target = to + plane * (_toLarge ? _g.LargePixels : _g.SmallPixels);
                for (int i = 0; i < _phases.Length; i++)
                {
                    for (int t = 0; t < _phases[i].Taps.Length; t++)
                    {
                        taps[t] = weight[filter * _g.KernelPixels + _phases[i].Taps[t].KernelIndex];
                    }

                    Phase(_phases[i], r, band, source.Pointer, offsets[i], taps, s == 0 ? (bias == null ? T.Zero : bias[channel]) : null, target, sums.Pointer);
                }
            }
        }
    }

    private (long From, long To) Reach(Func<PhaseCombination, ConvolutionPhase> axis, long from, long to) =>
        ConvolutionPhase.Reach(Array.ConvertAll(_phases, phase => axis(phase)), from, to);

    private void FillFrom(ConvolutionBand<T> band, T* from, long image, long channel, T* source)
    {
        (long channels, long pixels) = _toLarge ? (_g.SmallChannels, _g.SmallPixels) : (_g.LargeChannels, _g.LargePixels);
        PhaseCombination phase = _phases[0];
        band.Fill(
            from + (image * channels + channel) * pixels, 1, pixels, 0, phase.Depth.Axis.SourceSize, phase.Vertical.Axis.SourceSize, phase.Horizontal.Axis.SourceSize, source);
    }

    /// <summary>
    /// A phase's pixels, plane by plane. Lines that follow each other in the band are taken as one long one, with what is between them computed in vain.
    /// <paramref name="initial"/> is null where the target's values are to be added to.
    /// </summary>
    private void Phase(
        PhaseCombination phase, ConvolutionRegion r, ConvolutionBand<T> band, T* source, long[] offsets, T* taps, T? initial, T* target, T* sums)
    {
        (long firstPlane, long lastPlane) = phase.Depth.Within(r.Plane, r.Plane + r.Planes);
        (long firstLine, long lastLine) = phase.Vertical.Within(r.Line, r.Line + r.Lines);
        long width = phase.Horizontal.Axis.Positions, lines = lastLine - firstLine, step = phase.Horizontal.Stride;
        bool together = phase.Vertical.Axis.Step == 1;
        if (lines <= 0 || width <= 0)
        {
            return;
        }

        for (long plane = firstPlane; plane < lastPlane; plane++)
        {
            T* at = source + plane * phase.Depth.Axis.Step * band.PlaneStride + firstLine * phase.Vertical.Axis.Step * band.LineStride;
            T* resultPlane = target + (phase.Depth.First + plane * phase.Depth.Stride) * Size(_g.Vertical) * Size(_g.Horizontal);
            for (long line = 0; line < lines; line += together ? lines : 1)
            {
                long count = together ? lines : 1;
                T* result = resultPlane + (phase.Vertical.First + (firstLine + line) * phase.Vertical.Stride) * Size(_g.Horizontal) + phase.Horizontal.First;
                if (initial is null)
                {
                    Lines<Taken>(result, phase.Vertical.Stride * Size(_g.Horizontal), step, sums, band.LineStride, count, width);
                }

                fixed (long* where = offsets)
                {
                    Sum(at + line * phase.Vertical.Axis.Step * band.LineStride, where, taps, offsets.Length, initial, sums, (count - 1) * band.LineStride + width);
                }

                Lines<Given>(result, phase.Vertical.Stride * Size(_g.Horizontal), step, sums, band.LineStride, count, width);
            }
        }
    }

    private interface IDirection;

    private readonly struct Given : IDirection;

    private readonly struct Taken : IDirection;

    /// <summary>Copies lines of sums to the result, or (<see cref="Taken"/>) back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lines<TDirection>(T* result, long resultLine, long step, T* sums, long sumLine, long count, long width)
        where TDirection : struct, IDirection
    {
        for (long line = 0; line < count; line++, result += resultLine, sums += sumLine)
        {
            long i = 0;
            if (typeof(TDirection) == typeof(Taken))
            {
                for (; i < width; i++)
                {
                    sums[i] = result[i * step];
                }

                continue;
            }

            for (; step == 1 && i + Vector256<T>.Count <= width; i += Vector256<T>.Count)
            {
                Vector256.Load(sums + i).Store(result + i);
            }

            for (; i < width; i++)
            {
                result[i * step] = sums[i];
            }
        }
    }

    /// <summary>sums[i] = initial (or sums[i]) + the sum over t of source[offsets[t] + i] * taps[t]; computes up to a vector more than asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(T* source, long* offsets, T* taps, int count, T? initial, T* sums, long length)
    {
        int lanes = Vector512<T>.Count;
        long i = 0;
        Vector512<T> start = Vector512.Create(initial ?? default);
        for (; i + 4 * lanes <= length; i += 4 * lanes)
        {
            Vector512<T> a = start, b = start, c = start, d = start;
            if (initial is null)
            {
                (a, b, c, d) = (Vector512.Load(sums + i), Vector512.Load(sums + i + lanes), Vector512.Load(sums + i + 2 * lanes), Vector512.Load(sums + i + 3 * lanes));
            }

            for (int t = 0; t < count; t++)
            {
                T* at = source + offsets[t] + i;
                Vector512<T> tap = Vector512.Create(taps[t]);
                a = Multiply(Vector512.Load(at), tap, a);
                b = Multiply(Vector512.Load(at + lanes), tap, b);
                c = Multiply(Vector512.Load(at + 2 * lanes), tap, c);
                d = Multiply(Vector512.Load(at + 3 * lanes), tap, d);
            }

            a.Store(sums + i);
            b.Store(sums + i + lanes);
            c.Store(sums + i + 2 * lanes);
            d.Store(sums + i + 3 * lanes);
        }

        for (; i < length; i += lanes)
        {
            Vector512<T> a = initial is null ? Vector512.Load(sums + i) : start;
            for (int t = 0; t < count; t++)
            {
                a = Multiply(Vector512.Load(source + offsets[t] + i), Vector512.Create(taps[t]), a);
            }

            a.Store(sums + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), sum.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), sum.AsDouble()).As<double, T>();
}
