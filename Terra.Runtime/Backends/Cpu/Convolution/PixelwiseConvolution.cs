using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A convolution whose result pixels depend on the same pixel of the source alone (1 by 1, without stride), or its data gradient: a product with each group's weight,
/// or its transpose. Large images are read and written where they lie; of small ones the pixels of several are put side by side, in cache-sized copies. Each
/// number is its bias plus one chain of fused multiply-adds over the channels, whatever the tiles and threads.
/// </summary>
internal sealed unsafe class PixelwiseConvolution<T>
    where T : unmanaged
{
    /// <summary>Images whose channels are closer than this are copied.</summary>
    private const long FarBytes = 2048;

    /// <summary>Depths between two visits of a tile: as many of a panel, and of a row tile's weights, stay in the first-level cache.</summary>
    private const long DepthBlock = 64;
    private const long CopiedDepthBlock = 512;

    /// <summary>Vectors across a panel: few, so that rows are many and images are read seldom.</summary>
    private const int PanelVectors = 2;

    /// <summary>Panels of pixels that a row tile meets one after another, so that it writes long lines.</summary>
    private const long PanelsPerChunk = 9;
    private const long CopiedPanelsPerChunk = 4;

    /// <summary>Channels between asking for memory and copying it.</summary>
    private const long ChannelsAhead = 12;
    private const long PartsPerThread = 4;
    private const double ParallelWork = 1 << 18;
    private const long ElementsPerTask = 1 << 16;

    private readonly long _images;
    private readonly long _pixels;
    private readonly long _groups;
    private readonly long _channels;
    private readonly long _results;
    private readonly bool _turned;
    private readonly bool _copy;
    private readonly long _vectors;
    private readonly long _panels;
    private readonly long _chunks;
    private readonly long _tiles;
    private readonly long _shares;
    private readonly bool _parallel;

    private PixelwiseConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_groups, _turned, _pixels) = (g.Groups, toLarge, g.SmallPixels);
        (_channels, _results) = toLarge ? (g.SmallPerGroup, g.LargePerGroup) : (g.LargePerGroup, g.SmallPerGroup);
        _copy = _pixels * sizeof(T) < FarBytes || _pixels % Lanes != 0;
        _images = g.Batch;
        long columns = _copy ? _images * _pixels : _pixels, places = _groups * (_copy ? 1 : _images);
        _vectors = CeilDiv(columns, Lanes);
        _panels = CeilDiv(_vectors, PanelVectors);
        _tiles = CeilDiv(_results, TileRows);
        _parallel = (double)_groups * _images * _pixels * _results * _channels >= ParallelWork && WorkerPool.Shared.NumThreads > 1;
        long wanted = _parallel ? CeilDiv(PartsPerThread * WorkerPool.Shared.NumThreads, Math.Max(places, 1)) : 1;
        long fewest = CeilDiv(_panels, _copy ? CopiedPanelsPerChunk : PanelsPerChunk);
        _chunks = _copy ? fewest : Math.Min(Math.Max(fewest, wanted), _panels);
        _shares = Math.Clamp(CeilDiv(wanted, Math.Max(_chunks, 1)), 1, Math.Max(_tiles, 1));
    }

    private static int Lanes => PixelKernels<T>.Lanes;

    private static int TileRows => PixelKernels<T>.MaxRows(PanelVectors);

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge)
    {
        var convolution = new PixelwiseConvolution<T>(g, toLarge);
        if (convolution._panels * convolution._tiles == 0)
        {
            return;
        }

        using var packed = new Scratch<T>(convolution._groups * convolution._results * convolution._channels);
        using Scratch<T> zeros = Scratch<T>.Zeroed(bias == null ? convolution._groups * convolution._results : 0);
        convolution.Pack(weight, packed.Pointer);
        convolution.Run(from, packed.Pointer, bias == null ? zeros.Pointer : bias, to);
    }

    private static long CeilDiv(long a, long b) => (a + b - 1) / b;

    /// <summary>A tile's first row: tiles are as equal as they can be.</summary>
    private long TileStart(long tile) => tile * _results / _tiles;

    /// <summary>A panel's first vector: panels are as equal as they can be.</summary>
    private long PanelStart(long panel) => panel * _vectors / _panels;

    private void Each(long count, long grain, Action<long, long> body)
    {
        if (_parallel)
        {
            WorkerPool.Shared.For(count, grain, body);
        }
        else
        {
            body(0, count);
        }
    }

    /// <summary>The weights as [group, tile, channel, row of the tile].</summary>
    private void Pack(T* weight, T* packed) => Each(_groups * _tiles, Math.Max(1, ElementsPerTask / Math.Max(1, TileRows * _channels)), (from, to) =>
    {
        for (long i = from; i < to; i++)
        {
            long group = i / _tiles, row = TileStart(i % _tiles), rows = TileStart(i % _tiles + 1) - row;
            T* source = weight + group * _results * _channels, target = packed + (group * _results + row) * _channels;
            if (_turned)
            {
                CopyLines(source + row, _results, _channels, rows, target, rows);
            }
            else
            {
                MatrixTranspose.Run(source + row * _channels, _channels, rows, _channels, target, rows);
            }
        }
    });

    private void Run(T* from, T* packed, T* bias, T* to) => Each(_groups * (_copy ? 1 : _images) * _chunks * _shares, 1, (first, end) =>
    {
        long room = _copy ? (CeilDiv(_panels, _chunks) + 1) * PanelVectors * Lanes : 0;
        using var copy = new Scratch<T>(room * _channels);
        using var sums = new Scratch<T>(room * (CeilDiv(_tiles, _shares) + 1) * TileRows);
        using var offsets = new Scratch<nint>(_channels);
        for (long task = first; task < end; task++)
        {
            long chunk = task / _shares % _chunks, share = task % _shares, place = task / _shares / _chunks;
            (long group, long image) = _copy ? (place, 0) : (place / _images, place % _images);
            var part = new Part(chunk * _panels / _chunks, (chunk + 1) * _panels / _chunks, share * _tiles / _shares, (share + 1) * _tiles / _shares);
            T* source = from + (image * _groups + group) * _channels * _pixels, target = to + (image * _groups + group) * _results * _pixels;
            T* weights = packed + group * _results * _channels, biases = bias + group * _results;
            if (_copy)
            {
                Copied(part, source, weights, biases, target, copy.Pointer, sums.Pointer, offsets.Pointer);
            }
            else
            {
                SetOffsets(offsets.Pointer, _pixels);
                InPlace(part, source, weights, biases, target, offsets.Pointer);
            }
        }
    });

    /// <summary>Where the channels of a panel are.</summary>
    private void SetOffsets(nint* offsets, long stride)
    {
        for (long channel = 0; channel < _channels; channel++)
        {
            offsets[channel] = (nint)(channel * stride * sizeof(T));
        }
    }

    private void InPlace(Part part, T* source, T* weights, T* bias, T* target, nint* offsets)
    {
        for (long channel = 0; channel == 0 || channel < _channels; channel += DepthBlock)
        {
            nint depth = (nint)Math.Min(DepthBlock, _channels - channel);
            for (long tile = part.FirstTile; tile < part.LastTile; tile++)
            {
                long row = TileStart(tile);
                int rows = (int)(TileStart(tile + 1) - row);
                T* a = weights + row * _channels + channel * rows, c = target + row * _pixels;
                for (long panel = part.FirstPanel; panel < part.LastPanel; panel++)
                {
                    long at = PanelStart(panel);
                    PixelKernels<T>.Get(rows, (int)(PanelStart(panel + 1) - at), ahead: true)(
                        (byte*)a, (byte*)(source + at * Lanes), offsets + channel, depth, (byte*)(c + at * Lanes), (nint)(_pixels * sizeof(T)), channel > 0 ? null : (byte*)(bias + row));
                }
            }
        }
    }

    private void Copied(Part part, T* source, T* weights, T* bias, T* target, T* copy, T* sums, nint* offsets)
    {
        long first = PanelStart(part.FirstPanel), width = (PanelStart(part.LastPanel) - first) * Lanes, firstRow = TileStart(part.FirstTile);
        long pixel = first * Lanes, pixels = Math.Min(width, _images * _pixels - pixel);
        SetOffsets(offsets, width);
        EachRun(pixel, pixels, (at, image, start, count) =>
            CopyLines(source + image * _groups * _channels * _pixels + start, _pixels, _channels, count, copy + at, width));
        ClearLines(copy + pixels, _channels, width - pixels, width);
        for (long panel = part.FirstPanel; panel < part.LastPanel; panel++)
        {
            long at = (PanelStart(panel) - first) * Lanes;
            int vectors = (int)(PanelStart(panel + 1) - PanelStart(panel));
            for (long channel = 0; channel == 0 || channel < _channels; channel += CopiedDepthBlock)
            {
                nint depth = (nint)Math.Min(CopiedDepthBlock, _channels - channel);
                for (long tile = part.FirstTile; tile < part.LastTile; tile++)
                {
                    long row = TileStart(tile);
                    int rows = (int)(TileStart(tile + 1) - row);
                    PixelKernels<T>.Get(rows, vectors, ahead: false)(
                        (byte*)(weights + row * _channels + channel * rows),
                        (byte*)(copy + at),
                        offsets + channel,
                        depth,
                        (byte*)(sums + (row - firstRow) * width + at),
                        (nint)(width * sizeof(T)),
                        channel > 0 ? null : (byte*)(bias + row));
                }
            }
        }

        long results = TileStart(part.LastTile) - firstRow;
        EachRun(pixel, pixels, (at, image, start, count) =>
            CopyLines(sums + at, width, results, count, target + (image * _groups * _results + firstRow) * _pixels + start, _pixels));
    }

    /// <summary>Cuts pixels of all images, counted from <paramref name="first"/>, into runs (its place among them, image, pixel in the image, count) of one image each.</summary>
    private void EachRun(long first, long count, Action<long, long, long, long> body)
    {
        for (long at = 0; at < count;)
        {
            (long image, long pixel) = Math.DivRem(first + at, _pixels);
            long run = Math.Min(count - at, _pixels - pixel);
            body(at, image, pixel, run);
            at += run;
        }
    }

    /// <summary>Copies lines of so many elements. The last vector of a line overlaps the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyLines(T* from, long fromStride, long lines, long count, T* to, long toStride)
    {
        int wide = Vector512<T>.Count, half = Vector256<T>.Count, quarter = Vector128<T>.Count;
        for (long line = 0; line < lines; line++, from += fromStride, to += toStride)
        {
            long i = 0;
            if (Sse.IsSupported)
            {
                T* ahead = from + ChannelsAhead * fromStride, aheadTo = to + ChannelsAhead * toStride;
                for (; i < count; i += wide)
                {
                    Sse.Prefetch0(ahead + i);
                    Sse.Prefetch0(aheadTo + i);
                }

                i = 0;
            }

            if (count >= wide)
            {
                for (; i + wide <= count; i += wide)
                {
                    Vector512.Load(from + i).Store(to + i);
                }

                Vector512.Load(from + count - wide).Store(to + count - wide);
            }
            else if (count >= half)
            {
                Vector256.Load(from).Store(to);
                Vector256.Load(from + count - half).Store(to + count - half);
            }
            else if (count >= quarter)
            {
                Vector128.Load(from).Store(to);
                Vector128.Load(from + count - quarter).Store(to + count - quarter);
            }
            else
            {
                for (; i < count; i++)
                {
                    to[i] = from[i];
                }
            }
        }
    }

    private static void ClearLines(T* to, long lines, long count, long stride)
    {
        for (long line = 0; line < lines && count > 0; line++)
        {
            new Span<T>(to + line * stride, (int)count).Clear();
        }
    }

    /// <summary>What a task computes: some panels of pixels by some tiles of rows.</summary>
    private readonly record struct Part(long FirstPanel, long LastPanel, long FirstTile, long LastTile);
}
