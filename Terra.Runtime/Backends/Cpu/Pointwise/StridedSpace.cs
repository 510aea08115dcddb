using System.Runtime.CompilerServices;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The common iteration space of some tensors that broadcast to the first one's shape: dimensions in row-major order with each operand's stride in bytes,
/// without dimensions of size 1, neighbours merged wherever all operands step through them as through one.
/// </summary>
internal sealed unsafe class StridedSpace
{
    private readonly long[] _sizes;
    private readonly long[] _strides;

    /// <param name="shape">Sizes of the dimensions, outermost first.</param>
    /// <param name="operandStrides">Each operand's stride in bytes for each dimension; zero where it broadcasts.</param>
    /// <param name="mayReorder">
    /// Change the order of elements: the dimensions are sorted by the first operand's strides, and one in which another operand's neighbours lie closer than in the
    /// innermost becomes the last but one, so that the two make planes to transpose.
    /// </param>
    public StridedSpace(ReadOnlySpan<long> shape, long[][] operandStrides, bool mayReorder)
    {
        Span<int> dims = stackalloc int[shape.Length];
        Span<long> sizes = stackalloc long[shape.Length];
        int count = 0;
        for (int dim = 0; dim < shape.Length; dim++)
        {
            if (shape[dim] != 1)
            {
                dims[count++] = dim;
            }
        }

        dims = dims[..count];
        if (mayReorder)
        {
            SortByStride(dims, operandStrides[0]);
        }

        int rank = 0;
        Count = 1;
        foreach (int dim in dims)
        {
            Count *= shape[dim];
            if (rank > 0 && CanMerge(operandStrides, dims[rank - 1], dim, shape[dim]))
            {
                sizes[rank - 1] *= shape[dim];
                dims[rank - 1] = dim;
            }
            else
            {
                sizes[rank] = shape[dim];
                dims[rank++] = dim;
            }
        }

        sizes = sizes[..rank];
        dims = dims[..rank];
        if (mayReorder && rank > 2)
        {
            MoveNextToInner(ClosestRows(dims, operandStrides), sizes, dims);
        }

        _sizes = sizes.ToArray();
        _strides = new long[operandStrides.Length * rank];
        for (int operand = 0; operand < operandStrides.Length; operand++)
        {
            for (int dim = 0; dim < rank; dim++)
            {
                _strides[(operand * rank) + dim] = operandStrides[operand][dims[dim]];
            }
        }
    }

    public int Rank => _sizes.Length;

    /// <summary>The strides in bytes of a tensor that broadcasts to <paramref name="shape"/>.</summary>
    public static long[] BroadcastStrides(TensorImpl tensor, ReadOnlySpan<long> shape)
    {
        Layout layout = tensor.Layout;
        var strides = new long[shape.Length];
        for (int dim = 0; dim < strides.Length; dim++)
        {
            int own = dim - shape.Length + layout.Rank;
            strides[dim] = own < 0 || layout.Sizes[own] == 1 ? 0 : layout.Strides[own] * tensor.DType.SizeInBytes();
        }

        return strides;
    }

    /// <summary>Strides in elements as strides in bytes.</summary>
    public static long[] InBytes(ReadOnlySpan<long> strides, int elementSize)
    {
        var bytes = new long[strides.Length];
        for (int dim = 0; dim < bytes.Length; dim++)
        {
            bytes[dim] = strides[dim] * elementSize;
        }

        return bytes;
    }

    /// <summary>The strides in bytes of a row-major tensor of this shape.</summary>
    public static long[] RowMajorStrides(ReadOnlySpan<long> shape, int elementSize)
    {
        var strides = new long[shape.Length];
        long stride = elementSize;
        for (int dim = strides.Length - 1; dim >= 0; dim--)
        {
            strides[dim] = stride;
            stride *= shape[dim];
        }

        return strides;
    }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    public ReadOnlySpan<long> Sizes => _sizes;

    public long InnerSize => Rank == 0 ? 1 : _sizes[^1];

    public long InnerStride(int operand) => Rank == 0 ? 0 : _strides[(operand * Rank) + Rank - 1];

    /// <summary>The operand is one element for the whole space.</summary>
    public bool IsSingle(int operand) => Strides(operand).IndexOfAnyExcept(0L) < 0;

    /// <summary>The operand is contiguous in the order of the space.</summary>
    public bool IsDense(int operand, int elementSize)
    {
        long expected = elementSize;
        for (int dim = Rank - 1; dim >= 0; dim--)
        {
            if (Strides(operand)[dim] != expected)
            {
                return false;
            }

            expected *= _sizes[dim];
        }

        return true;
    }

    /// <summary>The position in each dimension of the element at a linear index.</summary>
    public void Locate(long index, Span<long> position)
    {
        for (int dim = Rank - 1; dim > 0; dim--)
        {
            (index, position[dim]) = Math.DivRem(index, _sizes[dim]);
        }

        if (Rank > 0)
        {
            position[0] = index;
        }
    }

    /// <summary>Bytes from the operand's first element to the one at a linear index.</summary>
    public long Offset(int operand, long index)
    {
        Span<long> position = stackalloc long[Rank];
        Locate(index, position);
        return Offset(operand, position);
    }

    /// <summary>Bytes from the operand's first element to the one at a position.</summary>
    public long Offset(int operand, ReadOnlySpan<long> position)
    {
        ReadOnlySpan<long> strides = Strides(operand);
        long offset = 0;
        for (int dim = 0; dim < position.Length; dim++)
        {
            offset += position[dim] * strides[dim];
        }

        return offset;
    }

    /// <summary>Copies <paramref name="count"/> elements from linear index <paramref name="first"/> on to contiguous memory.</summary>
    public void Pack(int operand, byte* data, long first, long count, byte* packed, int elementSize) =>
        Copy(operand, data, first, count, packed, elementSize, toPacked: true);

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    public void Unpack(int operand, byte* packed, long first, long count, byte* data, int elementSize) =>
        Copy(operand, data, first, count, packed, elementSize, toPacked: false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy(int operand, byte* data, long first, long count, byte* packed, int elementSize, bool toPacked)
    {
        ReadOnlySpan<long> strides = Strides(operand);
        if (Rank == 0)
        {
            StridedCopy.Run(toPacked ? data : packed, 0, toPacked ? packed : data, 0, 1, elementSize);
            return;
        }

        long* position = stackalloc long[Rank];
        long rest = first, offset = 0;
        for (int dim = Rank - 1; dim >= 0; dim--)
        {
            (rest, position[dim]) = Math.DivRem(rest, _sizes[dim]);
            offset += position[dim] * strides[dim];
        }

        int inner = Rank - 1;
        while (true)
        {
            long run = Math.Min(_sizes[inner] - position[inner], count);
            if (toPacked)
            {
                StridedCopy.Run(data + offset, strides[inner], packed, elementSize, run, elementSize);
            }
            else
            {
                StridedCopy.Run(packed, elementSize, data + offset, strides[inner], run, elementSize);
            }

            count -= run;
            if (count == 0)
            {
                return;
            }

            packed += run * elementSize;
            offset -= position[inner] * strides[inner];
            position[inner] = 0;
            for (int dim = inner - 1; dim >= 0; dim--)
            {
                offset += strides[dim];
                if (++position[dim] < _sizes[dim])
                {
                    break;
                }

                offset -= _sizes[dim] * strides[dim];
                position[dim] = 0;
            }
        }
    }

    /// <summary>The operand's stride in bytes for each dimension.</summary>
    public ReadOnlySpan<long> Strides(int operand) => _strides.AsSpan(operand * Rank, Rank);

    private static bool CanMerge(long[][] strides, int outer, int inner, long innerSize)
    {
        foreach (long[] stride in strides)
        {
            if (stride[outer] != stride[inner] * innerSize)
            {
                return false;
            }
        }

        return true;
    }

    private static void SortByStride(Span<int> dims, long[] strides)
    {
        for (int i = 1; i < dims.Length; i++)
        {
            for (int j = i; j > 0 && Math.Abs(strides[dims[j - 1]]) < Math.Abs(strides[dims[j]]); j--)
            {
                (dims[j - 1], dims[j]) = (dims[j], dims[j - 1]);
            }
        }
    }

    /// <summary>Where the first operand whose neighbours are not closest in the innermost dimension has them; the last but one if there is no such operand.</summary>
    private static int ClosestRows(ReadOnlySpan<int> dims, long[][] operandStrides)
    {
        foreach (long[] strides in operandStrides)
        {
            int closest = dims.Length - 1;
            for (int i = dims.Length - 2; i >= 0 && strides[dims[^1]] != 0; i--)
            {
                long stride = Math.Abs(strides[dims[i]]);
                closest = stride != 0 && stride < Math.Abs(strides[dims[closest]]) ? i : closest;
            }

            if (closest < dims.Length - 1)
            {
                return closest;
            }
        }

        return dims.Length - 2;
    }

    private static void MoveNextToInner(int moved, Span<long> sizes, Span<int> dims)
    {
        for (int i = moved; i < dims.Length - 2; i++)
        {
            (sizes[i], sizes[i + 1]) = (sizes[i + 1], sizes[i]);
            (dims[i], dims[i + 1]) = (dims[i + 1], dims[i]);
        }
    }
}
