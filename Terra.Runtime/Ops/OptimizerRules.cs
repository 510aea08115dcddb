using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>What the ops of a whole optimizer step require of their lists of tensors. Reads metadata only.</summary>
internal static class OptimizerRules
{
    /// <summary>
    /// Checks the lists of a call: the first are the parameters, the second their gradients. The others are as long or empty, as the options ask, and
    /// tensor by tensor of the same sizes and dtype.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="given">For each list after the second, whether there is one.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A list is too short or too long, or a tensor does not fit its parameter.</exception>
    public static OutputSpec[] Infer(OpInvocation call, params ReadOnlySpan<bool> given)
    {
        ReadOnlySpan<TensorImpl?> parameters = call.List(0);
        for (int list = 0; list < call.Op.Schema.TensorLists; list++)
        {
            ReadOnlySpan<TensorImpl?> tensors = call.List(list);
            string name = call.Op.Schema.TensorNames[list];
            int expected = list < 2 || given[list - 2] ? parameters.Length : 0;
            if (tensors.Length != expected)
            {
                throw ShapeErrors.Error(
                    $"{call.Op.Name}: expected {expected} {name} for {parameters.Length} parameters with these options, got {tensors.Length}");
            }

            for (int i = 0; i < tensors.Length; i++)
            {
                Check(call, name, i, tensors[i]!, parameters[i]!);
            }
        }

        return [];
    }

    /// <summary>Checks the list of an op that changes tensors of any floating-point dtypes in place.</summary>
    public static OutputSpec[] InferForeach(OpInvocation call)
    {
        foreach (TensorImpl? tensor in call.List(0))
        {
            CheckFloating(call, tensor!);
        }

        return [];
    }

    /// <summary>One number a tensor of the list, in the dtype of its tensors.</summary>
    public static OutputSpec[] InferNorms(OpInvocation call)
    {
        ReadOnlySpan<TensorImpl?> tensors = call.List(0);
        if (tensors.IsEmpty)
        {
            throw ShapeErrors.Error($"{call.Op.Name}: expected a non-empty list of tensors");
        }

        foreach (TensorImpl? tensor in tensors)
        {
            CheckFloating(call, tensor!);
            if (tensor!.DType != tensors[0]!.DType)
            {
                throw ShapeErrors.Error($"{call.Op.Name}: expected tensors of one dtype, got {tensors[0]!.DType} and {tensor.DType}");
            }
        }

        return [new OutputSpec(Layout.Contiguous([tensors.Length]), tensors[0]!.DType)];
    }

    private static void Check(OpInvocation call, string name, int index, TensorImpl tensor, TensorImpl parameter)
    {
        CheckFloating(call, tensor);
        if (tensor.DType != call.Input(0).DType || !tensor.Layout.SameSizes(parameter.Layout))
        {
            throw ShapeErrors.Error(
                $"{call.Op.Name}: {name}[{index}] is {tensor.DType} {ShapeErrors.Text(tensor.Sizes)}, its parameter "
                + $"{parameter.DType} {ShapeErrors.Text(parameter.Sizes)}; all tensors of a call have one dtype, and those of a parameter its sizes");
        }
    }

    private static void CheckFloating(OpInvocation call, TensorImpl tensor)
    {
        if (!tensor.DType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented(call.Op.Name, tensor.DType);
        }
    }
}
