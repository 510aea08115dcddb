using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Derivatives of reductions, after PyTorch's FunctionsManual.cpp. Their first attributes are the dimensions; keepdim follows.</summary>
internal static class ReductionGradients
{
    /// <summary>The gradient of a sum: the result's gradient, repeated over the reduced dimensions.</summary>
    public static TensorImpl Expand(BackwardContext c) => Restore(c.Grad(0)!, c.Call.Input(0), c.Call.Ints(0), expand: true);

    public static TensorImpl?[] Mean(BackwardContext c)
    {
        TensorImpl self = c.Call.Input(0);
        long count = ShapeRules.ReducedCount(self.Sizes, ShapeRules.ReducedDims(c.Call.Ints(0), self.Rank));
        using TensorImpl scaled = Aten.div(c.Grad(0)!, count);
        return [Restore(scaled, self, c.Call.Ints(0), expand: true)];
    }

    /// <summary><c>grad * 2 / (n - correction) * (self - mean)</c>.</summary>
    public static TensorImpl?[] Variance(BackwardContext c)
    {
        TensorImpl self = c.Call.Input(0);
        long[] dims = c.Call.Ints(0);
        double count = ShapeRules.ReducedCount(self.Sizes, ShapeRules.ReducedDims(dims, self.Rank));
        using TensorImpl grad = Restore(c.Grad(0)!, self, dims, expand: false), scaled = Aten.mul(grad, 2 / (count - c.Call.Int(1)));
        using TensorImpl mean = Aten.mean(self, dims, true, null), centered = Aten.sub(self, mean, 1);
        return [Aten.mul(scaled, centered)];
    }

    /// <summary>The gradient goes to the elements equal to the extremum, in equal parts.</summary>
    public static TensorImpl?[] Extremum(BackwardContext c)
    {
        TensorImpl self = c.Call.Input(0);
        long[] dims = c.Call.Ints(0);
        using TensorImpl grad = Restore(c.Grad(0)!, self, dims, expand: false), result = Restore(c.Call.Outputs[0], self, dims, expand: false);
        using TensorImpl equal = Aten.eq(self, result), count = Aten.sum(equal, dims, true, null), share = Aten.div(grad, count);
        return [Aten.mul(share, equal)];
    }

    /// <summary>The gradient goes to the element whose index the op returned.</summary>
    public static TensorImpl?[] Selection(BackwardContext c)
    {
        TensorImpl self = c.Call.Input(0);
        long dim = ShapeErrors.WrapDim(c.Call.Int(0), self.Rank);
        using TensorImpl grad = Restore(c.Grad(0)!, self, [dim], expand: false), indices = Restore(c.Call.Outputs[1], self, [dim], expand: false);
        using TensorImpl positions = Aten.arange(0, self.Rank == 0 ? 1 : self.Sizes[(int)dim], 1, DType.Int64);
        using TensorImpl alongDim = AlongDim(positions, self.Rank, (int)dim), selected = Aten.eq(alongDim, indices);
        return [Aten.where(selected, grad, 0)];
    }

    /// <summary><c>grad * exp(self - result)</c>.</summary>
    public static TensorImpl?[] LogSumExp(BackwardContext c)
    {
        TensorImpl self = c.Call.Input(0);
        long[] dims = c.Call.Ints(0);
        using TensorImpl grad = Restore(c.Grad(0)!, self, dims, expand: false), result = Restore(c.Call.Outputs[0], self, dims, expand: false);
        using TensorImpl difference = Aten.sub(self, result, 1), softmax = Aten.exp(difference);
        return [Aten.mul(grad, softmax)];
    }

    /// <summary><c>grad * self / result</c>, and zero where the result is.</summary>
    public static TensorImpl?[] FrobeniusNorm(BackwardContext c)
    {
        TensorImpl self = c.Call.Input(0), result = c.Call.Outputs[0];
        using TensorImpl isZero = Aten.eq(result, 0), divisor = Aten.masked_fill(result, isZero, 1), quotient = Aten.div(c.Grad(0)!, divisor);
        using TensorImpl factor = Aten.masked_fill(quotient, isZero, 0), along = Restore(factor, self, c.Call.Ints(0), expand: false);
        return [Aten.mul(self, along)];
    }

    /// <summary>
    /// A view of a reduction's result (or its gradient) that broadcasts against the input: the reduced dimensions put back with size 1, or with
    /// their full size if <paramref name="expand"/>.
    /// </summary>
    private static TensorImpl Restore(TensorImpl reduced, TensorImpl input, long[] dims, bool expand)
    {
        bool[] marked = ShapeRules.ReducedDims(dims, input.Rank);
        long[] sizes = input.Sizes.ToArray();
        for (int i = 0; i < sizes.Length; i++)
        {
            if (marked[i])
            {
                sizes[i] = 1;
            }
        }

        TensorImpl kept = Views.view(reduced, sizes);
        if (!expand)
        {
            return kept;
        }

        using (kept)
        {
            return Views.expand(kept, input.Sizes.ToArray());
        }
    }

    /// <summary>A vector as a view that lies along one dimension of tensors of the given rank.</summary>
    private static TensorImpl AlongDim(TensorImpl vector, int rank, int dim)
    {
        var sizes = new long[rank];
        Array.Fill(sizes, 1);
        if (rank > 0)
        {
            sizes[dim] = -1;
        }

        return Views.view(vector, sizes);
    }
}
