using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivative of convolution.</summary>
internal static class ConvolutionRules
{
    public static OutputSpec[] Forward(OpInvocation call)
    {
        TensorImpl input = call.Input(0), weight = call.Input(1);
        Check(call, input, weight);
        return [new OutputSpec(Layout.Contiguous(ConvolutionGeometry.OutputSizes(call, input.Sizes, weight.Sizes)), input.DType)];
    }

    public static OutputSpec[] Backward(OpInvocation call)
    {
        TensorImpl grad = call.Input(0), input = call.Input(1), weight = call.Input(2);
        ShapeRules.CheckFloats(call, 0, 1, 2);
        bool[] mask = call.Attrs[6].AsBools;
        long[] output = ConvolutionGeometry.OutputSizes(call, input.Sizes, weight.Sizes);
        if (!grad.Sizes.SequenceEqual(output))
        {
            throw ShapeErrors.Error($"convolution_backward: expected grad_output of size {ShapeErrors.Text(output)}, but got {ShapeErrors.Text(grad.Sizes)}");
        }

        return
        [
            Wanted(mask[0], input.Sizes, grad.DType),
            Wanted(mask[1], weight.Sizes, grad.DType),
            Wanted(mask[2], grad.Sizes.Slice(1, 1), grad.DType),
        ];
    }

    /// <summary>A gradient's geometry; of zero size if it is not wanted.</summary>
    public static OutputSpec Wanted(bool wanted, ReadOnlySpan<long> sizes, DType dtype) =>
        new(Layout.Contiguous(wanted ? sizes.ToArray() : [0]), dtype);

    public static TensorImpl?[] Derivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool[] mask = [context.NeedsGrad(0), context.NeedsGrad(1), context.NeedsGrad(2)];
        TensorImpl[] gradients = Aten.convolution_backward(
            context.Grad(0)!, call.Input(0), call.Input(1), call.Ints(0), call.Ints(1), call.Ints(2), call.Bool(3), call.Ints(4), call.Int(5), mask);
        return KeepWanted(gradients, mask);
    }

    /// <summary>Disposes the gradients that were not wanted and leaves null in their places.</summary>
    public static TensorImpl?[] KeepWanted(TensorImpl[] gradients, bool[] mask)
    {
        var kept = new TensorImpl?[mask.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                kept[i] = gradients[i];
            }
            else
            {
                gradients[i].Dispose();
            }
        }

        return kept;
    }

    private static void Check(OpInvocation call, TensorImpl input, TensorImpl weight)
    {
        if (input.Rank is not (3 or 4 or 5) || weight.Rank != input.Rank)
        {
            throw ShapeErrors.Error(
                $"Expected 3D, 4D or 5D input to convolution with a weight of the same rank, but got input of size: {ShapeErrors.Text(input.Sizes)} and weight of size {ShapeErrors.Text(weight.Sizes)}");
        }

        if (!input.DType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented("convolution", input.DType);
        }

        TensorImpl? bias = call.OptionalInput(2);
        if (weight.DType != input.DType || (bias is not null && bias.DType != input.DType))
        {
            throw ShapeErrors.Error(
                $"Input type ({ShapeErrors.Name(input.DType)}) and weight type ({ShapeErrors.Name(weight.DType)}) and bias type should be the same");
        }

        bool transposed = call.Bool(3);
        long groups = call.Int(5), channels = transposed ? weight.Sizes[0] : weight.Sizes[1] * groups;
        if (groups < 1 || input.Sizes[1] != channels || weight.Sizes[0] % groups != 0)
        {
            throw ShapeErrors.Error(
                $"Given groups={groups}, weight of size {ShapeErrors.Text(weight.Sizes)}, expected input{ShapeErrors.Text(input.Sizes)} to have {channels} channels, but got {input.Sizes[1]} channels instead");
        }

        long results = transposed ? weight.Sizes[1] * groups : weight.Sizes[0];
        if (bias is not null && (bias.Rank != 1 || bias.Sizes[0] != results))
        {
            throw ShapeErrors.Error(
                $"Given weight of size {ShapeErrors.Text(weight.Sizes)}, expected bias to be 1-dimensional with {results} elements, but got bias of size {ShapeErrors.Text(bias.Sizes)} instead");
        }

        for (int d = 2; d < input.Rank; d++)
        {
            CheckAxis(call, d - 2, input.Sizes[d], weight.Sizes[d], transposed);
        }
    }

    private static void CheckAxis(OpInvocation call, int axis, long size, long kernel, bool transposed)
    {
        long stride = ConvolutionGeometry.At(call.Ints(0), axis), padding = ConvolutionGeometry.At(call.Ints(1), axis);
        long dilation = ConvolutionGeometry.At(call.Ints(2), axis);
        if (stride < 1 || dilation < 1)
        {
            throw ShapeErrors.Error("non-positive stride or dilation is not supported");
        }

        if (padding < 0)
        {
            throw ShapeErrors.Error("negative padding is not supported");
        }

        if (transposed && ConvolutionGeometry.At(call.Ints(4), axis) >= Math.Max(stride, dilation))
        {
            throw ShapeErrors.Error(
                $"output padding must be smaller than either stride or dilation, but got output_padding: {ConvolutionGeometry.At(call.Ints(4), axis)} stride: {stride} dilation: {dilation}");
        }

        long reach = dilation * (kernel - 1) + 1;
        if (!transposed && size + 2 * padding < reach)
        {
            throw ShapeErrors.Error(
                $"Calculated padded input size per channel: ({size + 2 * padding}). Kernel size: ({reach}). Kernel size can't be greater than actual input size");
        }
    }
}
