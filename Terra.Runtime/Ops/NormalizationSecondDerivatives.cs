using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// Derivatives of the gradients of normalization. Let x' = (x - mean) r with r the inverse deviation, g the result's gradient, w the weight, h = g w. The
/// gradients are r P(h), sum(g x') and sum(g), where P(h) = h - mean(h) - x' mean(h x') is linear and its own transpose. Mean and deviation are
/// functions of x, whatever tensors they come in. Normalization by the root mean square is the same with zero for the mean and P(h) = h - x' mean(h x').
/// </summary>
internal static class NormalizationSecondDerivatives
{
    private static readonly bool[] s_inputOnly = [true, false, false];

    /// <summary>native_layer_norm_backward(grad_out, input, mean, rstd, weight?; normalized_shape, output_mask).</summary>
    public static TensorImpl?[] Layer(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl input = call.Input(1), mean = call.Input(2), deviation = call.Input(3);
        long[] shape = call.Ints(0);
        Form form = Rows(input, shape, change => InputGradient(Aten.native_layer_norm_backward(change, input, shape, mean, deviation, null, s_inputOnly)));
        (TensorImpl? toGrad, TensorImpl? toInput, TensorImpl? toWeight) = Differentiate(context, form, call.OptionalInput(4), 4, mean, deviation);
        return [toGrad, toInput, null, null, toWeight];
    }

    /// <summary>_fused_rms_norm_backward(grad_out, input, rstd, weight?; normalized_shape, output_mask).</summary>
    public static TensorImpl?[] RootMeanSquare(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl input = call.Input(1), deviation = call.Input(2);
        long[] shape = call.Ints(0);
        Form form = Rows(input, shape, change => InputGradient(Aten._fused_rms_norm_backward(change, input, shape, deviation, null, s_inputOnly[..2])));
        (TensorImpl? toGrad, TensorImpl? toInput, TensorImpl? toWeight) = Differentiate(context, form, call.OptionalInput(3), 3, null, deviation);
        return [toGrad, toInput, null, toWeight];
    }

    private static Form Rows(TensorImpl input, long[] shape, Func<TensorImpl, TensorImpl> project)
    {
        long columns = Product(shape);
        return new Form([Product(input.Sizes[..^shape.Length]), columns], [1], [0], [1, columns], project);
    }

    /// <summary>native_group_norm_backward(grad_out, input, mean, rstd, weight?; group, output_mask).</summary>
    public static TensorImpl?[] Group(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl input = call.Input(1), mean = call.Input(2), deviation = call.Input(3);
        long groups = call.Int(0), members = input.Sizes[1] / groups;
        var form = new Form(
            [input.Sizes[0], groups, members, Product(input.Sizes[2..])], [2, 3], [0, 3], [1, groups, members, 1],
            change => InputGradient(Aten.native_group_norm_backward(change, input, mean, deviation, null, groups, s_inputOnly)));
        (TensorImpl? toGrad, TensorImpl? toInput, TensorImpl? toWeight) = Differentiate(context, form, call.OptionalInput(4), 4, mean, deviation);
        return [toGrad, toInput, null, null, toWeight];
    }

    /// <summary>
    /// native_batch_norm_backward(grad_out, input, weight?, running_mean?, running_var?, save_mean?, save_invstd?; train, eps, output_mask). Running
    /// statistics are constants.
    /// </summary>
    public static TensorImpl?[] Batch(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl input = call.Input(1);
        bool train = call.Bool(0);
        double eps = call.Scalar(1).ToDouble();
        using TensorImpl mean = call.Input(train ? 5 : 3).Alias(), deviation = train ? call.Input(6).Alias() : InverseDeviation(call.Input(4), eps);
        var form = new Form(
            [input.Sizes[0], input.Sizes[1], Product(input.Sizes[2..])], [0, 2], [0, 2], [1, input.Sizes[1], 1],
            change => InputGradient(Aten.native_batch_norm_backward(
                change, input, null, call.OptionalInput(3), call.OptionalInput(4), call.OptionalInput(5), call.OptionalInput(6), train, eps, s_inputOnly)))
        {
            IsFixed = !train,
        };
        (TensorImpl? toGrad, TensorImpl? toInput, TensorImpl? toWeight) = Differentiate(context, form, call.OptionalInput(2), 2, mean, deviation);
        return [toGrad, toInput, toWeight];
    }

    private static (TensorImpl? Grad, TensorImpl? Input, TensorImpl? Weight) Differentiate(
        BackwardContext context, Form form, TensorImpl? weight, int weightPosition, TensorImpl? mean, TensorImpl deviation)
    {
        TensorImpl grad = context.Call.Input(0), input = context.Call.Input(1);
        using TensorImpl x = Composite.reshape(input, form.Sizes), g = Composite.reshape(grad, form.Sizes);
        using TensorImpl? w = Parameter(weight, form), toInput = Whole(context.Grad(0), form), toWeight = Parameter(context.Grad(1), form), toBias = mean is null ? null : Parameter(context.Grad(2), form);
        (TensorImpl? centre, TensorImpl scale) = Statistics(form, x, mean, deviation);
        using TensorImpl? m = centre;
        using TensorImpl r = scale, centered = m is null ? x.Alias() : Aten.sub(x, m, 1), normal = Aten.mul(centered, r);
        using TensorImpl? projected = context.Grad(0) is { } incoming ? Projected(incoming, form) : null;
        return (
            context.NeedsGrad(0) ? LikeInput(ToGrad(), grad) : null,
            context.NeedsGrad(1) ? ToInput() : null,
            weight is not null && projected is not null && context.NeedsGrad(weightPosition) ? ToWeight(projected, weight) : null);

        TensorImpl? ToGrad()
        {
            TensorImpl? sum = projected is null ? null : Weighted(projected, w);
            sum = toWeight is null ? sum : Derivative.Added(sum, Aten.mul(normal, toWeight));
            return toBias is null ? sum : Derivative.Added(sum, Views.expand(toBias, form.Sizes));
        }

        TensorImpl ToWeight(TensorImpl factor, TensorImpl parameter)
        {
            using TensorImpl product = Aten.mul(factor, g), sum = Aten.sum(product, form.Summed, true, null);
            return Views.view(sum, parameter.Sizes.ToArray());
        }

        TensorImpl? ToInput()
        {
            TensorImpl? change = toWeight is null ? null : Aten.mul(g, toWeight);
            if (form.IsFixed || projected is null)
            {
                return change is null ? null : Moved(change);
            }

            using TensorImpl h = Weighted(g, w), correlation = MeanProduct(h, normal), slope = MeanProduct(toInput!, normal);
            using TensorImpl first = Aten.mul(toInput!, correlation), both = Aten.addcmul(first, h, slope, 1), scaled = Aten.mul(both, r);
            using TensorImpl moved = Moved(Derivative.Added(change, Aten.neg(scaled)));
            using TensorImpl loss = MeanProduct(projected, h), factor = Aten.mul(loss, r), byDeviation = Aten.mul(normal, factor);
            using TensorImpl restored = Views.view(byDeviation, input.Sizes.ToArray());
            return Aten.sub(moved, restored, 1);
        }

        TensorImpl Moved(TensorImpl change)
        {
            using (change)
            {
                using TensorImpl whole = Views.view(change, input.Sizes.ToArray());
                return form.Project(whole);
            }
        }

        TensorImpl MeanProduct(TensorImpl a, TensorImpl b)
        {
            using TensorImpl product = Aten.mul(a, b);
            return Aten.mean(product, form.Averaged, true, null);
        }
    }

    /// <summary>
    /// Mean (null for zero) and inverse deviation as they broadcast over the form. While a graph is recorded they are computed from x again, so that it knows what they
    /// depend on; the epsilon is what the given deviation has beside the variance.
    /// </summary>
    private static (TensorImpl? Mean, TensorImpl InverseDeviation) Statistics(Form form, TensorImpl x, TensorImpl? mean, TensorImpl deviation)
    {
        long[] sizes = [.. form.Sizes.Select((size, dim) => form.Averaged.Contains(dim) ? 1 : size)];
        TensorImpl given = Views.view(deviation, sizes);
        if (form.IsFixed || !GradMode.IsEnabled)
        {
            return (mean is null ? null : Views.view(mean, sizes), given);
        }

        using (given)
        {
            using TensorImpl variance = mean is null ? MeanSquare() : Aten.var(x, form.Averaged, 0, true), before = variance.Detach(), known = given.Detach();
            using TensorImpl inverse = Aten.reciprocal(known), squared = Aten.mul(inverse, inverse), epsilon = Aten.sub(squared, before, 1);
            using TensorImpl sum = Aten.add(variance, epsilon, 1);
            return (mean is null ? null : Aten.mean(x, form.Averaged, true, null), Aten.rsqrt(sum));
        }

        TensorImpl MeanSquare()
        {
            using TensorImpl square = Aten.mul(x, x);
            return Aten.mean(square, form.Averaged, true, null);
        }
    }

    private static TensorImpl InverseDeviation(TensorImpl variance, double eps)
    {
        using TensorImpl shifted = Aten.add(variance, eps, 1);
        return Aten.rsqrt(shifted);
    }

    /// <summary>r P(change), in the form's sizes.</summary>
    private static TensorImpl Projected(TensorImpl change, Form form)
    {
        using TensorImpl projected = form.Project(change);
        return Views.view(projected, form.Sizes);
    }

    private static TensorImpl Weighted(TensorImpl x, TensorImpl? weight) => weight is null ? x.Alias() : Aten.mul(x, weight);

    private static TensorImpl? Whole(TensorImpl? tensor, Form form) => tensor is null ? null : Composite.reshape(tensor, form.Sizes);

    private static TensorImpl? Parameter(TensorImpl? tensor, Form form) => tensor is null ? null : Composite.reshape(tensor, form.ParameterSizes);

    private static TensorImpl? LikeInput(TensorImpl? gradient, TensorImpl input)
    {
        using (gradient)
        {
            return gradient is null ? null : Composite.reshape(gradient, input.Sizes.ToArray());
        }
    }

    private static TensorImpl InputGradient(TensorImpl[] gradients)
    {
        foreach (TensorImpl other in gradients.AsSpan(1))
        {
            other.Dispose();
        }

        return gradients[0];
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product *= size;
        }

        return product;
    }

    /// <summary>How a normalization sees its input.</summary>
    /// <param name="Sizes">The input's, dimensions that go together merged.</param>
    /// <param name="Averaged">The dimensions of mean and deviation.</param>
    /// <param name="Summed">The dimensions that share a weight.</param>
    /// <param name="ParameterSizes">The weight's, as it broadcasts to <paramref name="Sizes"/>.</param>
    /// <param name="Project">r P(h) of a tensor of the input's own sizes.</param>
    private sealed record Form(long[] Sizes, long[] Averaged, long[] Summed, long[] ParameterSizes, Func<TensorImpl, TensorImpl> Project)
    {
        /// <summary>Mean and deviation do not depend on the input; P is the identity.</summary>
        public bool IsFixed { get; init; }
    }
}
