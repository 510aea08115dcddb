using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// Functions of several leaf ops and views, by PyTorch's names. Each returns a handle of the caller's own. What they decide, they
/// decide by metadata; temporaries are disposed as soon as they have been used.
/// </summary>
public static partial class Composite
{
    /// <summary>Row-major: the tensor itself (another handle on it) if it is, a copy if not.</summary>
    public static TensorImpl contiguous(TensorImpl self) => self.Layout.IsContiguous ? self.Alias() : Aten.clone(self);

    /// <summary>The same elements in other sizes, one of which may be -1: a view where there is one, else a copy.</summary>
    public static TensorImpl reshape(TensorImpl self, params long[] shape)
    {
        long[] sizes = Views.InferSize(shape, self.NumberOfElements);
        if (ViewAs.TryGeometry(self.Layout, sizes) is not null)
        {
            return Views.Apply(self, new ViewAs(sizes));
        }

        using TensorImpl copy = Aten.clone(self);
        return Views.Apply(copy, new ViewAs(sizes));
    }

    /// <summary>Dimensions start..end as one.</summary>
    public static TensorImpl flatten(TensorImpl self, long start_dim = 0, long end_dim = -1)
    {
        int start = (int)Views.WrapDim(start_dim, self.Rank), end = (int)Views.WrapDim(end_dim, self.Rank);
        if (start > end)
        {
            throw ShapeErrors.Error("flatten() has invalid args: start_dim cannot come after end_dim");
        }

        if (self.Rank == 0)
        {
            return reshape(self, 1);
        }

        long merged = 1;
        for (int i = start; i <= end; i++)
        {
            merged *= self.Sizes[i];
        }

        return start == end ? self.Alias() : reshape(self, [.. self.Sizes[..start], merged, .. self.Sizes[(end + 1)..]]);
    }

    /// <summary>One dimension as several, one of which may be -1.</summary>
    public static TensorImpl unflatten(TensorImpl self, long dim, params long[] sizes)
    {
        int at = (int)Views.WrapDim(dim, self.Rank);
        long[] parts = Views.InferSize(sizes, self.Sizes[at]);
        return Views.view(self, [.. self.Sizes[..at], .. parts, .. self.Sizes[(at + 1)..]]);
    }

    /// <summary>True if a tensor of <paramref name="sizes"/> broadcasts to <paramref name="target"/>.</summary>
    public static bool IsExpandableTo(ReadOnlySpan<long> sizes, ReadOnlySpan<long> target)
    {
        if (sizes.Length > target.Length)
        {
            return false;
        }

        for (int i = 1; i <= sizes.Length; i++)
        {
            if (sizes[^i] != target[^i] && sizes[^i] != 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The sum over the dimensions along which <paramref name="size"/> would be broadcast to the tensor's sizes.</summary>
    public static TensorImpl sum_to_size(TensorImpl self, params long[] size)
    {
        if (self.Sizes.SequenceEqual(size))
        {
            return self.Alias();
        }

        if (!IsExpandableTo(size, self.Sizes))
        {
            throw ShapeErrors.Error($"size {{{ShapeErrors.Text(size)}}} is not expandable to size {{{ShapeErrors.Text(self.Sizes)}}}.");
        }

        int leading = self.Rank - size.Length;
        List<long> dims = [];
        for (int i = 0; i < self.Rank; i++)
        {
            if (i < leading || (size[i - leading] == 1 && self.Sizes[i] != 1))
            {
                dims.Add(i);
            }
        }

        if (leading == 0)
        {
            return Aten.sum(self, [.. dims], true, null);
        }

        using TensorImpl summed = Aten.sum(self, [.. dims], true, null);
        return Views.view(summed, size);
    }

    /// <summary>The tensor tiled: <paramref name="repeats"/> times along each dimension, new leading dimensions included.</summary>
    public static TensorImpl repeat(TensorImpl self, params long[] repeats)
    {
        int added = repeats.Length - self.Rank;
        if (added < 0)
        {
            throw ShapeErrors.Error("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor");
        }

        var separated = new long[2 * repeats.Length];
        var expanded = new long[2 * repeats.Length];
        var sizes = new long[repeats.Length];
        for (int i = 0; i < repeats.Length; i++)
        {
            long size = i < added ? 1 : self.Sizes[i - added];
            separated[2 * i] = 1;
            expanded[2 * i] = repeats[i];
            separated[(2 * i) + 1] = expanded[(2 * i) + 1] = size;
            sizes[i] = repeats[i] * size;
        }

        using TensorImpl apart = reshape(self, separated);
        using TensorImpl repeated = Views.expand(apart, expanded);
        using TensorImpl copy = Aten.clone(repeated);
        return Views.view(copy, sizes);
    }
}
