using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The gradients of layer normalization, or of the one by the root mean square, for blocks of rows: each row is read while it lies in the cache, for its own gradient and
/// for the sums over rows that the gradients of weight and bias are. Blocks are summed in order, whatever the threads.
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

    /// <summary>Per row; or zero, and rows were divided by their root mean square.</summary>
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

    /// <summary>Turns rows of gradient and input into the numbers computed with, if they are stored in a 16-bit type.</summary>
    public RowConversion? Widen { get; init; }

    /// <summary>Turns rows of results into that type.</summary>
    public RowConversion? Round { get; init; }

    private long Padded => Rows.Padded<T>(Width);

    private bool HasSums => WeightGradient != 0 || BiasGradient != 0;

    public void Run()
    {
        long blocks = (RowCount + RowsPerBlock - 1) / RowsPerBlock;
        using Scratch<T> sums = HasSums ? Scratch<T>.Zeroed(2 * Padded * blocks) : default;
        using Scratch<T> factors = PaddedWeight();
        nint partial = (nint)sums.Pointer, weight = (nint)factors.Pointer;
        WorkerPool.Shared.For(blocks, Math.Max(1, 16384 / Math.Max(1, Width * RowsPerBlock)), (first, end) =>
        {
            using Scratch<T> lines = Widen is null ? default : new Scratch<T>(3 * Padded);
            for (long block = first; block < end; block++)
            {
                T* weights = HasSums ? (T*)partial + (2 * Padded * block) : null;
                for (long row = block * RowsPerBlock; row < Math.Min(RowCount, (block + 1) * RowsPerBlock); row++)
                {
                    Row(row, (T*)weight, weights, lines.Pointer);
                }
            }
        });
        Total((T*)partial, blocks, WeightGradient);
        Total((T*)partial + Padded, blocks, BiasGradient);
    }

    /// <summary>The weight, or ones, and zeros up to a whole vector.</summary>
    private Scratch<T> PaddedWeight()
    {
        var padded = Scratch<T>.Zeroed(Padded);
        var values = new Span<T>(padded.Pointer, checked((int)Width));
        if (Weight == 0)
        {
            values.Fill(T.One);
        }
        else
        {
            new ReadOnlySpan<T>((T*)Weight, values.Length).CopyTo(values);
        }

        return padded;
    }

    /// <summary>Adds up the blocks' sums for all columns.</summary>
    private void Total(T* partial, long blocks, nint destination)
    {
        if (destination == 0)
        {
            return;
        }

        using Scratch<T> wide = Round is null ? default : new Scratch<T>(Width);
        T* total = Round is null ? (T*)destination : wide.Pointer;
        new Span<T>(total, checked((int)Width)).Clear();
        for (long block = 0; block < blocks; block++)
        {
            RowMath.Add(total, partial + (2 * Padded * block), total, Width);
        }

        Round?.Run(total, (void*)destination, Width);
    }

    /// <summary>A row of a matrix in numbers to compute with, in <paramref name="line"/> unless they are stored as such.</summary>
    private T* Line(nint matrix, long row, T* line)
    {
        if (Widen is null)
        {
            return (T*)matrix + (row * Width);
        }

        Widen.Run((short*)matrix + (row * Width), line, Width);
        return line;
    }

    /// <param name="lines">Room for three rows, if they are converted.</param>
    private void Row(long row, T* weight, T* weights, T* lines)
    {
        T* gradient = Line(Gradient, row, lines), x = Line(Input, row, lines + Padded);
        T mean = Means == 0 ? T.Zero : ((T*)Means)[row], deviation = ((T*)Deviations)[row], count = T.CreateTruncating(Width);
        if (weights != null)
        {
            AddToSums(gradient, x, weights, weights + Padded, Width, mean, deviation);
        }

        if (InputGradient != 0)
        {
            (T sum, T dot) = Sums(gradient, x, weight, Width, mean, deviation);
            T* to = Round is null ? (T*)InputGradient + (row * Width) : lines + (2 * Padded);
            Differentiate(gradient, x, weight, to, Width, mean, deviation, Means == 0 ? T.Zero : sum / count, dot / count);
            Round?.Run(to, (short*)InputGradient + (row * Width), Width);
        }
    }

    /// <summary>Adds the gradient's products with the normalized row, and the gradient, to the sums over rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddToSums(T* gradient, T* x, T* weights, T* biases, long width, T mean, T deviation)
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> center = Vector512.Create(mean), scale = Vector512.Create(deviation);
        long at = 0;
        for (; at + lanes <= width; at += lanes)
        {
            Vector512<T> incoming = Vector512.Load(gradient + at);
            (Vector512.Load(weights + at) + (incoming * ((Vector512.Load(x + at) - center) * scale))).Store(weights + at);
            (Vector512.Load(biases + at) + incoming).Store(biases + at);
        }

        if (at < width)
        {
            Vector512<T> incoming = Rows.LoadTail(gradient + at, width - at, T.Zero), value = Rows.LoadTail(x + at, width - at, T.Zero);
            (Vector512.Load(weights + at) + (incoming * ((value - center) * scale))).Store(weights + at);
            (Vector512.Load(biases + at) + incoming).Store(biases + at);
        }
    }

    /// <summary>Sums of the weighted gradient and of its products with the normalized row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (T Sum, T Dot) Sums(T* gradient, T* x, T* weight, long width, T mean, T deviation)
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> center = Vector512.Create(mean), scale = Vector512.Create(deviation);
        Vector512<T> sum0 = Vector512<T>.Zero, dot0 = sum0, sum1 = sum0, dot1 = sum0;
        long at = 0;
        for (; at + (2 * lanes) <= width; at += 2 * lanes)
        {
            Vector512<T> incoming0 = Vector512.Load(gradient + at) * Vector512.Load(weight + at);
            Vector512<T> incoming1 = Vector512.Load(gradient + at + lanes) * Vector512.Load(weight + at + lanes);
            sum0 += incoming0;
            sum1 += incoming1;
            dot0 += incoming0 * ((Vector512.Load(x + at) - center) * scale);
            dot1 += incoming1 * ((Vector512.Load(x + at + lanes) - center) * scale);
        }

        if (at + lanes <= width)
        {
            Vector512<T> incoming = Vector512.Load(gradient + at) * Vector512.Load(weight + at);
            sum0 += incoming;
            dot0 += incoming * ((Vector512.Load(x + at) - center) * scale);
            at += lanes;
        }

        if (at < width)
        {
            Vector512<T> incoming = Rows.LoadTail(gradient + at, width - at, T.Zero) * Vector512.Load(weight + at);
            sum1 += incoming;
            dot1 += incoming * ((Rows.LoadTail(x + at, width - at, T.Zero) - center) * scale);
        }

        return (Rows.Fold(sum0 + sum1), Rows.Fold(dot0 + dot1));
    }

    /// <summary>(gradient * weight - meanSum - normalized * meanDot) / standard deviation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Differentiate(T* gradient, T* x, T* weight, T* to, long width, T mean, T deviation, T meanSum, T meanDot)
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> center = Vector512.Create(mean), scale = Vector512.Create(deviation), sum = Vector512.Create(meanSum), dot = Vector512.Create(meanDot);
        long at = 0;
        for (; at + lanes <= width; at += lanes)
        {
            Vector512<T> normalized = (Vector512.Load(x + at) - center) * scale;
            (((Vector512.Load(gradient + at) * Vector512.Load(weight + at)) - sum - (normalized * dot)) * scale).Store(to + at);
        }

        if (at < width)
        {
            Vector512<T> incoming = Rows.LoadTail(gradient + at, width - at, T.Zero) * Vector512.Load(weight + at);
            Vector512<T> normalized = (Rows.LoadTail(x + at, width - at, T.Zero) - center) * scale;
            Rows.StoreTail((incoming - sum - (normalized * dot)) * scale, to + at, width - at);
        }
    }
}
