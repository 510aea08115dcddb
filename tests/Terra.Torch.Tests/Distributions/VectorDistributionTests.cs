using FluentAssertions;
using Terra.Torch.Tests.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace Terra.Torch.Tests.Distributions;

/// <summary>Distributions of vectors, of batches taken as events, and of functions of variables.</summary>
public sealed class VectorDistributionTests
{
    private const int Count = 40_000;

    [Fact]
    public void A_multivariate_normal_distribution_takes_any_form_of_its_matrix()
    {
        Tensor loc = tensor(new[] { 1.0, -1 }), covariance = tensor(new[] { 2.0, 0.6, 0.6, 1 }, 2, 2), value = tensor(new[] { 0.5, 0.5 });
        foreach (MultivariateNormal distribution in new[]
        {
            MultivariateNormal(loc, covariance, generator: new Generator(2)), MultivariateNormal(loc, precision_matrix: covariance.inverse(), generator: new Generator(2)),
            MultivariateNormal(loc, scale_tril: covariance.cholesky(), generator: new Generator(2)),
        })
        {
            using (distribution)
            {
                Tensor difference = value - loc;
                double expected = -0.5 * ((2 * Math.Log(2 * Math.PI)) + Math.Log(1.64) + difference.dot(covariance.inverse().mv(difference)).item<double>());
                distribution.log_prob(value).item<double>().Should().BeApproximately(expected, 1e-9);
                distribution.entropy().item<double>().Should().BeApproximately(1 + Math.Log(2 * Math.PI) + (0.5 * Math.Log(1.64)), 1e-9);
                distribution.variance.ShouldBeNear([2], 2, 1);
                Tensor draws = distribution.rsample(Count);
                draws.mean([0L]).ShouldApproximate(0.04, 1, -1);
                draws.T.cov().flatten().ShouldApproximate(0.06, 2, 0.6, 0.6, 1);
                distribution.expand(new Size([3])).log_prob(value).shape.Should().Equal(3);
            }
        }

        FluentActions.Invoking(() => MultivariateNormal(loc)).Should().Throw<ArgumentException>().WithMessage("MultivariateNormal: give exactly one of*");
    }

    [Fact]
    public void Gradients_reach_the_covariance()
    {
        Tensor covariance = tensor(new[] { 2.0, 0.5, 0.5, 1 }, 2, 2).requires_grad_();
        MultivariateNormal(zeros(2, float64), covariance).entropy().backward();
        covariance.grad!.ShouldBeNear([2, 2], [.. (covariance.inverse() / 2).detach().flatten().data<double>().ToArray()]);
    }

    [Fact]
    public void A_dirichlet_distribution_has_the_known_density()
    {
        using Dirichlet distribution = Dirichlet(tensor(new[] { 1.0, 2, 3 }), new Generator(3));
        distribution.event_shape.Shape.Should().Equal(3);
        distribution.log_prob(tensor(new[] { 0.2, 0.3, 0.5 })).item<double>().Should().BeApproximately(Math.Log(60 * 0.3 * 0.25), 1e-9);
        distribution.mean.ShouldBeNear([3], 1 / 6.0, 1 / 3.0, 0.5);
        distribution.variance.ShouldBeNear([3], 5 / 252.0, 8 / 252.0, 9 / 252.0);
        distribution.mode.ShouldBeNear([3], 0, 1 / 3.0, 2 / 3.0);
        distribution.entropy().item<double>().Should().BeApproximately(-1.2443445622, 1e-8);
        Dirichlet(tensor(new[] { 0.5, 0.8 })).mode.ShouldBe([2], 0, 1);
        Tensor draws = distribution.sample(Count);
        draws.mean([0L]).ShouldApproximate(0.01, 1 / 6.0, 1 / 3.0, 0.5);
        distribution.expand(new Size([2])).sample(4).shape.Should().Equal(4, 2, 3);
        using Beta beta = Beta(tensor(2.0), tensor(3.0)), other = (Beta)beta.expand(new Size([2]));
        using Dirichlet pair = Dirichlet(tensor(new[] { 2.0, 3 }));
        beta.log_prob(tensor(0.3)).item<double>().Should().BeApproximately(pair.log_prob(tensor(new[] { 0.3, 0.7 })).item<double>(), 1e-12);
        beta.entropy().item<double>().Should().BeApproximately(pair.entropy().item<double>(), 1e-12);
        other.mode.ShouldBeNear([2], 1 / 3.0, 1 / 3.0);
    }

    [Fact]
    public void A_batch_taken_as_an_event_has_one_density()
    {
        using Normal normal = Normal(zeros(2, 3, float64), ones(2, 3, float64));
        using Independent rows = Independent(normal, 1);
        rows.batch_shape.Shape.Should().Equal(2);
        rows.event_shape.Shape.Should().Equal(3);
        rows.sample(5).shape.Should().Equal(5, 2, 3);
        rows.log_prob(zeros(2, 3, float64)).ShouldBeNear([2], -2.7568155996, -2.7568155996);
        rows.entropy().ShouldBeNear([2], 4.2568155996, 4.2568155996);
        rows.mean.shape.Should().Equal(2, 3);
        rows.expand(new Size([4, 2])).sample().shape.Should().Equal(4, 2, 3);
        FluentActions.Invoking(() => Independent(normal, 3)).Should().Throw<ArgumentException>().WithMessage("Independent: expected 'reinterpreted_batch_ndims' between 0 and the batch's 2*");
    }

    [Fact]
    public void A_function_of_a_variable_has_its_density()
    {
        using Normal normal = Normal(tensor(0.25), tensor(0.5));
        using var exponential = new TransformedDistribution(normal, new transforms.ExpTransform());
        using LogNormal reference = LogNormal(tensor(0.25), tensor(0.5));
        Tensor x = tensor(new[] { 0.5, 1, 3 });
        exponential.log_prob(x).ShouldBeNear([3], reference.log_prob(x).data<double>().ToArray());
        exponential.cdf(x).ShouldBeNear([3], reference.cdf(x).data<double>().ToArray());
        FluentActions.Invoking(() => exponential.mean).Should().Throw<NotSupportedException>().WithMessage("TransformedDistribution has no mean*");
        using var falling = new TransformedDistribution(normal, [new transforms.ExpTransform(), new transforms.AffineTransform(1, -2)]);
        falling.cdf(falling.icdf(tensor(0.2))).item<double>().Should().BeApproximately(0.2, 1e-9);
        falling.icdf(tensor(0.2)).item<double>().Should().BeLessThan(falling.icdf(tensor(0.3)).item<double>());
        using var wide = new TransformedDistribution(normal, new transforms.AffineTransform(zeros(3, float64), ones(3, float64)));
        wide.batch_shape.Shape.Should().Equal(3);
        using var matrix = new TransformedDistribution(Independent(Normal(zeros(6, float64), ones(6, float64)), 1), new transforms.ReshapeTransform([6], [2, 3]));
        matrix.event_shape.Shape.Should().Equal(2, 3);
        matrix.sample(4).shape.Should().Equal(4, 2, 3);
        matrix.log_prob(zeros(4, 2, 3, float64)).ShouldBeNear([4], [.. Enumerable.Repeat(-3 * Math.Log(2 * Math.PI), 4)]);
        using var vector = new TransformedDistribution(Normal(zeros(3, float64), ones(3, float64)), new transforms.SoftmaxTransform());
        vector.event_shape.Shape.Should().Equal(3);
        vector.sample(2).sum(-1L).ShouldBeNear([2], 1, 1);
        FluentActions.Invoking(() => new TransformedDistribution(normal, new transforms.SoftmaxTransform())).Should().Throw<ArgumentException>().WithMessage("TransformedDistribution: needs a variable of at least 1*");
    }

    [Fact]
    public void Relaxed_categories_sum_to_one_and_have_a_density()
    {
        using RelaxedOneHotCategorical distribution = RelaxedOneHotCategorical(tensor(0.7), tensor(new[] { 0.2, 0.8 }), generator: new Generator(4));
        distribution.event_shape.Shape.Should().Equal(2);
        Tensor draws = distribution.rsample(Count);
        draws.sum(-1L).ShouldApproximate(1e-9, [.. Enumerable.Repeat(1.0, Count)]);
        (draws[.., 1] > 0.5).to(float64).mean().item<double>().Should().BeApproximately(0.8, 0.01);

        // Of two categories it is the relaxed Bernoulli distribution.
        using RelaxedBernoulli pair = RelaxedBernoulli(tensor(0.7), tensor(0.8));
        distribution.log_prob(tensor(new[] { 0.3, 0.7 })).item<double>().Should().BeApproximately(pair.log_prob(tensor(0.7)).item<double>(), 1e-6);
        distribution.expand(new Size([3])).sample(5).shape.Should().Equal(5, 3, 2);
        distribution.temperature.item<double>().Should().Be(0.7);
    }

    [Theory]
    [InlineData("exp", 0.7)]
    [InlineData("log", 0.7)]
    [InlineData("sigmoid", 0.7)]
    [InlineData("softplus", 0.7)]
    [InlineData("tanh", 0.7)]
    [InlineData("power", 0.7)]
    [InlineData("affine", 0.7)]
    [InlineData("composed", 0.7)]
    public void Inverses_undo_functions_and_jacobians_are_their_slopes(string name, double at)
    {
        transforms.Transform transform = name switch
        {
            "exp" => new transforms.ExpTransform(),
            "log" => new transforms.LogTransform(),
            "sigmoid" => new transforms.SigmoidTransform(),
            "softplus" => new transforms.SoftplusTransform(),
            "tanh" => new transforms.TanhTransform(),
            "power" => new transforms.PowerTransform(tensor(-1.5)),
            "affine" => new transforms.AffineTransform(tensor(1.0), tensor(-3.0)),
            _ => new transforms.ComposeTransform([new transforms.ExpTransform(), new transforms.AffineTransform(0.5, 2), new transforms.LogTransform()]),
        };
        Tensor x = tensor(at, requires_grad: true), y = transform.forward(x);
        transform.inv.forward(y).item<double>().Should().BeApproximately(at, 1e-6);
        transform.inv.inv.forward(x).item<double>().Should().BeApproximately(y.item<double>(), 1e-12);
        double slope = autograd.grad([y], [x])[0].item<double>();
        using var variable = new TransformedDistribution(Uniform(tensor(0.0), tensor(1.0)), transform);
        variable.log_prob(y.detach()).item<double>().Should().BeApproximately(-Math.Log(Math.Abs(slope)), 1e-6);
        transform.sign.to(float64).item<double>().Should().Be(Math.Sign(slope));
        transform.bijective.Should().BeTrue();
        transform.domain.check(x).item<bool>().Should().BeTrue();
        transform.codomain.check(y).item<bool>().Should().BeTrue();
    }
}
