using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivatives of bilinear and bicubic interpolation.</summary>
internal static class InterpolationRules
{
    public static OutputSpec[] Forward(OpInvocation call)
    {
        TensorImpl self = call.Input(0);
        long[] size = call.Ints(0);
        if (self.Rank != 4 || self.Sizes[2] == 0 || self.Sizes[3] == 0 || size.Length != 2 || size[0] < 1 || size[1] < 1)
        {
            throw ShapeErrors.Error(
                $"{call.Op.Name["aten::".Length..]}: Input and output sizes should be greater than 0, but got input {ShapeErrors.Text(self.Sizes)} and output {ShapeErrors.Text(size)}");
        }

        ShapeRules.CheckFloats(call, 0);
        return [new OutputSpec(Layout.Contiguous(self.Sizes[0], self.Sizes[1], size[0], size[1]), self.DType)];
    }

    public static OutputSpec[] Backward(OpInvocation call)
    {
        TensorImpl grad = call.Input(0);
        long[] output = call.Ints(0), input = call.Ints(1);
        if (grad.Rank != 4 || input.Length != 4 || output.Length != 2 || !grad.Sizes.SequenceEqual([input[0], input[1], output[0], output[1]]))
        {
            throw ShapeErrors.Error(
                $"{call.Op.Name["aten::".Length..]}: a gradient of size {ShapeErrors.Text(grad.Sizes)} does not fit an input of size {ShapeErrors.Text(input)} scaled to {ShapeErrors.Text(output)}");
        }

        ShapeRules.CheckFloats(call, 0);
        return [new OutputSpec(Layout.Contiguous((long[])input.Clone()), grad.DType)];
    }

    public static TensorImpl?[] BilinearDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Aten.upsample_bilinear2d_backward(
            context.Grad(0)!, call.Ints(0), call.Input(0).Sizes.ToArray(), call.Bool(1), call.OptionalScalar(2), call.OptionalScalar(3))];
    }

    /// <summary>The derivative of the gradient, which is linear: the interpolation itself.</summary>
    public static TensorImpl?[] BilinearSecondDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Aten.upsample_bilinear2d(context.Grad(0)!, call.Ints(0), call.Bool(2), call.OptionalScalar(3), call.OptionalScalar(4))];
    }

    public static TensorImpl?[] BicubicDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Aten.upsample_bicubic2d_backward(
            context.Grad(0)!, call.Ints(0), call.Input(0).Sizes.ToArray(), call.Bool(1), call.OptionalScalar(2), call.OptionalScalar(3))];
    }

    /// <summary>The derivative of the gradient, which is linear: the interpolation itself.</summary>
    public static TensorImpl?[] BicubicSecondDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Aten.upsample_bicubic2d(context.Grad(0)!, call.Ints(0), call.Bool(2), call.OptionalScalar(3), call.OptionalScalar(4))];
    }
}
