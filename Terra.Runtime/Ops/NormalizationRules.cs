using Terra.Runtime.Autograd;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivatives of batch, layer and group normalization.</summary>
internal static class NormalizationRules
{
    /// <summary>_native_batch_norm_legit: the result and each channel's mean and inverse deviation.</summary>
    public static OutputSpec[] BatchTraining(OpInvocation call)
    {
        TensorImpl input = call.Input(0);
        CheckChannels(call, 5);
        long channels = input.Sizes[1];
        if (channels != 0 && input.NumberOfElements == channels)
        {
            throw ShapeErrors.Error($"Expected more than 1 value per channel when training, got input size {ShapeErrors.Text(input.Sizes)}");
        }

        var vector = new OutputSpec(Layout.Contiguous(channels), input.DType.ComputeType());
        return [LikeInput(input), vector, vector];
    }

    public static OutputSpec[] BatchInference(OpInvocation call)
    {
        CheckChannels(call, 5);
        return [LikeInput(call.Input(0))];
    }

    /// <summary>An element of _native_batch_norm_legit_no_training: the operations of <see cref="Backends.Cpu.BatchNormKernels.Inference(OpInvocation)"/>, one by one.</summary>
    public static IrNode BatchInferenceElement(PointwiseBuilder b, OpInvocation call)
    {
        IrNode x = b.Input(0), scale = b.Div(b.Const(1.0, x.DType), b.Sqrt(b.Add(b.Input(4), b.Scalar(0, x.DType))));
        scale = b.HasInput(1) ? b.Mul(b.Input(1), scale) : scale;
        IrNode shift = b.Sub(b.HasInput(2) ? b.Input(2) : b.Const(0.0, x.DType), b.Mul(b.Input(3), scale));
        return b.Add(b.Mul(x, scale), shift);
    }

    /// <summary>native_batch_norm_backward: gradients of input, weight and bias.</summary>
    public static OutputSpec[] BatchBackward(OpInvocation call)
    {
        TensorImpl input = call.Input(1);
        ShapeRules.CheckFloats(call, 0, 1, 2, 3, 4, 5, 6);
        ShapeRules.CheckSizes(call, 0, input.Sizes);
        bool[] mask = call.Attrs[2].AsBools;
        return Gradients(input, input.Sizes.Slice(1, 1), mask);
    }

    public static TensorImpl?[] BatchTrainingDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return BatchDerivative(context, context.Grad(0)!, null, null, call.Outputs[1], call.Outputs[2], train: true, call.Scalar(1).ToDouble());
    }

    public static TensorImpl?[] BatchInferenceDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return BatchDerivative(context, context.Grad(0)!, call.Input(3), call.Input(4), null, null, train: false, call.Scalar(0).ToDouble());
    }

    /// <summary>native_layer_norm: the result and each row's mean and inverse deviation.</summary>
    public static OutputSpec[] Layer(OpInvocation call)
    {
        OutputSpec statistics = RowStatistics(call);
        return [LikeInput(call.Input(0)), statistics, statistics];
    }

    /// <summary>_fused_rms_norm: the result and each row's inverse root mean square.</summary>
    public static OutputSpec[] RootMeanSquare(OpInvocation call) => [LikeInput(call.Input(0)), RowStatistics(call)];

    /// <summary>Checks an op (input, weight?, ...; normalized_shape, ...). A number a row.</summary>
    private static OutputSpec RowStatistics(OpInvocation call)
    {
        TensorImpl input = call.Input(0);
        CheckFloating(call, input);
        long[] shape = call.Ints(0);
        if (shape.Length == 0 || shape.Length > input.Rank || !input.Sizes[^shape.Length..].SequenceEqual(shape))
        {
            throw ShapeErrors.Error(
                $"Given normalized_shape={ShapeErrors.Text(shape)}, expected input with shape [*, {string.Join(", ", shape)}], but got input of size{ShapeErrors.Text(input.Sizes)}");
        }

        for (int position = 1; position < call.Inputs.Length; position++)
        {
            if (call.OptionalInput(position) is { } parameter && (!parameter.Sizes.SequenceEqual(shape) || parameter.DType != input.DType))
            {
                throw ShapeErrors.Error(
                    $"Expected {call.Op.Schema.TensorNames[position]} to be of same shape as normalized_shape, but got {ShapeErrors.Text(parameter.Sizes)} and normalized_shape = {ShapeErrors.Text(shape)}");
            }
        }

        long[] rows = input.Sizes.ToArray();
        rows.AsSpan(rows.Length - shape.Length).Fill(1);
        return new OutputSpec(Layout.Contiguous(rows), input.DType.ComputeType());
    }

    public static OutputSpec[] LayerBackward(OpInvocation call)
    {
        ShapeRules.CheckFloats(call, 0, 1, 2, 3, 4);
        return RowGradients(call);
    }

    public static OutputSpec[] RootMeanSquareBackward(OpInvocation call)
    {
        ShapeRules.CheckFloats(call, 0, 1, 2, 3);
        return RowGradients(call);
    }

    private static OutputSpec[] RowGradients(OpInvocation call)
    {
        TensorImpl grad = call.Input(0), input = call.Input(1);
        if (grad.DType != input.DType)
        {
            throw ShapeErrors.DTypeMismatch(call.Op.Name["aten::".Length..], input.DType, grad.DType);
        }

        ShapeRules.CheckSizes(call, 0, input.Sizes);
        return Gradients(input, call.Ints(0), call.Attrs[1].AsBools);
    }

    public static TensorImpl?[] LayerDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool[] mask = Wanted(context);
        return ConvolutionRules.KeepWanted(
            Aten.native_layer_norm_backward(context.Grad(0)!, call.Input(0), call.Ints(0), call.Outputs[1], call.Outputs[2], call.OptionalInput(1), mask), mask);
    }

    public static TensorImpl?[] RootMeanSquareDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool[] mask = Wanted(context, 2);
        return ConvolutionRules.KeepWanted(
            Aten._fused_rms_norm_backward(context.Grad(0)!, call.Input(0), call.Ints(0), call.Outputs[1], call.OptionalInput(1), mask), mask);
    }

    /// <summary>native_group_norm: the result and each group's mean and inverse deviation, [n, groups].</summary>
    public static OutputSpec[] Group(OpInvocation call)
    {
        TensorImpl input = call.Input(0);
        long groups = call.Int(0);
        CheckChannels(call, 3);
        if (groups < 1 || input.Sizes[1] % groups != 0)
        {
            throw ShapeErrors.Error(
                $"Expected number of channels in input to be divisible by num_groups, but got input of shape {ShapeErrors.Text(input.Sizes)} and num_groups={groups}");
        }

        var statistics = new OutputSpec(Layout.Contiguous(input.Sizes[0], groups), input.DType.ComputeType());
        return [LikeInput(input), statistics, statistics];
    }

    public static OutputSpec[] GroupBackward(OpInvocation call)
    {
        ShapeRules.CheckFloats(call, 0, 1, 2, 3, 4);
        ShapeRules.CheckSizes(call, 0, call.Input(1).Sizes);
        return Gradients(call.Input(1), call.Input(1).Sizes.Slice(1, 1), call.Attrs[1].AsBools);
    }

    public static TensorImpl?[] GroupDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool[] mask = Wanted(context);
        return ConvolutionRules.KeepWanted(
            Aten.native_group_norm_backward(context.Grad(0)!, call.Input(0), call.Outputs[1], call.Outputs[2], call.OptionalInput(1), call.Int(0), mask), mask);
    }

    private static TensorImpl?[] BatchDerivative(
        BackwardContext context, TensorImpl grad, TensorImpl? mean, TensorImpl? variance, TensorImpl? savedMean, TensorImpl? savedDeviation, bool train, double eps)
    {
        OpInvocation call = context.Call;
        bool[] mask = Wanted(context);
        return ConvolutionRules.KeepWanted(
            Aten.native_batch_norm_backward(context.Grad(0)!, call.Input(0), call.OptionalInput(1), mean, variance, savedMean, savedDeviation, train, eps, mask), mask);
    }

    private static bool[] Wanted(BackwardContext context, int count = 3) => [.. Enumerable.Range(0, count).Select(context.NeedsGrad)];

    /// <summary>Gradients of input and parameters, as many as <paramref name="mask"/> speaks of.</summary>
    private static OutputSpec[] Gradients(TensorImpl input, ReadOnlySpan<long> parameter, bool[] mask)
    {
        var gradients = new OutputSpec[mask.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            gradients[i] = ConvolutionRules.Wanted(mask[i], i == 0 ? input.Sizes : parameter, input.DType);
        }

        return gradients;
    }

    private static OutputSpec LikeInput(TensorImpl input) => new(Layout.Contiguous(input.Sizes.ToArray()), input.DType);

    /// <summary>Checks [n, c, ...] at position 0 and tensors of one number a channel at the positions after it.</summary>
    private static void CheckChannels(OpInvocation call, int end)
    {
        TensorImpl input = call.Input(0);
        CheckFloating(call, input);
        if (input.Rank < 2)
        {
            throw ShapeErrors.Error($"Expected at least 2 dimensions for input tensor but received {input.Rank}");
        }

        for (int position = 1; position < end; position++)
        {
            if (call.OptionalInput(position) is { } vector && (vector.Rank != 1 || vector.Sizes[0] != input.Sizes[1] || vector.DType != input.DType))
            {
                throw ShapeErrors.Error(
                    $"{call.Op.Schema.TensorNames[position]} should contain {input.Sizes[1]} elements of {ShapeErrors.Name(input.DType)} not {vector.NumberOfElements} of {ShapeErrors.Name(vector.DType)}");
            }
        }
    }

    private static void CheckFloating(OpInvocation call, TensorImpl input)
    {
        if (!input.DType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented(call.Op.Name["aten::".Length..], input.DType);
        }
    }
}
