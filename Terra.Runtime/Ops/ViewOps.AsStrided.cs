using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Other sizes and strides over the memory of a tensor of layout <paramref name="Input"/>, from <paramref name="Shift"/> elements after its first on.</summary>
internal sealed record AsStrided(long[] Sizes, long[] Strides, long Shift, Layout Input) : ViewOp
{
    public override string Name => "AsStrided";

    public override Layout Geometry(Layout input, out long offset)
    {
        offset = Shift;
        return input.Equals(Input)
            ? new Layout(Sizes, Strides)
            : throw ShapeErrors.Error("as_strided: an in-place op on a view of a tensor that does not fill its memory cannot be differentiated; clone that tensor first");
    }

    public override void Check(TensorImpl input)
    {
        long first = input.Offset + Shift, extent = Extent(new Layout(Sizes, Strides)), available = input.Storage.ByteLength / input.DType.SizeInBytes();
        if (first < 0 || first + extent > available)
        {
            throw ShapeErrors.Error(
                $"setStorage: sizes {ShapeErrors.Text(Sizes)}, strides {ShapeErrors.Text(Strides)} and storage offset {first} are out of bounds for a storage of {available} elements");
        }
    }

    /// <summary>
    /// After ATen's as_strided_backward: gradients are summed into a stretch of memory that holds both geometries, from where the input's elements take theirs; elements
    /// of the input that share memory share the sum evenly.
    /// </summary>
    public override TensorImpl Backward(TensorImpl gradient, Layout input)
    {
        long first = Math.Min(Shift, 0), length = Math.Max(Extent(input), Shift + Extent(new Layout(Sizes, Strides))) - first;
        using TensorImpl places = Places(Sizes, Strides, Shift - first), origins = Places(input.Sizes.ToArray(), input.Strides.ToArray(), -first);
        using TensorImpl memory = Aten.full([length], 0, gradient.DType), flat = Composite.reshape(gradient, -1), sums = Aten.index_add(memory, 0, places, flat, 1);
        using TensorImpl own = Aten.index_select(sums, 0, origins);
        using TensorImpl ones = Aten.full([input.NumberOfElements], 1, gradient.DType), counts = Aten.index_add(memory, 0, origins, ones, 1), shared = Aten.index_select(counts, 0, origins);
        using TensorImpl shares = Aten.div(own, shared);
        return Views.view(shares, input.Sizes.ToArray());
    }

    /// <summary>How far the last element is from the first, plus one; zero if there is none.</summary>
    private static long Extent(Layout layout)
    {
        if (layout.NumberOfElements == 0)
        {
            return 0;
        }

        long extent = 1;
        for (int i = 0; i < layout.Rank; i++)
        {
            extent += (layout.Sizes[i] - 1) * layout.Strides[i];
        }

        return extent;
    }

    /// <summary>Where the elements of a geometry lie, row-major.</summary>
    private static TensorImpl Places(long[] sizes, long[] strides, long start)
    {
        TensorImpl places = Aten.full([], start, DType.Int64);
        for (int i = 0; i < sizes.Length; i++)
        {
            using TensorImpl before = places, column = Views.unsqueeze(before, -1), steps = Aten.arange(0, sizes[i], 1, DType.Int64), distances = Aten.mul(steps, strides[i]);
            places = Aten.add(column, distances, 1);
        }

        using (places)
        {
            return Composite.reshape(places, -1);
        }
    }
}
