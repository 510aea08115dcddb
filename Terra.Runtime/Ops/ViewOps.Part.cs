using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Every <paramref name="Step"/>th element of a dimension, <paramref name="Length"/> of them, from <paramref name="Start"/> on.</summary>
internal sealed record Slice(long Dim, long Start, long Length, long Step) : ViewOp
{
    public override string Name => "Slice";

    public override Layout Geometry(Layout input, out long offset)
    {
        int dim = (int)Dim;
        offset = Start * input.Strides[dim];
        long[] sizes = input.Sizes.ToArray(), strides = input.Strides.ToArray();
        sizes[dim] = Length;
        strides[dim] *= Step;
        return new Layout(sizes, strides);
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input) => Embed(gradient, input);
}

/// <summary>One element of a dimension, without that dimension.</summary>
internal sealed record Select(long Dim, long Index) : ViewOp
{
    public override string Name => "Select";

    public override Layout Geometry(Layout input, out long offset)
    {
        int dim = (int)Dim;
        offset = Index * input.Strides[dim];
        return new Layout(
            [.. input.Sizes[..dim], .. input.Sizes[(dim + 1)..]],
            [.. input.Strides[..dim], .. input.Strides[(dim + 1)..]]);
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input) => Embed(gradient, input);
}

/// <summary>The diagonal of two dimensions, as a new last dimension.</summary>
internal sealed record Diagonal(long Shift, long Dim1, long Dim2) : ViewOp
{
    public override string Name => "Diagonal";

    public override Layout Geometry(Layout input, out long offset)
    {
        int dim1 = (int)Dim1, dim2 = (int)Dim2;
        long length = Shift >= 0
            ? Math.Max(Math.Min(input.Sizes[dim1], input.Sizes[dim2] - Shift), 0)
            : Math.Max(Math.Min(input.Sizes[dim1] + Shift, input.Sizes[dim2]), 0);
        offset = length == 0 ? 0 : Shift >= 0 ? Shift * input.Strides[dim2] : -Shift * input.Strides[dim1];
        List<long> sizes = [], strides = [];
        for (int i = 0; i < input.Rank; i++)
        {
            if (i != dim1 && i != dim2)
            {
                sizes.Add(input.Sizes[i]);
                strides.Add(input.Strides[i]);
            }
        }

        return new Layout([.. sizes, length], [.. strides, input.Strides[dim1] + input.Strides[dim2]]);
    }

    public override TensorImpl Backward(TensorImpl gradient, Layout input) => Embed(gradient, input);
}

/// <summary>All windows of <paramref name="Size"/> elements of a dimension, <paramref name="Step"/> apart; the window is a new last dimension.</summary>
internal sealed record Unfold(long Dim, long Size, long Step) : ViewOp
{
    public override string Name => "Unfold";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = 0;
        int dim = (int)Dim;
        long[] sizes = [.. input.Sizes, Size], strides = [.. input.Strides, input.Strides[dim]];
        sizes[dim] = ((input.Sizes[dim] - Size) / Step) + 1;
        strides[dim] *= Step;
        return new Layout(sizes, strides);
    }

    /// <summary>Windows may overlap, so they are added one after another.</summary>
    public override TensorImpl Backward(TensorImpl gradient, Layout input)
    {
        TensorImpl whole = Aten.full(input.Sizes.ToArray(), 0, gradient.DType);
        for (long i = 0; i < gradient.Sizes[(int)Dim]; i++)
        {
            using TensorImpl window = Views.Apply(whole, new Slice(Dim, i * Step, Size, 1));
            using TensorImpl last = Views.Apply(gradient, new Select(Dim, i));
            using TensorImpl part = Views.movedim(last, -1, Dim);
            Aten.add_(window, part, 1);
        }

        return whole;
    }
}
