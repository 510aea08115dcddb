namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A convolution's weights as its register tiles read them: [group, block of results, phase, channel, tap of the phase, result in block], with the
/// results of a group made up to whole vectors by zeros. Blocks are <see cref="BlockWidth"/> wide, a group's last may be narrower.
/// </summary>
internal sealed unsafe class ConvolutionWeights<T>(long groups, long channels, long results, long kernelPixels)
    where T : unmanaged
{
    private const long ElementsPerTask = 65536;

    /// <summary>Elements of a filter whose packed lines stay in the first-level cache until all filters of a block are there.</summary>
    private const long ElementsInCache = 64;

    public static int BlockWidth => TapKernels<T>.MaxVectors * TapKernels<T>.Lanes;

    /// <summary>Results of a group, made up to whole vectors.</summary>
    public long PackedResults { get; } = (results + TapKernels<T>.Lanes - 1) / TapKernels<T>.Lanes * TapKernels<T>.Lanes;

    /// <summary>Blocks of a group.</summary>
    public long Blocks { get; } = (results + BlockWidth - 1) / BlockWidth;

    public long Count => groups * PackedResults * channels * kernelPixels;

    public long BiasCount => groups * PackedResults;

    public int VectorsOf(long block) => (int)(Math.Min(PackedResults - block * BlockWidth, BlockWidth) / TapKernels<T>.Lanes);

    public long ResultsOf(long block) => Math.Min(results - block * BlockWidth, BlockWidth);

    /// <summary>Packs [group, result, channel, tap], or with <paramref name="turned"/> (for a data gradient) [group, channel, result, tap].</summary>
    public void Pack(T* weight, PhaseCombination[] phases, bool turned, T* packed)
    {
        long perResult = channels * kernelPixels;
        WorkerPool.Shared.For(groups * Blocks, Math.Max(1, ElementsPerTask / Math.Max(1, perResult * BlockWidth)), (from, to) =>
        {
            for (long i = from; i < to; i++)
            {
                long group = i / Blocks, block = i % Blocks, count = ResultsOf(block);
                int width = VectorsOf(block) * TapKernels<T>.Lanes;
                T* target = packed + (group * PackedResults + block * BlockWidth) * perResult;
                if (count < width)
                {
                    new Span<T>(target, checked((int)(width * perResult))).Clear();
                }

                if (turned)
                {
                    PackTurned(weight + (group * channels * results + block * BlockWidth) * kernelPixels, phases, count, width, target);
                }
                else
                {
                    for (long at = 0; at < perResult; at += ElementsInCache)
                    {
                        T* filters = weight + (group * results + block * BlockWidth) * perResult + at;
                        for (long filter = 0; filter < count; filter++)
                        {
                            CacheLines.Prefetch(filters + filter * perResult + ElementsInCache, ElementsInCache * sizeof(T));
                        }

                        MatrixTranspose.Run(filters, perResult, count, Math.Min(ElementsInCache, perResult - at), target + at * width, width);
                    }
                }
            }
        });
    }

    /// <summary>The biases of all groups in the order of the packed results; null means zeros.</summary>
    public void PackBias(T* bias, T* packed)
    {
        new Span<T>(packed, checked((int)BiasCount)).Clear();
        for (long group = 0; bias != null && group < groups; group++)
        {
            new ReadOnlySpan<T>(bias + group * results, (int)results).CopyTo(new Span<T>(packed + group * PackedResults, (int)results));
        }
    }

    private void PackTurned(T* weight, PhaseCombination[] phases, long count, int width, T* target)
    {
        if (phases.Length == 1)
        {
            for (long channel = 0; channel < channels; channel++)
            {
                CacheLines.Prefetch(weight + (channel + 1) * results * kernelPixels, count * kernelPixels * sizeof(T));
                MatrixTranspose.Run(weight + channel * results * kernelPixels, kernelPixels, count, kernelPixels, target + channel * kernelPixels * width, width);
            }

            return;
        }

        using var turned = new Scratch<T>(kernelPixels * width);
        for (long channel = 0; channel < channels; channel++)
        {
            CacheLines.Prefetch(weight + (channel + 1) * results * kernelPixels, count * kernelPixels * sizeof(T));
            MatrixTranspose.Run(weight + channel * results * kernelPixels, kernelPixels, count, kernelPixels, turned.Pointer, width);
            T* before = target;
            foreach (PhaseCombination phase in phases)
            {
                int taps = phase.Taps.Length;
                for (int tap = 0; tap < taps; tap++)
                {
                    T* filter = turned.Pointer + phase.Taps[tap].KernelIndex * width;
                    new ReadOnlySpan<T>(filter, (int)count).CopyTo(new Span<T>(before + (channel * taps + tap) * width, (int)count));
                }

                before += channels * taps * width;
            }
        }
    }
}
