namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A convolution of large images whose result pixels depend on the same pixel of the source alone (1 by 1, without stride), or its data gradient: a product with each group's
/// weight, or its transpose, that reads and writes the images where they lie. Each number is its bias plus one chain of fused multiply-adds over the channels, whatever the
/// tiles and threads.
/// </summary>
internal sealed unsafe class PixelwiseConvolution<T>
    where T : unmanaged
{
    /// <summary>Smaller images have lines too short to be worth asking for.</summary>
    private const long LeastBytes = 2048;

    /// <summary>Depths between two visits of a tile: as many of a panel, and of a row tile's weights, stay in the first-level cache.</summary>
    private const long DepthBlock = 64;

    /// <summary>Vectors across a panel: few, so that rows are many and images are read seldom.</summary>
    private const int PanelVectors = 2;

    /// <summary>Panels of pixels that a row tile meets one after another, so that it writes long lines.</summary>
    private const long PanelsPerChunk = 9;
    private const long PartsPerThread = 4;
    private const double ParallelWork = 1 << 18;

    private readonly long _images;
    private readonly long _pixels;
    private readonly long _groups;
    private readonly long _channels;
    private readonly long _results;
    private readonly long _panels;
    private readonly long _chunks;
    private readonly long _tiles;
    private readonly bool _parallel;

    private PixelwiseConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_images, _groups, _pixels) = (g.Batch, g.Groups, g.SmallPixels);
        (_channels, _results) = toLarge ? (g.SmallPerGroup, g.LargePerGroup) : (g.LargePerGroup, g.SmallPerGroup);
        _panels = CeilDiv(_pixels / Lanes, PanelVectors);
        _tiles = PixelWeights<T>.Tiles(_results, TileRows);
        _parallel = (double)_groups * _images * _pixels * _results * _channels >= ParallelWork && WorkerPool.Shared.NumThreads > 1;
        long wanted = _parallel ? CeilDiv(PartsPerThread * WorkerPool.Shared.NumThreads, Math.Max(_groups * _images, 1)) : 1;
        _chunks = Math.Min(Math.Max(CeilDiv(_panels, PanelsPerChunk), wanted), _panels);
    }

    private static int Lanes => PixelKernels<T>.Lanes;

    private static int TileRows => PixelKernels<T>.MaxRows(PanelVectors);

    /// <summary>Whether it is such a convolution, and the images' channels are whole vectors.</summary>
    public static bool Pays(ConvolutionGeometry g) => g.IsPixelwise && g.SmallPixels * sizeof(T) >= LeastBytes && g.SmallPixels % Lanes == 0;

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge, Epilogue? epilogue)
    {
        var convolution = new PixelwiseConvolution<T>(g, toLarge);
        using var packed = new Scratch<T>(convolution._groups * convolution._results * convolution._channels);
        using Scratch<T> zeros = Scratch<T>.Zeroed(bias == null ? convolution._groups * convolution._results : 0);
        PixelWeights<T>.Pack(weight, g.Groups, convolution._channels, convolution._results, TileRows, toLarge, packed.Pointer);
        convolution.Run(from, packed.Pointer, bias == null ? zeros.Pointer : bias, to, epilogue);
    }

    private static long CeilDiv(long a, long b) => (a + b - 1) / b;

    private long TileStart(long tile) => PixelWeights<T>.TileStart(tile, _tiles, _results);

    /// <summary>A panel's first vector: panels are as equal as they can be.</summary>
    private long PanelStart(long panel) => panel * (_pixels / Lanes) / _panels;

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

    private void Run(T* from, T* packed, T* bias, T* to, Epilogue? epilogue) => Each(_groups * _images * _chunks, 1, (first, end) =>
    {
        using var offsets = new Scratch<nint>(_channels);
        for (long channel = 0; channel < _channels; channel++)
        {
            offsets.Pointer[channel] = (nint)(channel * _pixels * sizeof(T));
        }

        for (long task = first; task < end; task++)
        {
            long chunk = task % _chunks, place = task / _chunks, group = place % _groups;
            Chunk(
                chunk * _panels / _chunks,
                (chunk + 1) * _panels / _chunks,
                from + place * _channels * _pixels,
                packed + group * _results * _channels,
                bias + group * _results,
                to + place * _results * _pixels,
                offsets.Pointer,
                epilogue);
        }
    });

    private void Chunk(long firstPanel, long lastPanel, T* source, T* weights, T* bias, T* target, nint* offsets, Epilogue? epilogue)
    {
        for (long channel = 0; channel == 0 || channel < _channels; channel += DepthBlock)
        {
            nint depth = (nint)Math.Min(DepthBlock, _channels - channel);
            for (long tile = 0; tile < _tiles; tile++)
            {
                long row = TileStart(tile);
                int rows = (int)(TileStart(tile + 1) - row);
                T* a = weights + row * _channels + channel * rows, c = target + row * _pixels;
                for (long panel = firstPanel; panel < lastPanel; panel++)
                {
                    long at = PanelStart(panel);
                    if (channel + depth == _channels)
                    {
                        epilogue?.Expect(c + at * Lanes, rows, (PanelStart(panel + 1) - at) * Lanes, _pixels);
                    }

                    PixelKernels<T>.Get(rows, (int)(PanelStart(panel + 1) - at), ahead: true)(
                        (byte*)a, (byte*)(source + at * Lanes), offsets + channel, depth, (byte*)(c + at * Lanes), (nint)(_pixels * sizeof(T)), channel > 0 ? null : (byte*)(bias + row));
                }

                if (channel + depth == _channels)
                {
                    long from = PanelStart(firstPanel) * Lanes;
                    epilogue?.Finish(c + from, rows, (PanelStart(lastPanel) * Lanes) - from, _pixels);
                }
            }
        }
    }
}
