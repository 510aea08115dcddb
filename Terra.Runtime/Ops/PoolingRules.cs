using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivatives of pooling.</summary>
internal static class PoolingRules
{
    public static OutputSpec[] Max(OpInvocation call)
    {
        TensorImpl input = call.Input(0);
        Layout layout = Windows(call, input, call.Ints(3), call.Bool(4));
        return [new OutputSpec(layout, input.DType), new OutputSpec(layout, DType.Int64)];
    }

    public static OutputSpec[] Average(OpInvocation call) =>
        [new OutputSpec(Windows(call, call.Input(0), [1], call.Bool(3)), call.Input(0).DType)];

    public static OutputSpec[] Adaptive(OpInvocation call)
    {
        TensorImpl input = call.Input(0);
        CheckInput(call, input);
        long[] size = call.Ints(0);
        long[] sizes = input.Sizes.ToArray();
        (sizes[^2], sizes[^1]) = (PoolWindows.At(size, 0), PoolWindows.At(size, 1));
        return [new OutputSpec(Layout.Contiguous(sizes), input.DType)];
    }

    /// <summary>The gradient of the pooled tensor, whose sizes are the attribute at <paramref name="position"/>.</summary>
    public static OutputSpec[] Backward(OpInvocation call, int position)
    {
        TensorImpl grad = call.Input(0);
        long[] sizes = call.Ints(position);
        ShapeRules.CheckFloats(call, 0);
        if (grad.Rank != sizes.Length || !grad.Sizes[..^2].SequenceEqual(sizes.AsSpan(0, sizes.Length - 2)))
        {
            throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}: a gradient of size {ShapeErrors.Text(grad.Sizes)} does not fit an input of size {ShapeErrors.Text(sizes)}");
        }

        if (call.OptionalInput(1) is { } indices && (indices.DType != DType.Int64 || !indices.Layout.SameSizes(grad.Layout)))
        {
            throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}: expected int64 indices of the gradient's size {ShapeErrors.Text(grad.Sizes)}, but got {ShapeErrors.Text(indices.Sizes)} of {ShapeErrors.Name(indices.DType)}");
        }

        return [new OutputSpec(Layout.Contiguous((long[])sizes.Clone()), grad.DType)];
    }

    public static TensorImpl?[] MaxDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return context.Grad(0) is { } grad
            ? [Aten.max_pool2d_with_indices_backward(grad, call.Outputs[1], call.Input(0).Sizes.ToArray())]
            : [];
    }

    public static TensorImpl?[] AverageDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Aten.avg_pool2d_backward(
            context.Grad(0)!, call.Ints(0), call.Ints(1), call.Ints(2), call.Bool(3), call.Bool(4), call.OptionalInts(5), call.Input(0).Sizes.ToArray())];
    }

    public static TensorImpl?[] AdaptiveDerivative(BackwardContext context) =>
        [Aten._adaptive_avg_pool2d_backward(context.Grad(0)!, context.Call.Input(0).Sizes.ToArray())];

    private static Layout Windows(OpInvocation call, TensorImpl input, long[] dilation, bool ceil)
    {
        CheckInput(call, input);
        long[] kernel = call.Ints(0), stride = call.Ints(1), padding = call.Ints(2);
        long[] sizes = input.Sizes.ToArray();
        for (int axis = 0; axis < 2; axis++)
        {
            long k = PoolWindows.At(kernel, axis), s = PoolWindows.Stride(stride, kernel, axis), p = PoolWindows.At(padding, axis);
            if (k < 1 || s < 1 || PoolWindows.At(dilation, axis) < 1)
            {
                throw ShapeErrors.Error("kernel size, stride and dilation should be greater than zero");
            }

            if (p < 0 || p > k / 2)
            {
                throw ShapeErrors.Error($"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={k} and dilation={PoolWindows.At(dilation, axis)}");
            }

            ref long size = ref sizes[sizes.Length - 2 + axis];
            long count = PoolWindows.Count(size, k, s, p, PoolWindows.At(dilation, axis), ceil);
            if (count < 1)
            {
                throw ShapeErrors.Error($"Given input size: {ShapeErrors.Text(input.Sizes)}. Calculated output size along dimension {sizes.Length - 2 + axis}: {count}. Output size is too small");
            }

            size = count;
        }

        return Layout.Contiguous(sizes);
    }

    private static void CheckInput(OpInvocation call, TensorImpl input)
    {
        if (input.Rank is not (3 or 4) || input.Sizes[^1] == 0 || input.Sizes[^2] == 0)
        {
            throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}: Expected 3D or 4D (batch mode) tensor with non-zero dimensions, but got input of size {ShapeErrors.Text(input.Sizes)}");
        }

        if (input.DType is not (DType.Float32 or DType.Float64))
        {
            throw ShapeErrors.NotImplemented(call.Op.Name["aten::".Length..], input.DType);
        }
    }
}
