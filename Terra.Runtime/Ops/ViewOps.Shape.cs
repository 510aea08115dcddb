using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>The input as it is (torch.Tensor.alias).</summary>
internal sealed record Alias : ViewOp
{
    public override string Name => "Alias";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = 0;
        return input;
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input) => gradient.Alias();
}

/// <summary>Other sizes over the same elements in the same order (torch.Tensor.view); sizes are complete, without -1.</summary>
internal sealed record ViewAs(long[] Sizes) : ViewOp
{
    public override string Name => "View";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = 0;
        return TryGeometry(input, Sizes) ?? throw ShapeErrors.Error(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous "
            + "subspaces). Use .reshape(...) instead.");
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input) => Composite.reshape(gradient, input.Sizes.ToArray());

    /// <summary>
    /// The strides that give <paramref name="sizes"/> over the same elements, or null if none do. After at::detail::computeStride:
    /// runs of input dimensions that lie in memory like one are filled by runs of new dimensions.
    /// </summary>
    public static Layout? TryGeometry(Layout input, long[] sizes)
    {
        if (input.NumberOfElements == 0)
        {
            return input.Sizes.SequenceEqual(sizes) ? input : Layout.Contiguous(sizes);
        }

        if (input.IsContiguous)
        {
            return Layout.Contiguous(sizes);
        }

        var strides = new long[sizes.Length];
        int viewDim = sizes.Length - 1;
        long runStride = input.Strides[^1];
        long runElements = 1, viewElements = 1;
        for (int dim = input.Rank - 1; dim >= 0; dim--)
        {
            runElements *= input.Sizes[dim];
            if (dim > 0 && (input.Sizes[dim - 1] == 1 || input.Strides[dim - 1] == runElements * runStride))
            {
                continue;
            }

            while (viewDim >= 0 && (viewElements < runElements || sizes[viewDim] == 1))
            {
                strides[viewDim] = viewElements * runStride;
                viewElements *= sizes[viewDim];
                viewDim--;
            }

            if (viewElements != runElements)
            {
                return null;
            }

            if (dim > 0)
            {
                runStride = input.Strides[dim - 1];
                runElements = viewElements = 1;
            }
        }

        return viewDim < 0 ? new Layout(sizes, strides) : null;
    }
}

/// <summary>The dimensions in another order: dimension i of the view is dimension <c>Order[i]</c> of the input.</summary>
internal sealed record Permute(long[] Order) : ViewOp
{
    public override string Name => "Permute";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = 0;
        var sizes = new long[Order.Length];
        var strides = new long[Order.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = input.Sizes[(int)Order[i]];
            strides[i] = input.Strides[(int)Order[i]];
        }

        return new Layout(sizes, strides);
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input)
    {
        var inverse = new long[Order.Length];
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[Order[i]] = i;
        }

        return Views.Apply(gradient, new Permute(inverse));
    }
}

/// <summary>Dimensions of size 1, and new leading ones, repeated by stride 0; sizes are complete, without -1.</summary>
internal sealed record Expand(long[] Sizes) : ViewOp
{
    public override string Name => "Expand";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = 0;
        int added = Sizes.Length - input.Rank;
        var strides = new long[Sizes.Length];
        for (int i = added; i < strides.Length; i++)
        {
            bool repeated = input.Sizes[i - added] == 1 && Sizes[i] != 1;
            strides[i] = repeated ? 0 : input.Strides[i - added];
        }

        return new Layout(Sizes, strides);
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input) => Composite.sum_to_size(gradient, input.Sizes.ToArray());
}

/// <summary>Without the given dimensions (ascending), all of size 1.</summary>
internal sealed record Squeeze(long[] Dims) : ViewOp
{
    public override string Name => "Squeeze";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = 0;
        var sizes = new long[input.Rank - Dims.Length];
        var strides = new long[sizes.Length];
        for (int dim = 0, next = 0; dim < input.Rank; dim++)
        {
            if (Array.IndexOf(Dims, dim) < 0)
            {
                sizes[next] = input.Sizes[dim];
                strides[next++] = input.Strides[dim];
            }
        }

        return new Layout(sizes, strides);
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input)
    {
        TensorImpl result = gradient;
        foreach (long dim in Dims)
        {
            TensorImpl next = Views.Apply(result, new Unsqueeze(dim));
            if (!ReferenceEquals(result, gradient))
            {
                result.Dispose();
            }

            result = next;
        }

        return result;
    }
}

/// <summary>With a new dimension of size 1 before dimension <paramref name="Dim"/>.</summary>
internal sealed record Unsqueeze(long Dim) : ViewOp
{
    public override string Name => "Unsqueeze";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = 0;
        int dim = (int)Dim;
        long stride = dim < input.Rank ? input.Sizes[dim] * input.Strides[dim] : 1;
        return new Layout(
            [.. input.Sizes[..dim], 1, .. input.Sizes[dim..]],
            [.. input.Strides[..dim], stride, .. input.Strides[dim..]]);
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input) => Views.Apply(gradient, new Squeeze([Dim]));
}
