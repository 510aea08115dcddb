using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class DistributionFillTests
{
    private const int Count = 50_000;

    [Fact]
    public void Means_and_ranges_are_those_of_the_distributions()
    {
        manual_seed(11);
        Mean(empty(Count).exponential_(2)).Should().BeApproximately(0.5, 0.01);
        Mean(empty(Count).geometric_(0.25)).Should().BeApproximately(4, 0.06);
        Mean(empty(Count).log_normal_(0, 0.5)).Should().BeApproximately(Math.Exp(0.125), 0.02);
        empty(Count).cauchy_(3).median().item<float>().Should().BeApproximately(3, 0.05f);
        Mean(empty(Count).bernoulli_(tensor(0.2f))).Should().BeApproximately(0.2, 0.01);
        Tensor whole = empty(Count, ScalarType.Int64).random_(2, 6);
        whole.min().item<long>().Should().Be(2);
        whole.max().item<long>().Should().Be(5);
        Tensor spread = normal(tensor(new[] { 1f, 2f }), tensor(new[] { 0f, 3f }));
        spread[0].item<float>().Should().Be(1);
        normal(zeros(Count), full([Count], 3f)).std().item<float>().Should().BeApproximately(3, 0.05f);
    }

    [Fact]
    public void Draws_follow_the_generator()
    {
        Tensor first = empty(5).exponential_(1, new Generator(3)), second = empty(5).exponential_(1, new Generator(3));
        first.data<float>().ToArray().Should().Equal(second.data<float>().ToArray());
        Action wrong = () => empty(2).geometric_(1);
        wrong.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Asking_for_determinism_is_remembered_and_undone()
    {
        are_deterministic_algorithms_enabled().Should().BeFalse();
        using (use_deterministic_algorithms())
        {
            are_deterministic_algorithms_enabled().Should().BeTrue();
        }

        are_deterministic_algorithms_enabled().Should().BeFalse();
        result_type(ones([2], int64), tensor(1.5)).Should().Be(float64);
        result_type(ones([2], float32), tensor(1.5)).Should().Be(float32);
        is_tensor(ones(1)).Should().BeTrue();
        moveaxis(ones(2, 3, 4), 0, 2).shape.Should().Equal(3, 4, 2);
    }

    private static double Mean(Tensor tensor) => tensor.mean().item<float>();
}
