using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class ReductionTests
{
    private static Tensor Matrix => tensor(new[,] { { 1f, 5f, 3f }, { 4f, 2f, 6f } });

    [Fact]
    public void SumsAndMeans()
    {
        Matrix.sum().ShouldBe([], 21);
        Matrix.sum(0L).ShouldBe([3], 5, 7, 9);
        Matrix.sum(-1, keepdim: true).ShouldBe([2, 1], 9, 12);
        Matrix.sum([0, 1]).ShouldBe([], 21);
        Matrix.sum(0, 1).ShouldBe([], 21);
        torch.sum(Matrix, 1).ShouldBe([2], 9, 12);
        tensor(new[] { true, true }).sum().dtype.Should().Be(ScalarType.Int64);
        Matrix.mean().ShouldBe([], 3.5);
        Matrix.mean([0], keepdim: true).ShouldBe([1, 3], 2.5, 3.5, 4.5);
        Matrix.prod().ShouldBe([], 720);
        Matrix.cumsum(1).ShouldBe([2, 3], 1, 6, 9, 4, 6, 12);
        Matrix.count_nonzero().ShouldBe([], 6);
    }

    [Fact]
    public void ExtremesAndWhereTheyAre()
    {
        Matrix.max().ShouldBe([], 6);
        Matrix.min().ShouldBe([], 1);
        (Tensor values, Tensor indexes) = Matrix.max(1);
        values.ShouldBe([2], 5, 6);
        indexes.ShouldBe([2], 1, 2);
        Matrix.min(0, keepdim: true).values.ShouldBe([1, 3], 1, 2, 3);
        Matrix.argmax().ShouldBe([], 5);
        Matrix.argmax(1).ShouldBe([2], 1, 2);
        Matrix.argmin(0).ShouldBe([3], 0, 1, 0);
        Matrix.amax(0, 1).ShouldBe([], 6);
        (Tensor low, Tensor high) = Matrix.aminmax(dim: 1);
        low.ShouldBe([2], 1, 2);
        high.ShouldBe([2], 5, 6);
        (Matrix > 0).all().item<bool>().Should().BeTrue();
        (Matrix > 5).any(1).ShouldBe([2], 0, 1);
    }

    [Fact]
    public void VarianceAndItsKin()
    {
        Matrix.var().ShouldBeNear([], 3.5);
        Matrix.var(unbiased: false).ShouldBeNear([], 35.0 / 12);
        Matrix.std(0L).ShouldBeNear([3], Math.Sqrt(4.5), Math.Sqrt(4.5), Math.Sqrt(4.5));
        (Tensor std, Tensor mean) = Matrix.std_mean([1], unbiased: false);
        mean.ShouldBe([2], 3, 4);
        std.ShouldBeNear([2], Math.Sqrt(8.0 / 3), Math.Sqrt(8.0 / 3));
        zeros(4).logsumexp(0).ShouldBeNear([], Math.Log(4));
    }
}
