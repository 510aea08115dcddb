using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>One window's extent in one dimension: positions Start, Start + Step ... below End; Padded counts those in the padding too.</summary>
internal readonly record struct PoolRange(long Start, long End, long Step, long Padded);

/// <summary>
/// The windows of a pooling: which planes, rows and columns each result plane, row and column covers. Two-dimensional pooling has one plane of one.
/// </summary>
internal sealed class PoolWindows
{
    private static readonly PoolRange[] s_single = [new PoolRange(0, 1, 1, 1)];

    private readonly bool _countPadding;
    private readonly long _divisor;

    /// <summary><paramref name="axes"/> are the windows along the last dimensions of a tensor of the given sizes.</summary>
    private PoolWindows(ReadOnlySpan<long> sizes, PoolRange[][] axes, bool countPadding = false, long divisor = 0)
    {
        (Depth, Height, Width) = (axes.Length == 3 ? sizes[^3] : 1, sizes[^2], sizes[^1]);
        (Planes, Rows, Columns) = (axes.Length == 3 ? axes[0] : s_single, axes[^2], axes[^1]);
        (_countPadding, _divisor) = (countPadding, divisor);
    }

    public long Depth { get; }

    public long Height { get; }

    public long Width { get; }

    public PoolRange[] Planes { get; }

    public PoolRange[] Rows { get; }

    public PoolRange[] Columns { get; }

    public long OutHeight => Rows.Length;

    public long OutWidth => Columns.Length;

    /// <summary>Whether all windows lie in one plane.</summary>
    public bool IsPlanar => Depth == 1 && Planes is [{ Start: 0, End: 1 }];

    /// <summary>Whether there is one window, of all elements.</summary>
    public bool IsWhole => OutVolume == 1 && Covers(Planes[0], Depth) && Covers(Rows[0], Height) && Covers(Columns[0], Width);

    /// <summary>Elements that are pooled together.</summary>
    public long Volume => Depth * Height * Width;

    /// <summary>Results of as many elements.</summary>
    public long OutVolume => Planes.Length * OutHeight * OutWidth;

    /// <summary>What an average divides by.</summary>
    public long Divisor(PoolRange planes, PoolRange rows, PoolRange columns) => _divisor != 0 ? _divisor
        : _countPadding ? planes.Padded * rows.Padded * columns.Padded
        : (planes.End - planes.Start) * (rows.End - rows.Start) * (columns.End - columns.Start);

    /// <summary>Attributes 0 to 4: kernel_size, stride, padding, dilation, ceil_mode.</summary>
    public static PoolWindows Max(OpInvocation call, TensorImpl input, int dimensions) =>
        new(input.Sizes, Axes(call, input, dimensions, call.Ints(3), call.Bool(4)));

    /// <summary>Attributes 0 to 5: kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override (absent: none).</summary>
    public static PoolWindows Average(OpInvocation call, TensorImpl input, int dimensions) => new(
        input.Sizes, Axes(call, input, dimensions, [1], call.Bool(3)), call.Bool(4), call.OptionalInts(5) is [var divisor] ? divisor : 0);

    /// <summary>Windows that share a plane or volume out evenly: floor(i * size / count) up to ceil((i + 1) * size / count).</summary>
    public static PoolWindows Adaptive(TensorImpl large, TensorImpl small, int dimensions)
    {
        var axes = new PoolRange[dimensions][];
        for (int axis = 0; axis < dimensions; axis++)
        {
            int d = large.Rank - dimensions + axis;
            axes[axis] = AdaptiveAxis(large.Sizes[d], small.Sizes[d]);
        }

        return new PoolWindows(large.Sizes, axes);
    }

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

    private static PoolRange[][] Axes(OpInvocation call, TensorImpl input, int dimensions, long[] dilation, bool ceil)
    {
        long[] kernel = call.Ints(0), stride = call.Ints(1), padding = call.Ints(2);
        var axes = new PoolRange[dimensions][];
        for (int axis = 0; axis < dimensions; axis++)
        {
            axes[axis] = Axis(
                input.Sizes[input.Rank - dimensions + axis], At(kernel, axis), Stride(stride, kernel, axis), At(padding, axis), At(dilation, axis), ceil);
        }

        return axes;
    }

    private static bool Covers(PoolRange range, long size) => range is { Start: 0, Step: 1 } && range.End == size;

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
