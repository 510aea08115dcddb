using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>How gradients lie in memory: as the tensor they belong to does, sums as their terms do.</summary>
internal static class GradientLayout
{
    /// <summary>A copy with the strides of <paramref name="layout"/> if that is dense, contiguous otherwise. Same sizes as <paramref name="layout"/>.</summary>
    public static TensorImpl CloneAs(TensorImpl gradient, Layout layout)
    {
        if (layout.IsContiguous || !layout.IsDense())
        {
            return Aten.clone(gradient);
        }

        long[] order = DimensionsByStride(layout);
        using TensorImpl permuted = Views.permute(gradient, order);
        using TensorImpl copy = Aten.clone(permuted);
        return Views.permute(copy, Inverse(order));
    }

    /// <summary>
    /// The sum of two gradients of the same sizes. Where both fill memory in the same order of the dimensions, as those of a transposed weight do, so does the sum, and it is
    /// computed without a step through the other order.
    /// </summary>
    public static TensorImpl Add(TensorImpl first, TensorImpl second)
    {
        if (first.Layout.IsContiguous || !first.Layout.Equals(second.Layout) || !first.Layout.IsDense())
        {
            return Aten.add(first, second, 1);
        }

        long[] order = DimensionsByStride(first.Layout);
        using TensorImpl firstPermuted = Views.permute(first, order), secondPermuted = Views.permute(second, order);
        using TensorImpl sum = Aten.add(firstPermuted, secondPermuted, 1);
        return Views.permute(sum, Inverse(order));
    }

    private static long[] Inverse(long[] order)
    {
        var inverse = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        return inverse;
    }

    private static long[] DimensionsByStride(Layout layout)
    {
        var order = new long[layout.Rank];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        long[] strides = layout.Strides.ToArray();
        return [.. order.OrderByDescending(dim => strides[dim]).ThenBy(dim => dim)];
    }
}
