using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>Gradients that lie in memory as the tensor they belong to does.</summary>
internal static class GradientLayout
{
    /// <summary>True if the layout's elements fill a stretch of memory, each place once, in some order of the dimensions.</summary>
    public static bool IsDense(Layout layout)
    {
        if (layout.IsContiguous)
        {
            return true;
        }

        long expected = 1;
        foreach (long dim in DimensionsByStride(layout).Reverse())
        {
            if (layout.Sizes[(int)dim] != 1)
            {
                if (layout.Strides[(int)dim] != expected)
                {
                    return false;
                }

                expected *= layout.Sizes[(int)dim];
            }
        }

        return true;
    }

    /// <summary>A copy with the strides of <paramref name="layout"/> if that is dense, contiguous otherwise. Same sizes as <paramref name="layout"/>.</summary>
    public static TensorImpl CloneAs(TensorImpl gradient, Layout layout)
    {
        if (layout.IsContiguous || !IsDense(layout))
        {
            return Aten.clone(gradient);
        }

        long[] order = DimensionsByStride(layout);
        var inverse = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        using TensorImpl permuted = Views.permute(gradient, order);
        using TensorImpl copy = Aten.clone(permuted);
        return Views.permute(copy, inverse);
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
