using System.Runtime.Intrinsics;
using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// 3 by 3 convolution of float32 images without stride, and its data gradient, by Winograd's F(4x4, 3x3): a quarter of the multiplications. A task transforms
/// the inputs of a region of tiles once, and for each block of results the weights, multiplies point by point, and transforms back, all in the second-level cache.
/// Sums run over the channels in order, tiles do not know of each other: a result does not depend on regions or threads.
/// </summary>
/// <remarks>
/// Numbers of up to ten times their size cancel in the transforms. Against float64 the largest error, relative to the largest result, is about seven times that of the
/// direct kernel: 7e-6 for 64 channels of normal-like data, where that has 1e-6. <see cref="TerraRuntime.Winograd"/> turns it off.
/// </remarks>
internal sealed unsafe class WinogradConvolution
{
    /// <summary>Channels between two visits of the products.</summary>
    private const long ChannelBlock = 128;

    private const long LeastChannels = 16;
    private const long TilesPerRegion = 112;
    private const long InputBytes = 5 << 19;

    private readonly long _batch;
    private readonly long _groups;
    private readonly long _channels;
    private readonly long _results;
    private readonly bool _toLarge;
    private readonly ConvolutionAxis _vertical;
    private readonly ConvolutionAxis _horizontal;
    private readonly long _tileLines;
    private readonly long _tileColumns;
    private readonly ConvolutionWeights<float> _weights;
    private readonly ConvolutionRegion[] _regions;

    private WinogradConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_batch, _groups, _toLarge) = (g.Batch, g.Groups, toLarge);
        (_channels, _results) = toLarge ? (g.SmallPerGroup, g.LargePerGroup) : (g.LargePerGroup, g.SmallPerGroup);
        (_vertical, _horizontal) = (AsForward(g.Vertical, toLarge), AsForward(g.Horizontal, toLarge));
        (_tileLines, _tileColumns) = ((_vertical.Small + 3) / 4, (_horizontal.Small + 3) / 4);
        _weights = new ConvolutionWeights<float>(_groups, _channels, _results, 9);
        long affordable = InputBytes / (WinogradTransforms.Points * sizeof(float) * _channels);
        _regions = ConvolutionRegion.Cut(_batch, 1, _tileLines, _tileColumns, Math.Clamp(affordable, 16, TilesPerRegion));
    }

    /// <summary>
    /// Whether the convolution is of the kind it computes, and its cost by a model of the cycles of each part, a channel and sixteen results at a time, is less
    /// than the direct kernel's.
    /// </summary>
    public static bool Pays(ConvolutionGeometry g, bool toLarge)
    {
        bool applies = g is { HasDepth: false, Vertical: { Kernel: 3, Stride: 1, Dilation: 1 }, Horizontal: { Kernel: 3, Stride: 1, Dilation: 1 } };
        long channels = toLarge ? g.SmallPerGroup : g.LargePerGroup, results = toLarge ? g.LargePerGroup : g.SmallPerGroup;
        if (!applies || !TerraRuntime.Winograd || !Vector256.IsHardwareAccelerated || channels < LeastChannels || results % WinogradTransforms.Lanes != 0)
        {
            return false;
        }

        var convolution = new WinogradConvolution(g, toLarge);
        double tiles = (double)g.Batch * convolution._tileLines * convolution._tileColumns;
        double products = (24 + 115.0 / Math.Min(channels, ChannelBlock)) * tiles, weights = 250.0 * convolution._regions.Length, outputs = 400 * tiles / channels;
        double inputs = 800.0 * WinogradTransforms.Lanes / results * tiles / Math.Min(convolution._tileColumns, WinogradTransforms.Lanes);
        double direct = 6 * g.Batch * convolution._vertical.Small * convolution._horizontal.Small;
        return 1.1 * (products + weights + outputs + inputs) < direct;
    }

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, float* from, float* weight, float* bias, float* to, bool toLarge)
    {
        var convolution = new WinogradConvolution(g, toLarge);
        ConvolutionWeights<float> weights = convolution._weights;
        using var packed = new Scratch<float>(weights.Count);
        using var biases = new Scratch<float>(weights.BiasCount);
        weights.Pack(weight, PhaseCombination.Of(g, toLarge), toLarge, packed.Pointer);
        weights.PackBias(bias, biases.Pointer);
        long regions = convolution._regions.Length, shares = Math.Clamp((WorkerPool.Shared.NumThreads + regions - 1) / Math.Max(regions, 1), 1, weights.Blocks);
        WorkerPool.Shared.For(regions * shares, 1, (first, end) =>
        {
            for (long task = first; task < end; task++)
            {
                long share = task % shares;
                convolution.Region(
                    convolution._regions[task / shares], share * weights.Blocks / shares, (share + 1) * weights.Blocks / shares, from, packed.Pointer, biases.Pointer, to);
            }
        });
    }

    /// <summary>The dimension of the convolution that a data gradient is: of the gradient, with the kernel turned around.</summary>
    private static ConvolutionAxis AsForward(ConvolutionAxis a, bool toLarge) =>
        toLarge ? a with { Large = a.Small, Small = a.Large, Pad = a.Kernel - 1 - a.Pad } : a;

    private void Region(ConvolutionRegion r, long firstBlock, long lastBlock, float* from, float* packed, float* biases, float* to)
    {
        long tiles = r.Pixels, tileStride = tiles + WinogradTransforms.Lanes, pointStride = PointStride(_channels, tileStride);
        long width = ConvolutionWeights<float>.BlockWidth, pixels = r.Lines * 4 * _horizontal.Small;
        using var inputs = new Scratch<float>(WinogradTransforms.Points * pointStride);
        using var weights = new Scratch<float>(WinogradTransforms.Points * PointStride(Math.Min(ChannelBlock, _channels), width));
        using var products = new Scratch<float>(WinogradTransforms.Points * PointStride(tiles, width));
        using var results = new Scratch<float>(r.Images * pixels * width);
        for (long group = 0; group < _groups; group++)
        {
            Inputs(r, from + group * _channels * _vertical.Large * _horizontal.Large, inputs.Pointer, tileStride, pointStride);
            for (long block = firstBlock; block < lastBlock; block++)
            {
                long at = group * _weights.PackedResults + block * ConvolutionWeights<float>.BlockWidth;
                for (long channel = 0; channel < _channels; channel += ChannelBlock)
                {
                    long channels = Math.Min(ChannelBlock, _channels - channel), blockWidth = _weights.VectorsOf(block) * TapKernels<float>.Lanes;
                    Weights(packed + at * _channels * 9 + channel * 9 * blockWidth, channels, blockWidth, weights.Pointer);
                    Multiply(inputs.Pointer + channel * tileStride, tileStride, pointStride, tiles, weights.Pointer, channels, products.Pointer, _weights.VectorsOf(block), channel > 0);
                }

                Results(r, block, products.Pointer, biases + at, results.Pointer, to + (group * _results + block * ConvolutionWeights<float>.BlockWidth) * _vertical.Small * _horizontal.Small);
            }
        }
    }

    /// <summary>The region's transformed inputs as [point, channel, tile]; beyond the last tile of a channel there is room for what a vector writes too much.</summary>
    private void Inputs(ConvolutionRegion r, float* from, float* inputs, long tileStride, long pointStride)
    {
        long firstLine = r.Line * 4 - _vertical.Pad;
        var band = new ConvolutionBand<float>(
            r.Images, (0, 1), (firstLine, firstLine + r.Lines * 4 + 2), (-_horizontal.Pad, _tileColumns * 4 + 2 - _horizontal.Pad), 4);
        using var source = new Scratch<float>(band.ChannelStride + 2 * WinogradTransforms.Lanes);
        long plane = _vertical.Large * _horizontal.Large, image = _groups * _channels * plane;
        new Span<float>(source.Pointer + band.ChannelStride, 2 * WinogradTransforms.Lanes).Clear();
        for (long channel = 0; channel < _channels; channel++)
        {
            band.Fill(from + r.Image * image + channel * plane, 1, plane, image, 1, _vertical.Large, _horizontal.Large, source.Pointer);
            float* to = inputs + channel * tileStride;
            for (long i = 0; i < r.Images; i++)
            {
                for (long line = 0; line < r.Lines; line++, to += _tileColumns)
                {
                    float* at = source.Pointer + i * band.ImageStride + line * 4 * band.LineStride;
                    for (long column = 0; column < _tileColumns; column += WinogradTransforms.Lanes)
                    {
                        WinogradTransforms.Input(at + column, band.LineStride, band.LineStride / 4, to + column, pointStride);
                    }
                }
            }
        }
    }

    /// <summary>Elements between two points' matrices: a little more than they take, so that the same places of all points do not share a set of the cache.</summary>
    private static long PointStride(long rows, long columns) => rows * columns + WinogradTransforms.Lanes;

    /// <summary>[channel, tap, result] to [point, channel, result].</summary>
    private void Weights(float* packed, long channels, long width, float* weights)
    {
        for (long channel = 0; channel < channels; channel++)
        {
            float* filter = packed + channel * 9 * width;
            for (long result = 0; result < width; result += WinogradTransforms.Lanes)
            {
                WinogradTransforms.Weight(
                    filter + (_toLarge ? 8 * width : 0) + result, _toLarge ? -width : width, weights + channel * width + result, PointStride(channels, width));
            }
        }
    }

    /// <summary>products[point, tile, result] = (or +=) the sum over channels of inputs[point, channel, tile] * weights[point, channel, result].</summary>
    private static void Multiply(
        float* inputs, long tileStride, long pointStride, long tiles, float* weights, long channels, float* products, int vectors, bool accumulate)
    {
        long most = TapKernels<float>.MaxRows(vectors), parts = (tiles + most - 1) / most, width = vectors * TapKernels<float>.Lanes;
        nint* offsets = stackalloc nint[(int)channels];
        for (long channel = 0; channel < channels; channel++)
        {
            offsets[channel] = (nint)(channel * tileStride * sizeof(float));
        }

        float* zeros = stackalloc float[(int)width];
        new Span<float>(zeros, (int)width).Clear();
        nint row = (nint)(width * sizeof(float));
        for (long point = 0; point < WinogradTransforms.Points; point++)
        {
            for (long part = 0; part < parts; part++)
            {
                long tile = part * tiles / parts;
                TapKernel kernel = TapKernels<float>.Get(1, (int)((part + 1) * tiles / parts - tile), 1, vectors);
                byte* c = (byte*)(products + point * PointStride(tiles, width) + tile * width);
                kernel(
                    (byte*)(inputs + point * pointStride + tile),
                    0,
                    offsets,
                    (nint)channels,
                    (byte*)(weights + point * PointStride(channels, width)),
                    accumulate ? c : (byte*)zeros,
                    accumulate ? row : 0,
                    0,
                    c,
                    row,
                    0);
            }
        }
    }

    /// <summary>[point, tile, result] to [pixel, result] to the images' [result, pixel].</summary>
    private void Results(ConvolutionRegion r, long block, float* products, float* bias, float* sums, float* to)
    {
        long width = _weights.VectorsOf(block) * TapKernels<float>.Lanes, lanes = WinogradTransforms.Lanes, plane = _vertical.Small * _horizontal.Small;
        long lines = Math.Min(r.Lines * 4, _vertical.Small - r.Line * 4), pixels = lines * _horizontal.Small, tile = 0;
        for (long image = 0; image < r.Images; image++)
        {
            float* imageSums = sums + image * pixels * width;
            for (long line = 0; line < r.Lines; line++)
            {
                for (long column = 0; column < _tileColumns; column++, tile++)
                {
                    int tileLines = (int)Math.Min(4, lines - line * 4), tilePixels = (int)Math.Min(4, _horizontal.Small - column * 4);
                    float* at = imageSums + (line * 4 * _horizontal.Small + column * 4) * width;
                    for (long result = 0; result < width; result += lanes)
                    {
                        WinogradTransforms.Result(
                            products + tile * width + result, PointStride(r.Pixels, width), Vector512.Load(bias + result), at + result, _horizontal.Small * width, width, tileLines, tilePixels);
                    }
                }
            }

            float* target = to + (r.Image + image) * _groups * _results * plane + r.Line * 4 * _horizontal.Small;
            for (long result = 0; result < width; result += 8)
            {
                MatrixTranspose.Run(imageSums + result, width, pixels, 8, target + result * plane, plane);
            }
        }
    }
}
