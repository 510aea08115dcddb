using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The gradients of layer normalization for blocks of rows: each row is read while it lies in the cache, for its own gradient and for the sums over rows that the
/// gradients of weight and bias are. Blocks are summed in order, whatever the threads.
/// </summary>
internal sealed unsafe class LayerNormGradient<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const long RowsPerBlock = 64;

    public required long RowCount { get; init; }

    public required long Width { get; init; }

    /// <summary>Gradient of the result, [rows, width].</summary>
    public required nint Gradient { get; init; }

    /// <summary>What was normalized, [rows, width].</summary>
    public required nint Input { get; init; }

    /// <summary>Per row.</summary>
    public required nint Means { get; init; }

    /// <summary>One over the standard deviation, per row.</summary>
    public required nint Deviations { get; init; }

    /// <summary>[width], or zero.</summary>
    public required nint Weight { get; init; }

    /// <summary>Where the gradient of the input goes, or zero if it is not wanted.</summary>
    public nint InputGradient { get; init; }

    /// <summary>Where that of the weight goes, or zero.</summary>
    public nint WeightGradient { get; init; }

    /// <summary>Where that of the bias goes, or zero.</summary>
    public nint BiasGradient { get; init; }

    private long Padded => Rows.Padded<T>(Width);

    private bool HasSums => WeightGradient != 0 || BiasGradient != 0;

    public void Run()
    {
        long blocks = (RowCount + RowsPerBlock - 1) / RowsPerBlock;
        using Scratch<T> sums = HasSums ? Scratch<T>.Zeroed(2 * Padded * blocks) : default;
        nint partial = (nint)sums.Pointer;
        WorkerPool.Shared.For(blocks, Math.Max(1, 16384 / Math.Max(1, Width * RowsPerBlock)), (first, end) =>
        {
            for (long block = first; block < end; block++)
            {
                T* weights = HasSums ? (T*)partial + (2 * Padded * block) : null;
                for (long row = block * RowsPerBlock; row < Math.Min(RowCount, (block + 1) * RowsPerBlock); row++)
                {
                    Row(row, weights);
                }
            }
        });
        Total((T*)partial, blocks, WeightGradient);
        Total((T*)partial + Padded, blocks, BiasGradient);
    }

    /// <summary>Adds up the blocks' sums for all columns.</summary>
    private void Total(T* partial, long blocks, nint destination)
    {
        if (destination == 0)
        {
            return;
        }

        T* total = (T*)destination;
        new Span<T>(total, checked((int)Width)).Clear();
        for (long block = 0; block < blocks; block++)
        {
            RowMath.Add(total, partial + (2 * Padded * block), total, Width);
        }
    }

    private void Row(long row, T* weights)
    {
        T* gradient = (T*)Gradient + (row * Width), x = (T*)Input + (row * Width);
        T mean = ((T*)Means)[row], deviation = ((T*)Deviations)[row], count = T.CreateTruncating(Width);
        Sums(gradient, x, (T*)Weight, weights, weights + Padded, Width, mean, deviation, out T sum, out T dot);
        if (InputGradient != 0)
        {
            Differentiate(gradient, x, (T*)Weight, (T*)InputGradient + (row * Width), Width, mean, deviation, sum / count, dot / count);
        }
    }

    /// <summary>Sums of the scaled gradient and of its products with the normalized row; adds the row to the sums over rows, unless they are null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(T* gradient, T* x, T* weight, T* weights, T* biases, long width, T mean, T deviation, out T sum, out T dot)
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> center = Vector512.Create(mean), scale = Vector512.Create(deviation);
        Vector512<T> sum0 = Vector512<T>.Zero, dot0 = sum0, sum1 = sum0, dot1 = sum0;
        for (long at = 0; at < width; at += lanes)
        {
            bool isWhole = at + lanes <= width;
            Vector512<T> incoming = isWhole ? Vector512.Load(gradient + at) : Rows.LoadTail(gradient + at, width - at, T.Zero);
            Vector512<T> value = isWhole ? Vector512.Load(x + at) : Rows.LoadTail(x + at, width - at, T.Zero);
            Vector512<T> normalized = (value - center) * scale;
            if (weights != null)
            {
                (Vector512.Load(weights + at) + (incoming * normalized)).Store(weights + at);
                (Vector512.Load(biases + at) + incoming).Store(biases + at);
            }

            if (weight != null)
            {
                incoming *= isWhole ? Vector512.Load(weight + at) : Rows.LoadTail(weight + at, width - at, T.Zero);
            }

            (sum0, sum1) = (sum1, sum0 + incoming);
            (dot0, dot1) = (dot1, dot0 + (incoming * normalized));
        }

        sum = Rows.Fold(sum0 + sum1);
        dot = Rows.Fold(dot0 + dot1);
    }

    /// <summary>(gradient * weight - meanSum - normalized * meanDot) / standard deviation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Differentiate(T* gradient, T* x, T* weight, T* to, long width, T mean, T deviation, T meanSum, T meanDot)
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> center = Vector512.Create(mean), scale = Vector512.Create(deviation), sum = Vector512.Create(meanSum), dot = Vector512.Create(meanDot);
        for (long at = 0; at < width; at += lanes)
        {
            bool isWhole = at + lanes <= width;
            Vector512<T> incoming = isWhole ? Vector512.Load(gradient + at) : Rows.LoadTail(gradient + at, width - at, T.Zero);
            Vector512<T> value = isWhole ? Vector512.Load(x + at) : Rows.LoadTail(x + at, width - at, T.Zero);
            if (weight != null)
            {
                incoming *= isWhole ? Vector512.Load(weight + at) : Rows.LoadTail(weight + at, width - at, T.Zero);
            }

            Vector512<T> result = (incoming - sum - ((value - center) * scale * dot)) * scale;
            if (isWhole)
            {
                result.Store(to + at);
            }
            else
            {
                Rows.StoreTail(result, to + at, width - at);
            }
        }
    }
}
