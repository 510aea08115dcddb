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

    [Theory]
    [InlineData(init.FanInOut.FanIn, init.NonlinearityType.ReLU, 0, 0.1)]
    [InlineData(init.FanInOut.FanOut, init.NonlinearityType.ReLU, 0, 0.0707106781)]
    [InlineData(init.FanInOut.FanIn, init.NonlinearityType.LeakyReLU, 1, 0.0707106781)]
    [InlineData(init.FanInOut.FanIn, init.NonlinearityType.Linear, 0, 0.0707106781)]
    public void Kaiming_spreads_by_one_fan(init.FanInOut mode, init.NonlinearityType nonlinearity, double slope, double deviation)
    {
        manual_seed(8);
        using Tensor uniform = init.kaiming_uniform_(empty(100, 50, 2, 2), slope, mode, nonlinearity);
        double bound = Math.Sqrt(3) * deviation;
        uniform.abs().max().item<float>().Should().BeInRange((float)(bound * 0.999), (float)bound);
        uniform.std().item<float>().Should().BeApproximately((float)deviation, 0.002f);
        using Tensor normal = init.kaiming_normal_(empty(100, 50, 2, 2), slope, mode, nonlinearity);
        normal.std().item<float>().Should().BeApproximately((float)deviation, 0.002f);
        normal.mean().item<float>().Should().BeApproximately(0, 0.002f);
    }

    [Fact]
    public void Xavier_takes_a_gain_and_has_a_second_name()
    {
        manual_seed(8);
        using Tensor wide = init.xavier_uniform_(empty(200, 100), 2);
        wide.abs().max().item<float>().Should().BeInRange((float)(2 * Math.Sqrt(6.0 / 300) * 0.999), (float)(2 * Math.Sqrt(6.0 / 300)));
        foreach ((Func<Tensor, double, Tensor> one, Func<Tensor, double, Tensor> other) in new (Func<Tensor, double, Tensor>, Func<Tensor, double, Tensor>)[]
        {
            (init.xavier_uniform_, init.glorot_uniform_), (init.xavier_normal_, init.glorot_normal_),
        })
        {
            manual_seed(9);
            float[] expected = one(empty(5, 4), 1.5).data<float>().ToArray();
            manual_seed(9);
            other(empty(5, 4), 1.5).data<float>().ToArray().Should().Equal(expected);
        }
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

    [Fact]
    public void Orthogonal_rows_or_columns()
    {
        Tensor wide = init.orthogonal_(empty([3, 2, 4]), 2).view(3, 8);
        wide.mm(wide.t()).allclose(4 * eye(3), 1e-5, 1e-5).Should().BeTrue();
        Tensor tall = init.orthogonal_(empty([8, 3]));
        tall.t().mm(tall).allclose(eye(3), 1e-5, 1e-5).Should().BeTrue();
    }

    [Fact]
    public void Identities()
    {
        init.eye_(empty([2, 3])).data<float>().ToArray().Should().Equal(1, 0, 0, 0, 1, 0);
        Tensor input = randn(1, 2, 5, 5);
        functional.conv2d(input, init.dirac_(empty([3, 2, 3, 3])), padding: [1, 1]).narrow(1, 0, 2).allclose(input).Should().BeTrue();
    }

    [Fact]
    public void Sparse_columns_and_cut_normal_numbers()
    {
        Tensor sparse = init.sparse_(empty([10, 4]), 0.3, 1);
        sparse.eq(0).sum(0L).data<long>().ToArray().Should().Equal(3, 3, 3, 3);
        Tensor cut = init.trunc_normal_(empty([20_000]), 1, 2, 0, 2);
        cut.min().item<float>().Should().BeGreaterThanOrEqualTo(0);
        cut.max().item<float>().Should().BeLessThanOrEqualTo(2);
        cut.mean().item<float>().Should().BeApproximately(1, 0.02f);
        cut.std().item<float>().Should().BeApproximately(0.5658f, 0.02f);
    }
}
