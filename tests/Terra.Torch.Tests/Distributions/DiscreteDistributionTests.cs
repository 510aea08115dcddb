using FluentAssertions;
using Terra.Torch.Tests.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace Terra.Torch.Tests.Distributions;

/// <summary>Discrete distributions: probabilities by hand, moments and entropy by summing over all values, and shares of draws.</summary>
public sealed class DiscreteDistributionTests
{
    private const int Count = 40_000, Values = 400;

    private static readonly Dictionary<string, Func<Generator?, Distribution>> s_cases = new()
    {
        ["Poisson"] = g => Poisson(tensor(3.5), g),
        ["Binomial"] = g => Binomial(tensor(12.0), tensor(0.3), generator: g),
        ["Binomial of logits"] = g => Binomial(tensor(12), logits: tensor(-0.4), generator: g),
        ["Geometric"] = g => Geometric(tensor(0.3), generator: g),
        ["NegativeBinomial"] = g => NegativeBinomial(tensor(3.5), tensor(0.4), generator: g),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Probabilities_sum_to_one_and_give_the_moments(string name)
    {
        using Distribution distribution = s_cases[name](new Generator(5));
        int values = name.StartsWith("Binomial", StringComparison.Ordinal) ? 13 : Values;
        Tensor k = arange(values, dtype: float64), p = distribution.log_prob(k).exp();
        p.sum().item<double>().Should().BeApproximately(1, 1e-9);
        double mean = (p * k).sum().item<double>();
        distribution.mean.item<double>().Should().BeApproximately(mean, 1e-9);
        distribution.variance.item<double>().Should().BeApproximately((p * (k - mean).square()).sum().item<double>(), 1e-8);
        if (name != "NegativeBinomial")
        {
            distribution.entropy().item<double>().Should().BeApproximately(-p.xlogy(p).sum().item<double>(), 1e-8);
        }

        if (name != "Geometric")
        {
            distribution.mode.item<double>().Should().Be(p.argmax().item<long>());
        }

        Tensor draws = distribution.sample(Count);
        for (int value = 0; value < 6; value++)
        {
            draws.eq(value).to(float64).mean().item<double>().Should().BeApproximately(p[value].item<double>(), 0.012);
        }

        using Distribution expanded = distribution.expand(new Size([2, 3]));
        expanded.sample(4).shape.Should().Equal(4, 2, 3);
        distribution.rsample(2).requires_grad.Should().BeFalse();
    }

    [Fact]
    public void Known_probabilities()
    {
        Poisson(2.0).log_prob(tensor(3.0)).item<double>().Should().BeApproximately(Math.Log(8 * Math.Exp(-2) / 6), 1e-12);
        Poisson(2.0).cdf(tensor(new[] { -1, 0, 2.5 })).ShouldBeNear([3], 0, Math.Exp(-2), 5 * Math.Exp(-2));
        Binomial(4, 0.25, null).log_prob(tensor(1.0)).item<double>().Should().BeApproximately(Math.Log(4 * 0.25 * Math.Pow(0.75, 3)), 1e-12);
        Geometric(tensor(1.0)).log_prob(tensor(0.0)).item<double>().Should().Be(0);
        NegativeBinomial(2, 0.25, null).log_prob(tensor(3.0)).item<double>().Should().BeApproximately(Math.Log(4 * Math.Pow(0.75, 2) * Math.Pow(0.25, 3)), 1e-12);
        FluentActions.Invoking(() => NegativeBinomial(2, 0.25, null).entropy()).Should().Throw<NotSupportedException>().WithMessage("NegativeBinomial has no entropy*");
        Binomial(tensor(new[] { 2.0, 5 }), tensor(0.5)).entropy().ShouldBeNear([2], 1.0397207708, 1.5236708720);
    }

    [Fact]
    public void One_hot_draws_are_unit_vectors()
    {
        using TorchSharp.Modules.OneHotCategorical distribution = OneHotCategorical(tensor(new[] { 1.0, 1, 2 }), generator: new Generator(3));
        distribution.event_shape.Shape.Should().Equal(3);
        Tensor draws = distribution.sample(Count);
        draws.sum(-1L).eq(1).all().item<bool>().Should().BeTrue();
        draws.mean([0L]).ShouldApproximate(0.01, 0.25, 0.25, 0.5);
        distribution.log_prob(tensor(new[] { 0.0, 0, 1 })).item<double>().Should().BeApproximately(Math.Log(0.5), 1e-12);
        distribution.mode.ShouldBe([3], 0, 0, 1);
        distribution.variance.ShouldBeNear([3], 0.1875, 0.1875, 0.25);
        distribution.entropy().item<double>().Should().BeApproximately(1.5 * Math.Log(2), 1e-12);
        distribution.expand(new Size([2])).sample(4).shape.Should().Equal(4, 2, 3);
    }

    [Fact]
    public void Multinomial_counts_sum_to_the_number_of_draws()
    {
        using TorchSharp.Modules.Multinomial distribution = Multinomial(3, tensor(new[] { 0.2, 0.3, 0.5 }), generator: new Generator(3));
        Tensor draws = distribution.sample(Count);
        draws.shape.Should().Equal(Count, 3);
        draws.sum(-1L).eq(3).all().item<bool>().Should().BeTrue();
        draws.mean([0L]).ShouldApproximate(0.02, 0.6, 0.9, 1.5);
        distribution.mean.ShouldBeNear([3], 0.6, 0.9, 1.5);
        distribution.variance.ShouldBeNear([3], 0.48, 0.63, 0.75);
        distribution.log_prob(tensor(new[] { 1.0, 0, 2 })).item<double>().Should().BeApproximately(Math.Log(3 * 0.2 * 0.25), 1e-12);
        double entropy = 0;
        for (int a = 0; a <= 3; a++)
        {
            for (int b = 0; a + b <= 3; b++)
            {
                double logarithm = distribution.log_prob(tensor(new double[] { a, b, 3 - a - b })).item<double>();
                entropy -= Math.Exp(logarithm) * logarithm;
            }
        }

        distribution.entropy().item<double>().Should().BeApproximately(entropy, 1e-9);
        distribution.expand(new Size([2])).sample(4).shape.Should().Equal(4, 2, 3);
        Multinomial(5, 4).sample().sum().item<float>().Should().Be(5);
    }
}
