using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivatives of the softmax family.</summary>
internal static class SoftmaxRules
{
    /// <summary>A result of the first argument's sizes; all arguments have the same sizes and a floating-point dtype.</summary>
    public static OutputSpec[] SameAsFirst(OpInvocation call)
    {
        TensorImpl first = call.Input(0);
        if (!first.DType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented(call.Op.Name["aten::_".Length..], first.DType);
        }

        foreach (TensorImpl? input in call.Inputs)
        {
            if (!input!.Layout.SameSizes(first.Layout) || input.DType != first.DType)
            {
                throw ShapeErrors.Error($"{call.Op.Name}: expected tensors of the same sizes and dtype, but got {ShapeErrors.Text(first.Sizes)} and {ShapeErrors.Text(input.Sizes)}");
            }
        }

        _ = ShapeErrors.WrapDim(call.Int(0), first.Rank);
        return [new OutputSpec(Layout.Contiguous(first.Sizes.ToArray()), first.DType)];
    }

    public static TensorImpl?[] Softmax(BackwardContext context) =>
        [Aten._softmax_backward_data(context.Grad(0)!, context.Call.Outputs[0], context.Call.Int(0))];

    public static TensorImpl?[] LogSoftmax(BackwardContext context) =>
        [Aten._log_softmax_backward_data(context.Grad(0)!, context.Call.Outputs[0], context.Call.Int(0))];
}
