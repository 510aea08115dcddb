using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>One window's extent in one dimension: positions Start, Start + Step ... below End; Padded counts those in the padding too.</summary>
internal readonly record struct PoolRange(long Start, long End, long Step, long Padded);

/// <summary>The windows of a two-dimensional pooling: which rows and columns each result row and column covers.</summary>
internal sealed class PoolWindows
{
    private readonly bool _countPadding;
    private readonly long _divisor;

    private PoolWindows(long height, long width, PoolRange[] rows, PoolRange[] columns, bool countPadding, long divisor)
    {
        (Height, Width, Rows, Columns) = (height, width, rows, columns);
        (_countPadding, _divisor) = (countPadding, divisor);
    }

    public long Height { get; }

    public long Width { get; }

    public PoolRange[] Rows { get; }

    public PoolRange[] Columns { get; }

    public long OutHeight => Rows.Length;

    public long OutWidth => Columns.Length;

    /// <summary>What an average divides by.</summary>
    public long Divisor(PoolRange rows, PoolRange columns) => _divisor != 0 ? _divisor
        : _countPadding ? rows.Padded * columns.Padded
        : (rows.End - rows.Start) * (columns.End - columns.Start);

    /// <summary>Attributes 0 to 4: kernel_size, stride, padding, dilation, ceil_mode.</summary>
    public static PoolWindows Max(OpInvocation call, TensorImpl input)
    {
        long height = input.Sizes[^2], width = input.Sizes[^1];
        long[] kernel = call.Ints(0), stride = call.Ints(1), padding = call.Ints(2), dilation = call.Ints(3);
        bool ceil = call.Bool(4);
        return new PoolWindows(
            height,
            width,
            Axis(height, At(kernel, 0), Stride(stride, kernel, 0), At(padding, 0), At(dilation, 0), ceil),
            Axis(width, At(kernel, 1), Stride(stride, kernel, 1), At(padding, 1), At(dilation, 1), ceil),
            countPadding: false,
            divisor: 0);
    }

    /// <summary>Attributes 0 to 5: kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override (absent: none).</summary>
    public static PoolWindows Average(OpInvocation call, TensorImpl input)
    {
        long height = input.Sizes[^2], width = input.Sizes[^1];
        long[] kernel = call.Ints(0), stride = call.Ints(1), padding = call.Ints(2);
        bool ceil = call.Bool(3);
        return new PoolWindows(
            height,
            width,
            Axis(height, At(kernel, 0), Stride(stride, kernel, 0), At(padding, 0), 1, ceil),
            Axis(width, At(kernel, 1), Stride(stride, kernel, 1), At(padding, 1), 1, ceil),
            call.Bool(4),
            call.OptionalInts(5) is [var divisor] ? divisor : 0);
    }

    /// <summary>Windows that share a plane out evenly: floor(i * size / count) up to ceil((i + 1) * size / count).</summary>
    public static PoolWindows Adaptive(TensorImpl large, TensorImpl small) => new(
        large.Sizes[^2],
        large.Sizes[^1],
        AdaptiveAxis(large.Sizes[^2], small.Sizes[^2]),
        AdaptiveAxis(large.Sizes[^1], small.Sizes[^1]),
        countPadding: false,
        divisor: 0);

    /// <summary>Number of windows along a dimension. In ceil mode a last window may hang over, but must begin inside of the image or its left padding.</summary>
    public static long Count(long size, long kernel, long stride, long padding, long dilation, bool ceil)
    {
        long room = size + 2 * padding - dilation * (kernel - 1) - 1 + (ceil ? stride - 1 : 0);
        long count = (room >= 0 ? room / stride : -((-room + stride - 1) / stride)) + 1;
        return ceil && (count - 1) * stride >= size + padding ? count - 1 : count;
    }

    public static long At(long[] list, int dimension) => list.Length == 1 ? list[0] : list[dimension];

    /// <summary>The stride along a dimension; an empty list means the kernel size.</summary>
    public static long Stride(long[] stride, long[] kernel, int dimension) => stride.Length == 0 ? At(kernel, dimension) : At(stride, dimension);

    private static PoolRange[] Axis(long size, long kernel, long stride, long padding, long dilation, bool ceil)
    {
        var ranges = new PoolRange[Count(size, kernel, stride, padding, dilation, ceil)];
        for (long i = 0; i < ranges.Length; i++)
        {
            long start = i * stride - padding, end = Math.Min(start + (kernel - 1) * dilation + 1, size + padding);
            long padded = end - start;
            while (start < 0)
            {
                start += dilation;
            }

            ranges[i] = new PoolRange(start, Math.Min(end, size), dilation, padded);
        }

        return ranges;
    }

    private static PoolRange[] AdaptiveAxis(long size, long count)
    {
        var ranges = new PoolRange[count];
        for (long i = 0; i < count; i++)
        {
            long start = i * size / count, end = ((i + 1) * size + count - 1) / count;
            ranges[i] = new PoolRange(start, end, 1, end - start);
        }

        return ranges;
    }
}
