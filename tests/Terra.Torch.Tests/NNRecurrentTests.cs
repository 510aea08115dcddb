using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests;

public sealed class NNRecurrentTests
{
    [Fact]
    public void Parameters_have_pytorchs_names_and_sizes()
    {
        using LSTM layer = LSTM(3, 5, numLayers: 2, bidirectional: true);
        layer.named_parameters().Select(entry => entry.name).Should().Equal(
            new[] { "_l0", "_l0_reverse", "_l1", "_l1_reverse" }.SelectMany(suffix => new[] { "weight_ih", "weight_hh", "bias_ih", "bias_hh" }.Select(name => name + suffix)));
        layer.state_dict()["weight_ih_l1"].shape.Should().Equal(20, 10);
        using GRU plain = GRU(3, 5, bias: false);
        plain.named_parameters().Select(entry => entry.name).Should().Equal("weight_ih_l0", "weight_hh_l0");
        using RNN network = RNN(3, 5);
        network.get_weight_ih(0).shape.Should().Equal(5, 3);
        network.get_bias_hh(0)!.shape.Should().Equal(5);
    }

    [Fact]
    public void A_layer_takes_the_steps_of_its_cell()
    {
        using Tensor input = randn(4, 2, 3), hidden = randn(1, 2, 5), memory = randn(1, 2, 5);
        using LSTM lstm = LSTM(3, 5);
        using LSTMCell lstmCell = LSTMCell(3, 5);
        Copy(lstm, lstmCell);
        (Tensor output, Tensor last, Tensor lastMemory) = lstm.call(input, (hidden, memory));
        (Tensor h, Tensor c) = (hidden[0], memory[0]);
        for (int step = 0; step < 4; step++)
        {
            (h, c) = lstmCell.call(input[step], (h, c));
            output[step].allclose(h, atol: 1e-6).Should().BeTrue();
        }

        last[0].allclose(h, atol: 1e-6).Should().BeTrue();
        lastMemory[0].allclose(c, atol: 1e-6).Should().BeTrue();

        using GRU gru = GRU(3, 5);
        using GRUCell gruCell = GRUCell(3, 5);
        Copy(gru, gruCell);
        gru.call(input).Item1[0].allclose(gruCell.call(input[0], null), atol: 1e-6).Should().BeTrue();

        using RNN rnn = RNN(3, 5, nonLinearity: NonLinearities.ReLU);
        using RNNCell rnnCell = RNNCell(3, 5, NonLinearities.ReLU);
        Copy(rnn, rnnCell);
        rnn.call(input).Item1[0].allclose(rnnCell.call(input[0], null), atol: 1e-6).Should().BeTrue();
    }

    [Fact]
    public void Both_directions_and_several_layers()
    {
        using GRU layer = GRU(3, 5, numLayers: 2, bidirectional: true, batchFirst: true);
        using Tensor input = randn(2, 7, 3);
        (Tensor output, Tensor last) = layer.call(input);
        output.shape.Should().Equal(2, 7, 10);
        last.shape.Should().Equal(4, 2, 5);
        last[2].allclose(output[.., 6, ..5]).Should().BeTrue();
        last[3].allclose(output[.., 0, 5..]).Should().BeTrue();
        (Tensor single, Tensor singleLast) = layer.call(input[1]);
        single.shape.Should().Equal(7, 10);
        singleLast.shape.Should().Equal(4, 5);
        single.allclose(output[1], atol: 1e-6).Should().BeTrue();
        FluentActions.Invoking(() => layer.call(ones(3))).Should().Throw<ArgumentException>().WithMessage("GRU*2 or 3*");
    }

    [Fact]
    public void A_network_learns_to_remember()
    {
        manual_seed(3);
        using LSTM layer = LSTM(1, 12);
        using Linear head = Linear(12, 1);
        using optim.Optimizer optimizer = optim.Adam(layer.parameters().Concat(head.parameters()), 0.02);
        using Tensor input = randn(6, 32, 1);
        double first = 0, final = 0;
        for (int step = 0; step < 60; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            (Tensor output, _, _) = layer.call(input);
            Tensor loss = functional.mse_loss(head.call(output[5]), input[0]);
            loss.backward();
            optimizer.step();
            final = loss.item<float>();
            first = step == 0 ? final : first;
        }

        final.Should().BeLessThan(first / 5);
    }

    private static void Copy(Module layer, Module cell)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter parameter) in cell.named_parameters())
        {
            parameter.copy_(layer.get_parameter(name + "_l0")!);
        }
    }
}
