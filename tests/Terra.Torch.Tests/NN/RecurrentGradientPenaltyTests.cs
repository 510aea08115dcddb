using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.NN;

/// <summary>Gradients of gradients through recurrent layers and cells.</summary>
public sealed class RecurrentGradientPenaltyTests
{
    public static TheoryData<string, string> Networks
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string kind in new[] { "LSTM", "GRU", "tanh", "ReLU" })
            {
                foreach (string use in new[] { "layers", "packed", "cell" })
                {
                    data.Add(kind, use);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_gradient_penalty_has_the_slope_that_differences_give(string kind, string use)
    {
        manual_seed(11);
        (nn.Module module, Func<Tensor, Tensor[]> network) = Network(kind, use);
        using Tensor x = randn([4, 3, 2], dtype: ScalarType.Float64);
        Penalty(network, x).backward();
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            double slope = parameter.grad!.reshape(-1)[1].item<double>();
            (Shifted(parameter, 1e-5) - Shifted(parameter, -1e-5)).Should().BeApproximately(slope * 2e-5, 1e-9, name);
        }

        double Shifted(Tensor parameter, double step)
        {
            using (no_grad())
            {
                parameter.reshape(-1)[1].add_(step);
            }

            double penalty = Penalty(network, x).item<double>();
            using (no_grad())
            {
                parameter.reshape(-1)[1].sub_(step);
            }

            return penalty;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_recorded_gradient_has_the_bits_of_one_that_is_not(string kind, string use)
    {
        manual_seed(12);
        (nn.Module module, Func<Tensor, Tensor[]> network) = Network(kind, use);
        Tensor x = randn([4, 3, 2], dtype: ScalarType.Float64).requires_grad_();
        Tensor[] inputs = [x, .. module.parameters()];
        Tensor[] plain = [.. autograd.grad([Score(network, x)], inputs)], recorded = [.. autograd.grad([Score(network, x)], inputs, create_graph: true)];
        for (int i = 0; i < inputs.Length; i++)
        {
            recorded[i].requires_grad.Should().BeTrue();
            recorded[i].detach().data<double>().ToArray().Should().Equal(plain[i].data<double>().ToArray());
        }
    }

    /// <summary>A network, and how it makes results of a sequence (4, 3, 2).</summary>
    private static (nn.Module Module, Func<Tensor, Tensor[]> Run) Network(string kind, string use)
    {
        nn.NonLinearities activation = kind == "ReLU" ? nn.NonLinearities.ReLU : nn.NonLinearities.Tanh;
        bool isPacked = use == "packed";
        switch (use, kind)
        {
            case ("cell", "LSTM"):
                LSTMCell lstmCell = nn.LSTMCell(2, 3, dtype: ScalarType.Float64);
                return (lstmCell, x => lstmCell.call(x[1], lstmCell.call(x[0])) is var (hidden, memory) ? [hidden, memory] : []);
            case ("cell", "GRU"):
                GRUCell gruCell = nn.GRUCell(2, 3, dtype: ScalarType.Float64);
                return (gruCell, x => [gruCell.call(x[1], gruCell.call(x[0], null))]);
            case ("cell", _):
                RNNCell rnnCell = nn.RNNCell(2, 3, activation, dtype: ScalarType.Float64);
                return (rnnCell, x => [rnnCell.call(x[1], rnnCell.call(x[0], null))]);
            case (_, "LSTM"):
                LSTM lstm = nn.LSTM(2, 3, 2, dropout: 0.25, bidirectional: true, dtype: ScalarType.Float64);
                return (lstm, x => isPacked
                    ? lstm.call(Packed(x)) is var (packed, packedHidden, packedMemory) ? [packed.data, packedHidden, packedMemory] : []
                    : lstm.call(x) is var (output, hidden, memory) ? [output, hidden, memory] : []);
            case (_, "GRU"):
                GRU gru = nn.GRU(2, 3, 2, dropout: 0.25, bidirectional: true, dtype: ScalarType.Float64);
                return (gru, x => isPacked
                    ? gru.call(Packed(x)) is var (packed, packedHidden) ? [packed.data, packedHidden] : []
                    : gru.call(x) is var (output, hidden) ? [output, hidden] : []);
            default:
                RNN rnn = nn.RNN(2, 3, 2, activation, dropout: 0.25, bidirectional: true, dtype: ScalarType.Float64);
                return (rnn, x => isPacked
                    ? rnn.call(Packed(x)) is var (packed, packedHidden) ? [packed.data, packedHidden] : []
                    : rnn.call(x) is var (output, hidden) ? [output, hidden] : []);
        }
    }

    private static nn.utils.rnn.PackedSequence Packed(Tensor x) => nn.utils.rnn.pack_padded_sequence(x, tensor(new long[] { 2, 4, 3 }), enforce_sorted: false);

    private static Tensor Penalty(Func<Tensor, Tensor[]> network, Tensor x)
    {
        Tensor input = x.detach().requires_grad_();
        Tensor gradient = autograd.grad([Score(network, input)], [input], create_graph: true)[0];
        return (gradient.norm() - 1).pow(2) + gradient.pow(3).sum();
    }

    /// <summary>A number from all that the network returns, with the same dropout each time.</summary>
    private static Tensor Score(Func<Tensor, Tensor[]> network, Tensor x)
    {
        manual_seed(3);
        return network(x).Select(static (result, i) => ((result + (0.5 * i)).square() * result.sigmoid()).sum()).Aggregate(static (a, b) => a + b);
    }
}
