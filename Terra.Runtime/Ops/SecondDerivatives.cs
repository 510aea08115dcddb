using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// Derivatives of ops that compute gradients, so that a backward pass can be differentiated. Where such an op is linear in the gradient, its
/// derivative is the forward op on the incoming gradient (after PyTorch's derivatives.yaml).
/// </summary>
internal static class SecondDerivatives
{
    /// <summary>Of <c>y (g - sum(g y))</c>.</summary>
    public static TensorImpl?[] Softmax(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl incoming = context.Grad(0)!, grad = call.Input(0), output = call.Input(1);
        long dim = call.Int(0);
        TensorImpl? toOutput = null;
        if (context.NeedsGrad(1))
        {
            using TensorImpl products = Aten.mul(grad, output), total = Aten.sum(products, [dim], true, null), centered = Aten.sub(grad, total, 1);
            using TensorImpl direct = Aten.mul(incoming, centered), weighted = Aten.mul(incoming, output), sum = Aten.sum(weighted, [dim], true, null);
            toOutput = Aten.addcmul(direct, grad, sum, -1);
        }

        return [context.NeedsGrad(0) ? Aten._softmax_backward_data(incoming, output, dim) : null, toOutput];
    }

    /// <summary>Of <c>g - exp(y) sum(g)</c>.</summary>
    public static TensorImpl?[] LogSoftmax(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl incoming = context.Grad(0)!;
        long dim = call.Int(0);
        using TensorImpl softmax = Aten.exp(call.Input(1)), weighted = Aten.mul(incoming, softmax);
        TensorImpl? toGrad = null, toOutput = null;
        if (context.NeedsGrad(0))
        {
            using TensorImpl sum = Aten.sum(weighted, [dim], true, null);
            toGrad = Aten.sub(incoming, sum, 1);
        }

        if (context.NeedsGrad(1))
        {
            using TensorImpl total = Aten.sum(call.Input(0), [dim], true, null), product = Aten.mul(weighted, total);
            toOutput = Aten.neg(product);
        }

        return [toGrad, toOutput];
    }

    /// <summary>nll_loss_backward(grad, target, weight?, total_weight, reduction, ignore_index, input_size).</summary>
    public static TensorImpl?[] Nll(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl[] results = Aten.nll_loss_forward(context.Grad(0)!, call.Input(1), call.OptionalInput(2), call.Int(0), call.Int(1));
        results[1].Dispose();
        return [results[0]];
    }

    /// <summary>embedding_dense_backward(grad, indices, num_weights, padding_idx): the rows the indices name, none at the padding.</summary>
    public static TensorImpl?[] Embedding(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl indices = call.Input(1);
        TensorImpl rows = Aten.embedding(context.Grad(0)!, indices, -1);
        if (call.Int(1) < 0)
        {
            return [rows];
        }

        using (rows)
        {
            using TensorImpl padding = Aten.eq(indices, call.Int(1)), mask = Views.unsqueeze(padding, -1);
            return [Aten.masked_fill(rows, mask, 0)];
        }
    }

    /// <summary>max_pool2d_with_indices_backward(grad, indices, input_size) and that in three dimensions: takes the incoming gradient from where each maximum was.</summary>
    public static DerivativeRule MaxPool(int dimensions) => context =>
    {
        TensorImpl incoming = context.Grad(0)!, indices = context.Call.Input(1);
        using TensorImpl planes = Composite.flatten(incoming, -dimensions), places = Composite.flatten(indices, -dimensions), picked = Aten.gather(planes, -1, places);
        return [Views.view(picked, indices.Sizes.ToArray())];
    };

    /// <summary>avg_pool2d_backward(grad, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, input_size) and that in three dimensions.</summary>
    public static DerivativeRule AveragePool(int dimensions) => context =>
    {
        OpInvocation call = context.Call;
        TensorImpl incoming = context.Grad(0)!;
        long[] kernel = call.Ints(0), stride = call.Ints(1), padding = call.Ints(2);
        return [dimensions == 2
            ? Aten.avg_pool2d(incoming, kernel, stride, padding, call.Bool(3), call.Bool(4), call.OptionalInts(5))
            : Aten.avg_pool3d(incoming, kernel, stride, padding, call.Bool(3), call.Bool(4), call.OptionalInts(5))];
    };

    public static DerivativeRule AdaptivePool(int dimensions) => context =>
    {
        long[] sizes = context.Call.Input(0).Sizes[^dimensions..].ToArray();
        return [dimensions == 2 ? Aten._adaptive_avg_pool2d(context.Grad(0)!, sizes) : Aten._adaptive_avg_pool3d(context.Grad(0)!, sizes)];
    };

    public static TensorImpl?[] UpsampleNearest(BackwardContext context) => [Aten.upsample_nearest2d(context.Grad(0)!, context.Call.Ints(0))];

    /// <summary>
    /// convolution_backward(grad, input, weight, ..., output_mask). With t(grad, input, weight) the gradient's product with the convolution, linear in
    /// each, the op's results are t's slopes along input and weight; so are its derivatives, with an incoming gradient in place of the argument.
    /// </summary>
    public static TensorImpl?[] Convolution(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl grad = call.Input(0), input = call.Input(1), weight = call.Input(2);
        TensorImpl? toInput = context.Grad(0), toWeight = context.Grad(1), toBias = context.Grad(2);
        return
        [
            context.NeedsGrad(0) ? GradientOfGradient() : null,
            context.NeedsGrad(1) && toWeight is not null ? Slope(input, toWeight, 0) : null,
            context.NeedsGrad(2) && toInput is not null ? Slope(toInput, weight, 1) : null,
        ];

        TensorImpl? GradientOfGradient()
        {
            TensorImpl? sum = toInput is null ? null : Convolve(toInput, weight, toBias);
            if (toWeight is not null)
            {
                TensorImpl term = Convolve(input, toWeight, sum is null ? toBias : null);
                sum = Derivative.Added(sum, term);
            }

            if (sum is not null || toBias is null)
            {
                return sum;
            }

            var sizes = new long[grad.Rank];
            Array.Fill(sizes, 1);
            sizes[1] = -1;
            using TensorImpl channels = Views.view(toBias, sizes);
            return Views.expand(channels, grad.Sizes.ToArray());
        }

        TensorImpl Convolve(TensorImpl x, TensorImpl w, TensorImpl? bias) =>
            Aten.convolution(x, w, bias, call.Ints(0), call.Ints(1), call.Ints(2), call.Bool(3), call.Ints(4), call.Int(5));

        TensorImpl Slope(TensorImpl x, TensorImpl w, int along)
        {
            bool[] mask = [along == 0, along == 1, false];
            TensorImpl[] gradients = Aten.convolution_backward(grad, x, w, call.Ints(0), call.Ints(1), call.Ints(2), call.Bool(3), call.Ints(4), call.Int(5), mask);
            return ConvolutionRules.KeepWanted(gradients, mask)[along]!;
        }
    }
}
