using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

/// <summary>Layers and batch normalizations after them as one layer.</summary>
public sealed class FusionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_linear_layer_takes_in_the_normalization_after_it(bool bias)
    {
        using Linear linear = Linear(4, 3, hasBias: bias);
        using BatchNorm1d norm = BatchNorm1d(3);
        Settle(norm);
        linear.eval();
        using Linear fused = nn.utils.fuse_linear_bn_eval(linear, norm);
        using Tensor x = randn(5, 4);
        fused.call(x).allclose(norm.call(linear.call(x)), atol: 1e-5).Should().BeTrue();
        fused.training.Should().BeFalse();
        fused.weight.requires_grad.Should().BeTrue();
    }

    [Fact]
    public void A_convolution_takes_in_the_normalization_after_it()
    {
        using Conv2d convolution = Conv2d(2, 3, 3);
        using BatchNorm2d norm = BatchNorm2d(3);
        Settle(norm);
        (Parameter weight, Parameter bias) = nn.utils.fuse_conv_bn_weights(
            convolution.weight, convolution.bias, norm.running_mean!, norm.running_var!, norm.eps, norm.weight, norm.bias);
        using Tensor x = randn(2, 2, 6, 6);
        functional.conv2d(x, weight, bias).allclose(norm.call(convolution.call(x)), atol: 1e-5).Should().BeTrue();
    }

    [Fact]
    public void A_transposed_convolution_without_bias_takes_in_a_normalization_without_weights()
    {
        using ConvTranspose2d convolution = ConvTranspose2d(2, 3, 3, bias: false);
        using BatchNorm2d norm = BatchNorm2d(3, affine: false);
        Settle(norm);
        (Parameter weight, Parameter bias) = nn.utils.fuse_conv_bn_weights(
            convolution.weight, null, norm.running_mean!, norm.running_var!, norm.eps, null, null, transpose: true);
        using Tensor x = randn(2, 2, 6, 6);
        functional.conv_transpose2d(x, weight, bias).allclose(norm.call(convolution.call(x)), atol: 1e-5).Should().BeTrue();
    }

    [Fact]
    public void Layers_in_training_or_of_other_sizes_are_refused()
    {
        using Linear linear = Linear(4, 3);
        using BatchNorm1d norm = BatchNorm1d(3), wide = BatchNorm1d(5);
        FluentActions.Invoking(() => nn.utils.fuse_linear_bn_eval(linear, norm)).Should().Throw<ArgumentException>().WithMessage("*evaluation*");
        linear.eval();
        wide.eval();
        FluentActions.Invoking(() => nn.utils.fuse_linear_bn_eval(linear, wide)).Should().Throw<ArgumentException>().WithMessage("*3 features*5*");
    }

    private static void Settle(BatchNorm norm)
    {
        manual_seed(2);
        using IDisposable noGrad = no_grad();
        norm.running_mean!.normal_();
        norm.running_var!.uniform_(0.5, 2);
        norm.weight?.uniform_(0.5, 2);
        norm.bias?.normal_();
        norm.eval();
    }
}
