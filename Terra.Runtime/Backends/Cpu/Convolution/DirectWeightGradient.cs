using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A convolution's weight gradient without patches: weight[o, c, tap] = sum over pixels of small[n, o, pixel] * large[n, c, where the tap takes the pixel]. The pixels
/// are cut into parts, by the sizes alone; each part's sums are chains of fused multiply-adds over its pixels in order, and the parts are added in order. So the
/// result depends on the sizes and nothing else.
/// </summary>
internal sealed unsafe class DirectWeightGradient<T>
    where T : unmanaged, INumber<T>
{
    private const long PixelsPerRegion = 1024;
    private const long PixelsPerPart = 1536;
    private const long MostParts = 16;
    private const long ManyPixels = 4096;
    private const long CacheBytes = 1 << 20;
    private const long PartBytes = 1 << 25;
    private const long ParallelWork = 1 << 18;

    private readonly ConvolutionGeometry _g;
    private readonly long _channels;
    private readonly long _results;
    private readonly long _packedResults;
    private readonly long _blocks;
    private readonly long _parts;
    private readonly ConvolutionRegion[] _regions;
    private readonly ConvolutionPhase _depth;
    private readonly ConvolutionPhase _vertical;
    private readonly ConvolutionPhase _horizontal;

    private DirectWeightGradient(ConvolutionGeometry g)
    {
        _g = g;
        (_channels, _results) = (g.LargePerGroup, g.SmallPerGroup);
        int lanes = TapKernels<T>.Lanes;
        _packedResults = (_results + lanes - 1) / lanes * lanes;
        _blocks = (_results + BlockWidth - 1) / BlockWidth;
        (_depth, _vertical, _horizontal) = (ConvolutionPhase.ToSmall(g.Depth)[0], ConvolutionPhase.ToSmall(g.Vertical)[0], ConvolutionPhase.ToSmall(g.Horizontal)[0]);
        long perPixel = sizeof(T) * (_packedResults + _channels * g.LargePixels / Math.Max(g.SmallPixels, 1));
        _regions = ConvolutionRegion.Cut(
            g.Batch, g.Depth.Small, g.Vertical.Small, g.Horizontal.Small, Math.Clamp(CacheBytes / Math.Max(perPixel, 1), 64, PixelsPerRegion));
        long affordable = Math.Clamp(PartBytes / Math.Max(1, PartElements * sizeof(T)), 1, MostParts);
        _parts = Math.Clamp(g.Batch * g.SmallPixels / PixelsPerPart, 1, Math.Clamp(_regions.Length, 1, affordable));
    }

    private static int BlockWidth => TapKernels<T>.MaxVectors * TapKernels<T>.Lanes;

    private long PartElements => _packedResults * _channels * _g.KernelPixels;

    /// <summary>
    /// Whether the small image has enough channels to fill vectors with, and there are kernel taps that make a padded copy worth while, or pixels enough for threads to
    /// share.
    /// </summary>
    public static bool Pays(ConvolutionGeometry g) =>
        (g.KernelPixels > 1 || (g.IsPixelwise && g.Batch * g.SmallPixels >= ManyPixels)) && g.SmallPerGroup * 2 >= TapKernels<T>.Lanes;

    /// <summary>The gradient of all groups, from row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* large, T* small, T* weight)
    {
        var gradient = new DirectWeightGradient<T>(g);
        for (long group = 0; group < g.Groups; group++)
        {
            gradient.Run(
                large + group * gradient._channels * g.LargePixels,
                small + group * gradient._results * g.SmallPixels,
                weight + group * gradient._results * gradient._channels * g.KernelPixels);
        }
    }

    private int VectorsOf(long block) => (int)(Math.Min(_packedResults - block * BlockWidth, BlockWidth) / TapKernels<T>.Lanes);

    private long ResultsOf(long block) => Math.Min(_results - block * BlockWidth, BlockWidth);

    private void Run(T* large, T* small, T* weight)
    {
        bool parallel = (double)_g.Batch * _g.SmallPixels * PartElements >= ParallelWork;
        long wanted = parallel ? 2 * WorkerPool.Shared.NumThreads : 1, shares = Math.Clamp((wanted + _parts - 1) / _parts, 1, _blocks);
        using Scratch<T> sums = Scratch<T>.Zeroed(_parts * PartElements);
        void Parts(long first, long end)
        {
            for (long task = first; task < end; task++)
            {
                long part = task / shares, share = task % shares;
                Part(large, small, sums.Pointer + part * PartElements, part, share * _blocks / shares, (share + 1) * _blocks / shares);
            }
        }

        void Blocks(long first, long end)
        {
            for (long block = first; block < end; block++)
            {
                Finish(sums.Pointer, block, weight);
            }
        }

        if (parallel)
        {
            WorkerPool.Shared.For(_parts * shares, 1, Parts);
            WorkerPool.Shared.For(_blocks, 1, Blocks);
        }
        else
        {
            Parts(0, _parts * shares);
            Blocks(0, _blocks);
        }
    }

    private void Part(T* large, T* small, T* sums, long part, long firstBlock, long lastBlock)
    {
        long width = Math.Min(_packedResults - firstBlock * BlockWidth, (lastBlock - firstBlock) * BlockWidth);
        for (long i = part * _regions.Length / _parts; i < (part + 1) * _regions.Length / _parts; i++)
        {
            ConvolutionRegion r = _regions[i];
            var band = new ConvolutionBand<T>(
                r.Images,
                ConvolutionPhase.Reach([_depth], r.Plane, r.Plane + r.Planes),
                ConvolutionPhase.Reach([_vertical], r.Line, r.Line + r.Lines),
                ConvolutionPhase.Reach([_horizontal], 0, r.Width),
                1);
            using var source = new Scratch<T>(_channels * band.ChannelStride);
            using var turned = new Scratch<T>(r.Pixels * width);
            using var offsets = new Scratch<nint>(r.Pixels);
            band.Fill(
                large + r.Image * _g.LargeElements, _channels, _g.LargePixels, _g.LargeElements, _g.Depth.Large, _g.Vertical.Large, _g.Horizontal.Large, source.Pointer);
            Turn(small, r, firstBlock, lastBlock, turned.Pointer);
            Locate(band, r, offsets.Pointer);
            for (long block = firstBlock; block < lastBlock; block++)
            {
                T* b = turned.Pointer + (block - firstBlock) * BlockWidth * r.Pixels;
                T* c = sums + block * BlockWidth * _channels * _g.KernelPixels;
                Block(band, source.Pointer, offsets.Pointer, r.Pixels, b, c, VectorsOf(block));
            }
        }
    }

    /// <summary>The region's small image as [block of channels, pixel, channel in block].</summary>
    private void Turn(T* small, ConvolutionRegion r, long firstBlock, long lastBlock, T* turned)
    {
        long perImage = r.Pixels / r.Images, start = (r.Plane * _g.Vertical.Small + r.Line) * r.Width;
        for (long block = firstBlock; block < lastBlock; block++)
        {
            long width = VectorsOf(block) * TapKernels<T>.Lanes, results = ResultsOf(block);
            T* to = turned + (block - firstBlock) * BlockWidth * r.Pixels;
            if (results < width)
            {
                new Span<T>(to, checked((int)(r.Pixels * width))).Clear();
            }

            for (long image = 0; image < r.Images; image++)
            {
                T* from = small + (r.Image + image) * _g.SmallElements + block * BlockWidth * _g.SmallPixels + start;
                MatrixTranspose.Run(from, _g.SmallPixels, results, perImage, to + image * perImage * width, width);
            }
        }
    }

    /// <summary>Where the band has what the first tap takes each pixel to, from where it takes the region's first pixel, in bytes.</summary>
    private void Locate(ConvolutionBand<T> band, ConvolutionRegion r, nint* offsets)
    {
        for (long image = 0; image < r.Images; image++)
        {
            for (long plane = 0; plane < r.Planes; plane++)
            {
                for (long line = 0; line < r.Lines; line++)
                {
                    long at = image * band.ImageStride + plane * _g.Depth.Stride * band.PlaneStride + line * _g.Vertical.Stride * band.LineStride;
                    for (long pixel = 0; pixel < r.Width; pixel++)
                    {
                        *offsets++ = (nint)((at + pixel * _g.Horizontal.Stride) * sizeof(T));
                    }
                }
            }
        }
    }

    /// <summary>
    /// Adds a region's products to the sums of a block, [channel, tap, result]. The rows of a tile are taps along a line, and segments are channels, or with few
    /// channels lines of the kernel.
    /// </summary>
    private void Block(ConvolutionBand<T> band, T* source, nint* offsets, long pixels, T* b, T* c, int vectors)
    {
        long kernelLines = _g.Vertical.Kernel, kernelWidth = _g.Horizontal.Kernel, most = TapKernels<T>.MaxRows(vectors), width = vectors * TapKernels<T>.Lanes;
        long parts = (kernelWidth + most - 1) / most, room = Math.Max(1, most / kernelWidth);
        bool acrossLines = _channels < room && kernelLines > 1;
        long channelStep = acrossLines ? 1 : room, lineStep = acrossLines ? room : 1;
        nint sourceSegment = (nint)((acrossLines ? _g.Vertical.Dilation * band.LineStride : band.ChannelStride) * sizeof(T));
        nint row = (nint)(width * sizeof(T)), segment = (nint)((acrossLines ? kernelWidth : _g.KernelPixels) * width * sizeof(T));
        for (long channel = 0; channel < _channels; channel += channelStep)
        {
            for (long plane = 0; plane < _g.Depth.Kernel; plane++)
            {
                for (long line = 0; line < kernelLines; line += lineStep)
                {
                    for (long part = 0; part < parts; part++)
                    {
                        long at = part * kernelWidth / parts, length = (part + 1) * kernelWidth / parts - at;
                        long segments = acrossLines ? Math.Min(lineStep, kernelLines - line) : Math.Min(channelStep, _channels - channel);
                        T* a = source + channel * band.ChannelStride
                            + plane * _g.Depth.Dilation * band.PlaneStride + line * _g.Vertical.Dilation * band.LineStride + at * _g.Horizontal.Dilation;
                        byte* to = (byte*)(c + (channel * _g.KernelPixels + (plane * kernelLines + line) * kernelWidth + at) * width);
                        TapKernels<T>.Get((int)segments, (int)length, (int)_g.Horizontal.Dilation, vectors)(
                            (byte*)a, sourceSegment, offsets, (nint)pixels, (byte*)b, to, row, segment, to, row, segment, (byte*)b, 0);
                    }
                }
            }
        }
    }

    /// <summary>Adds the parts of a block in order and turns [channel, tap, result] to [result, channel, tap].</summary>
    private void Finish(T* sums, long block, T* weight)
    {
        long columns = _channels * _g.KernelPixels, width = VectorsOf(block) * TapKernels<T>.Lanes;
        T* total = sums + block * BlockWidth * columns;
        for (long part = 1; part < _parts; part++)
        {
            AddTo(total, total + part * PartElements, columns * width);
        }

        MatrixTranspose.Run(total, width, columns, ResultsOf(block), weight + block * BlockWidth * columns, columns);
    }

    /// <summary>The count is a multiple of the lanes of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTo(T* to, T* from, long count)
    {
        for (long i = 0; i < count; i += Vector128<T>.Count)
        {
            (Vector128.Load(to + i) + Vector128.Load(from + i)).Store(to + i);
        }
    }
}
