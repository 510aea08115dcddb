using System.Numerics;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>A tensor of matrices, one a head: [..., rows, columns] with any strides, read head by head.</summary>
internal readonly unsafe struct AttentionOperand<T>
    where T : unmanaged
{
    private readonly TensorImpl _tensor;

    public AttentionOperand(TensorImpl tensor)
    {
        _tensor = tensor;
        (Rows, Columns) = (tensor.Sizes[^2], tensor.Sizes[^1]);
        (RowStride, ColumnStride) = (tensor.Layout.Strides[^2], tensor.Layout.Strides[^1]);
        Heads = 1;
        foreach (long size in tensor.Sizes[..^2])
        {
            Heads *= size;
        }
    }

    public long Heads { get; }

    public long Rows { get; }

    public long Columns { get; }

    public long RowStride { get; }

    public long ColumnStride { get; }

    /// <summary>The matrix of a head, heads counted in row-major order.</summary>
    public T* Head(long head) => (T*)_tensor.Pointer + Offset(_tensor, _tensor.Sizes[..^2], head);

    /// <summary>Copies the rows of a head, each followed by zeros up to <paramref name="width"/>.</summary>
    public void Pack(long head, long rows, int width, T* destination) =>
        new StridedSource<T>(Head(head), RowStride, ColumnStride).Pack(0, (int)rows, 0, (int)Columns, width, destination);

    /// <summary>Copies rows [first, first + count) of a head as columns, each line followed by zeros up to <paramref name="width"/>.</summary>
    public void PackTransposed(long head, long first, int count, int width, T* destination) =>
        new StridedSource<T>(Head(head), ColumnStride, RowStride).Pack(0, (int)Columns, first, count, width, destination);

    /// <summary>Where the matrix of a head begins in a tensor whose batch dimensions broadcast to <paramref name="batch"/>.</summary>
    public static long Offset(TensorImpl tensor, ReadOnlySpan<long> batch, long head)
    {
        long offset = 0;
        for (int dim = batch.Length - 1; dim >= 0; dim--)
        {
            (head, long index) = Math.DivRem(head, batch[dim]);
            int own = dim - batch.Length + tensor.Rank - 2;
            offset += own < 0 || tensor.Sizes[own] == 1 ? 0 : index * tensor.Layout.Strides[own];
        }

        return offset;
    }
}

/// <summary>The mask of attention: numbers to add to the scores, or booleans that are true where a score counts; or none.</summary>
internal readonly unsafe struct AttentionMask<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TensorImpl? _tensor;
    private readonly long[] _batch;
    private readonly long _rowStride;
    private readonly long _columnStride;

    /// <param name="tensor">Broadcastable to [..., rows, columns], or null.</param>
    /// <param name="query">Whose batch dimensions the mask broadcasts to.</param>
    public AttentionMask(TensorImpl? tensor, TensorImpl query)
    {
        _tensor = tensor;
        _batch = query.Sizes[..^2].ToArray();
        if (tensor is not null)
        {
            _rowStride = tensor.Rank < 2 || tensor.Sizes[^2] == 1 ? 0 : tensor.Layout.Strides[^2];
            _columnStride = tensor.Rank < 1 || tensor.Sizes[^1] == 1 ? 0 : tensor.Layout.Strides[^1];
        }
    }

    public bool IsPresent => _tensor is not null;

    /// <summary>Where the mask of a head begins, in elements from the tensor's first.</summary>
    public long Head(long head) => _tensor is null ? 0 : AttentionOperand<T>.Offset(_tensor, _batch, head);

    /// <summary>The numbers to add to <paramref name="count"/> scores of a row from a column on: in place if they lie so, else copied. Null without a mask.</summary>
    public T* Row(long headOffset, long row, long column, int count, T* buffer)
    {
        if (_tensor is null)
        {
            return null;
        }

        long offset = headOffset + (row * _rowStride) + (column * _columnStride);
        if (_tensor.DType == DType.Bool)
        {
            byte* flags = (byte*)_tensor.Pointer + offset;
            for (int i = 0; i < count; i++)
            {
                buffer[i] = flags[i * _columnStride] != 0 ? T.Zero : T.NegativeInfinity;
            }
        }
        else
        {
            T* numbers = (T*)_tensor.Pointer + offset;
            for (int i = 0; i < count; i++)
            {
                buffer[i] = numbers[i * _columnStride];
            }
        }

        return buffer;
    }
}
