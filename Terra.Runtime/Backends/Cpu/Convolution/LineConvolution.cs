using System.Numerics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Convolution of images with few channels, such as a network's first: a task copies what some lines of the result read into a padded band that stays in the first-level
/// cache, sorted by the residue of the pixel by the stride, and register tiles of channels times pixels of a line read it through a table of tap offsets and write images as
/// they are stored. Each number is its bias plus one chain of fused multiply-adds over (channel, tap), whatever the tiles and threads.
/// </summary>
internal sealed unsafe class LineConvolution<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Longer sums would have more weights than the caches hold beside the band.</summary>
    private const long MostTerms = 512;
    private const long LinesPerTask = 4;
    private const double ParallelWork = 1 << 18;

    private readonly ConvolutionGeometry _g;
    private readonly PhaseCombination _taps;
    private readonly long _terms;
    private readonly long _results;
    private readonly long _tiles;
    private readonly long _vectors;
    private readonly long _panels;

    private LineConvolution(ConvolutionGeometry g)
    {
        _g = g;
        _taps = PhaseCombination.Of(g, toLarge: false)[0];
        _terms = g.LargePerGroup * g.KernelPixels;
        _results = g.SmallPerGroup;
        _tiles = PixelWeights<T>.Tiles(_results, TileRows);
        _vectors = (g.Horizontal.Small + PixelKernels<T>.Lanes - 1) / PixelKernels<T>.Lanes;
        _panels = (_vectors + PixelKernels<T>.WidestTile - 1) / PixelKernels<T>.WidestTile;
    }

    private static int TileRows => PixelKernels<T>.MaxRows(PixelKernels<T>.WidestTile);

    /// <summary>Whether there are more results than terms of a sum fill, and lines so long that what their last vectors compute in vain is little.</summary>
    public static bool Pays(ConvolutionGeometry g)
    {
        long lanes = PixelKernels<T>.Lanes, width = g.Horizontal.Small, whole = (width + lanes - 1) / lanes * lanes;
        return !g.HasDepth && g.LargePerGroup <= 4 && g.LargePerGroup * g.KernelPixels <= MostTerms && g.SmallPerGroup >= lanes && whole * 8 <= width * 9;
    }

    /// <summary>The convolution of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, Epilogue? epilogue)
    {
        var convolution = new LineConvolution<T>(g);
        using var packed = new Scratch<T>(g.SmallChannels * convolution._terms);
        using Scratch<T> zeros = Scratch<T>.Zeroed(bias == null ? g.SmallChannels : 0);
        T* biases = bias == null ? zeros.Pointer : bias, weights = packed.Pointer;
        PixelWeights<T>.Pack(weight, g.Groups, convolution._terms, convolution._results, TileRows, turned: false, weights);
        long lines = g.Vertical.Small, parts = (lines + LinesPerTask - 1) / LinesPerTask, tasks = g.Batch * g.Groups * parts;
        bool parallel = (double)g.Batch * g.SmallElements * convolution._terms >= ParallelWork;
        WorkerPool.Shared.For(tasks, parallel ? 1 : tasks, (first, end) =>
        {
            for (long task = first; task < end; task++)
            {
                long part = task % parts, place = task / parts;
                convolution.Lines(place / g.Groups, place % g.Groups, part * lines / parts, (part + 1) * lines / parts, from, weights, biases, to, epilogue);
            }
        });
    }

    private long TileStart(long tile) => PixelWeights<T>.TileStart(tile, _tiles, _results);

    private void Lines(long image, long group, long firstLine, long lastLine, T* from, T* packed, T* bias, T* to, Epilogue? epilogue)
    {
        long lanes = PixelKernels<T>.Lanes, width = _g.Horizontal.Small;
        var band = new ConvolutionBand<T>(
            1, (0, 1), ConvolutionPhase.Reach([_taps.Vertical], firstLine, lastLine), ConvolutionPhase.Reach([_taps.Horizontal], 0, _vectors * lanes), _g.Horizontal.Stride);
        using var source = new Scratch<T>(_g.LargePerGroup * band.ChannelStride);
        using var offsets = new Scratch<nint>(_terms);
        using var rest = new Scratch<T>(TileRows * PixelKernels<T>.WidestTile * lanes);
        T* images = from + (image * _g.LargeChannels + group * _g.LargePerGroup) * _g.LargePixels;
        band.Fill(images, _g.LargePerGroup, _g.LargePixels, 0, 1, _g.Vertical.Large, _g.Horizontal.Large, source.Pointer);
        long[] taps = _taps.Offsets(band);
        for (long term = 0; term < _terms; term++)
        {
            offsets.Pointer[term] = (nint)((term / taps.Length * band.ChannelStride + taps[term % taps.Length]) * sizeof(T));
        }

        for (long line = firstLine; line < lastLine; line++)
        {
            T* b = source.Pointer + line * _g.Vertical.Stride * band.LineStride;
            for (long tile = 0; tile < _tiles; tile++)
            {
                long row = group * _results + TileStart(tile);
                int rows = (int)(TileStart(tile + 1) - TileStart(tile));
                T* c = to + (image * _g.SmallChannels + row) * _g.SmallPixels + line * width;
                epilogue?.Expect(c, rows, width, _g.SmallPixels);
                for (long panel = 0; panel < _panels; panel++)
                {
                    long at = panel * _vectors / _panels * lanes, end = (panel + 1) * _vectors / _panels * lanes;
                    bool whole = end <= width;
                    PixelKernels<T>.Get(rows, (int)((end - at) / lanes), ahead: false)(
                        (byte*)(packed + row * _terms),
                        (byte*)(b + at),
                        offsets.Pointer,
                        (nint)_terms,
                        (byte*)(whole ? c + at : rest.Pointer),
                        (nint)((whole ? _g.SmallPixels : end - at) * sizeof(T)),
                        (byte*)(bias + row));
                    for (int r = 0; r < rows && !whole; r++)
                    {
                        new ReadOnlySpan<T>(rest.Pointer + r * (end - at), (int)(width - at)).CopyTo(new Span<T>(c + r * _g.SmallPixels + at, (int)(width - at)));
                    }
                }
            }
        }

        T* first = to + (image * _g.SmallChannels + group * _results) * _g.SmallPixels + firstLine * width;
        epilogue?.Finish(first, _results, (lastLine - firstLine) * width, _g.SmallPixels);
    }
}
