using System.Collections.Concurrent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The values a reduction takes, as <see cref="Outer"/> × <see cref="Rows"/> × <see cref="Columns"/> in row-major order: kept dimensions, reduced ones, and, where
/// <see cref="ByColumns"/>, the kept dimensions after the last reduced one.
/// </summary>
internal sealed unsafe class ReductionSource
{
    /// <summary>From this many trailing kept elements on, columns are reduced side by side.</summary>
    public const int MinColumns = 16;

    private static readonly ConcurrentDictionary<DType, PointwiseProgram> s_plain = new();

    private readonly StridedSpace _space;
    private readonly StridedRun _run;
    private readonly nint _data;
    private readonly int _size;

    private ReductionSource(
        StridedSpace space, StridedRun run, nint data, int size, long outer, long rows, long columns, long rowStride)
    {
        _space = space;
        _run = run;
        _data = data;
        _size = size;
        Outer = outer;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
    }

    /// <summary>What lies in memory are the roots of the values: the producer multiplies its input by itself.</summary>
    public bool Squares { get; private init; }

    public long Outer { get; }

    /// <summary>Number of values each result combines.</summary>
    public long Rows { get; }

    public long Columns { get; }

    public bool ByColumns => Columns > 1;

    /// <summary>Where values lie in memory: bytes from one reduced element to the next, or zero if that varies.</summary>
    public long RowStride { get; }

    /// <param name="producer">A kernel with one output and no use of element indices.</param>
    /// <param name="inputs">Its inputs; they broadcast to <paramref name="shape"/>.</param>
    /// <param name="shape">The iteration space.</param>
    /// <param name="reduced">For each dimension, whether it is reduced.</param>
    /// <param name="scalars">Scalar slots; the memory outlives the source.</param>
    /// <exception cref="ArgumentException">The producer depends on element indices.</exception>
    public static ReductionSource Create(
        PointwiseKernel producer, ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<long> shape, ReadOnlySpan<bool> reduced, long* scalars)
    {
        if (producer.UsesLinearIndex)
        {
            throw new ArgumentException($"a program that uses element indices or random numbers cannot be fused into a reduction:\n{producer.Program}");
        }

        long columns = 1, rows = 1, outer = 1;
        int tail = shape.Length;
        while (tail > 0 && !reduced[tail - 1])
        {
            columns *= shape[--tail];
        }

        if (tail == 0 || columns < MinColumns)
        {
            tail = shape.Length;
            columns = 1;
        }

        var order = new List<int>(shape.Length);
        for (int dim = 0; dim < tail; dim++)
        {
            if (!reduced[dim])
            {
                order.Add(dim);
                outer *= shape[dim];
            }
        }

        int reducedFrom = order.Count;
        for (int dim = 0; dim < tail; dim++)
        {
            if (reduced[dim])
            {
                order.Add(dim);
                rows *= shape[dim];
            }
        }

        int reducedTo = order.Count;
        order.AddRange(Enumerable.Range(tail, shape.Length - tail));
        var sizes = new long[order.Count];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = shape[order[i]];
        }

        int size = producer.ElementSizes[0];
        var strides = new long[inputs.Length + 1][];
        var pointers = new nint[inputs.Length + 1];
        strides[0] = StridedSpace.RowMajorStrides(sizes, size);
        for (int input = 0; input < inputs.Length; input++)
        {
            long[] own = StridedSpace.BroadcastStrides(inputs[input], shape);
            strides[input + 1] = [.. order.Select(dim => own[dim])];
            pointers[input + 1] = inputs[input].Pointer;
        }

        var space = new StridedSpace(sizes, strides, mayReorder: false);
        var run = new StridedRun(producer, pointers, space, scalars);
        IrNode value = producer.Program.Outputs[0];
        if (value.Op != IrOp.Input)
        {
            bool squares = columns == 1 && value.Op == IrOp.Mul && value.Sources[0].Op == IrOp.Input && value.Sources[0] == value.Sources[1];
            return new ReductionSource(space, run, squares ? pointers[1] : 0, size, outer, rows, columns, 0) { Squares = squares };
        }

        var rowSpace = new StridedSpace(
            sizes.AsSpan(reducedFrom..reducedTo), [strides[1][reducedFrom..reducedTo]], mayReorder: false);
        long rowStride = rowSpace.Rank <= 1 ? rowSpace.InnerStride(0) : 0;
        return new ReductionSource(space, run, pointers[1], size, outer, rows, columns, rowStride);
    }

    /// <summary>The producer whose values are its input's.</summary>
    public static PointwiseProgram Plain(DType dtype) => s_plain.GetOrAdd(dtype, static dtype =>
    {
        var builder = new PointwiseBuilder();
        return builder.Build(builder.NewInput(dtype));
    });

    /// <summary>Values that lie in memory side by side, such as the partial results of an earlier round.</summary>
    public static ReductionSource Contiguous(DType dtype, nint data, long outer, long rows, long columns)
    {
        PointwiseKernel copy = PointwiseKernel.Get(Plain(dtype));
        int size = dtype.SizeInBytes();
        long[] sizes = [outer, rows, columns], strides = StridedSpace.RowMajorStrides(sizes, size);
        var space = new StridedSpace(sizes, [strides, strides], mayReorder: false);
        return new ReductionSource(space, new StridedRun(copy, [0, data], space, null), data, size, outer, rows, columns, columns * size);
    }

    /// <summary>Computes the values of a linear range into <paramref name="buffer"/>.</summary>
    public void Read(long from, long to, byte* buffer) => _run.RunRange(from, to, buffer);

    /// <summary>How many values (or their roots, see <see cref="Squares"/>) lie in memory side by side from that one of a linear index on.</summary>
    public long SideBySide(long first) =>
        _data != 0 && _space.InnerStride(1) == _size ? _space.InnerSize - (first % _space.InnerSize) : 0;

    /// <summary>The values (or their roots) of a linear range where they are in memory, or null if they are not there side by side.</summary>
    public byte* InPlace(long first, long count) => count <= SideBySide(first) ? (byte*)_data + _space.Offset(1, first) : null;
}
