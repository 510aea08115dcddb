using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A recurrent layer over a whole sequence, in one direction. The examples of the batch are shared among the threads, which then never have to wait for each
/// other: each takes its examples through all steps with the weights packed once.
/// </summary>
internal static class RecurrentKernels
{
    /// <summary>_lstm_layer(gates, hx, cx, weight_hh; reverse) -> (output, memories, kept).</summary>
    public static void Lstm(OpInvocation call) =>
        Forward(RecurrentCell.Lstm, call, new RecurrentTensors(call.Input(0), call.Input(1), call.Input(3), call.Bool(0))
        {
            Memory = call.Input(2),
            Memories = call.Outputs[1],
            Saved = call.Outputs[2],
        });

    /// <summary>_gru_layer(gates, hx, weight_hh, bias_hh?; reverse) -> (output, kept).</summary>
    public static void Gru(OpInvocation call) =>
        Forward(RecurrentCell.Gru, call, new RecurrentTensors(call.Input(0), call.Input(1), call.Input(2), call.Bool(0))
        {
            Bias = call.OptionalInput(3),
            Saved = call.Outputs[1],
        });

    /// <summary>_rnn_layer(gates, hx, weight_hh; nonlinearity, reverse) -> output.</summary>
    public static void Rnn(OpInvocation call) =>
        Forward(CellOf(call.Attrs[0].AsString), call, new RecurrentTensors(call.Input(0), call.Input(1), call.Input(2), call.Bool(1)));

    /// <summary>_lstm_layer_backward(hx, cx, weight_hh, output, memories, kept, grad_output?, grad_memories?; reverse) -> (gates, hx, cx).</summary>
    public static void LstmBackward(OpInvocation call) =>
        Backward(RecurrentCell.Lstm, call, new RecurrentTensors(call.Outputs[0], call.Input(0), call.Input(2), call.Bool(0))
        {
            Memory = call.Input(1),
            Output = call.Input(3),
            Memories = call.Input(4),
            Saved = call.Input(5),
            OutputGradient = call.OptionalInput(6),
            MemoriesGradient = call.OptionalInput(7),
        });

    /// <summary>_gru_layer_backward(hx, weight_hh, output, kept, grad_output; reverse) -> (gates, hidden gates, hx).</summary>
    public static void GruBackward(OpInvocation call) =>
        Backward(RecurrentCell.Gru, call, new RecurrentTensors(call.Outputs[0], call.Input(0), call.Input(1), call.Bool(0))
        {
            Output = call.Input(2),
            Saved = call.Input(3),
            OutputGradient = call.OptionalInput(4),
        });

    /// <summary>_rnn_layer_backward(hx, weight_hh, output, grad_output; nonlinearity, reverse) -> (gates, hx).</summary>
    public static void RnnBackward(OpInvocation call) =>
        Backward(CellOf(call.Attrs[0].AsString), call, new RecurrentTensors(call.Outputs[0], call.Input(0), call.Input(1), call.Bool(1))
        {
            Output = call.Input(2),
            OutputGradient = call.OptionalInput(3),
        });

    private static RecurrentCell CellOf(string nonlinearity) => nonlinearity == "relu" ? RecurrentCell.Relu : RecurrentCell.Tanh;

    private static void Forward(RecurrentCell cell, OpInvocation call, RecurrentTensors tensors)
    {
        tensors.Output = call.Outputs[0];
        if (call.Outputs[0].DType == DType.Float64)
        {
            using var layer = new RecurrentLayer<double>(cell, tensors);
            layer.Forward();
        }
        else
        {
            using var layer = new RecurrentLayer<float>(cell, tensors);
            layer.Forward();
        }
    }

    private static void Backward(RecurrentCell cell, OpInvocation call, RecurrentTensors tensors)
    {
        TensorImpl[] gradients = call.Outputs;
        if (gradients[0].DType == DType.Float64)
        {
            using var layer = new RecurrentLayer<double>(cell, tensors);
            layer.Backward(gradients);
        }
        else
        {
            using var layer = new RecurrentLayer<float>(cell, tensors);
            layer.Backward(gradients);
        }
    }
}

/// <summary>The tensors of a recurrent layer: T steps, B examples, hidden size H, G gates.</summary>
/// <param name="Gates">[T, B, G * H]: sums over the input, or where their gradients go.</param>
/// <param name="Hidden">[B, H] before the first step.</param>
/// <param name="Weight">[G * H, H].</param>
/// <param name="IsReverse">The last step comes first.</param>
internal sealed record RecurrentTensors(TensorImpl Gates, TensorImpl Hidden, TensorImpl Weight, bool IsReverse)
{
    /// <summary>[B, H] before the first step.</summary>
    public TensorImpl? Memory { get; init; }

    /// <summary>[G * H].</summary>
    public TensorImpl? Bias { get; init; }

    /// <summary>[T, B, H].</summary>
    public TensorImpl? Output { get; set; }

    /// <summary>[T, B, H].</summary>
    public TensorImpl? Memories { get; init; }

    /// <summary>[T, B, kept vectors * H].</summary>
    public TensorImpl? Saved { get; init; }

    /// <summary>[T, B, H].</summary>
    public TensorImpl? OutputGradient { get; init; }

    /// <summary>[T, B, H].</summary>
    public TensorImpl? MemoriesGradient { get; init; }
}
