using FluentAssertions;
using Terra.Torch.Tests.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace Terra.Torch.Tests.Distributions;

/// <summary>Continuous distributions: values that can be computed by hand, and what holds between density, distribution function, moments and draws.</summary>
public sealed class ContinuousDistributionTests
{
    private const int Count = 40_000;

    private static readonly Dictionary<string, (Func<Generator?, Distribution> Make, double Low, double High)> s_cases = new()
    {
        ["Laplace"] = (g => Laplace(tensor(1.0), tensor(2.0), g), -60, 60),
        ["Cauchy"] = (g => Cauchy(tensor(1.0), tensor(0.5), g), 0, 0),
        ["Exponential"] = (g => Exponential(tensor(1.5), g), 1e-9, 40),
        ["Gamma"] = (g => Gamma(tensor(2.5), tensor(0.5), g), 1e-9, 120),
        ["Chi2"] = (g => Chi2(tensor(5.0), g), 1e-9, 120),
        ["Beta"] = (g => Beta(tensor(2.5), tensor(3.0), g), 1e-9, 1 - 1e-9),
        ["FisherSnedecor"] = (g => FisherSnedecor(tensor(6.0), tensor(40.0), g), 1e-9, 60),
        ["LogNormal"] = (g => LogNormal(tensor(0.25), tensor(0.5), g), 1e-9, 60),
        ["HalfNormal"] = (g => HalfNormal(tensor(1.5), g), 1e-9, 30),
        ["HalfCauchy"] = (g => HalfCauchy(tensor(1.5), g), 0, 0),
        ["Gumbel"] = (g => Gumbel(tensor(0.5), tensor(1.5), g), -20, 80),
        ["Weibull"] = (g => Weibull(tensor(1.5), tensor(2.5), g), 1e-9, 20),
        ["Pareto"] = (g => Pareto(tensor(1.5), tensor(9.0), g), 1.5, 60),
        ["Kumaraswamy"] = (g => Kumaraswamy(tensor(2.0), tensor(3.0), g), 1e-9, 1 - 1e-9),
        ["RelaxedBernoulli"] = (g => RelaxedBernoulli(tensor(1.5), tensor(0.4), generator: g), 1e-6, 1 - 1e-6),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    public static TheoryData<string> WithMoments => [.. s_cases.Keys.Where(static name => name is not ("Cauchy" or "HalfCauchy" or "RelaxedBernoulli"))];

    public static TheoryData<string> Invertible => ["Laplace", "Cauchy", "Exponential", "LogNormal", "HalfNormal", "HalfCauchy", "Gumbel", "Weibull", "Pareto", "Kumaraswamy"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Densities_integrate_to_one_and_give_the_moments(string name)
    {
        (Func<Generator?, Distribution> make, double low, double high) = s_cases[name];
        using Distribution distribution = make(null);
        if (low == high)
        {
            return;
        }

        const int Steps = 400_000;
        Tensor x = linspace(low, high, Steps, float64), density = distribution.log_prob(x).exp();
        double step = (high - low) / (Steps - 1);
        (density.sum() * step).item<double>().Should().BeApproximately(1, 2e-3);
        if (name == "RelaxedBernoulli")
        {
            return;
        }

        double mean = (density * x).sum().item<double>() * step;
        distribution.mean.item<double>().Should().BeApproximately(mean, 4e-3 * Math.Max(1, mean));
        distribution.variance.item<double>().Should().BeApproximately((density * (x - mean).square()).sum().item<double>() * step, 2e-2 * Math.Max(1, distribution.variance.item<double>()));
        distribution.stddev.square().item<double>().Should().BeApproximately(distribution.variance.item<double>(), 1e-9 * Math.Max(1, distribution.variance.item<double>()));
        distribution.entropy().item<double>().Should().BeApproximately(-density.xlogy(density).sum().item<double>() * step, 5e-3);
        if (name != "FisherSnedecor")
        {
            distribution.mode.item<double>().Should().BeApproximately(x[density.argmax()].item<double>(), 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Draws_are_distributed_like_the_density(string name)
    {
        using var generator = new Generator(17);
        using Distribution distribution = s_cases[name].Make(generator);
        Tensor draws = distribution.sample(Count);
        draws.shape.Should().Equal(Count);
        draws.dtype.Should().Be(float64);
        double median = draws.median().item<double>(), spread = 0.05 * (draws.quantile(tensor(0.75)) - draws.quantile(tensor(0.25))).item<double>();

        // The share of draws near the median, by counting and by the density there.
        double share = draws.sub(median).abs().lt(spread).to(float64).mean().item<double>();
        share.Should().BeApproximately(2 * spread * distribution.log_prob(tensor(median)).exp().item<double>(), 0.006);
        if (name is not ("Cauchy" or "HalfCauchy" or "RelaxedBernoulli"))
        {
            double deviation = distribution.stddev.item<double>();
            draws.mean().item<double>().Should().BeApproximately(distribution.mean.item<double>(), 5 * deviation / Math.Sqrt(Count));
            draws.std().item<double>().Should().BeApproximately(deviation, 0.06 * deviation);
        }
    }

    [Theory]
    [MemberData(nameof(Invertible))]
    public void Distribution_functions_are_inverse_to_each_other_and_have_the_density_as_slope(string name)
    {
        using Distribution distribution = s_cases[name].Make(null);
        Tensor share = tensor(new[] { 0.05, 0.3, 0.55, 0.9 }), x = distribution.icdf(share).detach().requires_grad_();
        Tensor back = distribution.cdf(x);
        back.ShouldBeNear([4], 0.05, 0.3, 0.55, 0.9);
        back.sum().backward();
        x.grad!.ShouldBeNear([4], distribution.log_prob(x).exp().detach().data<double>().ToArray());
    }

    [Fact]
    public void The_distribution_function_of_gamma_has_the_density_as_slope()
    {
        Tensor concentration = tensor(2.5, requires_grad: true), x = tensor(new[] { 0.5, 4, 20 }).requires_grad_();
        using TorchSharp.Modules.Gamma gamma = Gamma(concentration, tensor(0.5));
        gamma.cdf(x).ShouldBeNear([3], 0.0078767062, 0.4505840486, 0.9987502694);
        gamma.cdf(x).sum().backward();
        x.grad!.ShouldBeNear([3], gamma.log_prob(x).exp().detach().data<double>().ToArray());
        concentration.grad!.item<double>().Should().BeApproximately(
            (SumOfCdf(2.5 + 1e-5) - SumOfCdf(2.5 - 1e-5)) / 2e-5, 1e-7);

        static double SumOfCdf(double shape) => Gamma(tensor(shape), tensor(0.5)).cdf(tensor(new[] { 0.5, 4, 20 })).sum().item<double>();
    }

    [Theory]
    [InlineData("Laplace")]
    [InlineData("Gamma")]
    [InlineData("Gumbel")]
    [InlineData("Weibull")]
    [InlineData("LogNormal")]
    [InlineData("Kumaraswamy")]
    public void Draws_move_with_the_parameters_as_the_mean_does(string name)
    {
        Tensor first = tensor(1.5, requires_grad: true), second = tensor(2.5, requires_grad: true);
        using Distribution distribution = name switch
        {
            "Laplace" => Laplace(first, second, new Generator(3)),
            "Gamma" => Gamma(first, second, new Generator(3)),
            "Gumbel" => Gumbel(first, second, new Generator(3)),
            "Weibull" => Weibull(first, second, new Generator(3)),
            "LogNormal" => LogNormal(first / 4, second / 4, new Generator(3)),
            _ => Kumaraswamy(first, second, new Generator(3)),
        };
        Tensor expected = distribution.mean;
        IList<Tensor> slopes = autograd.grad([expected], [first, second], allow_unused: true), draws = autograd.grad([distribution.rsample(Count).mean()], [first, second]);
        draws[0].item<double>().Should().BeApproximately(slopes[0].item<double>(), 0.03);
        draws[1].item<double>().Should().BeApproximately(slopes[1]?.item<double>() ?? 0, 0.06);
    }

    [Fact]
    public void Batches_are_expanded_with_their_functions()
    {
        foreach (string name in s_cases.Keys)
        {
            using Distribution distribution = s_cases[name].Make(null), expanded = distribution.expand(new Size([3, 2])), again = distribution.expand(new Size([4]), distribution);
            expanded.GetType().Should().Be(distribution.GetType());
            expanded.batch_shape.Shape.Should().Equal(3, 2);
            expanded.sample(5).shape.Should().Equal(5, 3, 2);
            expanded.log_prob(tensor(0.75)).shape.Should().Equal(3, 2);
            again.Should().BeSameAs(distribution);
            again.sample().shape.Should().Equal(4);
        }
    }
}
