using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// Shape rules and derivatives of recurrent layers over whole sequences: T steps, B examples, hidden size H. The gradients of weights are matrix products over
/// all steps at once. What a layer keeps for its gradient has a gradient of its own only where the layer's gradient is differentiated again.
/// </summary>
internal static class RecurrentRules
{
    /// <summary>Gates [T, B, 4H], states [B, H], weights [4H, H] give output and memories [T, B, H] and gates [T, B, 4H].</summary>
    public static OutputSpec[] InferLstm(OpInvocation call)
    {
        TensorImpl gates = call.Input(0), hidden = call.Input(1);
        Check(call, gates, hidden, call.Input(3), 4);
        CheckSizes(call, "cx", call.Input(2), hidden.Sizes.ToArray());
        return [Sequence(gates, hidden, 1), Sequence(gates, hidden, 1), Sequence(gates, hidden, 4)];
    }

    /// <summary>Gates [T, B, 3H], state [B, H], weights [3H, H] give output [T, B, H] and what is kept, [T, B, 4H].</summary>
    public static OutputSpec[] InferGru(OpInvocation call)
    {
        TensorImpl gates = call.Input(0), hidden = call.Input(1);
        Check(call, gates, hidden, call.Input(2), 3);
        if (call.OptionalInput(3) is { } bias)
        {
            CheckSizes(call, "bias_hh", bias, 3 * hidden.Sizes[1]);
        }

        return [Sequence(gates, hidden, 1), Sequence(gates, hidden, 4)];
    }

    /// <summary>Gates [T, B, H], state [B, H], weights [H, H] give output [T, B, H].</summary>
    public static OutputSpec[] InferRnn(OpInvocation call)
    {
        if (call.Attrs[0].AsString is not ("tanh" or "relu"))
        {
            throw ShapeErrors.Error($"{call.Op.Name}: unknown nonlinearity '{call.Attrs[0].AsString}'; it is tanh or relu");
        }

        TensorImpl gates = call.Input(0), hidden = call.Input(1);
        Check(call, gates, hidden, call.Input(2), 1);
        return [Sequence(gates, hidden, 1)];
    }

    public static OutputSpec[] InferLstmBackward(OpInvocation call) =>
        [Sequence(call.Input(3), call.Input(0), 4), Like(call.Input(0)), Like(call.Input(1))];

    public static OutputSpec[] InferGruBackward(OpInvocation call) =>
        [Sequence(call.Input(2), call.Input(0), 3), Sequence(call.Input(2), call.Input(0), 3), Like(call.Input(0))];

    public static OutputSpec[] InferRnnBackward(OpInvocation call) => [Sequence(call.Input(2), call.Input(0), 1), Like(call.Input(0))];

    public static TensorImpl?[] Lstm(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool reverse = call.Bool(0);
        TensorImpl[] gradients = context.Grad(2) is { } toKept
            ? RecurrentGradients.Lstm([call.Input(1), call.Input(2), call.Input(3), .. call.Outputs, context.Grad(0), context.Grad(1)], toKept, reverse)
            : Aten._lstm_layer_backward(
                call.Input(1), call.Input(2), call.Input(3), call.Outputs[0], call.Outputs[1], call.Outputs[2], context.Grad(0), context.Grad(1), reverse);
        TensorImpl? weight = context.NeedsGrad(3) ? WeightGradient(gradients[0], call.Input(1), call.Outputs[0], reverse) : null;
        return [gradients[0], gradients[1], gradients[2], weight];
    }

    public static TensorImpl?[] Gru(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool reverse = call.Bool(0);
        TensorImpl[] gradients = context.Grad(1) is { } toKept
            ? RecurrentGradients.Gru([call.Input(1), call.Input(2), .. call.Outputs, context.Grad(0)], toKept, reverse)
            : Aten._gru_layer_backward(call.Input(1), call.Input(2), call.Outputs[0], call.Outputs[1], context.Grad(0), reverse);
        using TensorImpl hiddenGates = gradients[1];
        TensorImpl? weight = context.NeedsGrad(2) ? WeightGradient(hiddenGates, call.Input(1), call.Outputs[0], reverse) : null;
        TensorImpl? bias = call.OptionalInput(3) is not null && context.NeedsGrad(3) ? Aten.sum(hiddenGates, [0, 1], false, null) : null;
        return [gradients[0], gradients[2], weight, bias];
    }

    public static TensorImpl?[] Rnn(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool reverse = call.Bool(1);
        TensorImpl[] gradients = Aten._rnn_layer_backward(
            call.Input(1), call.Input(2), call.Outputs[0], context.Grad(0), call.Attrs[0].AsString, reverse);
        TensorImpl? weight = context.NeedsGrad(2) ? WeightGradient(gradients[0], call.Input(1), call.Outputs[0], reverse) : null;
        return [gradients[0], gradients[1], weight];
    }

    public static TensorImpl?[] LstmBackward(BackwardContext context) =>
        DerivativeByOps.Of(context, arguments => RecurrentGradients.Lstm(arguments, null, context.Call.Bool(0)));

    public static TensorImpl?[] GruBackward(BackwardContext context) =>
        DerivativeByOps.Of(context, arguments => RecurrentGradients.Gru(arguments, null, context.Call.Bool(0)));

    public static TensorImpl?[] RnnBackward(BackwardContext context) =>
        DerivativeByOps.Of(context, arguments => RecurrentGradients.Rnn(arguments, context.Call.Attrs[0].AsString, context.Call.Bool(1)));

    /// <summary>The sum over steps of gates' gradients times the hidden state before the step.</summary>
    private static TensorImpl WeightGradient(TensorImpl gates, TensorImpl hidden, TensorImpl output, bool reverse)
    {
        long steps = gates.Sizes[0], first = reverse ? steps - 1 : 0;
        using TensorImpl firstGates = Views.select(gates, 0, first);
        using TensorImpl firstTransposed = Views.transpose(firstGates, 0, 1);
        TensorImpl sum = Aten.mm(firstTransposed, hidden);
        if (steps == 1)
        {
            return sum;
        }

        using TensorImpl others = Views.narrow(gates, 0, reverse ? 0 : 1, steps - 1);
        using TensorImpl before = Views.narrow(output, 0, reverse ? 1 : 0, steps - 1);
        using TensorImpl otherRows = Views.view(others, [-1, gates.Sizes[2]]);
        using TensorImpl beforeRows = Views.view(before, [-1, output.Sizes[2]]);
        using TensorImpl transposed = Views.transpose(otherRows, 0, 1);
        using (sum)
        {
            return Aten.addmm(sum, transposed, beforeRows, 1, 1);
        }
    }

    private static void Check(OpInvocation call, TensorImpl gates, TensorImpl hidden, TensorImpl weight, long count)
    {
        if (!gates.DType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented(call.Op.Name, gates.DType);
        }

        if (gates.Rank != 3 || hidden.Rank != 2 || gates.Sizes[0] == 0)
        {
            throw ShapeErrors.Error(
                $"{call.Op.Name}: expected gates [steps, batch, {count} * hidden] with at least one step and a state [batch, hidden], "
                + $"got {ShapeErrors.Text(gates.Sizes)} and {ShapeErrors.Text(hidden.Sizes)}");
        }

        CheckSizes(call, "gates", gates, gates.Sizes[0], hidden.Sizes[0], count * hidden.Sizes[1]);
        CheckSizes(call, "weight_hh", weight, count * hidden.Sizes[1], hidden.Sizes[1]);
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is not null && input.DType != gates.DType)
            {
                throw ShapeErrors.DTypeMismatch(call.Op.Name, gates.DType, input.DType);
            }
        }
    }

    private static void CheckSizes(OpInvocation call, string name, TensorImpl tensor, params long[] sizes)
    {
        if (!tensor.Sizes.SequenceEqual(sizes))
        {
            throw ShapeErrors.Error($"{call.Op.Name}: expected {name} of sizes {ShapeErrors.Text(sizes)}, got {ShapeErrors.Text(tensor.Sizes)}");
        }
    }

    private static OutputSpec Sequence(TensorImpl sequence, TensorImpl hidden, long vectors) =>
        new(Layout.Contiguous(sequence.Sizes[0], sequence.Sizes[1], vectors * hidden.Sizes[1]), sequence.DType);

    private static OutputSpec Like(TensorImpl tensor) => new(Layout.Contiguous(tensor.Sizes.ToArray()), tensor.DType);
}
