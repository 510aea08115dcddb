using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests;

public sealed class NNLayerTests
{
    private const float Tolerance = 1e-5f;

    [Theory]
    [InlineData(new long[] { 4, 3 })]
    [InlineData(new long[] { 2, 5, 3 })]
    [InlineData(new long[] { 3 })]
    public void Linear_multiplies_the_last_dimension(long[] shape)
    {
        using Linear layer = Linear(3, 2);
        using Tensor input = randn(shape);
        float[] x = input.data<float>().ToArray(), w = layer.weight.data<float>().ToArray(), b = layer.bias!.data<float>().ToArray();
        using Tensor output = layer.call(input);
        output.shape.Should().Equal([.. shape[..^1], 2L]);
        float[] y = output.data<float>().ToArray();
        for (int i = 0; i < y.Length; i++)
        {
            (int row, int column) = (i / 2, i % 2);
            float expected = b[column] + Enumerable.Range(0, 3).Sum(k => x[(row * 3) + k] * w[(column * 3) + k]);
            y[i].Should().BeApproximately(expected, Tolerance);
        }
    }

    [Theory]
    [InlineData(PaddingModes.Zeros)]
    [InlineData(PaddingModes.Reflect)]
    [InlineData(PaddingModes.Replicate)]
    [InlineData(PaddingModes.Circular)]
    public void Conv1d_correlates_the_padded_input(PaddingModes mode)
    {
        const int Length = 7, Kernel = 3, Pad = 2;
        using Conv1d layer = Conv1d(1, 1, Kernel, padding: Pad, padding_mode: mode);
        using Tensor input = randn(1, 1, Length);
        float[] x = input.data<float>().ToArray(), w = layer.weight.data<float>().ToArray();
        float bias = layer.bias!.data<float>().ToArray()[0];
        float At(int i) => mode switch
        {
            PaddingModes.Reflect => x[i < 0 ? -i : i >= Length ? (2 * (Length - 1)) - i : i],
            PaddingModes.Replicate => x[Math.Clamp(i, 0, Length - 1)],
            PaddingModes.Circular => x[(i + Length) % Length],
            _ => i is >= 0 and < Length ? x[i] : 0,
        };
        float[] y = layer.call(input).data<float>().ToArray();
        y.Should().HaveCount(Length + (2 * Pad) - Kernel + 1);
        for (int i = 0; i < y.Length; i++)
        {
            y[i].Should().BeApproximately(bias + Enumerable.Range(0, Kernel).Sum(k => w[k] * At(i + k - Pad)), Tolerance);
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    public void Same_padding_keeps_the_size(long kernel, long dilation)
    {
        using Conv2d layer = Conv2d(2, 4, kernel, Padding.Same, dilation: dilation, groups: 2);
        using Tensor output = layer.call(randn(3, 2, 9, 8));
        output.shape.Should().Equal(3L, 4L, 9L, 8L);
    }

    [Fact]
    public void Convolutions_take_inputs_without_a_batch_and_refuse_other_shapes()
    {
        using Conv2d layer = Conv2d(2, 4, 3);
        layer.call(randn(2, 5, 5)).shape.Should().Equal(4L, 3L, 3L);
        layer.Invoking(l => l.call(randn(1, 3, 5, 5))).Should().Throw<ArgumentException>().WithMessage("*2 channels*[1, 3, 5, 5]*");
    }

    [Fact]
    public void Pooling_layers_take_maxima_and_means()
    {
        using Tensor input = arange(16, dtype: float32).view(1, 1, 4, 4);
        MaxPool2d(2).call(input).data<float>().ToArray().Should().Equal(5f, 7f, 13f, 15f);
        AvgPool2d(2).call(input).data<float>().ToArray().Should().Equal(2.5f, 4.5f, 10.5f, 12.5f);
        AdaptiveAvgPool2d(1).call(input).data<float>().ToArray().Should().Equal(7.5f);
        (Tensor output, Tensor indices) = MaxPool2d((2, 4), stride: (2, 1)).forward_with_indices(input);
        output.data<float>().ToArray().Should().Equal(7f, 15f);
        indices.data<long>().ToArray().Should().Equal(7L, 15L);
        MaxPool1d(2, stride: 1).call(input.view(4, 4)).data<float>().ToArray()[..3].Should().Equal(1f, 2f, 3f);
    }

    [Fact]
    public void BatchNorm_normalizes_by_the_batch_in_training_and_by_running_statistics_after()
    {
        using BatchNorm2d layer = BatchNorm2d(3, momentum: 0.5);
        using Tensor input = (randn(8, 3, 4, 4) * 2) + 5;
        using Tensor normalized = layer.call(input);
        using Tensor perChannel = normalized.transpose(0, 1).reshape(3, -1);
        perChannel.mean([1L]).data<float>().ToArray().Should().OnlyContain(mean => Math.Abs(mean) < 1e-4);
        perChannel.var(1L, unbiased: false).data<float>().ToArray().Should().OnlyContain(variance => Math.Abs(variance - 1) < 1e-3);

        using Tensor channels = input.transpose(0, 1).reshape(3, -1);
        using Tensor expected = channels.mean([1L]) * 0.5;
        layer.running_mean!.allclose(expected, atol: 1e-4).Should().BeTrue();
        layer.num_batches_tracked!.item<long>().Should().Be(1);

        layer.eval();
        float[] before = layer.running_var!.data<float>().ToArray();
        using Tensor evaluated = layer.call(input);
        layer.running_var.data<float>().ToArray().Should().Equal(before);
        float first = (input[0, 0, 0, 0].item<float>() - layer.running_mean[0].item<float>()) / MathF.Sqrt(before[0] + 1e-5f);
        evaluated[0, 0, 0, 0].item<float>().Should().BeApproximately(first, 1e-4f);
        layer.Invoking(l => l.call(randn(2, 3))).Should().Throw<ArgumentException>().WithMessage("expected 4D input (got 2D input)*");
    }

    [Fact]
    public void LayerNorm_normalizes_the_last_dimensions()
    {
        using LayerNorm layer = LayerNorm([4L, 5L]);
        using Tensor output = layer.call((randn(3, 4, 5) * 3) + 2);
        using Tensor rows = output.view(3, 20);
        rows.mean([1L]).data<float>().ToArray().Should().OnlyContain(mean => Math.Abs(mean) < 1e-5);
        rows.var(1L, unbiased: false).data<float>().ToArray().Should().OnlyContain(variance => Math.Abs(variance - 1) < 1e-3);
        layer.weight!.shape.Should().Equal(4L, 5L);
        LayerNorm(4, bias: false).bias.Should().BeNull();
    }

    [Fact]
    public void RMSNorm_divides_the_last_dimensions_by_their_root_mean_square()
    {
        using RMSNorm layer = RMSNorm([4L, 5L]);
        using Tensor output = layer.call((randn(3, 4, 5) * 3) + 2);
        output.view(3, 20).square().mean([1L]).data<float>().ToArray().Should().OnlyContain(mean => Math.Abs(mean - 1) < 1e-3);
        layer.state_dict().Keys.Should().Equal("weight");
        layer.weight!.shape.Should().Equal(4L, 5L);
        output.sum().backward();
        layer.weight.grad!.shape.Should().Equal(4L, 5L);
        layer.weight.grad.requires_grad.Should().BeFalse();
        RMSNorm(4, elementwise_affine: false).parameters().Should().BeEmpty();
        RMSNorm(4, eps: 0.5, dtype: float64).weight!.dtype.Should().Be(float64);
    }

    [Fact]
    public void GroupNorm_normalizes_groups_of_channels()
    {
        using GroupNorm layer = GroupNorm(2, 6);
        using Tensor output = layer.call((randn(3, 6, 4) * 3) + 2);
        using Tensor groups = output.view(6, 12);
        groups.mean([1L]).data<float>().ToArray().Should().OnlyContain(mean => Math.Abs(mean) < 1e-5);
        groups.var(1L, unbiased: false).data<float>().ToArray().Should().OnlyContain(variance => Math.Abs(variance - 1) < 1e-3);
        FluentActions.Invoking(() => GroupNorm(4, 6)).Should().Throw<ArgumentException>().WithMessage("*divisible*");
    }

    [Fact]
    public void Dropout_zeroes_a_share_and_scales_the_rest()
    {
        manual_seed(7);
        using Dropout layer = Dropout(0.25);
        using Tensor input = ones(20000);
        float[] kept = layer.call(input).data<float>().ToArray();
        kept.Should().OnlyContain(x => x == 0 || Math.Abs(x - (1 / 0.75f)) < 1e-6);
        ((double)kept.Count(x => x == 0) / kept.Length).Should().BeApproximately(0.25, 0.02);
        layer.eval();
        layer.call(input).data<float>().ToArray().Should().OnlyContain(x => x == 1);
        FluentActions.Invoking(() => functional.dropout(input, 1.5)).Should().Throw<ArgumentException>().WithMessage("*between 0 and 1*");
    }

    [Fact]
    public void Channel_dropout_zeroes_whole_planes()
    {
        manual_seed(7);
        using Dropout2d layer = Dropout2d(0.5);
        float[] planes = layer.call(ones(16, 8, 3, 3)).data<float>().ToArray();
        float[][] each = planes.Chunk(9).ToArray();
        each.Should().OnlyContain(plane => plane.Distinct().Count() == 1);
        each.Select(plane => plane[0]).Distinct().Should().BeEquivalentTo([0f, 2f]);
    }

    [Fact]
    public void Dropout_draws_anew_each_time_and_again_after_the_same_seed()
    {
        using Tensor input = ones(64);
        manual_seed(3);
        float[] first = functional.dropout(input).data<float>().ToArray(), second = functional.dropout(input).data<float>().ToArray();
        manual_seed(3);
        functional.dropout(input).data<float>().ToArray().Should().Equal(first).And.NotEqual(second);
    }

    [Fact]
    public void Embedding_looks_up_rows_and_leaves_the_padding_alone()
    {
        using Embedding layer = Embedding(5, 3, padding_idx: -1);
        layer.weight[4].data<float>().ToArray().Should().OnlyContain(x => x == 0);
        using Tensor indices = tensor(new long[] { 1, 4, 1 });
        using Tensor output = layer.call(indices);
        output[0].data<float>().ToArray().Should().Equal(layer.weight[1].data<float>().ToArray());
        output.sum().backward();
        float[] gradient = layer.weight.grad!.data<float>().ToArray();
        gradient[3..6].Should().OnlyContain(g => g == 2);
        gradient[12..].Should().OnlyContain(g => g == 0);
    }

    [Fact]
    public void Attention_is_a_mean_of_values_weighted_by_softmax()
    {
        using Tensor query = randn(2, 3, 4), key = randn(2, 5, 4), value = randn(2, 5, 6);
        using Tensor scores = query.matmul(key.transpose(-2, -1)) / 2;
        using Tensor expected = scores.softmax(-1).matmul(value);
        functional.scaled_dot_product_attention(query, key, value).allclose(expected, atol: 1e-5).Should().BeTrue();
    }

    [Fact]
    public void Causal_attention_does_not_look_ahead()
    {
        using Tensor query = randn(1, 4, 8), key = randn(1, 4, 8), value = randn(1, 4, 8);
        using Tensor whole = functional.scaled_dot_product_attention(query, key, value, is_casual: true);
        using Tensor first = functional.scaled_dot_product_attention(query[.., ..1], key[.., ..1], value[.., ..1]);
        whole[0, 0].allclose(first[0, 0], atol: 1e-6).Should().BeTrue();
    }

    [Fact]
    public void Multihead_attention_ignores_masked_keys_and_averages_its_weights()
    {
        using MultiheadAttention layer = MultiheadAttention(8, 2);
        layer.state_dict().Keys.Should().Equal("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias");
        using Tensor sequence = randn(4, 3, 8);
        using Tensor padding = zeros([3L, 4L], ScalarType.Bool);
        padding[1, 3] = tensor(true);
        (Tensor output, Tensor? weights) = layer.call(sequence, sequence, sequence, padding);
        output.shape.Should().Equal(4L, 3L, 8L);
        weights!.shape.Should().Equal(3L, 4L, 4L);
        weights.sum(-1).data<float>().ToArray().Should().OnlyContain(total => Math.Abs(total - 1) < 1e-5);
        weights[1, 0, 3].item<float>().Should().Be(0);
        weights[0, 0, 3].item<float>().Should().BePositive();
    }

    [Fact]
    public void A_transformer_encoder_trains_copies_of_its_layer()
    {
        using TransformerEncoderLayer layer = TransformerEncoderLayer(8, 2, 16, dropout: 0);
        using TransformerEncoder encoder = TransformerEncoder(layer, 2);
        encoder.named_parameters().Select(p => p.name).Should().Contain("layers.0.self_attn.in_proj_weight").And.Contain("layers.1.norm2.bias");
        using Tensor output = encoder.call(randn(5, 2, 8));
        output.shape.Should().Equal(5L, 2L, 8L);
        output.sum().backward();
        encoder.parameters().Should().OnlyContain(parameter => parameter.grad is Tensor);
    }

    [Fact]
    public void Activations_agree_with_their_formulas()
    {
        float[] points = [-30f, -2f, -0.5f, 0f, 0.5f, 2f, 30f];
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        (Module<Tensor, Tensor> Layer, Func<double, double> Formula)[] cases =
        [
            (ReLU(), x => Math.Max(x, 0)),
            (ReLU6(), x => Math.Clamp(x, 0, 6)),
            (LeakyReLU(0.1), x => x > 0 ? x : 0.1 * x),
            (ELU(1.5), x => x > 0 ? x : 1.5 * (Math.Exp(x) - 1)),
            (nn.Sigmoid(), Sigmoid),
            (SiLU(), x => x * Sigmoid(x)),
            (Tanh(), Math.Tanh),
            (Hardtanh(), x => Math.Clamp(x, -1, 1)),
            (Softplus(), x => x > 20 ? x : Math.Log(1 + Math.Exp(x))),
            (LogSigmoid(), x => -Math.Log(1 + Math.Exp(-x))),
            (GELU(TorchSharp.Modules.GELU.Approximate.tanh), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))),
        ];
        foreach ((Module<Tensor, Tensor> layer, Func<double, double> formula) in cases)
        {
            using Tensor input = tensor(points);
            float[] values = layer.call(input).data<float>().ToArray();
            for (int i = 0; i < points.Length; i++)
            {
                ((double)values[i]).Should().BeApproximately(formula(points[i]), 2e-5, $"{layer.GetName()}({points[i]})");
            }
        }
    }

    [Fact]
    public void Activations_in_place_change_their_input_and_have_the_same_gradient()
    {
        Func<bool, Module<Tensor, Tensor>>[] layers =
        [
            inplace => ReLU(inplace), inplace => nn.Sigmoid(inplace), inplace => Tanh(inplace), inplace => SiLU(inplace),
            inplace => ELU(inplace: inplace), inplace => LeakyReLU(inplace: inplace), inplace => GELU(inplace),
        ];
        foreach (Func<bool, Module<Tensor, Tensor>> layer in layers)
        {
            (float[] Values, float[] Gradient) Run(bool inplace)
            {
                using Tensor leaf = tensor(new[] { -1.5f, -0.1f, 0.3f, 2f }, requires_grad: true);
                using Tensor input = leaf * 1;
                using Tensor output = layer(inplace).call(input);
                output.sum().backward();
                return ((inplace ? input : output).data<float>().ToArray(), leaf.grad!.data<float>().ToArray());
            }

            (float[] values, float[] gradient) = Run(inplace: true);
            (float[] expected, float[] expectedGradient) = Run(inplace: false);
            values.Should().Equal(expected);
            gradient.Should().Equal(expectedGradient);
        }
    }
}
