using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

public sealed class ConvolutionLayerTests
{
    [Fact]
    public void Transposed_layers_turn_the_sizes_of_a_convolution_around()
    {
        using ConvTranspose1d one = ConvTranspose1d(4, 6, 3, stride: 2, padding: 1);
        using ConvTranspose2d two = ConvTranspose2d(4, 6, (3, 2), stride: (2, 3), groups: 2);
        using ConvTranspose3d three = ConvTranspose3d(4, 2, 3, stride: 2, output_padding: 1);
        one.weight.shape.Should().Equal(4L, 6L, 3L);
        two.weight.shape.Should().Equal(4L, 3L, 3L, 2L);
        one.call(randn([2, 4, 5])).shape.Should().Equal(2L, 6L, 9L);
        two.call(randn([2, 4, 5, 6])).shape.Should().Equal(2L, 6L, 11L, 17L);
        three.call(randn([4, 3, 4, 5])).shape.Should().Equal(2L, 8L, 10L, 12L);
        one.forward(randn([2, 4, 5]), [10]).shape.Should().Equal(2L, 6L, 10L);
        one.Invoking(layer => layer.forward(randn([2, 4, 5]), [11])).Should().Throw<ArgumentException>().WithMessage("*range from 9 to 10*");
        FluentActions.Invoking(() => ConvTranspose2d(2, 2, 3, padding_mode: PaddingModes.Reflect)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_transposed_layer_computes_the_gradient_of_the_convolution_with_its_weight()
    {
        using ConvTranspose2d layer = ConvTranspose2d(3, 5, 3, stride: 2, padding: 1, bias: false);
        using Tensor input = randn([2, 3, 4, 4]), large = zeros([2, 5, 7, 7], requires_grad: true);
        using Tensor forward = functional.conv2d(large, layer.weight, strides: [2, 2], padding: [1, 1]);
        forward.backward([input]);
        using Tensor result = layer.call(input);
        result.allclose(large.grad!, 1e-5, 1e-6).Should().BeTrue();
    }

    [Fact]
    public void A_volume_of_one_plane_is_convolved_as_the_plane()
    {
        using Conv3d layer = Conv3d(3, 4, (1, 3, 3), padding: (0, 1, 1));
        using Tensor input = randn([2, 3, 1, 6, 7]), plane = input.squeeze(2), weight = layer.weight.squeeze(2);
        using Tensor expected = functional.conv2d(plane, weight, layer.bias, padding: [1, 1]);
        using Tensor result = layer.call(input);
        result.squeeze(2).allclose(expected, 1e-5, 1e-6).Should().BeTrue();
        Conv3d(3, 4, 3, Padding.Same).call(randn([3, 4, 5, 6])).shape.Should().Equal(4L, 4L, 5L, 6L);
    }

    [Fact]
    public void Pooling_layers_of_all_ranks_give_their_sizes()
    {
        using Tensor signal = randn([2, 3, 9]), plane = randn([3, 8, 9]), volume = randn([2, 3, 4, 8, 9]);
        AvgPool1d(3, stride: 2).call(signal).shape.Should().Equal(2L, 3L, 4L);
        AdaptiveAvgPool1d(4).call(signal).shape.Should().Equal(2L, 3L, 4L);
        AdaptiveMaxPool1d(4).forward_with_indices(signal).indices.shape.Should().Equal(2L, 3L, 4L);
        AdaptiveMaxPool2d([2, 3]).call(plane).shape.Should().Equal(3L, 2L, 3L);
        MaxPool3d(2).call(volume).shape.Should().Equal(2L, 3L, 2L, 4L, 4L);
        AvgPool3d((2, 3, 3), stride: (2, 1, 3)).call(volume).shape.Should().Equal(2L, 3L, 2L, 6L, 3L);
        AdaptiveAvgPool3d(2).call(volume).shape.Should().Equal(2L, 3L, 2L, 2L, 2L);
        AdaptiveMaxPool3d([1, 2, 3]).call(volume).shape.Should().Equal(2L, 3L, 1L, 2L, 3L);
    }
}
