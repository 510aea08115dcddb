using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Strided views, number theory, draws by parameters, histograms with rules, fractional pooling.</summary>
public sealed class SeldomFunctionTests
{
    [Fact]
    public void A_strided_view_shares_memory_and_gradients()
    {
        Tensor x = arange(10, dtype: float32).requires_grad_(), windows = x.as_strided([4, 3], [2, 1], 1);
        windows.ShouldBe([4, 3], 1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9);
        windows.sum().backward();
        x.grad!.ShouldBe([10], 0, 1, 1, 2, 1, 2, 1, 2, 1, 1);
        Tensor matrix = zeros(2, 3);
        matrix.as_strided([2], [4]).fill_(1);
        matrix.ShouldBe([2, 3], 1, 0, 0, 0, 1, 0);
        FluentActions.Invoking(() => matrix.as_strided([7], [1])).Should().Throw<ExternalException>().WithMessage("*out of bounds for a storage of 6 elements");
    }

    [Fact]
    public void Divisors_multiples_and_neighbours()
    {
        gcd(tensor(new[] { 12L, -18, 0, 7 }), tensor(new[] { 18L, 12, 5, 0 })).ShouldBe([4], 6, 6, 5, 7);
        lcm(tensor(new[] { 4, -6, 0 }), tensor(6)).ShouldBe([3], 12, 6, 0);
        Tensor own = tensor(new[] { 10, 21 });
        own.gcd_(tensor(14)).Should().BeSameAs(own);
        own.ShouldBe([2], 2, 7);
        own.lcm_(tensor(4)).ShouldBe([2], 4, 28);
        nextafter(tensor(1f), tensor(2f)).item<float>().Should().Be(MathF.BitIncrement(1));
        tensor(0.0).nextafter_(tensor(-1.0)).item<double>().Should().Be(-double.Epsilon);
    }

    [Fact]
    public void Draws_take_their_parameters_from_tensors()
    {
        manual_seed(4);
        poisson(full([20_000], 3.5)).mean().item<float>().Should().BeApproximately(3.5f, 0.1f);
        Tensor count = tensor(new[] { 10.0, 40 }), draws = binomial(count.expand(20_000, 2), tensor(0.25));
        draws.mean([0L]).ShouldApproximate(0.15, 2.5, 10);
        _standard_gamma(full([20_000], 2.0)).var().item<float>().Should().BeApproximately(2, 0.15f);
        Tensor weights = _sample_dirichlet(tensor(new[] { 1.0, 3 }).expand(20_000, 2));
        weights.sum(-1L).ShouldBeNear([20_000], [.. Enumerable.Repeat(1.0, 20_000)]);
        weights.mean([0L]).ShouldApproximate(0.01, 0.25, 0.75);
        poisson(tensor(new[] { 2f, 8 }), new Generator(2)).ShouldBe([2], [.. poisson(tensor(new[] { 2f, 8 }), new Generator(2)).data<float>().ToArray().Select(static value => (double)value)]);
    }

    [Theory]
    [InlineData(HistogramBinSelector.Sqrt, 4)]
    [InlineData(HistogramBinSelector.Rice, 5)]
    [InlineData(HistogramBinSelector.Sturges, 5)]
    [InlineData(HistogramBinSelector.Scott, 3)]
    [InlineData(HistogramBinSelector.Doane, 5)]
    [InlineData(HistogramBinSelector.Stone, 1)]
    public void Rules_choose_as_many_bins_as_numpy(HistogramBinSelector rule, int bins)
    {
        (Tensor counts, Tensor edges) = histogram(arange(13, dtype: float64), rule);
        counts.numel().Should().Be(bins);
        counts.sum().item<double>().Should().Be(13);
        edges[0].item<double>().Should().Be(0);
        edges[-1].item<double>().Should().Be(12);
    }

    [Fact]
    public void A_histogram_is_given_out_once_more()
    {
        (Tensor counts, Tensor edges) = histogram(tensor(new[] { 1f, 2, 2, 5 }), 4, (1, 5), out (Tensor hist, Tensor bin_edges) same);
        counts.ShouldBe([4], 1, 2, 0, 1);
        edges.ShouldBe([5], 1, 2, 3, 4, 5);
        same.hist.Should().BeSameAs(counts);
        histogram(full([3], 2.0), HistogramBinSelector.Scott).hist.ShouldBe([1], 3);
        FluentActions.Invoking(() => histogram(ones(2), (HistogramBinSelector)9)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Fractional_pooling_covers_the_image()
    {
        manual_seed(7);
        Tensor x = rand(2, 3, 9, 10).requires_grad_();
        (Tensor output, Tensor indices) = nn.functional.fractional_max_pool2d_with_indices(x, 2, 5L);
        output.shape.Should().Equal(2, 3, 5, 5);
        x.flatten(2).gather(-1, indices.flatten(2)).eq(output.flatten(2)).all().item<bool>().Should().BeTrue();
        output.sum().backward();
        x.grad!.sum().item<float>().Should().Be(150);
        nn.functional.fractional_max_pool2d(x, (2, 3), output_ratio: (0.5, 0.25)).shape.Should().Equal(2, 3, 4, 2);
        using var pool = nn.FractionalMaxPool3d(2, output_ratio: 0.5);
        pool.call(rand(2, 8, 6, 4)).shape.Should().Equal(2, 4, 3, 2);
        nn.FractionalMaxPool2d(3, 2).forward_with_indices(rand(1, 1, 7, 7)).indices.dtype.Should().Be(int64);
        FluentActions.Invoking(() => nn.functional.fractional_max_pool2d(x, 2)).Should().Throw<ArgumentException>().WithMessage("*requires specifying either*");
        FluentActions.Invoking(() => nn.functional.fractional_max_pool2d(x, 2, output_ratio: 1.5)).Should().Throw<ArgumentException>().WithMessage("*between 0 and 1*");
    }
}
