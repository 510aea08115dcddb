using System.Numerics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Convolution without patches: a task copies the part of the source that its region of the result reads into a padded band that stays in the
/// second-level cache, and register tiles of pixels times channels read the band through a table of tap offsets. Each number is its bias
/// plus one chain of fused multiply-adds over (channel, tap), whatever the blocks, regions and threads. Computes a convolution or, phase by phase, its data gradient.
/// </summary>
internal sealed unsafe class DirectConvolution<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Terms of a sum between two visits of the result: the weights of as many stay in the first-level cache, beside the pixels a tile reads.</summary>
    private const long DepthBlock = 96;

    private const long PixelsPerRegion = 1024;
    private const long BandBytes = 1 << 19;
    private const long ParallelWork = 1 << 18;

    private readonly long _batch;
    private readonly long _groups;
    private readonly long _channels;
    private readonly long _results;
    private readonly ConvolutionPhase[] _depth;
    private readonly ConvolutionPhase[] _vertical;
    private readonly ConvolutionPhase[] _horizontal;
    private readonly long _sourcePixels;
    private readonly long _resultPixels;
    private readonly PhaseCombination[] _phases;
    private readonly long _kernelPixels;
    private readonly long _interleave;
    private readonly ConvolutionWeights<T> _weights;
    private readonly ConvolutionRegion[] _regions;

    private DirectConvolution(ConvolutionGeometry g, bool toLarge)
    {
        (_batch, _groups) = (g.Batch, g.Groups);
        (_channels, _results) = toLarge ? (g.SmallPerGroup, g.LargePerGroup) : (g.LargePerGroup, g.SmallPerGroup);
        (_sourcePixels, _resultPixels) = toLarge ? (g.SmallPixels, g.LargePixels) : (g.LargePixels, g.SmallPixels);
        Func<ConvolutionAxis, ConvolutionPhase[]> phases = toLarge ? ConvolutionPhase.ToLarge : ConvolutionPhase.ToSmall;
        (_depth, _vertical, _horizontal) = (phases(g.Depth), phases(g.Vertical), phases(g.Horizontal));
        _phases = PhaseCombination.Of(g, toLarge);
        _kernelPixels = g.KernelPixels;
        _interleave = _horizontal[0].Axis.Step;
        _weights = new ConvolutionWeights<T>(_groups, _channels, _results, _kernelPixels);
        (long planes, long lines, long width) = toLarge
            ? (g.Depth.Large, g.Vertical.Large, g.Horizontal.Large)
            : (g.Depth.Small, g.Vertical.Small, g.Horizontal.Small);
        long perPixel = Math.Max(1, _channels * sizeof(T) * _sourcePixels / Math.Max(_resultPixels, 1));
        _regions = ConvolutionRegion.Cut(_batch, planes, lines, width, Math.Clamp(BandBytes / perPixel, 64, PixelsPerRegion));
    }

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    public static void Run(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge, Epilogue? epilogue)
    {
        var convolution = new DirectConvolution<T>(g, toLarge);
        ConvolutionWeights<T> weights = convolution._weights;
        using var packed = new Scratch<T>(weights.Count);
        using var biases = new Scratch<T>(weights.BiasCount);
        weights.Pack(weight, convolution._phases, toLarge, packed.Pointer);
        weights.PackBias(bias, biases.Pointer);
        convolution.Run(from, packed.Pointer, biases.Pointer, to, epilogue);
    }

    private void Run(T* from, T* packed, T* biases, T* to, Epilogue? epilogue)
    {
        bool parallel = (double)_batch * _resultPixels * _results * _channels * _kernelPixels >= ParallelWork;
        long wanted = parallel ? 2 * WorkerPool.Shared.NumThreads : 1, shares = Math.Clamp((wanted + _regions.Length - 1) / Math.Max(_regions.Length, 1), 1, _weights.Blocks);
        void Tasks(long first, long end)
        {
            for (long task = first; task < end; task++)
            {
                long share = task % shares;
                new RegionTask(this, _regions[task / shares], share * _weights.Blocks / shares, (share + 1) * _weights.Blocks / shares).Run(from, packed, biases, to, epilogue);
            }
        }

        long count = _regions.Length * shares;
        if (parallel)
        {
            WorkerPool.Shared.For(count, 1, Tasks);
        }
        else
        {
            Tasks(0, count);
        }
    }

    /// <summary>One region of the result, in a range of channel blocks of each group.</summary>
    private readonly struct RegionTask(DirectConvolution<T> owner, ConvolutionRegion region, long firstBlock, long lastBlock)
    {
        public void Run(T* from, T* packed, T* biases, T* to, Epilogue? epilogue)
        {
            ConvolutionRegion r = region;
            var band = new ConvolutionBand<T>(
                r.Images,
                ConvolutionPhase.Reach(owner._depth, r.Plane, r.Plane + r.Planes),
                ConvolutionPhase.Reach(owner._vertical, r.Line, r.Line + r.Lines),
                ConvolutionPhase.Reach(owner._horizontal, 0, r.Width),
                owner._interleave);
            using var source = new Scratch<T>(owner._channels * band.ChannelStride);
            using var sums = new Scratch<T>(r.Pixels * ConvolutionWeights<T>.BlockWidth);
            TapTiles<T>[] tiles = Plan(band);
            long perResult = owner._channels * owner._kernelPixels, sourceElements = owner._groups * owner._channels * owner._sourcePixels;
            for (long group = 0; group < owner._groups; group++)
            {
                band.Fill(
                    from + r.Image * sourceElements + group * owner._channels * owner._sourcePixels,
                    owner._channels,
                    owner._sourcePixels,
                    sourceElements,
                    owner._depth[0].Axis.SourceSize,
                    owner._vertical[0].Axis.SourceSize,
                    owner._horizontal[0].Axis.SourceSize,
                    source.Pointer);
                for (long block = firstBlock; block < lastBlock; block++)
                {
                    long at = group * owner._weights.PackedResults + block * ConvolutionWeights<T>.BlockWidth;
                    foreach (TapTiles<T> phase in tiles)
                    {
                        phase.Run(source.Pointer, packed + at * perResult, biases + at, sums.Pointer, owner._weights.VectorsOf(block));
                    }

                    T* target = to + (group * owner._results + block * ConvolutionWeights<T>.BlockWidth) * owner._resultPixels;
                    Write(sums.Pointer, owner._weights.VectorsOf(block), owner._weights.ResultsOf(block), target, epilogue);
                }
            }
        }

        private TapTiles<T>[] Plan(ConvolutionBand<T> band)
        {
            var tiles = new TapTiles<T>[owner._phases.Length];
            long tapsBefore = 0;
            for (int i = 0; i < tiles.Length; i++)
            {
                PhaseCombination phase = owner._phases[i];
                tiles[i] = new TapTiles<T>(band, region, owner._channels, Math.Max(1, DepthBlock / Math.Max(phase.Taps.Length, 1)), tapsBefore, phase);
                tapsBefore += phase.Taps.Length;
            }

            return tiles;
        }

        /// <summary>[pixel, channel] to [channel, pixel].</summary>
        private void Write(T* sums, int vectors, long results, T* to, Epilogue? epilogue)
        {
            ConvolutionRegion r = region;
            long width = vectors * TapKernels<T>.Lanes, pixels = r.Pixels / r.Images, elements = owner._groups * owner._results * owner._resultPixels;
            long lines = owner._vertical.Sum(p => p.Axis.Positions);
            for (long image = 0; image < r.Images; image++)
            {
                T* target = to + (r.Image + image) * elements + (r.Plane * lines + r.Line) * r.Width;
                for (long result = 0; result < results; result += 8)
                {
                    long together = Math.Min(8, results - result);
                    T* first = target + result * owner._resultPixels;
                    MatrixTranspose.Run(sums + image * pixels * width + result, width, pixels, together, first, owner._resultPixels);
                    epilogue?.Finish(first, together, pixels, owner._resultPixels);
                }
            }
        }
    }
}
