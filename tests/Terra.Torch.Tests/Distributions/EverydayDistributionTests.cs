using FluentAssertions;
using Terra.Torch.Tests.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Distributions;

/// <summary>The distributions that variational autoencoders and policy gradients use, against PyTorch's values.</summary>
public sealed class EverydayDistributionTests
{
    private const int Count = 50_000;

    [Fact]
    public void A_normal_distribution_has_the_known_densities()
    {
        using Normal normal = distributions.Normal(tensor(new[] { 0.0, 1, -2 }), tensor(new[] { 1.0, 2, 0.5 }));
        normal.batch_shape.Shape.Should().Equal(3);
        normal.event_shape.Shape.Should().BeEmpty();
        normal.log_prob(tensor(new[] { 0.5, 0, -2.5 })).ShouldBeNear([3], -1.0439385332, -1.7370857138, -0.7257913526);
        normal.entropy().ShouldBeNear([3], 1.4189385332, 2.1120857138, 0.7257913526);
        normal.cdf(tensor(new[] { 0.5, 0, -2.5 })).ShouldBeNear([3], 0.6914624613, 0.3085375387, 0.1586552539);
        normal.icdf(tensor(0.975)).ShouldBeNear([3], 1.9599639845, 4.9199279691, -1.0200180077);
        normal.mean.ShouldBe([3], 0, 1, -2);
        normal.mode.ShouldBe([3], 0, 1, -2);
        normal.stddev.ShouldBe([3], 1, 2, 0.5);
        normal.variance.ShouldBe([3], 1, 4, 0.25);
        normal.perplexity().ShouldBeNear([3], Math.Exp(1.4189385332), Math.Exp(2.1120857138), Math.Exp(0.7257913526));
    }

    [Fact]
    public void Draws_of_a_normal_distribution_move_with_its_parameters()
    {
        Tensor loc = tensor(new[] { 1f, -3 }, requires_grad: true), scale = tensor(new[] { 2f, 0.5f }, requires_grad: true);
        using Normal normal = distributions.Normal(loc, scale, new Generator(5));
        Tensor draws = normal.rsample(Count);
        draws.shape.Should().Equal(Count, 2);
        draws.mean([0L]).ShouldApproximate(0.05, 1, -3);
        draws.std(0L).ShouldApproximate(0.05, 2, 0.5);
        draws.mean().backward();
        loc.grad!.ShouldBeNear([2], 0.5, 0.5);
        Tensor standard = (draws - loc) / scale;
        scale.grad!.ShouldApproximate(1e-4, [.. (standard.mean([0L]) / 2).detach().data<float>().ToArray().Select(static x => (double)x)]);
        normal.sample(3).requires_grad.Should().BeFalse();
    }

    [Fact]
    public void A_bernoulli_distribution_takes_probabilities_or_log_odds()
    {
        using Bernoulli bernoulli = distributions.Bernoulli(tensor(new[] { 0.2, 0.5, 0.9 })), fromLogits = distributions.Bernoulli(logits: tensor(new[] { -1.3862943611, 0, 2.1972245773 }));
        foreach (Bernoulli either in new[] { bernoulli, fromLogits })
        {
            either.probs.ShouldBeNear([3], 0.2, 0.5, 0.9);
            either.logits.ShouldBeNear([3], -1.3862943611, 0, 2.1972245773);
            either.log_prob(tensor(new[] { 1.0, 0, 1 })).ShouldBeNear([3], Math.Log(0.2), Math.Log(0.5), Math.Log(0.9));
            either.entropy().ShouldBeNear([3], 0.5004024235, 0.6931471806, 0.3250829734);
            either.mean.ShouldBeNear([3], 0.2, 0.5, 0.9);
            either.variance.ShouldBeNear([3], 0.16, 0.25, 0.09);
        }

        using Bernoulli seeded = distributions.Bernoulli(tensor(new[] { 0.2f, 0.9f }, requires_grad: true), generator: new Generator(3));
        Tensor draws = seeded.sample(Count);
        draws.unique().output.ShouldBe([2], 0, 1);
        draws.mean([0L]).ShouldApproximate(0.01, 0.2, 0.9);
        seeded.rsample(2).requires_grad.Should().BeFalse();
        FluentActions.Invoking(() => distributions.Bernoulli((Tensor?)null)).Should().Throw<ArgumentException>().WithMessage("Neither 'probs' nor 'logits' is given*");
        FluentActions.Invoking(() => distributions.Bernoulli(0.5, 0.5)).Should().Throw<ArgumentException>().WithMessage("Both 'probs' and 'logits' are given*");
    }

    [Fact]
    public void A_categorical_distribution_normalizes_its_weights()
    {
        using Categorical categorical = distributions.Categorical(tensor(new[] { 1.0, 2, 1, 3, 3, 4 }, 2, 3), generator: new Generator(7));
        using Categorical fromLogits = distributions.Categorical(logits: tensor(new[] { 1.0, 2, 1, 3, 3, 4 }, 2, 3).log() + 5);
        foreach (Categorical either in new[] { categorical, fromLogits })
        {
            either.batch_shape.Shape.Should().Equal(2);
            either.param_shape.Should().Equal(2, 3);
            either.probs.ShouldBeNear([2, 3], 0.25, 0.5, 0.25, 0.3, 0.3, 0.4);
            either.log_prob(tensor(new[] { 1L, 2 })).ShouldBeNear([2], Math.Log(0.5), Math.Log(0.4));
            either.log_prob(tensor(new[] { 0L, 1, 2 }, 3, 1)).ShouldBeNear([3, 2], Math.Log(0.25), Math.Log(0.3), Math.Log(0.5), Math.Log(0.3), Math.Log(0.25), Math.Log(0.4));
            either.entropy().ShouldBeNear([2], 1.0397207708, 1.0888999753);
        }

        Tensor draws = categorical.sample(Count);
        draws.shape.Should().Equal(Count, 2);
        draws.dtype.Should().Be(int64);
        for (int category = 0; category < 3; category++)
        {
            draws.eq(category).to(float64).mean([0L]).ShouldApproximate(0.01, [.. categorical.probs[.., category].data<double>().ToArray()]);
        }

        categorical.sample(2, 4).shape.Should().Equal(2, 4, 2);
        using Categorical alike = distributions.Categorical(4);
        alike.sample().shape.Should().BeEmpty();
        alike.entropy().item<float>().Should().BeApproximately(MathF.Log(4), 1e-6f);
        alike.mean.item<float>().Should().Be(float.NaN);
        FluentActions.Invoking(() => distributions.Categorical(tensor(1.0))).Should().Throw<ArgumentException>().WithMessage("Categorical: 'probs' must be at least one-dimensional*");
    }

    [Fact]
    public void Gradients_of_log_probabilities_reach_the_parameters()
    {
        Tensor logits = tensor(new[] { 0.5, -1, 2 }, requires_grad: true);
        using Categorical policy = distributions.Categorical(logits: logits);
        policy.log_prob(tensor(2L)).backward();
        double[] exps = [Math.Exp(0.5), Math.Exp(-1), Math.Exp(2)];
        logits.grad!.ShouldBeNear([3], -exps[0] / exps.Sum(), -exps[1] / exps.Sum(), 1 - (exps[2] / exps.Sum()));
    }

    [Fact]
    public void A_uniform_distribution_has_equal_densities_inside()
    {
        using Uniform uniform = distributions.Uniform(tensor(new[] { -1.0, 2 }), tensor(4.0), new Generator(3));
        uniform.log_prob(tensor(new[] { 0.0, 2 })).ShouldBeNear([2], -Math.Log(5), -Math.Log(2));
        uniform.log_prob(tensor(4.0)).data<double>().ToArray().Should().Equal(double.NegativeInfinity, double.NegativeInfinity);
        uniform.cdf(tensor(3.0)).ShouldBeNear([2], 0.8, 0.5);
        uniform.icdf(tensor(0.25)).ShouldBeNear([2], 0.25, 2.5);
        uniform.mean.ShouldBeNear([2], 1.5, 3);
        uniform.variance.ShouldBeNear([2], 25 / 12.0, 4 / 12.0);
        uniform.entropy().ShouldBeNear([2], Math.Log(5), Math.Log(2));
        Tensor draws = uniform.rsample(Count);
        draws.mean([0L]).ShouldApproximate(0.02, 1.5, 3);
        draws.amin([0L]).gt(tensor(new[] { -1.001, 1.999 })).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void A_larger_batch_has_the_same_distribution()
    {
        using Normal normal = distributions.Normal(1.0, 2.0);
        using var expanded = (Normal)normal.expand(new Size([2, 3]));
        expanded.sample(4).shape.Should().Equal(4, 2, 3);
        expanded.log_prob(tensor(1.0)).shape.Should().Equal(2, 3);
        using var bernoulli = (Bernoulli)distributions.Bernoulli(0.5, null).expand(new Size([2]));
        bernoulli.sample().shape.Should().Equal(2);
        using var categorical = (Categorical)distributions.Categorical(3).expand(new Size([5]));
        categorical.sample(2).shape.Should().Equal(2, 5);
        categorical.expand(new Size([4, 5]), categorical).Should().BeSameAs(categorical);
        categorical.batch_shape.Shape.Should().Equal(4, 5);
        FluentActions.Invoking(() => normal.expand(new Size([2]), categorical)).Should().Throw<ArgumentException>().WithMessage("expand(): 'instance' must be a Normal distribution*");
    }

    [Fact]
    public void What_has_no_closed_form_says_so()
    {
        using Bernoulli bernoulli = distributions.Bernoulli(0.5, null);
        FluentActions.Invoking(() => bernoulli.cdf(tensor(0.5f))).Should().Throw<NotSupportedException>().WithMessage("Bernoulli has no cumulative distribution function*");
        FluentActions.Invoking(() => bernoulli.mode).Should().Throw<NotSupportedException>().WithMessage("Bernoulli has no mode*");
    }

    [Fact]
    public void Parameters_outlive_the_scope_they_were_made_in()
    {
        Normal normal;
        using (NewDisposeScope())
        {
            normal = distributions.Normal(tensor(1f) * 2, tensor(0.5f));
        }

        using (normal)
        {
            normal.mean.item<float>().Should().Be(2);
            using (NewDisposeScope())
            {
                normal.mean.Dispose();
                normal.log_prob(tensor(2f)).item<float>().Should().BeApproximately(-0.2257914f, 1e-6f);
            }
        }
    }
}
