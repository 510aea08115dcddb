using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivative of attention in one op. Reads metadata only.</summary>
internal static class AttentionRules
{
    /// <summary>[..., L, E], [..., S, E] and [..., S, Ev] with equal batch dimensions give [..., L, Ev] and [..., L, 1].</summary>
    public static OutputSpec[] Infer(OpInvocation call)
    {
        TensorImpl query = call.Input(0), key = call.Input(1), value = call.Input(2);
        Check(call, query, key, value);
        if (call.OptionalInput(3) is { } mask && mask.DType != DType.Bool && mask.DType != query.DType)
        {
            throw ShapeErrors.Error($"{call.Op.Name}: expected a mask of Bool or {query.DType}, got {mask.DType}");
        }

        return
        [
            new OutputSpec(Layout.Contiguous([.. query.Sizes[..^1], value.Sizes[^1]]), query.DType),
            new OutputSpec(Layout.Contiguous([.. query.Sizes[..^1], 1]), query.DType.ComputeType()),
        ];
    }

    /// <summary>Gradients of the sizes of query, key and value.</summary>
    public static OutputSpec[] InferBackward(OpInvocation call)
    {
        TensorImpl query = call.Input(1), key = call.Input(2), value = call.Input(3);
        Check(call, query, key, value);
        return [Like(query), Like(key), Like(value)];
    }

    public static TensorImpl?[] Backward(BackwardContext context)
    {
        OpInvocation call = context.Call;
        TensorImpl[] gradients = Aten._scaled_dot_product_flash_attention_for_cpu_backward(
            context.Grad(0)!, call.Input(0), call.Input(1), call.Input(2), call.Outputs[0], call.Outputs[1], call.OptionalInput(3),
            call.Bool(0), call.Scalar(1), call.Scalar(2).ToDouble(), call.Attrs[3].AsPhilox);
        return [gradients[0], gradients[1], gradients[2], null];
    }

    /// <summary>True if one op can do it: floating-point matrices with elements, of one dtype.</summary>
    public static bool IsSupported(TensorImpl query, TensorImpl key, TensorImpl value) =>
        query.DType.IsFloatingPoint()
        && key.DType == query.DType && value.DType == query.DType
        && query.Rank >= 2 && query.Rank == key.Rank && query.Rank == value.Rank
        && query.Sizes[..^2].SequenceEqual(key.Sizes[..^2]) && query.Sizes[..^2].SequenceEqual(value.Sizes[..^2])
        && query.Sizes[^1] == key.Sizes[^1] && key.Sizes[^2] == value.Sizes[^2]
        && query.NumberOfElements > 0 && key.NumberOfElements > 0 && value.NumberOfElements > 0;

    private static void Check(OpInvocation call, TensorImpl query, TensorImpl key, TensorImpl value)
    {
        if (!IsSupported(query, key, value))
        {
            throw ShapeErrors.Error(
                $"{call.Op.Name}: expected floating-point query [..., L, E], key [..., S, E] and value [..., S, Ev] of one dtype with equal batch "
                + $"dimensions and no empty one, got {ShapeErrors.Text(query.Sizes)}, {ShapeErrors.Text(key.Sizes)} and {ShapeErrors.Text(value.Sizes)}");
        }
    }

    private static OutputSpec Like(TensorImpl tensor) => new(Layout.Contiguous(tensor.Sizes.ToArray()), tensor.DType);
}
