using System.Runtime.Intrinsics;
using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// 3 by 3 convolution of float32 images without stride, and its data gradient, by Winograd's F(4x4, 3x3): a quarter of the multiplications. The smaller of images and
/// filters is transformed first, for all to read. A task transforms its part of the other into the second-level cache, multiplies point by point, and transforms back.
/// Sums run over the channels in order, tiles do not know of each other: a result does not depend on tasks or threads.
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

    /// <summary>Bytes of a task's transformed inputs, if they are not shared.</summary>
    private const long TaskInputBytes = 1 << 19;

    private const long LeastTilesPerTask = 28;
    private const long MostTilesPerTask = 112;

    /// <summary>Elements of the system's large pages: transforms write to many places at once, more than there are small pages at hand.</summary>
    private const long LargePage = 1 << 20;

    private readonly ConvolutionGeometry _g;
    private readonly long _channels;
    private readonly long _results;
    private readonly bool _toLarge;
    private readonly ConvolutionAxis _vertical;
    private readonly ConvolutionAxis _horizontal;
    private readonly WinogradTiles _tiles;
    private readonly long _blocks;
    private readonly long _channelBlocks;
    private readonly long _pointStride;
    private readonly long _tileStride;

    private WinogradConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_g, _toLarge) = (g, toLarge);
        (_channels, _results) = toLarge ? (g.SmallPerGroup, g.LargePerGroup) : (g.LargePerGroup, g.SmallPerGroup);
        (_vertical, _horizontal) = (AsForward(g.Vertical, toLarge), AsForward(g.Horizontal, toLarge));
        _tiles = new WinogradTiles(g.Batch, _vertical, _horizontal);
        _blocks = (_results + BlockWidth - 1) / BlockWidth;
        _channelBlocks = (_channels + ChannelBlock - 1) / ChannelBlock;
        long lanes = WinogradTransforms.Lanes;
        _pointStride = (Math.Min(_channels, ChannelBlock) + lanes - 1) / lanes * lanes;
        _tileStride = WinogradTransforms.Points * _pointStride + lanes;
    }

    private static long BlockWidth => TapKernels<float>.MaxVectors * TapKernels<float>.Lanes;

    /// <summary>Elements of transformed filters of one block of channels and one of results.</summary>
    private long WeightsPerBlock => WinogradTransforms.Points * WeightStride(Math.Min(_channels, ChannelBlock), BlockWidth);

    /// <summary>
    /// Whether the convolution is of the kind it computes, and its cost by a model of the cycles of each part, a channel and sixteen results at a time, is less
    /// than the direct kernel's.
    /// </summary>
    public static bool Pays(ConvolutionGeometry g, bool toLarge)
    {
        long channels = toLarge ? g.SmallPerGroup : g.LargePerGroup, results = toLarge ? g.LargePerGroup : g.SmallPerGroup;
        if (!WinogradTiles.Cover(g) || channels < LeastChannels || results % WinogradTransforms.Lanes != 0)
        {
            return false;
        }

        var convolution = new WinogradConvolution(g, toLarge);
        double tiles = convolution._tiles.Count, outputs = 320 * tiles / channels, inputs = 28.0 * WinogradTransforms.Lanes / results * tiles;
        double products = (24 + 115.0 / Math.Min(channels, ChannelBlock)) * tiles, weights = 250 * (convolution.SharesInputs ? (tiles + MostTilesPerTask - 1) / MostTilesPerTask : 1);
        double direct = 6 * g.Batch * convolution._vertical.Small * convolution._horizontal.Small;
        return 1.1 * (products + weights + outputs + inputs) < direct;
    }

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, float* from, float* weight, float* bias, float* to, bool toLarge, Epilogue? epilogue)
    {
        var convolution = new WinogradConvolution(g, toLarge);
        for (long group = 0; group < g.Groups; group++)
        {
            convolution.Group(
                from + group * convolution._channels * convolution.SourcePlane,
                weight + group * convolution._channels * convolution._results * 9,
                bias == null ? null : bias + group * convolution._results,
                to + group * convolution._results * convolution.ResultPlane,
                epilogue);
        }
    }

    /// <summary>The dimension of the convolution that a data gradient is: of the gradient, with the kernel turned around.</summary>
    private static ConvolutionAxis AsForward(ConvolutionAxis a, bool toLarge) =>
        toLarge ? a with { Large = a.Small, Small = a.Large, Pad = a.Kernel - 1 - a.Pad } : a;

    /// <summary>Whether all inputs are transformed first, not all filters.</summary>
    private bool SharesInputs => _tiles.Count < _results;

    private long SourcePlane => _vertical.Large * _horizontal.Large;

    private long ResultPlane => _vertical.Small * _horizontal.Small;

    private long ImageStride => _g.Groups * _channels * SourcePlane;

    /// <summary>Elements between two points' filters: a little more than they take, so that the same places of all points do not share a set of the cache.</summary>
    private static long WeightStride(long channels, long width) => channels * width + WinogradTransforms.Lanes;

    /// <summary>Elements between the transformed inputs, of so many tiles, of two blocks of channels.</summary>
    private long InputStride(long tiles) => tiles * _tileStride;

    private static long ProductCount(long tiles) => tiles * WinogradTransforms.Points * BlockWidth;

    private long WidthOf(long block) => Math.Min(BlockWidth, _results - block * BlockWidth);

    private long ChannelsOf(long channelBlock) => Math.Min(ChannelBlock, _channels - channelBlock * ChannelBlock);

    private void Group(float* from, float* weight, float* bias, float* to, Epilogue? epilogue)
    {
        using var inputs = new Scratch<float>(SharesInputs ? _channelBlocks * InputStride(_tiles.Count) : 0);
        using var weights = new Scratch<float>(SharesInputs ? 0 : _blocks * _channelBlocks * WeightsPerBlock);
        if (SharesInputs)
        {
            TransformInputs(from, inputs.Pointer);
        }
        else
        {
            WorkerPool.Shared.Each(_blocks * _channelBlocks, i => Weights(weight, i / _channelBlocks, i % _channelBlocks, weights.Pointer + i * WeightsPerBlock));
        }

        long parts = Parts();
        if (SharesInputs)
        {
            WorkerPool.Shared.Each(parts * _blocks, i => Block(_tiles.Part(i / _blocks, parts), i % _blocks, inputs.Pointer, weight, bias, to, epilogue));
        }
        else
        {
            WorkerPool.Shared.Each(parts, i => Tiles(_tiles.Part(i, parts), from, weights.Pointer, bias, to, epilogue));
        }
    }

    /// <summary>Into how many parts the lines of tiles are cut: such that a part stays in the cache, and that there is work for all threads.</summary>
    private long Parts()
    {
        long affordable = SharesInputs ? MostTilesPerTask : Math.Clamp(TaskInputBytes / (_channelBlocks * _tileStride * sizeof(float)), LeastTilesPerTask, MostTilesPerTask);
        long threads = WorkerPool.Shared.NumThreads, parts = (_tiles.Count + affordable - 1) / affordable, tasks = parts * (SharesInputs ? _blocks : 1);
        if (threads > 1 && tasks < 4 * threads)
        {
            parts = Math.Max(parts, Math.Min(parts * 4 * threads / tasks, _tiles.Count / TapKernels<float>.MaxRows(TapKernels<float>.MaxVectors)));
        }

        return Math.Clamp(parts, 1, _tiles.Lines);
    }

    /// <summary>One block of results of some lines of tiles, whose transformed inputs are there.</summary>
    private void Block((long From, long To) lines, long block, float* inputs, float* weight, float* bias, float* to, Epilogue? epilogue)
    {
        long tiles = (lines.To - lines.From) * _tiles.Columns;
        using var scratch = new Scratch<float>(Math.Max(LargePage, WeightsPerBlock + ProductCount(tiles)));
        float* weights = scratch.Pointer, products = weights + WeightsPerBlock;
        for (long channelBlock = 0; channelBlock < _channelBlocks; channelBlock++)
        {
            Weights(weight, block, channelBlock, weights);
            float* at = inputs + channelBlock * InputStride(_tiles.Count) + lines.From * _tiles.Columns * _tileStride;
            Multiply(at, tiles, weights, ChannelsOf(channelBlock), products, WidthOf(block), channelBlock > 0);
        }

        Results(lines, block, products, bias, to, epilogue);
    }

    /// <summary>All results of some lines of tiles, by filters whose transforms are there.</summary>
    private void Tiles((long From, long To) lines, float* from, float* weights, float* bias, float* to, Epilogue? epilogue)
    {
        long tiles = (lines.To - lines.From) * _tiles.Columns, stride = InputStride(tiles);
        using var scratch = new Scratch<float>(Math.Max(LargePage, _channelBlocks * stride + ProductCount(tiles) + _tiles.TransformScratch));
        float* inputs = scratch.Pointer, products = inputs + _channelBlocks * stride, turned = products + ProductCount(tiles);
        for (long channel = 0; channel < _channels; channel += WinogradTransforms.Lanes)
        {
            float* at = inputs + channel / ChannelBlock * stride + channel % ChannelBlock;
            _tiles.Inputs(
                from + channel * SourcePlane, ImageStride, Math.Min(WinogradTransforms.Lanes, _channels - channel), lines, at, _tileStride, _pointStride, turned);
        }

        for (long block = 0; block < _blocks; block++)
        {
            for (long channelBlock = 0; channelBlock < _channelBlocks; channelBlock++)
            {
                float* w = weights + (block * _channelBlocks + channelBlock) * WeightsPerBlock;
                Multiply(inputs + channelBlock * stride, tiles, w, ChannelsOf(channelBlock), products, WidthOf(block), channelBlock > 0);
            }

            Results(lines, block, products, bias, to, epilogue);
        }
    }

    /// <summary>All transformed inputs, [block of channels, tile, point, channel].</summary>
    private void TransformInputs(float* from, float* inputs)
    {
        long lanes = WinogradTransforms.Lanes, vectors = (_channels + lanes - 1) / lanes, parts = Math.Min(_tiles.Lines, _g.Batch);
        WorkerPool.Shared.Each(vectors * parts, i =>
        {
            using var turned = new Scratch<float>(_tiles.TransformScratch);
            long channel = i / parts * lanes;
            (long From, long To) lines = _tiles.Part(i % parts, parts);
            float* to = inputs + channel / ChannelBlock * InputStride(_tiles.Count) + lines.From * _tiles.Columns * _tileStride + channel % ChannelBlock;
            _tiles.Inputs(from + channel * SourcePlane, ImageStride, Math.Min(lanes, _channels - channel), lines, to, _tileStride, _pointStride, turned.Pointer);
        });
    }

    /// <summary>The transformed filters of a block of results and one of channels, [point, channel, result].</summary>
    private void Weights(float* weight, long block, long channelBlock, float* to)
    {
        const long Together = 32;
        long lanes = WinogradTransforms.Lanes, width = WidthOf(block), channels = ChannelsOf(channelBlock), stride = WeightStride(channels, width);
        float* turned = stackalloc float[(int)((Together * 9 + lanes) * lanes)];
        for (long channel = 0; channel < channels; channel += Together)
        {
            for (long result = 0; result < width; result += lanes)
            {
                long atResult = block * BlockWidth + result, atChannel = channelBlock * ChannelBlock + channel, count = Math.Min(Together, channels - channel);
                if (_toLarge)
                {
                    TurnFilters(weight, atChannel, atResult, count, turned);
                }
                else
                {
                    MatrixTranspose.Run(weight + (atResult * _channels + atChannel) * 9, _channels * 9, lanes, count * 9, turned, lanes);
                }

                for (long c = 0; c < count; c++)
                {
                    WinogradTransforms.Weight(
                        turned + (c * 9 + (_toLarge ? 8 : 0)) * lanes, _toLarge ? -lanes : lanes, to + (channel + c) * width + result, stride);
                }
            }
        }
    }

    /// <summary>
    /// Sixteen results' filters of some channels, of which each result's follow each other, as [channel, tap, result]. A square is turned, of which what is beyond the
    /// taps is written over by the next; the very last filters have nothing behind them.
    /// </summary>
    private void TurnFilters(float* weight, long channel, long result, long count, float* turned)
    {
        long lanes = WinogradTransforms.Lanes;
        for (long c = 0; c < count; c++)
        {
            bool last = channel + c + 1 == _channels && result + lanes == _results;
            MatrixTranspose.Run(weight + ((channel + c) * _results + result) * 9, 9, lanes, last ? 9 : lanes, turned + c * 9 * lanes, lanes);
        }
    }

    /// <summary>products[tile, point, result] = (or +=) the sum over channels of inputs[tile, point, channel] * weights[point, channel, result].</summary>
    private void Multiply(float* inputs, long tiles, float* weights, long channels, float* products, long width, bool accumulate)
    {
        int vectors = (int)(width / TapKernels<float>.Lanes);
        long most = TapKernels<float>.MaxRows(vectors), parts = (tiles + most - 1) / most, stride = WeightStride(channels, width);
        nint* offsets = stackalloc nint[(int)channels];
        for (long channel = 0; channel < channels; channel++)
        {
            offsets[channel] = (nint)(channel * sizeof(float));
        }

        float* zeros = stackalloc float[(int)width];
        new Span<float>(zeros, (int)width).Clear();
        nint row = (nint)(WinogradTransforms.Points * width * sizeof(float));
        for (long part = 0; part < parts; part++)
        {
            long tile = part * tiles / parts;
            TapKernel kernel = TapKernels<float>.Get(1, (int)((part + 1) * tiles / parts - tile), (int)_tileStride, vectors);
            for (long point = 0; point < WinogradTransforms.Points; point++)
            {
                byte* c = (byte*)(products + (tile * WinogradTransforms.Points + point) * width);
                kernel(
                    (byte*)(inputs + tile * _tileStride + point * _pointStride), 0, offsets, (nint)channels, (byte*)(weights + point * stride),
                    accumulate ? c : (byte*)zeros, accumulate ? row : 0, 0, c, row, 0, c, 0);
            }
        }
    }

    /// <summary>[tile, point, result] to the images' [result, pixel].</summary>
    private void Results((long From, long To) lines, long block, float* products, float* bias, float* to, Epilogue? epilogue)
    {
        const long PixelsTogether = 256;
        long width = WidthOf(block), lanes = WinogradTransforms.Lanes, columns = _horizontal.Small, together = Math.Max(1, PixelsTogether / Math.Max(1, 4 * columns));
        using var sums = new Scratch<float>(4 * together * columns * width);
        for (ImageLines piece; lines.From < lines.To; lines.From += piece.Lines)
        {
            piece = _tiles.FirstPiece(lines, together);
            long height = Math.Min(piece.Lines * 4, _vertical.Small - piece.Line * 4);
            float* target = to + (piece.Image * _g.Groups * _results + block * BlockWidth) * ResultPlane + piece.Line * 4 * columns;
            long pixels = height * columns, tiles = piece.Lines * _tiles.Columns;
            for (long line = 0; line < piece.Lines; line++)
            {
                for (long column = 0; column < _tiles.Columns; column++, products += WinogradTransforms.Points * width)
                {
                    int tileLines = (int)Math.Min(4, height - line * 4), tilePixels = (int)Math.Min(4, columns - column * 4);
                    float* at = sums.Pointer + (line * 4 * columns + column * 4) * width;
                    long tile = line * _tiles.Columns + column, pixel = tile * pixels / tiles;
                    epilogue?.Expect(target + pixel, width, (tile + 1) * pixels / tiles - pixel, ResultPlane);
                    for (long result = 0; result < width; result += lanes)
                    {
                        Vector512<float> add = bias == null ? Vector512<float>.Zero : Vector512.Load(bias + block * BlockWidth + result);
                        WinogradTransforms.Result(products + result, width, add, at + result, columns * width, width, tileLines, tilePixels);
                    }
                }
            }

            for (long result = 0; result < width; result += lanes)
            {
                MatrixTranspose.Run(sums.Pointer + result, width, pixels, lanes, target + result * ResultPlane, ResultPlane);
                epilogue?.Finish(target + result * ResultPlane, lanes, pixels, ResultPlane);
            }
        }
    }
}
