using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests;

public sealed class NNInitTests
{
    [Fact]
    public void Linear_draws_weight_then_bias_uniform_by_its_inputs()
    {
        manual_seed(11);
        using Linear layer = Linear(16, 300);
        float[] weight = layer.weight.data<float>().ToArray(), bias = layer.bias!.data<float>().ToArray();
        weight.Concat(bias).Should().OnlyContain(w => Math.Abs(w) <= 0.25f);
        weight.Max().Should().BeGreaterThan(0.24f);

        manual_seed(11);
        empty(300, 16).uniform_(-0.25, 0.25).data<float>().ToArray().Should().Equal(weight);
        empty(300).uniform_(-0.25, 0.25).data<float>().ToArray().Should().Equal(bias);
    }

    [Fact]
    public void Convolution_is_bounded_by_its_receptive_field()
    {
        using Conv2d layer = Conv2d(4, 64, 3, groups: 2);
        double bound = 1 / Math.Sqrt(2 * 9);
        layer.weight.shape.Should().Equal(64L, 2L, 3L, 3L);
        layer.weight.data<float>().ToArray().Should().OnlyContain(w => Math.Abs(w) <= bound);
        layer.bias!.data<float>().ToArray().Should().OnlyContain(b => Math.Abs(b) <= bound);
    }

    [Theory]
    [InlineData(init.NonlinearityType.Linear, 0, 1)]
    [InlineData(init.NonlinearityType.Tanh, 0, 5.0 / 3)]
    [InlineData(init.NonlinearityType.ReLU, 0, 1.4142135623730951)]
    [InlineData(init.NonlinearityType.LeakyReLU, 1, 1)]
    public void Gains_are_those_of_the_literature(init.NonlinearityType nonlinearity, double slope, double gain) =>
        init.calculate_gain(nonlinearity, slope).Should().BeApproximately(gain, 1e-15);

    [Fact]
    public void Xavier_spreads_by_both_fans()
    {
        using Tensor uniform = init.xavier_uniform_(empty(200, 100));
        double bound = Math.Sqrt(6.0 / 300);
        uniform.data<float>().ToArray().Should().OnlyContain(w => Math.Abs(w) <= bound);
        using Tensor normal = init.xavier_normal_(empty(200, 100));
        normal.std().item<float>().Should().BeApproximately((float)Math.Sqrt(2.0 / 300), 0.003f);
    }

    [Fact]
    public void Initializers_leave_no_trace_in_autograd()
    {
        using Parameter parameter = Parameter(empty(3, 3));
        init.constant_(parameter, 2).Should().BeSameAs(parameter);
        parameter.requires_grad.Should().BeTrue();
        parameter.is_leaf.Should().BeTrue();
        parameter.data<float>().ToArray().Should().OnlyContain(x => x == 2);
    }

    [Fact]
    public void Fans_need_two_dimensions() =>
        FluentActions.Invoking(() => init.CalculateFanInAndFanOut(zeros(3))).Should().Throw<ArgumentException>().WithMessage("*2 dimensions*");
}
