using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class ArithmeticTests
{
    private static Tensor Vector => tensor(new[] { 1f, 2f, 4f });

    [Fact]
    public void OperatorsTakeTensorsAndNumbersOnEitherSide()
    {
        (Vector + Vector).ShouldBe([3], 2, 4, 8);
        (Vector + 1).ShouldBe([3], 2, 3, 5);
        (1.5f + Vector).ShouldBe([3], 2.5, 3.5, 5.5);
        (Vector - 1L).ShouldBe([3], 0, 1, 3);
        (1 - Vector).ShouldBe([3], 0, -1, -3);
        (Vector * 0.5).ShouldBe([3], 0.5, 1, 2);
        (2 * Vector).ShouldBe([3], 2, 4, 8);
        (Vector / 2).ShouldBe([3], 0.5, 1, 2);
        (4.0 / Vector).ShouldBe([3], 4, 2, 1);
        (Vector % 3).ShouldBe([3], 1, 2, 1);
        (-Vector).ShouldBe([3], -1, -2, -4);
        (Vector + (Scalar)1).ShouldBe([3], 2, 3, 5);
        ((Scalar)1 - Vector).ShouldBe([3], 0, -1, -3);
    }

    [Fact]
    public void ComparisonsGiveBools()
    {
        (Vector == Vector).ShouldBe([3], 1, 1, 1);
        (Vector > 1).dtype.Should().Be(ScalarType.Bool);
        (Vector > 1).ShouldBe([3], 0, 1, 1);
        (2 >= Vector).ShouldBe([3], 1, 1, 0);
        (Vector != tensor(2f)).ShouldBe([3], 1, 0, 1);
        Vector.lt(tensor(new[] { 2f, 2f, 2f })).ShouldBe([3], 1, 0, 0);
        ((Vector > 1) & (Vector < 4)).ShouldBe([3], 0, 1, 0);
        (~(Vector > 1)).ShouldBe([3], 1, 0, 0);
    }

    [Fact]
    public void InPlaceOpsReturnTheVeryTensor()
    {
        using Tensor x = Vector;
        x.add_(1).Should().BeSameAs(x);
        x.mul_(x).sub_(1).ShouldBe([3], 3, 8, 24);
        x.clamp_(min: 5).ShouldBe([3], 5, 8, 24);
        x.sqrt_().pow_(2);
        x.fill_(3).zero_().ShouldBe([3], 0, 0, 0);
        x.copy_(tensor(7)).ShouldBe([3], 7, 7, 7);
        x.addcmul_(Vector, Vector, 2).ShouldBe([3], 9, 15, 39);
        x.addcdiv_(Vector, Vector, -9).ShouldBe([3], 0, 6, 30);
    }

    [Fact]
    public void DtypesArePromotedAsInPyTorch()
    {
        (tensor(new[] { 1, 2 }) / 2).dtype.Should().Be(ScalarType.Float32);
        (tensor(new[] { 1, 2 }) + 0.5).dtype.Should().Be(ScalarType.Float32);
        (Vector + tensor(1L)).dtype.Should().Be(ScalarType.Float32);
        (Vector + tensor(1.0)).dtype.Should().Be(ScalarType.Float32);
        (Vector + tensor(new[] { 1.0 })).dtype.Should().Be(ScalarType.Float64);
        tensor(new[] { 7, -7 }).div(2, RoundingMode.floor).ShouldBe([2], 3, -4);
        tensor(new[] { 7, -7 }).div(2, RoundingMode.trunc).ShouldBe([2], 3, -3);
        (tensor(true) + tensor(true)).dtype.Should().Be(ScalarType.Bool);
        promote_types(ScalarType.Byte, ScalarType.Int8).Should().Be(ScalarType.Int16);
        can_cast(ScalarType.Float32, ScalarType.Int64).Should().BeFalse();
        FluentActions.Invoking(() => tensor(new[] { 1, 2 }).add_(0.5)).Should().Throw<ExternalException>();
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefusedInPyTorchsWords() =>
        FluentActions.Invoking(() => zeros(2, 3) + zeros(2, 4)).Should().Throw<ExternalException>()
            .WithMessage("The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1*");

    [Fact]
    public void FunctionsAreMethodsToo()
    {
        torch.add(Vector, Vector).ShouldBe([3], 2, 4, 8);
        torch.maximum(Vector, tensor(3f)).ShouldBe([3], 3, 3, 4);
        torch.where(Vector > 1, Vector, zeros(3)).ShouldBe([3], 0, 2, 4);
        torch.exp(zeros(2)).ShouldBe([2], 1, 1);
        Vector.lerp(zeros(3), tensor(0.5f)).ShouldBe([3], 0.5, 1, 2);
        torch.round(tensor(new[] { 0.5f, 1.5f, 2.5f })).ShouldBe([3], 0, 2, 2);
        torch.clamp(Vector, 1.5, 3).ShouldBe([3], 1.5, 2, 3);
    }

    [Fact]
    public void EqualityOfContentsAndClosenessAreBools()
    {
        Vector.Equals(Vector).Should().BeTrue();
        Vector.Equals(zeros(3)).Should().BeFalse();
        Vector.Equals(zeros(2)).Should().BeFalse();
        Vector.allclose(Vector + 1e-7f).Should().BeTrue();
        Vector.allclose(Vector + 1e-2f).Should().BeFalse();
        tensor(float.NaN).allclose(tensor(float.NaN)).Should().BeFalse();
        tensor(float.NaN).allclose(tensor(float.NaN), equal_nan: true).Should().BeTrue();
        tensor(float.PositiveInfinity).allclose(tensor(float.PositiveInfinity)).Should().BeTrue();
        tensor(float.PositiveInfinity).allclose(tensor(float.NegativeInfinity)).Should().BeFalse();
    }

    [Fact]
    public void ActivationsAndSoftmax()
    {
        tensor(new[] { -1f, 2f }).relu().ShouldBe([2], 0, 2);
        tensor(new[] { 0f }).sigmoid().ShouldBe([1], 0.5);
        tensor(new[] { -1f, 8f }).relu6().ShouldBe([2], 0, 6);
        tensor(new[] { -2f, 2f }).leaky_relu(0.5).ShouldBe([2], -1, 2);
        zeros(2, 4).softmax(-1).ShouldBe([2, 4], [.. Enumerable.Repeat(0.25, 8)]);
        zeros(2, dtype: int64).softmax(0, ScalarType.Float64).dtype.Should().Be(ScalarType.Float64);
        zeros(4).log_softmax(0).ShouldBeNear([4], [.. Enumerable.Repeat(-Math.Log(4), 4)]);
    }

    [Fact]
    public void MatrixProducts()
    {
        Tensor a = tensor(new[,] { { 1f, 2f }, { 3f, 4f } });
        a.matmul(a).ShouldBe([2, 2], 7, 10, 15, 22);
        torch.mm(a, a).ShouldBe([2, 2], 7, 10, 15, 22);
        a.mv(tensor(new[] { 1f, 1f })).ShouldBe([2], 3, 7);
        tensor(new[] { 1f, 2f }).dot(tensor(new[] { 3f, 4f })).ShouldBe([], 11);
        torch.outer(tensor(new[] { 1f, 2f }), tensor(new[] { 3f, 4f })).ShouldBe([2, 2], 3, 4, 6, 8);
        torch.addmm(a, a, a, 1, 2).ShouldBe([2, 2], 15, 22, 33, 48);
        a.expand(3, 2, 2).bmm(a.expand(3, 2, 2)).shape.Should().Equal(3, 2, 2);
        a.trace().ShouldBe([], 5);
        a.norm().ShouldBeNear([], Math.Sqrt(30));
    }
}
