using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using TorchSharp.Utils;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class AccessTests
{
    [Fact]
    public void ItemIsOfTheTensorsTypeAndOfOneElement()
    {
        tensor(2.5f).item<float>().Should().Be(2.5f);
        ones(1, 1, int64).item<long>().Should().Be(1);
        FluentActions.Invoking(() => tensor(2.5f).item<double>()).Should().Throw<ArgumentException>().WithMessage("Double is not compatible with Float32");
        FluentActions.Invoking(() => zeros(2).item<float>()).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void ConversionsToNumbersConvert()
    {
        tensor(2.75f).ToDouble().Should().Be(2.75);
        tensor(2.75f).ToInt32().Should().Be(2);
        tensor(3L).ToSingle().Should().Be(3f);
        ((int)tensor(7.9)).Should().Be(7);
        ((float)tensor(7)).Should().Be(7f);
        tensor(0).ToBoolean().Should().BeFalse();
        tensor(5).ToScalar().Type.Should().Be(ScalarType.Int64);
        FluentActions.Invoking(() => zeros(2).ToSingle()).Should().Throw<ExternalException>()
            .WithMessage("a Tensor with 2 elements cannot be converted to Scalar");
    }

    [Fact]
    public void AccessorsReadAndWriteViewsInRowMajorOrder()
    {
        using Tensor x = arange(6, dtype: float32).reshape(2, 3);
        using Tensor transposed = x.t();
        TensorAccessor<float> elements = transposed.data<float>();
        elements.ToArray().Should().Equal(0, 3, 1, 4, 2, 5);
        elements.Count.Should().Be(6);
        elements[1].Should().Be(3);
        elements[2, 1].Should().Be(5);
        elements.Sum().Should().Be(15);
        elements[2, 1] = 9;
        x[1, 2].item<float>().Should().Be(9);
        elements.CopyFrom([7, 8], tensorIndex: 4);
        x.ShouldBe([2, 3], 0, 1, 7, 3, 4, 8);
        ((float[,])x.data<float>().ToNDArray())[1, 2].Should().Be(8);
        var middle = new float[2];
        x.data<float>().CopyTo(middle, tensorIndex: 2);
        middle.Should().Equal(7, 3);
        FluentActions.Invoking(() => elements[6]).Should().Throw<IndexOutOfRangeException>();
        FluentActions.Invoking(() => x.data<int>()).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void BytesAreTheMemory()
    {
        using Tensor x = tensor(new[] { 1, 256 });
        x.bytes.ToArray().Should().Equal(1, 0, 0, 0, 0, 1, 0, 0);
        x.bytes[4] = 1;
        x.ShouldBe([2], 1, 257);
        x.bytes = new byte[8];
        x.ShouldBe([2], 0, 0);
    }

    [Fact]
    public void MetadataNeedsNoElements()
    {
        using Tensor x = zeros(2, 3).t();
        x.shape.Should().Equal(3, 2);
        x.stride().Should().Equal(1, 3);
        x.size(-1).Should().Be(2);
        x.ndim.Should().Be(2);
        x.numel().Should().Be(6);
        x.is_contiguous().Should().BeFalse();
        x.contiguous().stride().Should().Equal(2, 1);
        x.element_size().Should().Be(4);
        FluentActions.Invoking(() => x.size(2)).Should().Throw<ExternalException>();
    }

    [Fact]
    public void ConversionToTheSameDtypeIsTheTensorItself()
    {
        using Tensor x = zeros(2);
        x.to(float32).Should().BeSameAs(x);
        x.cpu().Should().BeSameAs(x);
        x.to(float32, copy: true).Should().NotBeSameAs(x);
        x.to(int64).dtype.Should().Be(ScalarType.Int64);
        tensor(new[] { -1.7f, 2.7f }).@long().ShouldBe([2], -1, 2);
        tensor(new[] { 0f, 0.5f }).@bool().ShouldBe([2], 0, 1);
        x.type_as(tensor(1.0)).dtype.Should().Be(ScalarType.Float64);
    }

    [Fact]
    public void SavedTensorsLoadBitForBit()
    {
        using var stream = new MemoryStream();
        using Tensor x = torch.randn(300, 2, generator: new Generator(3)).t();
        x.Save(stream);
        tensor(new[] { true, false }).Save(stream);
        stream.Position = 0;
        using Tensor loaded = Tensor.Load(stream);
        loaded.Equals(x).Should().BeTrue();
        loaded.shape.Should().Equal(2, 300);
        Tensor.Load(stream).ShouldBe([2], 1, 0);

        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        using Tensor target = zeros(300, 2).t();
        target.Load(reader);
        target.Equals(x).Should().BeTrue();
        FluentActions.Invoking(() => target.Load(reader)).Should().Throw<ArgumentException>();
    }
}
