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
    /// <param name="mayReorder">Sort the dimensions by the first operand's strides, which changes the order of elements.</param>
    public StridedSpace(ReadOnlySpan<long> shape, long[][] operandStrides, bool mayReorder)
    {
        int operands = operandStrides.Length;
        var sizes = new List<long>();
        var strides = new List<long[]>();
        for (int dim = 0; dim < shape.Length; dim++)
        {
            if (shape[dim] != 1)
            {
                sizes.Add(shape[dim]);
                strides.Add(Array.ConvertAll(operandStrides, stride => stride[dim]));
            }
        }

        if (mayReorder)
        {
            SortByStride(sizes, strides);
        }

        for (int dim = sizes.Count - 1; dim > 0; dim--)
        {
            if (CanMerge(strides[dim - 1], strides[dim], sizes[dim]))
            {
                sizes[dim - 1] *= sizes[dim];
                strides[dim - 1] = strides[dim];
                sizes.RemoveAt(dim);
                strides.RemoveAt(dim);
            }
        }

        _sizes = [.. sizes];
        _strides = new long[operands * _sizes.Length];
        Count = 1;
        for (int dim = 0; dim < _sizes.Length; dim++)
        {
            Count *= _sizes[dim];
            for (int operand = 0; operand < operands; operand++)
            {
                _strides[(operand * _sizes.Length) + dim] = strides[dim][operand];
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

    private ReadOnlySpan<long> Strides(int operand) => _strides.AsSpan(operand * Rank, Rank);

    private static bool CanMerge(long[] outer, long[] inner, long innerSize)
    {
        for (int operand = 0; operand < outer.Length; operand++)
        {
            if (outer[operand] != inner[operand] * innerSize)
            {
                return false;
            }
        }

        return true;
    }

    private static void SortByStride(List<long> sizes, List<long[]> strides)
    {
        for (int i = 1; i < sizes.Count; i++)
        {
            for (int j = i; j > 0 && Math.Abs(strides[j - 1][0]) < Math.Abs(strides[j][0]); j--)
            {
                (sizes[j - 1], sizes[j]) = (sizes[j], sizes[j - 1]);
                (strides[j - 1], strides[j]) = (strides[j], strides[j - 1]);
            }
        }
    }
}
