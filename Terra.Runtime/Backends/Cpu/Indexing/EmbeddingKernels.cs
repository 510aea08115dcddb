using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Rows of a table by index, and the table's gradient, whose sums run in the order of the indices whatever the threads.</summary>
internal static unsafe class EmbeddingKernels
{
    private const long ElementsPerTask = 32768;

    /// <summary>Throws for an index that is no row.</summary>
    public static void CheckIndices(OpInvocation call)
    {
        using IndexList indices = new(call.Input(1));
        long rows = call.Input(0).Sizes[0];
        if (IndexRange.FirstOutside(indices.Pointer, indices.Count, 0, rows) is not null)
        {
            throw ShapeErrors.Error("index out of range in self");
        }
    }

    /// <summary>embedding(weight, indices, padding_idx).</summary>
    public static void Forward(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Lookup(call));

    /// <summary>embedding_dense_backward(grad, indices, num_weights, padding_idx).</summary>
    public static void Backward(OpInvocation call)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Backward<double>(call);
        }
        else
        {
            Backward<float>(call);
        }
    }

    private static void Backward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl result = call.Outputs[0];
        using var grad = new ContiguousData<T>(call.Input(0));
        using IndexList indices = new(call.Input(1));
        long rows = result.Sizes[0], width = result.Sizes[1], padding = call.Int(1), count = indices.Count;
        T* to = (T*)result.Pointer, from = grad.Pointer;
        long* list = indices.Pointer;
        WorkerPool.Shared.For(rows * width, ElementsPerTask, (first, end) =>
        {
            for (; first < end; first += ElementsPerTask)
            {
                new Span<T>(to + first, (int)Math.Min(ElementsPerTask, end - first)).Clear();
            }
        });
        WorkerPool.Shared.For(width, Math.Max(64, ElementsPerTask / Math.Max(count, 1)), (first, end) =>
        {
            for (long i = 0; i < count; i++)
            {
                if (list[i] != padding)
                {
                    T* row = to + list[i] * width + first;
                    RowMath.Add(row, from + i * width + first, row, end - first);
                }
            }
        });
    }

    private readonly struct Lookup(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            using var table = new ContiguousData<T>(call.Input(0));
            using IndexList indices = new(call.Input(1));
            long width = call.Input(0).Sizes[1];
            T* from = table.Pointer, to = (T*)call.Outputs[0].Pointer;
            long* list = indices.Pointer;
            WorkerPool.Shared.For(indices.Count, Math.Max(1, ElementsPerTask / Math.Max(width, 1)), (first, end) =>
            {
                for (long i = first; i < end; i++)
                {
                    RowMajorCopy.Copy(from + list[i] * width, to + i * width, width);
                }
            });
        }
    }
}

/// <summary>An index tensor's elements as row-major int64, whatever integer dtype it has.</summary>
internal readonly unsafe struct IndexList : IDisposable
{
    private readonly ContiguousData<long> _longs;
    private readonly Scratch<long> _widened;

    public IndexList(TensorImpl tensor)
    {
        Count = tensor.NumberOfElements;
        if (tensor.DType == DType.Int64)
        {
            _longs = new ContiguousData<long>(tensor);
            Pointer = _longs.Pointer;
            return;
        }

        using var narrow = new ContiguousData<int>(tensor);
        _widened = new Scratch<long>(Count);
        Pointer = _widened.Pointer;
        for (long i = 0; i < Count; i++)
        {
            Pointer[i] = narrow.Pointer[i];
        }
    }

    public long Count { get; }

    public long* Pointer { get; }

    public long this[long i] => Pointer[i];

    public void Dispose()
    {
        _longs.Dispose();
        _widened.Dispose();
    }
}
