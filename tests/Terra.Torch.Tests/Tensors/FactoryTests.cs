using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class FactoryTests
{
    [Fact]
    public void ScalarsKeepTheirType()
    {
        tensor(1.5f).dtype.Should().Be(ScalarType.Float32);
        tensor(1.5).dtype.Should().Be(ScalarType.Float64);
        tensor(1).dtype.Should().Be(ScalarType.Int32);
        tensor(1L).dtype.Should().Be(ScalarType.Int64);
        tensor(true).dtype.Should().Be(ScalarType.Bool);
        tensor((byte)7).dtype.Should().Be(ScalarType.Byte);
        tensor(2.5, dtype: float32).item<float>().Should().Be(2.5f);
        tensor(3L, float64).item<double>().Should().Be(3);
    }

    [Fact]
    public void ArraysGiveTheirSizesAndElements()
    {
        tensor(new[] { 1f, 2f, 3f }).ShouldBe([3], 1, 2, 3);
        tensor(new[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }).ShouldBe([3, 2], 1, 2, 3, 4, 5, 6);
        tensor(new List<long> { 1, 2, 3, 4 }, 2, 2).ShouldBe([2, 2], 1, 2, 3, 4);
        tensor(new double[,,] { { { 1, 2 }, { 3, 4 } } }).ShouldBe([1, 2, 2], 1, 2, 3, 4);
        tensor(new[] { 1, 2, 3, 4 }, new long[] { 2, 2 }, dtype: float32).dtype.Should().Be(ScalarType.Float32);
        tensor(new[] { true, false }).ShouldBe([2], 1, 0);
        tensor(new Memory<float>([1, 2]), [2]).ShouldBe([2], 1, 2);
        from_array(new short[,] { { 1, 2 } }).ShouldBe([1, 2], 1, 2);
        as_tensor(new[] { 1, 2 }, dtype: float64).ShouldBe([2], 1, 2);
        Tensor implicitly = new[] { 1f, 2f };
        implicitly.ShouldBe([2], 1, 2);
    }

    [Fact]
    public void TensorsCopyTheArraysTheyAreMadeOf()
    {
        float[] data = [1, 2];
        using Tensor copy = tensor(data);
        data[0] = 9;
        copy.ShouldBe([2], 1, 2);
    }

    [Fact]
    public void TooFewElementsForTheSizesAreRefused() =>
        FluentActions.Invoking(() => tensor(new[] { 1f, 2f }, 2, 2)).Should().Throw<ArgumentException>().WithMessage("*4 vs. 2*");

    [Fact]
    public void FilledTensors()
    {
        zeros(2, 2).ShouldBe([2, 2], 0, 0, 0, 0);
        ones(new long[] { 2 }, int64).ShouldBe([2], 1, 1);
        full(2, 2, 7).dtype.Should().Be(ScalarType.Int64);
        full(2, 2, 0.5).dtype.Should().Be(ScalarType.Float32);
        full(2, 2, 0.5, dtype: float64).ShouldBe([2, 2], 0.5, 0.5, 0.5, 0.5);
        eye(2).ShouldBe([2, 2], 1, 0, 0, 1);
        eye(2, 3).ShouldBe([2, 3], 1, 0, 0, 0, 1, 0);
        arange(4).ShouldBe([4], 0, 1, 2, 3);
        arange(4).dtype.Should().Be(ScalarType.Int64);
        arange(0.0, 1.0, 0.25).dtype.Should().Be(ScalarType.Float32);
        arange(1, 7, 2).ShouldBe([3], 1, 3, 5);
        linspace(0, 1, 5).ShouldBe([5], 0, 0.25, 0.5, 0.75, 1);
        using Tensor like = zeros(2, 3, float64);
        like.ones_like().dtype.Should().Be(ScalarType.Float64);
        full_like(like, 3).ShouldBe([2, 3], 3, 3, 3, 3, 3, 3);
        empty_like(like).shape.Should().Equal(2, 3);
        empty_like(like).dtype.Should().Be(ScalarType.Float64);
        empty_like(like, ScalarType.Int32, requires_grad: false).dtype.Should().Be(ScalarType.Int32);
        like.empty_like(ScalarType.Float32, requires_grad: true).requires_grad.Should().BeTrue();
        empty_like(like).fill_(2).ShouldBe([2, 3], 2, 2, 2, 2, 2, 2);
        like.new_zeros(2, dtype: int32).dtype.Should().Be(ScalarType.Int32);
    }

    [Fact]
    public void OtherDevicesThanTheCpuAreRefusedWithTheRemedy()
    {
        cuda.is_available().Should().BeFalse();
        FluentActions.Invoking(() => zeros(2, device: CUDA)).Should().Throw<NotSupportedException>().WithMessage("*cuda*torch.CPU*");
        FluentActions.Invoking(() => zeros(2).to("cuda:0")).Should().Throw<NotSupportedException>();
        zeros(2, device: "cpu").device.ToString().Should().Be("cpu");
    }

    [Fact]
    public void NamedDimensionsAreRefused() =>
        FluentActions.Invoking(() => zeros(new long[] { 2 }, names: ["a"])).Should().Throw<NotSupportedException>();
}
