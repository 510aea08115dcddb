using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>Runs one recurrent layer in one direction over a sequence (T, N, input size), from states (N, H).</summary>
internal static class RecurrentLayers
{
    /// <summary>LSTM: the hidden states and the memories of all steps, (T, N, H) each.</summary>
    internal static (Tensor Output, Tensor Memories) Lstm(RecurrentParameters parameters, Tensor input, Tensor hidden, Tensor memory, bool reverse)
    {
        using Tensor gates = GatesWithAllBiases(parameters, input);
        TensorImpl[] results = Aten._lstm_layer(gates.Impl, hidden.Impl, memory.Impl, parameters.WeightHidden.Impl, reverse);
        results[2].Dispose();
        return (new(results[0]), new(results[1]));
    }

    /// <summary>GRU: the hidden states of all steps, (T, N, H).</summary>
    internal static Tensor Gru(RecurrentParameters parameters, Tensor input, Tensor hidden, bool reverse)
    {
        using Tensor gates = functional.linear(input, parameters.WeightInput, parameters.BiasInput);
        TensorImpl[] results = Aten._gru_layer(gates.Impl, hidden.Impl, parameters.WeightHidden.Impl, parameters.BiasHidden?.Impl, reverse);
        results[1].Dispose();
        return new(results[0]);
    }

    /// <summary>Elman's layer: the hidden states of all steps, (T, N, H).</summary>
    internal static Tensor Rnn(RecurrentParameters parameters, NonLinearities nonLinearity, Tensor input, Tensor hidden, bool reverse)
    {
        using Tensor gates = GatesWithAllBiases(parameters, input);
        string name = nonLinearity == NonLinearities.ReLU ? "relu" : "tanh";
        return new(Aten._rnn_layer(gates.Impl, hidden.Impl, parameters.WeightHidden.Impl, name, reverse));
    }

    private static Tensor GatesWithAllBiases(RecurrentParameters parameters, Tensor input)
    {
        using Tensor? bias = parameters.BiasInput is null ? null : parameters.BiasInput + parameters.BiasHidden!;
        return functional.linear(input, parameters.WeightInput, bias);
    }
}
