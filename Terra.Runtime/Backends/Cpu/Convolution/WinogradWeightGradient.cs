namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The weight gradient of a 3 by 3 convolution of float32 images without stride: the transpose of Winograd's F(4x4, 3x3), with a quarter of the multiplications. At each of the 36
/// points of the transforms, weight[channel, result] = the sum over tiles of input[tile, channel] * gradient[tile, result]; the sums are transformed back at the end.
/// The tiles are cut into rounds and parts by the sizes alone; a part's sums are chains of fused multiply-adds over its tiles in order, and rounds and parts are added in order.
/// So the result depends on the sizes and nothing else.
/// </summary>
/// <remarks>The error is as <see cref="WinogradConvolution"/>'s, and the same switch turns it off.</remarks>
internal sealed unsafe class WinogradWeightGradient
{
    /// <summary>Channels, and results, whose sums are in the second-level cache together.</summary>
    private const long BlockChannels = 64;

    /// <summary>The most tiles between two visits of the sums.</summary>
    private const long TilesTogether = 64;

    /// <summary>Bytes of transformed inputs and gradients at a time, if blocks share them: what the last-level cache has room for.</summary>
    private const long RoundBytes = 1 << 25;

    private const long LeastChannels = 16;
    private const long LeastTilesPerPart = 32;
    private const long MostParts = 8;

    /// <summary>Elements of the system's large pages: transforms write to many places at once, more than there are small pages at hand.</summary>
    private const long LargePage = 1 << 20;

    private readonly ConvolutionGeometry _g;
    private readonly long _channels;
    private readonly long _results;
    private readonly WinogradTiles _tiles;
    private readonly long _channelBlocks;
    private readonly long _resultBlocks;
    private readonly long _parts;
    private readonly long _rounds;

    private WinogradWeightGradient(ConvolutionGeometry g)
    {
        (_g, _channels, _results) = (g, g.LargePerGroup, g.SmallPerGroup);
        _tiles = new WinogradTiles(g.Batch, g.Vertical, g.Horizontal);
        _channelBlocks = (_channels + BlockChannels - 1) / BlockChannels;
        _resultBlocks = (_results + BlockChannels - 1) / BlockChannels;
        long useful = Math.Min(MostParts / (_channelBlocks * _resultBlocks), _tiles.Count / LeastTilesPerPart);
        _parts = Math.Clamp(useful, 1, Math.Max(1, _tiles.Lines));
        long bytes = _tiles.Count * (_channels + _results) * WinogradTransforms.Points * sizeof(float);
        _rounds = Math.Clamp((bytes + RoundBytes - 1) / RoundBytes, 1, Math.Max(1, _tiles.Lines / _parts));
    }

    private static int Lanes => WinogradTransforms.Lanes;

    /// <summary>Results that a register tile takes.</summary>
    private static long TileWidth => TapKernels<float>.MaxVectors * TapKernels<float>.Lanes;

    private long LargePlane => _g.LargePixels;

    private long SmallPlane => _g.SmallPixels;

    /// <summary>Elements of a part's taps, [vector of results, channel, tap, result].</summary>
    private long PartElements => _results * _channels * 9;

    /// <summary>Whether the convolution is of the kind it computes, and costs less, by a model of the cycles of each part for a channel and sixteen results, than the direct kernel.</summary>
    public static bool Pays(ConvolutionGeometry g)
    {
        if (!WinogradTiles.Cover(g) || g.LargePerGroup < LeastChannels || g.SmallPerGroup % Lanes != 0)
        {
            return false;
        }

        var gradient = new WinogradWeightGradient(g);
        double tiles = gradient._tiles.Count, transforms = 28.0 * Lanes * tiles * (1.0 / g.LargePerGroup + 1.0 / g.SmallPerGroup);
        return 1.1 * (25 * tiles + transforms + 300 * gradient._parts) < 6.0 * g.Batch * g.SmallPixels;
    }

    /// <summary>The gradient of all groups, from row-major images.</summary>
    public static void Run(ConvolutionGeometry g, float* large, float* small, float* weight)
    {
        var gradient = new WinogradWeightGradient(g);
        for (long group = 0; group < g.Groups; group++)
        {
            gradient.Group(
                large + group * gradient._channels * gradient.LargePlane,
                small + group * gradient._results * gradient.SmallPlane,
                weight + group * gradient.PartElements);
        }
    }

    private void Group(float* large, float* small, float* weight)
    {
        using var taps = new Scratch<float>(_parts * PartElements);
        if (_channelBlocks * _resultBlocks == 1)
        {
            WorkerPool.Shared.Each(_parts, part => Alone(large, small, _tiles.Part(part, _parts), taps.Pointer + part * PartElements));
        }
        else
        {
            for (long round = 0; round < _rounds; round++)
            {
                Round(large, small, _tiles.Part(round, _rounds), taps.Pointer, round > 0);
            }
        }

        WorkerPool.Shared.Each(_results / Lanes, vector => Finish(taps.Pointer, vector, weight));
    }

    /// <summary>Some lines' share of a gradient of several blocks: what is multiplied is transformed first, then blocks take what they need. Lines are divided among the parts.</summary>
    private void Round(float* large, float* small, (long From, long To) lines, float* taps, bool accumulate)
    {
        long count = lines.To - lines.From, tiles = count * _tiles.Columns, blocks = _channelBlocks * _resultBlocks;
        var inputs = new Operand(_channels, Lanes, tiles);
        var gradients = new Operand(_results, TileWidth, tiles);
        using var inputData = new Scratch<float>(inputs.Count);
        using var gradientData = new Scratch<float>(gradients.Count);
        long inputVectors = (_channels + Lanes - 1) / Lanes, vectors = inputVectors + _results / Lanes, pieces = Math.Min(_g.Batch, count);
        WorkerPool.Shared.Each(vectors * pieces, i =>
        {
            using var scratch = new Scratch<float>(_tiles.TransformScratch);
            long vector = i / pieces, from = i % pieces * count / pieces, to = (i % pieces + 1) * count / pieces, tile = from * _tiles.Columns;
            (long From, long To) some = (lines.From + from, lines.From + to);
            if (vector < inputVectors)
            {
                Inputs(large, vector * Lanes, some, inputs, inputs.At(inputData.Pointer, vector * Lanes, tile), scratch.Pointer);
            }
            else
            {
                long result = (vector - inputVectors) * Lanes;
                Gradients(small, result, some, gradients, gradients.At(gradientData.Pointer, result, tile), scratch.Pointer);
            }
        });
        WorkerPool.Shared.Each(blocks * _parts, i =>
        {
            long part = i / blocks, channel = i % blocks / _resultBlocks * BlockChannels, result = i % _resultBlocks * BlockChannels;
            long first = part * tiles / _parts, number = (part + 1) * tiles / _parts - first, chunks = (number + TilesTogether - 1) / TilesTogether;
            using var sums = new Scratch<float>(Math.Max(LargePage, SumCount));
            for (long chunk = 0; chunk < chunks; chunk++)
            {
                long from = chunk * number / chunks, tile = first + from;
                Multiply(
                    inputs, inputs.At(inputData.Pointer, channel, tile), channel, gradients, gradients.At(gradientData.Pointer, result, tile), result,
                    (chunk + 1) * number / chunks - from, sums.Pointer, chunk > 0);
            }

            Taps(sums.Pointer, channel, result, taps + part * PartElements, accumulate);
        });
    }

    /// <summary>A part of a gradient that is a single block: what is multiplied is transformed just before.</summary>
    private void Alone(float* large, float* small, (long From, long To) lines, float* taps)
    {
        long together = Math.Max(1, TilesTogether / _tiles.Columns), most = together * _tiles.Columns;
        var inputs = new Operand(_channels, Lanes, most);
        var gradients = new Operand(_results, TileWidth, most);
        using var memory = new Scratch<float>(Math.Max(LargePage, inputs.Count + gradients.Count + SumCount + _tiles.TransformScratch));
        float* inputData = memory.Pointer, gradientData = inputData + inputs.Count, sums = gradientData + gradients.Count, scratch = sums + SumCount;
        for (long line = lines.From; line < lines.To; line += together)
        {
            (long From, long To) some = (line, Math.Min(line + together, lines.To));
            for (long channel = 0; channel < _channels; channel += Lanes)
            {
                Inputs(large, channel, some, inputs, inputs.At(inputData, channel, 0), scratch);
            }

            for (long result = 0; result < _results; result += Lanes)
            {
                Gradients(small, result, some, gradients, gradients.At(gradientData, result, 0), scratch);
            }

            Multiply(inputs, inputData, 0, gradients, gradientData, 0, (some.To - some.From) * _tiles.Columns, sums, line > lines.From);
        }

        Taps(sums, 0, 0, taps, accumulate: false);
    }

    private void Inputs(float* large, long channel, (long From, long To) lines, Operand operand, float* to, float* scratch) => _tiles.Inputs(
        large + channel * LargePlane, _g.LargeElements, Math.Min(Lanes, _channels - channel), lines, to, operand.WidthAt(channel), operand.PointStride, scratch);

    private void Gradients(float* small, long result, (long From, long To) lines, Operand operand, float* to, float* scratch) => _tiles.Gradients(
        small + result * SmallPlane, _g.SmallElements, Lanes, lines, to, operand.WidthAt(result), operand.PointStride, scratch);

    private static long SumStride => BlockChannels * TileWidth + Lanes;

    /// <summary>Elements of a block's sums, [group of results, point, channel, result].</summary>
    private static long SumCount => BlockChannels / TileWidth * WinogradTransforms.Points * SumStride;

    /// <summary>sums (+)= the products of a block's channels and results over some tiles.</summary>
    private void Multiply(
        Operand inputs, float* input, long channel, Operand gradients, float* gradient, long result, long tiles, float* sums, bool accumulate)
    {
        long channels = Math.Min(BlockChannels, _channels - channel), results = Math.Min(BlockChannels, _results - result);
        nint* offsets = stackalloc nint[(int)tiles];
        for (long tile = 0; tile < tiles; tile++)
        {
            offsets[tile] = (nint)(tile * Lanes * sizeof(float));
        }

        float* zeros = stackalloc float[(int)TileWidth];
        new Span<float>(zeros, (int)TileWidth).Clear();
        (int Rows, int Vectors) shape = default;
        TapKernel? kernel = null;
        for (long point = 0; point < WinogradTransforms.Points; point++)
        {
            for (long r = 0; r < results; r += TileWidth)
            {
                long width = Math.Min(TileWidth, results - r);
                int vectors = (int)(width / TapKernels<float>.Lanes);
                float* b = gradient + r / TileWidth * gradients.GroupStride + point * gradients.PointStride;
                float* c = sums + (r / TileWidth * WinogradTransforms.Points + point) * SumStride;
                nint row = (nint)(width * sizeof(float));
                for (long first = 0; first < channels; first += Lanes)
                {
                    long count = Math.Min(Lanes, channels - first), parts = (count + TapKernels<float>.MaxRows(vectors) - 1) / TapKernels<float>.MaxRows(vectors);
                    for (long part = 0; part < parts; part++)
                    {
                        long at = part * count / parts;
                        int rows = (int)((part + 1) * count / parts - at);
                        if (kernel is null || shape != (rows, vectors))
                        {
                            shape = (rows, vectors);
                            kernel = TapKernels<float>.Get(1, rows, 1, vectors);
                        }

                        float* a = input + first / Lanes * inputs.GroupStride + point * inputs.PointStride + at;
                        byte* to = (byte*)(c + (first + at) * width);
                        kernel(
                            (byte*)a, 0, offsets, (nint)tiles, (byte*)b, accumulate ? to : (byte*)zeros, accumulate ? row : 0, 0, to, row, 0, (byte*)b, 0);
                    }
                }
            }
        }
    }

    /// <summary>A block's sums to taps, [vector of results, channel, tap, result], or added to them.</summary>
    private void Taps(float* sums, long channel, long result, float* taps, bool accumulate)
    {
        float* more = stackalloc float[9 * Lanes];
        long channels = Math.Min(BlockChannels, _channels - channel), results = Math.Min(BlockChannels, _results - result);
        for (long r = 0; r < results; r += Lanes)
        {
            long width = Math.Min(TileWidth, results - r / TileWidth * TileWidth);
            float* from = sums + r / TileWidth * WinogradTransforms.Points * SumStride + r % TileWidth;
            float* to = taps + ((result + r) * _channels + channel * Lanes) * 9;
            for (long c = 0; c < channels; c++)
            {
                float* at = to + c * 9 * Lanes;
                WinogradTransforms.Taps(from + c * width, SumStride, accumulate ? more : at);
                if (accumulate)
                {
                    WinogradTransforms.Add(at, more, 9);
                }
            }
        }
    }

    /// <summary>Adds the parts of sixteen results in order and turns [channel, tap, result] to [result, channel, tap].</summary>
    private void Finish(float* taps, long vector, float* weight)
    {
        long columns = _channels * 9;
        float* total = taps + vector * columns * Lanes;
        for (long part = 1; part < _parts; part++)
        {
            WinogradTransforms.Add(total, total + part * PartElements, columns);
        }

        MatrixTranspose.Run(total, Lanes, columns, Lanes, weight + vector * Lanes * columns, columns);
    }

    /// <summary>
    /// Where transformed tiles are: [group of channels, point, tile, channel in group], the groups all of <paramref name="width"/> but the last, which may be narrower.
    /// </summary>
    private readonly struct Operand(long channels, long width, long tiles)
    {
        /// <summary>Elements between two points: a little more than they take, so that the same places of all points do not share a set of the cache.</summary>
        public long PointStride { get; } = tiles * width + Lanes;

        public long GroupStride => WinogradTransforms.Points * PointStride;

        public long Count => (channels + width - 1) / width * GroupStride;

        /// <summary>Elements between two tiles of a channel.</summary>
        public long WidthAt(long channel) => width == Lanes ? width : Math.Min(width, channels - channel / width * width);

        public float* At(float* data, long channel, long tile) => data + channel / width * GroupStride + tile * WidthAt(channel) + channel % width;
    }
}
