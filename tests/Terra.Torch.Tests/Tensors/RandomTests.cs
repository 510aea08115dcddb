using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class RandomTests
{
    [Fact]
    public void EqualSeedsGiveEqualStreams()
    {
        using var a = new Generator(5);
        using var b = new Generator(5);
        rand(7, generator: a).Equals(rand(7, generator: b)).Should().BeTrue();
        randn(7, generator: a).Equals(randn(7, generator: b)).Should().BeTrue();
        rand(7, generator: a).Equals(rand(7, generator: a)).Should().BeFalse();
        a.manual_seed(9).initial_seed().Should().Be(9);
    }

    [Fact]
    public void StatesContinueTheStream()
    {
        using var generator = new Generator(5);
        _ = rand(3, generator: generator);
        using Tensor state = generator.get_state();
        using Tensor next = randn(10, generator: generator);
        generator.set_state(state);
        randn(10, generator: generator).Equals(next).Should().BeTrue();
        FluentActions.Invoking(() => generator.set_state(zeros(3))).Should().Throw<System.Runtime.InteropServices.ExternalException>();
    }

    [Fact]
    public void DistributionsHaveTheirMoments()
    {
        using var generator = new Generator(1);
        using Tensor uniform = rand(20000, generator: generator);
        uniform.min().item<float>().Should().BeGreaterThanOrEqualTo(0);
        uniform.max().item<float>().Should().BeLessThan(1);
        uniform.mean().ToDouble().Should().BeApproximately(0.5, 0.02);
        using Tensor gaussian = torch.normal(3, 2, [20000], generator: generator);
        gaussian.mean().ToDouble().Should().BeApproximately(3, 0.06);
        gaussian.std().ToDouble().Should().BeApproximately(2, 0.06);
        using Tensor integers = randint(3, 6, [1000], generator: generator);
        integers.dtype.Should().Be(ScalarType.Int64);
        integers.min().item<long>().Should().Be(3);
        integers.max().item<long>().Should().Be(5);
        zeros(1000).bernoulli_(0.25, generator).mean().ToDouble().Should().BeApproximately(0.25, 0.06);
        tensor(new[] { 0f, 0f, 1f }).multinomial(1, generator: generator).ShouldBe([1], 2);
        randint_int(2, 3, generator).Should().Be(2);
        rand_float(generator).Should().BeInRange(0, 1);
    }

    [Fact]
    public void TheDefaultGeneratorGoesBackToAState()
    {
        manual_seed(11);
        rand(3).Dispose();
        using Tensor state = get_rng_state(), first = randn(5), order = randperm(9);
        set_rng_state(state);
        randn(5).Equals(first).Should().BeTrue();
        randperm(9).Equals(order).Should().BeTrue();
        torch.random.set_rng_state(state);
        torch.random.get_rng_state().Equals(state).Should().BeTrue();
        initial_seed().Should().Be(11);
    }

    [Fact]
    public void NumbersLikeATensorHaveItsSizesAndComeFromTheDefaultGenerator()
    {
        using Tensor like = zeros(50, 2, float64);
        manual_seed(3);
        using Tensor uniform = rand_like(like), integers = randint_like(like, 2, 5), narrow = like.rand_like(ScalarType.Float32);
        manual_seed(3);
        uniform.Equals(rand(50, 2, float64)).Should().BeTrue();
        integers.Equals(randint(2, 5, [50, 2], float64)).Should().BeTrue();
        narrow.Equals(rand(50, 2)).Should().BeTrue();
        integers.min().item<double>().Should().Be(2);
        integers.max().item<double>().Should().Be(4);
        like.randint_like(7, 8, ScalarType.Int64).Equals(full(50, 2, 7)).Should().BeTrue();
    }

    [Fact]
    public void PermutationsHoldEachNumberOnce()
    {
        using Tensor permutation = randperm(50, generator: new Generator(2));
        permutation.sort().Values.Equals(arange(50)).Should().BeTrue();
        permutation.Equals(arange(50)).Should().BeFalse();
    }
}
