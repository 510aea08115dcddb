using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivatives of pooling.</summary>
internal static class PoolingRules
{
    public static InferRule Max(int dimensions) => call =>
    {
        TensorImpl input = call.Input(0);
        Layout layout = Windows(call, input, dimensions, call.Ints(3), call.Bool(4));
        return [new OutputSpec(layout, input.DType), new OutputSpec(layout, DType.Int64)];
    };

    public static InferRule Average(int dimensions) =>
        call => [new OutputSpec(Windows(call, call.Input(0), dimensions, [1], call.Bool(3)), call.Input(0).DType)];

    public static InferRule Adaptive(int dimensions) => call => [new OutputSpec(AdaptiveWindows(call, dimensions), call.Input(0).DType)];

    public static InferRule AdaptiveMax(int dimensions) => call =>
    {
        Layout layout = AdaptiveWindows(call, dimensions);
        return [new OutputSpec(layout, call.Input(0).DType), new OutputSpec(layout, DType.Int64)];
    };

    public static InferRule FractionalMax(int dimensions) => call =>
    {
        TensorImpl input = call.Input(0), samples = call.Input(1);
        CheckInput(call, input, dimensions);
        string name = call.Op.Name["aten::".Length..];
        long[] sizes = input.Sizes.ToArray(), expected = [input.Rank == dimensions + 1 ? 1 : sizes[0], sizes[^(dimensions + 1)], dimensions];
        if (!samples.Sizes.SequenceEqual(expected) || samples.DType != input.DType)
        {
            throw ShapeErrors.Error(
                $"{name}: expected random_samples of size {ShapeErrors.Text(expected)} and dtype {ShapeErrors.Name(input.DType)}, but got {ShapeErrors.Text(samples.Sizes)} of {ShapeErrors.Name(samples.DType)}");
        }

        for (int axis = 0; axis < dimensions; axis++)
        {
            long kernel = PoolWindows.At(call.Ints(0), axis), count = PoolWindows.At(call.Ints(1), axis);
            ref long size = ref sizes[sizes.Length - dimensions + axis];
            if (kernel < 1 || count < 1 || count + kernel - 1 > size)
            {
                throw ShapeErrors.Error($"{name}: {count} windows of {kernel} do not fit into {size} elements along dimension {sizes.Length - dimensions + axis}");
            }

            size = count;
        }

        Layout layout = Layout.Contiguous(sizes);
        return [new OutputSpec(layout, input.DType), new OutputSpec(layout, DType.Int64)];
    };

    /// <summary>The gradient of the tensor pooled over its last dimensions, whose sizes are the attribute at <paramref name="position"/>.</summary>
    public static InferRule Backward(int dimensions, int position) => call =>
    {
        TensorImpl grad = call.Input(0);
        long[] sizes = call.Ints(position);
        ShapeRules.CheckFloats(call, 0);
        if (grad.Rank != sizes.Length || grad.Rank < dimensions || !grad.Sizes[..^dimensions].SequenceEqual(sizes.AsSpan(0, sizes.Length - dimensions)))
        {
            throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}: a gradient of size {ShapeErrors.Text(grad.Sizes)} does not fit an input of size {ShapeErrors.Text(sizes)}");
        }

        if (call.OptionalInput(1) is { } indices && (indices.DType != DType.Int64 || !indices.Layout.SameSizes(grad.Layout)))
        {
            throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}: expected int64 indices of the gradient's size {ShapeErrors.Text(grad.Sizes)}, but got {ShapeErrors.Text(indices.Sizes)} of {ShapeErrors.Name(indices.DType)}");
        }

        return [new OutputSpec(Layout.Contiguous((long[])sizes.Clone()), grad.DType)];
    };

    public static DerivativeRule MaxDerivative(int dimensions) => context =>
    {
        OpInvocation call = context.Call;
        if (context.Grad(0) is not { } grad)
        {
            return [];
        }

        long[] sizes = call.Input(0).Sizes.ToArray();
        return [dimensions == 2
            ? Aten.max_pool2d_with_indices_backward(grad, call.Outputs[1], sizes)
            : Aten.max_pool3d_with_indices_backward(grad, call.Outputs[1], sizes)];
    };

    public static DerivativeRule AverageDerivative(int dimensions) => context =>
    {
        OpInvocation call = context.Call;
        TensorImpl grad = context.Grad(0)!;
        long[] kernel = call.Ints(0), stride = call.Ints(1), padding = call.Ints(2), sizes = call.Input(0).Sizes.ToArray();
        return [dimensions == 2
            ? Aten.avg_pool2d_backward(grad, kernel, stride, padding, call.Bool(3), call.Bool(4), call.OptionalInts(5), sizes)
            : Aten.avg_pool3d_backward(grad, kernel, stride, padding, call.Bool(3), call.Bool(4), call.OptionalInts(5), sizes)];
    };

    public static DerivativeRule AdaptiveDerivative(int dimensions) => context =>
    {
        long[] sizes = context.Call.Input(0).Sizes.ToArray();
        return [dimensions == 2 ? Aten._adaptive_avg_pool2d_backward(context.Grad(0)!, sizes) : Aten._adaptive_avg_pool3d_backward(context.Grad(0)!, sizes)];
    };

    private static Layout AdaptiveWindows(OpInvocation call, int dimensions)
    {
        TensorImpl input = call.Input(0);
        CheckInput(call, input, dimensions);
        long[] size = call.Ints(0), sizes = input.Sizes.ToArray();
        for (int axis = 0; axis < dimensions; axis++)
        {
            sizes[sizes.Length - dimensions + axis] = PoolWindows.At(size, axis);
        }

        return Layout.Contiguous(sizes);
    }

    private static Layout Windows(OpInvocation call, TensorImpl input, int dimensions, long[] dilation, bool ceil)
    {
        CheckInput(call, input, dimensions);
        long[] kernel = call.Ints(0), stride = call.Ints(1), padding = call.Ints(2);
        long[] sizes = input.Sizes.ToArray();
        for (int axis = 0; axis < dimensions; axis++)
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

            ref long size = ref sizes[sizes.Length - dimensions + axis];
            long count = PoolWindows.Count(size, k, s, p, PoolWindows.At(dilation, axis), ceil);
            if (count < 1)
            {
                throw ShapeErrors.Error($"Given input size: {ShapeErrors.Text(input.Sizes)}. Calculated output size along dimension {sizes.Length - dimensions + axis}: {count}. Output size is too small");
            }

            size = count;
        }

        return Layout.Contiguous(sizes);
    }

    private static void CheckInput(OpInvocation call, TensorImpl input, int dimensions)
    {
        bool isEmpty = false;
        for (int d = 1; d <= Math.Min(dimensions, input.Rank); d++)
        {
            isEmpty |= input.Sizes[^d] == 0;
        }

        if ((input.Rank != dimensions + 1 && input.Rank != dimensions + 2) || isEmpty)
        {
            throw ShapeErrors.Error(
                $"{call.Op.Name["aten::".Length..]}: Expected {dimensions + 1}D or {dimensions + 2}D (batch mode) tensor with non-zero dimensions, but got input of size {ShapeErrors.Text(input.Sizes)}");
        }

        if (!input.DType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented(call.Op.Name["aten::".Length..], input.DType);
        }
    }
}
