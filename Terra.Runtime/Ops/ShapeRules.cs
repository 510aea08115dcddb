using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>What shape rules share: broadcasting, dimension lists, reduced shapes.</summary>
public static class ShapeRules
{
    /// <summary>The contiguous layout of the shape all tensor arguments of a call broadcast to.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The shapes do not broadcast.</exception>
    public static Layout Broadcast(OpInvocation call)
    {
        Layout? common = null;
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is not null)
            {
                common = common is null ? input.Layout : Broadcast(common, input.Layout);
            }
        }

        return Contiguous(common ?? Layout.Scalar);
    }

    /// <summary>A layout of the shape both broadcast to; one of the two themselves where its sizes are that shape.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The shapes do not broadcast.</exception>
    public static Layout Broadcast(Layout a, Layout b)
    {
        if (a.SameSizes(b) || b.Rank == 0)
        {
            return a.IsContiguous || !b.IsContiguous || b.Rank == 0 ? a : b;
        }

        if (a.Rank == 0)
        {
            return b;
        }

        int rank = Math.Max(a.Rank, b.Rank);
        var sizes = new long[rank];
        for (int i = 1; i <= rank; i++)
        {
            long x = i <= a.Rank ? a.Sizes[^i] : 1, y = i <= b.Rank ? b.Sizes[^i] : 1;
            if (x != y && x != 1 && y != 1)
            {
                throw ShapeErrors.NotBroadcastable(a.Sizes, b.Sizes);
            }

            sizes[^i] = x == 1 ? y : x;
        }

        return a.Sizes.SequenceEqual(sizes) ? a : b.Sizes.SequenceEqual(sizes) ? b : Layout.Contiguous(sizes);
    }

    /// <summary>The contiguous layout of the same sizes.</summary>
    public static Layout Contiguous(Layout layout) => layout.IsContiguous && IsCanonical(layout) ? layout : Layout.Contiguous(layout.Sizes.ToArray());

    /// <summary>
    /// Checks that the tensors at these positions (absent ones aside) are computed with in one floating-point dtype: what most kernels of gradients take. A 16-bit
    /// tensor may meet float32 ones, such as statistics of it.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A dtype is another, or they differ.</exception>
    public static void CheckFloats(OpInvocation call, params ReadOnlySpan<int> positions)
    {
        DType common = call.Input(positions[0]).DType;
        if (!common.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented(call.Op.Name["aten::".Length..], common);
        }

        foreach (int position in positions)
        {
            if (call.OptionalInput(position) is { } tensor && tensor.DType.ComputeType() != common.ComputeType())
            {
                throw ShapeErrors.DTypeMismatch(call.Op.Name["aten::".Length..], common, tensor.DType);
            }
        }
    }

    /// <summary>Checks that a tensor argument has the given sizes.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">It has others.</exception>
    public static void CheckSizes(OpInvocation call, int position, ReadOnlySpan<long> sizes)
    {
        if (!call.Input(position).Sizes.SequenceEqual(sizes))
        {
            throw ShapeErrors.Error(
                $"{call.Op.Name["aten::".Length..]}: expected {call.Op.Schema.TensorNames[position]} of size {ShapeErrors.Text(sizes)}, but got {ShapeErrors.Text(call.Input(position).Sizes)}");
        }
    }

    /// <summary>Which dimensions a reduction goes over: the listed ones, or all where the list is empty or absent.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A dimension is out of range or listed twice.</exception>
    public static bool[] ReducedDims(long[]? dims, int rank)
    {
        var reduced = new bool[rank];
        if (dims is null || dims.Length == 0)
        {
            Array.Fill(reduced, true);
            return reduced;
        }

        foreach (long dim in dims)
        {
            int wrapped = ShapeErrors.WrapDim(dim, rank);
            if (rank == 0)
            {
                continue;
            }

            if (reduced[wrapped])
            {
                throw ShapeErrors.Error($"dim {wrapped} appears multiple times in the list of dims");
            }

            reduced[wrapped] = true;
        }

        return reduced;
    }

    /// <summary>The contiguous layout left after reducing the marked dimensions.</summary>
    public static Layout Reduce(Layout layout, bool[] reduced, bool keepdim)
    {
        var sizes = new List<long>(layout.Rank);
        for (int i = 0; i < layout.Rank; i++)
        {
            if (!reduced[i])
            {
                sizes.Add(layout.Sizes[i]);
            }
            else if (keepdim)
            {
                sizes.Add(1);
            }
        }

        return Layout.Contiguous([.. sizes]);
    }

    /// <summary>How many elements each result of a reduction is made of.</summary>
    public static long ReducedCount(ReadOnlySpan<long> sizes, ReadOnlySpan<bool> reduced)
    {
        long count = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (reduced[i])
            {
                count *= sizes[i];
            }
        }

        return count;
    }

    /// <summary>A contiguous layout for sizes that a program gave.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A size is negative.</exception>
    public static Layout FromSizes(long[] sizes)
    {
        foreach (long size in sizes)
        {
            if (size < 0)
            {
                throw ShapeErrors.Error($"Trying to create tensor with negative dimension {size}: [{string.Join(", ", sizes)}]");
            }
        }

        return Layout.Contiguous((long[])sizes.Clone());
    }

    /// <summary>Contiguous with exactly the strides of <see cref="Layout.Contiguous"/>; size-1 and empty layouts may have others.</summary>
    private static bool IsCanonical(Layout layout)
    {
        long stride = 1;
        for (int i = layout.Rank - 1; i >= 0; i--)
        {
            if (layout.Strides[i] != stride)
            {
                return false;
            }

            stride *= Math.Max(layout.Sizes[i], 1);
        }

        return true;
    }
}
