using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace Terra.Torch.Tests.NN;

public sealed class PackedSequenceTests
{
    private static readonly long[] s_lengths = [2, 5, 1, 5, 3];

    [Fact]
    public void Packing_sorts_by_length_and_padding_undoes_it()
    {
        Tensor[] sequences = [.. s_lengths.Select(static (length, i) => arange(length, dtype: float32).add(10 * i).unsqueeze(1))];
        using PackedSequence packed = pack_sequence(sequences, enforce_sorted: false);
        packed.batch_sizes.data<long>().ToArray().Should().Equal(5, 4, 3, 2, 2);
        packed.sorted_indices!.data<long>().ToArray().Should().Equal(1, 3, 4, 0, 2);
        packed.unsorted_indices!.data<long>().ToArray().Should().Equal(3, 0, 4, 1, 2);
        packed.data.reshape(-1).data<float>().ToArray().Should().Equal(10, 30, 40, 0, 20, 11, 31, 41, 1, 12, 32, 42, 13, 33, 14, 34);
        (Tensor padded, Tensor lengths) = pad_packed_sequence(packed, batch_first: true, padding_value: -1, total_length: 6);
        lengths.data<long>().ToArray().Should().Equal(s_lengths);
        padded.shape.Should().Equal(5, 6, 1);
        padded[0].reshape(-1).data<float>().ToArray().Should().Equal(0, 1, -1, -1, -1, -1);
        padded[1].reshape(-1).data<float>().ToArray().Should().Equal(10, 11, 12, 13, 14, -1);
        pad_sequence(sequences, padding_value: 7).shape.Should().Equal(5, 5, 1);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Tensor input = zeros(4, 2, 3);
        FluentActions.Invoking(() => pack_padded_sequence(input, tensor(new long[] { 2, 3 }))).Should().Throw<ArgumentException>().WithMessage("*enforce_sorted*");
        FluentActions.Invoking(() => pack_padded_sequence(input, tensor(new long[] { 5, 3 }))).Should().Throw<ArgumentException>().WithMessage("*from 1 to 4*");
        FluentActions.Invoking(() => pack_padded_sequence(input, tensor(new long[] { 3, 0 }))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => pack_padded_sequence(input, tensor(new long[] { 3 }))).Should().Throw<ArgumentException>();
        using PackedSequence packed = pack_padded_sequence(input, tensor(new long[] { 3, 2 }));
        packed.sorted_indices.Should().BeNull();
        FluentActions.Invoking(() => pad_packed_sequence(packed, total_length: 2)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => pad_sequence([])).Should().Throw<ArgumentException>();
    }

    /// <summary>Each sequence of the pack gives what it gives alone, states and gradients too.</summary>
    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN")]
    public void Layers_take_packed_sequences_one_by_one(string kind)
    {
        manual_seed(8);
        const int Layers = 2, Hidden = 4;
        using nn.Module layer = kind switch
        {
            "LSTM" => nn.LSTM(3, Hidden, Layers, bidirectional: true),
            "GRU" => nn.GRU(3, Hidden, Layers, bidirectional: true),
            _ => nn.RNN(3, Hidden, Layers, bidirectional: true),
        };
        Tensor[] sequences = [.. s_lengths.Select(static length => randn([length, 3]))];
        Tensor hidden = randn([2 * Layers, s_lengths.Length, Hidden]), memory = randn([2 * Layers, s_lengths.Length, Hidden]);
        Tensor padded = pad_sequence(sequences);
        padded.requires_grad_();
        using PackedSequence packed = pack_padded_sequence(padded, tensor(s_lengths), enforce_sorted: false);
        (PackedSequence output, Tensor last, Tensor? lastMemory) = Call(layer, packed, hidden, memory);
        (Tensor outputs, _) = pad_packed_sequence(output);
        for (int i = 0; i < sequences.Length; i++)
        {
            Tensor alone = sequences[i].clone().requires_grad_();
            Tensor h = hidden.narrow(1, i, 1).contiguous(), c = memory.narrow(1, i, 1).contiguous();
            (Tensor expected, Tensor expectedLast, Tensor? expectedMemory) = Call(layer, alone.unsqueeze(1), h, c);
            outputs.narrow(1, i, 1).narrow(0, 0, s_lengths[i]).allclose(expected, atol: 1e-5).Should().BeTrue();
            last.narrow(1, i, 1).allclose(expectedLast, atol: 1e-5).Should().BeTrue();
            if (lastMemory is not null)
            {
                lastMemory.narrow(1, i, 1).allclose(expectedMemory!, atol: 1e-5).Should().BeTrue();
            }

            Tensor[] own = [autograd.grad([expected.square().sum() + expectedLast.sum()], [alone])[0]];
            Tensor inPack = autograd.grad([output.data.square().sum() + last.sum()], [padded], retain_graph: true)[0];
            inPack.narrow(1, i, 1).narrow(0, 0, s_lengths[i]).squeeze(1).allclose(own[0], atol: 1e-4).Should().BeTrue();
        }
    }

    private static (PackedSequence Output, Tensor Hidden, Tensor? Memory) Call(nn.Module layer, PackedSequence input, Tensor hidden, Tensor memory)
    {
        if (layer is LSTM lstm)
        {
            return lstm.call(input, (hidden, memory));
        }

        (PackedSequence output, Tensor last) = layer is GRU gru ? gru.call(input, hidden) : ((RNN)layer).call(input, hidden);
        return (output, last, null);
    }

    private static (Tensor Output, Tensor Hidden, Tensor? Memory) Call(nn.Module layer, Tensor input, Tensor hidden, Tensor memory)
    {
        if (layer is LSTM lstm)
        {
            return lstm.call(input, (hidden, memory));
        }

        (Tensor output, Tensor last) = layer is GRU gru ? gru.call(input, hidden) : ((RNN)layer).call(input, hidden);
        return (output, last, null);
    }
}
