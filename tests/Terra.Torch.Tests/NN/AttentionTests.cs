using FluentAssertions;
using Terra.Runtime.Core;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

public sealed class AttentionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dropout_drops_the_weights_that_dropout_of_their_matrix_drops(bool causal)
    {
        manual_seed(3);
        using Tensor query = randn(2, 3, 5, 4), key = randn(1, 3, 6, 4), value = randn(3, 6, 7);
        using Tensor allowed = causal ? ones([5, 6], ScalarType.Bool).tril() : ones([5, 6], ScalarType.Bool);
        manual_seed(4);
        using Tensor weights = (query.matmul(key.transpose(-2, -1)) / 2).masked_fill(allowed.logical_not(), double.NegativeInfinity).softmax(-1);
        using Tensor expected = functional.dropout(weights, 0.4).matmul(value), after = rand(5);
        manual_seed(4);
        using Tensor actual = functional.scaled_dot_product_attention(query, key, value, null, 0.4, causal), afterwards = rand(5);
        actual.allclose(expected, atol: 1e-5).Should().BeTrue();
        afterwards.data<float>().ToArray().Should().Equal(after.data<float>().ToArray(), "the generator is at the same place");
        manual_seed(4);
        using Tensor masked = functional.scaled_dot_product_attention(query, key, value, allowed, 0.4);
        masked.allclose(expected, atol: 1e-5).Should().BeTrue();
    }

    [Fact]
    public void A_probability_beyond_one_is_refused()
    {
        using Tensor x = randn(1, 2, 3);
        FluentActions.Invoking(() => functional.scaled_dot_product_attention(x, x, x, p: 1.5)).Should().Throw<ArgumentException>().WithMessage("*1.5*");
    }

    [Fact]
    public void Multihead_attention_in_training_gives_the_same_with_and_without_its_weights()
    {
        manual_seed(6);
        using MultiheadAttention layer = MultiheadAttention(8, 2, dropout: 0.3);
        using Tensor sequence = randn(4, 3, 8), padding = zeros([3L, 4L], ScalarType.Bool);
        padding[1, 3] = tensor(true);
        manual_seed(7);
        using Tensor expected = layer.call(sequence, sequence, sequence, padding).Item1;
        manual_seed(7);
        using Tensor actual = layer.call(sequence, sequence, sequence, padding, need_weights: false).Item1;
        actual.allclose(expected, atol: 1e-5).Should().BeTrue();
        layer.eval();
        using Tensor whole = layer.call(sequence, sequence, sequence, padding, need_weights: false).Item1;
        whole.allclose(expected, atol: 1e-3).Should().BeFalse();
    }

    [Fact]
    public void Training_a_transformer_layer_never_holds_the_matrix_of_weights()
    {
        const int Length = 2048, MatrixBytes = Length * Length * sizeof(float);
        using TransformerEncoderLayer layer = TransformerEncoderLayer(4, 1, 4);
        using Tensor sequence = randn(Length, 1, 4);
        CachingAllocator.Shared.EmptyCache();
        long before = Held();
        using (Tensor loss = layer.call(sequence).sum())
        {
            loss.backward();
        }

        Held().Should().BeLessThan(before + MatrixBytes);
        layer.parameters().Should().OnlyContain(parameter => parameter.grad is Tensor);

        static long Held() => CachingAllocator.Shared.Statistics.Allocated + CachingAllocator.Shared.Statistics.Cached;
    }
}
