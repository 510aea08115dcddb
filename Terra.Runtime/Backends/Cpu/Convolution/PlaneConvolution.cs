using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Convolution, and its data gradient, with few channels in a group, such as a depthwise one: each plane of the result is a sum of shifted copies of padded source
/// planes, and vectors run over its pixels. Each number is its bias plus one chain of fused multiply-adds over (source channel, tap).
/// </summary>
internal sealed unsafe class PlaneConvolution<T>
    where T : unmanaged, INumber<T>
{
    private const long PixelsPerRegion = 1 << 14;
    private const long ProductsPerTask = 1 << 18;

    /// <summary>As many products as fit into the time that a plane takes beside them.</summary>
    private const long ProductsOfPlane = 1 << 12;

    private const long FewProducts = 9;
    private const long LeastPixels = 256;

    private readonly PhaseCombination[] _phases;
    private readonly ConvolutionRegion[] _regions;
    private readonly bool _toLarge;
    private readonly ConvolutionGeometry _g;

    private PlaneConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_g, _toLarge) = (g, toLarge);
        _phases = PhaseCombination.Of(g, toLarge);
        _regions = ConvolutionRegion.Cut(1, Size(g.Depth), Size(g.Vertical), Size(g.Horizontal), PixelsPerRegion);
    }

    /// <summary>
    /// Whether there are either too few results in a group to fill vectors of them, or planes of many pixels with too few products each to be worth turning them around; and
    /// the convolution is not a single matrix product.
    /// </summary>
    public static bool Pays(ConvolutionGeometry g, bool toLarge)
    {
        (long channels, long results) = toLarge ? (g.SmallPerGroup, g.LargePerGroup) : (g.LargePerGroup, g.SmallPerGroup);
        bool few = channels * g.KernelPixels <= FewProducts && (g.Groups > 1 || (toLarge ? g.LargePixels : g.SmallPixels) >= LeastPixels);
        return (g.Groups > 1 || !g.IsPixelwise) && channels > 0 && (results * 2 < TapKernels<T>.Lanes || few);
    }

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge, Epilogue? epilogue)
    {
        var convolution = new PlaneConvolution<T>(g, toLarge);
        long pixels = toLarge ? g.LargePixels : g.SmallPixels, planes = g.Batch * (toLarge ? g.LargeChannels : g.SmallChannels), regions = convolution._regions.Length;
        long products = (toLarge ? g.SmallPerGroup : g.LargePerGroup) * g.KernelPixels * pixels + ProductsOfPlane;
        WorkerPool.Shared.For(planes * regions, Math.Max(1, ProductsPerTask * regions / products), (first, end) =>
        {
            for (long i = first; i < end;)
            {
                long region = i / planes, last = Math.Min(end, (region + 1) * planes);
                convolution.Planes(convolution._regions[region], from, weight, bias, to, i % planes, i % planes + last - i, epilogue);
                i = last;
            }
        });
    }

    private long Size(ConvolutionAxis axis) => _toLarge ? axis.Large : axis.Small;

    private void Planes(ConvolutionRegion r, T* from, T* weight, T* bias, T* to, long first, long end, Epilogue? epilogue)
    {
        var band = new ConvolutionBand<T>(
            1,
            Reach(phase => phase.Depth, r.Plane, r.Plane + r.Planes),
            Reach(phase => phase.Vertical, r.Line, r.Line + r.Lines),
            Reach(phase => phase.Horizontal, 0, r.Width),
            _phases[0].Horizontal.Axis.Step);
        using var source = new Scratch<T>(band.ChannelStride + Vector512<T>.Count);
        Vector512<T>.Zero.Store(source.Pointer + band.ChannelStride);
        PhaseLines[] phases = Array.ConvertAll(_phases, phase => new PhaseLines(phase, r, band));
        long results = _toLarge ? _g.LargeChannels : _g.SmallChannels, perGroup = results / _g.Groups, sources = _toLarge ? _g.SmallPerGroup : _g.LargePerGroup;
        using var sums = new Scratch<T>(phases.Sum(phase => phase.Count));
        T* taps = stackalloc T[(int)_g.KernelPixels];
        (long Image, long Channel) filled = (-1, -1);
        for (long plane = first; plane < end; plane++)
        {
            long image = plane / results, result = plane % results, group = result / perGroup;
            for (long s = 0; s < sources; s++)
            {
                long channel = group * sources + s;
                if (filled != (image, channel))
                {
                    filled = (image, channel);
                    FillFrom(band, from, image, channel, source.Pointer);
                }

                T* filter = weight + (_toLarge ? channel * perGroup + result % perGroup : result * sources + s) * _g.KernelPixels;
                T* at = sums.Pointer;
                foreach (PhaseLines phase in phases)
                {
                    phase.Add(source.Pointer, filter, taps, s > 0 ? null : bias == null ? T.Zero : bias[result], at);
                    at += phase.Count;
                }
            }

            T* done = sums.Pointer, target = to + plane * (_toLarge ? _g.LargePixels : _g.SmallPixels);
            foreach (PhaseLines phase in phases)
            {
                phase.Write(done, target, Size(_g.Vertical), Size(_g.Horizontal));
                done += phase.Count;
            }

            epilogue?.Finish(target + (r.Plane * Size(_g.Vertical) + r.Line) * r.Width, r.Pixels);
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
    /// A phase's pixels in a region. Lines that follow each other in the band are summed as one long one, with what is between them computed in vain; else each line is
    /// by itself.
    /// </summary>
    private sealed class PhaseLines
    {
        private readonly PhaseCombination _phase;
        private readonly ConvolutionBand<T> _band;
        private readonly long[] _offsets;
        private readonly (long From, long To) _planes;
        private readonly (long From, long To) _lines;
        private readonly bool _together;

        public PhaseLines(PhaseCombination phase, ConvolutionRegion r, ConvolutionBand<T> band)
        {
            (_phase, _band, _offsets) = (phase, band, phase.Offsets(band));
            _planes = phase.Depth.Within(r.Plane, r.Plane + r.Planes);
            _lines = phase.Vertical.Within(r.Line, r.Line + r.Lines);
            _together = phase.Vertical.Axis.Step == 1;
            LineStride = _together ? band.LineStride : (Width + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        }

        /// <summary>Elements of its sums, with room for what a vector computes too much.</summary>
        public long Count => Math.Max(0, _planes.To - _planes.From) * PlaneStride;

        private long Width => _phase.Horizontal.Axis.Positions;

        private long Lines => Math.Max(0, _lines.To - _lines.From);

        private long LineStride { get; }

        private long PlaneStride => Lines * LineStride + Vector512<T>.Count;

        /// <summary>Adds a source plane's products to the sums, or where <paramref name="initial"/> is given begins with that.</summary>
        public void Add(T* source, T* filter, T* taps, T? initial, T* sums)
        {
            if (Lines == 0 || Width == 0)
            {
                return;
            }

            for (int t = 0; t < _offsets.Length; t++)
            {
                taps[t] = filter[_phase.Taps[t].KernelIndex];
            }

            long lineStep = _phase.Vertical.Axis.Step * _band.LineStride;
            fixed (long* offsets = _offsets)
            {
                for (long plane = _planes.From; plane < _planes.To; plane++, sums += PlaneStride)
                {
                    T* at = source + plane * _phase.Depth.Axis.Step * _band.PlaneStride + _lines.From * lineStep;
                    if (_together)
                    {
                        Sum(at, offsets, taps, _offsets.Length, initial, sums, (Lines - 1) * LineStride + Width);
                        continue;
                    }

                    for (long line = 0; line < Lines; line++)
                    {
                        Sum(at + line * lineStep, offsets, taps, _offsets.Length, initial, sums + line * LineStride, Width);
                    }
                }
            }
        }

        /// <summary>Writes the sums to their places in a plane, or volume, of the result.</summary>
        public void Write(T* sums, T* target, long height, long width)
        {
            for (long plane = _planes.From; plane < _planes.To; plane++, sums += PlaneStride)
            {
                long line = (_phase.Depth.First + plane * _phase.Depth.Stride) * height + _phase.Vertical.First + _lines.From * _phase.Vertical.Stride;
                WriteLines(sums, LineStride, target + line * width + _phase.Horizontal.First, _phase.Vertical.Stride * width, _phase.Horizontal.Stride, Lines, Width);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void WriteLines(T* sums, long sumLine, T* result, long resultLine, long step, long lines, long width)
        {
            for (long line = 0; line < lines; line++, result += resultLine, sums += sumLine)
            {
                long i = 0;
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
}
