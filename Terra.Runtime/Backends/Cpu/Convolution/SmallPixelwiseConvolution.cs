namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A convolution whose result pixels depend on the same pixel of the source alone (1 by 1, without stride), or its data gradient, of small images, or of those that are no
/// whole vectors: a task puts pixels of several images side by side in a copy that stays in the second-level cache, and multiplies it with the weights. Each number is its
/// bias plus one chain of fused multiply-adds over the channels, whatever the tiles and threads.
/// </summary>
internal sealed unsafe class SmallPixelwiseConvolution<T>
    where T : unmanaged
{
    /// <summary>Depths between two visits of a tile.</summary>
    private const long DepthBlock = 512;
    private const int PanelVectors = 2;
    private const long PanelsPerChunk = 4;
    private const long PartsPerThread = 4;

    /// <summary>Weights that stay in the second-level cache beside a chunk of pixels.</summary>
    private const long CachedBytes = 3 << 19;
    private const double ParallelWork = 1 << 18;

    private readonly long _images;
    private readonly long _groups;
    private readonly long _channels;
    private readonly long _results;
    private readonly long _pixels;
    private readonly long _tiles;
    private readonly bool _parallel;

    private SmallPixelwiseConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_images, _groups, _pixels) = (g.Batch, g.Groups, g.SmallPixels);
        (_channels, _results) = toLarge ? (g.SmallPerGroup, g.LargePerGroup) : (g.LargePerGroup, g.SmallPerGroup);
        _tiles = PixelWeights<T>.Tiles(_results, TileRows);
        _parallel = (double)g.Batch * g.SmallElements * g.LargePerGroup >= ParallelWork && WorkerPool.Shared.NumThreads > 1;
    }

    private static int Lanes => PixelKernels<T>.Lanes;

    private static int TileRows => PixelKernels<T>.MaxRows(PanelVectors);

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge)
    {
        var convolution = new SmallPixelwiseConvolution<T>(g, toLarge);
        using var packed = new Scratch<T>(convolution._groups * convolution._results * convolution._channels);
        using Scratch<T> zeros = Scratch<T>.Zeroed(bias == null ? convolution._groups * convolution._results : 0);
        PixelWeights<T>.Pack(weight, g.Groups, convolution._channels, convolution._results, TileRows, toLarge, packed.Pointer);
        convolution.Run(from, packed.Pointer, bias == null ? zeros.Pointer : bias, to);
    }

    private static long CeilDiv(long a, long b) => (a + b - 1) / b;

    private long TileStart(long tile) => PixelWeights<T>.TileStart(tile, _tiles, _results);

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

    private void Run(T* from, T* packed, T* bias, T* to)
    {
        long columns = _images * _pixels;
        if (columns * _tiles == 0)
        {
            return;
        }

        long vectors = CeilDiv(columns, Lanes), panels = CeilDiv(vectors, PanelVectors), chunks = CeilDiv(panels, PanelsPerChunk);
        long wanted = _parallel ? CeilDiv(PartsPerThread * WorkerPool.Shared.NumThreads, _groups * chunks) : 1, shares = Math.Clamp(wanted, 1, _tiles);
        Each(_groups * chunks * shares, 1, (first, end) =>
        {
            long room = PanelsPerChunk * PanelVectors * Lanes;
            using var source = new Scratch<T>(room * _channels);
            using var sums = new Scratch<T>(room * (CeilDiv(_tiles, shares) + 1) * TileRows);
            using var offsets = new Scratch<nint>(_channels);
            for (long task = first; task < end; task++)
            {
                long share = task % shares, chunk = task / shares % chunks, group = task / shares / chunks;
                long firstPanel = chunk * panels / chunks, lastPanel = (chunk + 1) * panels / chunks;
                var part = new Part(firstPanel * vectors / panels, lastPanel * vectors / panels, share * _tiles / shares, (share + 1) * _tiles / shares, columns);
                Fill(part, from + group * _channels * _pixels, source.Pointer);
                for (long channel = 0; channel < _channels; channel++)
                {
                    offsets.Pointer[channel] = (nint)(channel * part.Width * sizeof(T));
                }

                Multiply(
                    part, lastPanel - firstPanel, packed + group * _results * _channels, source.Pointer, offsets.Pointer, bias + group * _results, sums.Pointer);
                Write(part, sums.Pointer, to + group * _results * _pixels);
            }
        });
    }

    /// <summary>The part's pixels as [channel, pixel], made up to whole vectors with zeros.</summary>
    private void Fill(Part part, T* from, T* source)
    {
        EachRun(part, (at, image, pixel, count) =>
            PixelLines<T>.Copy(from + image * _groups * _channels * _pixels + pixel, _pixels, _channels, count, source + at, part.Width));
        PixelLines<T>.Clear(source + part.Pixels, _channels, part.Width - part.Pixels, part.Width);
    }

    /// <summary>sums[row, pixel] of the part. Weights that do not stay in the cache are read once, all panels one after another; else a panel's pixels are.</summary>
    private void Multiply(Part part, long panels, T* weights, T* source, nint* offsets, T* bias, T* sums)
    {
        long vectors = part.LastVector - part.FirstVector, firstRow = TileStart(part.FirstTile);
        bool once = (TileStart(part.LastTile) - firstRow) * _channels * sizeof(T) > CachedBytes;
        long together = once ? panels : 1;
        for (long panel = 0; panel < panels; panel += together)
        {
            for (long channel = 0; channel == 0 || channel < _channels; channel += DepthBlock)
            {
                nint depth = (nint)Math.Min(DepthBlock, _channels - channel);
                for (long tile = part.FirstTile; tile < part.LastTile; tile++)
                {
                    long row = TileStart(tile);
                    int rows = (int)(TileStart(tile + 1) - row);
                    for (long p = panel; p < panel + together; p++)
                    {
                        long vector = p * vectors / panels, at = vector * Lanes;
                        PixelKernels<T>.Get(rows, (int)((p + 1) * vectors / panels - vector), ahead: false)(
                            (byte*)(weights + row * _channels + channel * rows),
                            (byte*)(source + at),
                            offsets + channel,
                            depth,
                            (byte*)(sums + (row - firstRow) * part.Width + at),
                            (nint)(part.Width * sizeof(T)),
                            channel > 0 ? null : (byte*)(bias + row));
                    }
                }
            }
        }
    }

    private void Write(Part part, T* sums, T* to)
    {
        long firstRow = TileStart(part.FirstTile), rows = TileStart(part.LastTile) - firstRow;
        EachRun(part, (at, image, pixel, count) =>
            PixelLines<T>.Copy(sums + at, part.Width, rows, count, to + (image * _groups * _results + firstRow) * _pixels + pixel, _pixels));
    }

    /// <summary>Cuts the part's pixels into runs of one image each: place in the part, image, pixel in the image, count.</summary>
    private void EachRun(Part part, Action<long, long, long, long> body)
    {
        for (long at = 0; at < part.Pixels;)
        {
            (long image, long pixel) = Math.DivRem(part.FirstVector * Lanes + at, _pixels);
            long count = Math.Min(part.Pixels - at, _pixels - pixel);
            body(at, image, pixel, count);
            at += count;
        }
    }

    /// <summary>What a task computes: vectors of pixels, counted over all images, and tiles of rows.</summary>
    private readonly record struct Part(long FirstVector, long LastVector, long FirstTile, long LastTile, long Columns)
    {
        public long Width => (LastVector - FirstVector) * Lanes;

        public long Pixels => Math.Min(Width, Columns - FirstVector * Lanes);
    }
}
