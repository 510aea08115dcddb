using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Tensors made from numbers, copies and fills.</summary>
public class CreationOpTests
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Bool)]
    public void Full_fills(DType dtype)
    {
        TensorImpl tensor = Aten.full([3, 7], 1, dtype);
        tensor.DType.Should().Be(dtype);
        tensor.Sizes.ToArray().Should().Equal(3, 7);
        TensorBits.ToDoubles(tensor).Should().OnlyContain(static value => value == 1);
        Aten.full([0, 2], 1, dtype).NumberOfElements.Should().Be(0);
        TensorBits.ToDoubles(Aten.full([], 1, dtype)).Should().Equal(1);
    }

    [Fact]
    public void Arange_counts()
    {
        TensorBits.ToDoubles(Aten.arange(2, 9, 3, DType.Int64)).Should().Equal(2, 5, 8);
        TensorBits.ToDoubles(Aten.arange(5, 0, -2, DType.Int32)).Should().Equal(5, 3, 1);
        TensorBits.ToDoubles(Aten.arange(0, 1, 0.25, DType.Float32)).Should().Equal(0, 0.25, 0.5, 0.75);
        TensorBits.ToDoubles(Aten.arange(0, 0, 1, DType.Float32)).Should().BeEmpty();

        // Each element is computed from its index in float64, not by adding up.
        TensorBits.ToDoubles(Aten.arange(0, 100, 0.1, DType.Float32))[999].Should().Be((float)(999 * 0.1));
    }

    [Fact]
    public void Eye_has_ones_on_the_diagonal()
    {
        TensorBits.ToDoubles(Aten.eye(3, 2, DType.Float32)).Should().Equal(1, 0, 0, 1, 0, 0);
        TensorBits.ToDoubles(Aten.eye(2, 3, DType.Bool)).Should().Equal(1, 0, 0, 0, 1, 0);
        Aten.eye(0, 3, DType.Float32).Sizes.ToArray().Should().Equal(0, 3);
    }

    [Fact]
    public void Linspace_hits_both_ends()
    {
        TensorBits.ToDoubles(Aten.linspace(-1, 1, 5, DType.Float64)).Should().Equal(-1, -0.5, 0, 0.5, 1);
        double[] many = TensorBits.ToDoubles(Aten.linspace(0.1, 0.7, 101, DType.Float64));
        many[0].Should().Be(0.1);
        many[100].Should().Be(0.7);
        TensorBits.ToDoubles(Aten.linspace(3, 9, 1, DType.Float32)).Should().Equal(3);
        TensorBits.ToDoubles(Aten.linspace(0, 10, 4, DType.Int64)).Should().Equal(0, 3, 6, 10);
    }

    [Fact]
    public void Copy_broadcasts_and_converts()
    {
        TensorImpl target = Samples.Transposed(Aten.full([3, 2], 9, DType.Int64));
        Aten.copy_(target, TensorBits.Floats([3], static i => i + 0.75)).Should().BeSameAs(target);
        TensorBits.ToDoubles(target).Should().Equal(0, 1, 2, 0, 1, 2);
    }

    [Fact]
    public void Fill_and_zero_write_every_element()
    {
        TensorImpl tensor = Samples.Sliced(Aten.full([4, 9], 5, DType.Float32));
        Aten.fill_(tensor, 2.5);
        TensorBits.ToDoubles(tensor).Should().HaveCount(12).And.OnlyContain(static value => value == 2.5);
        Aten.zero_(tensor);
        TensorBits.ToDoubles(tensor).Should().OnlyContain(static value => value == 0);
        TensorBits.Read(new TensorImpl(tensor.Storage, Layout.Contiguous(36), DType.Float32), 0).Should().NotBe(0, "what the view leaves out stays");
    }

    [Fact]
    public void Clone_is_contiguous_and_apart()
    {
        TensorImpl original = Samples.Transposed(TensorBits.Floats([2, 3], static i => i)), copy = Aten.clone(original);
        copy.Layout.IsContiguous.Should().BeTrue();
        copy.Storage.Should().NotBeSameAs(original.Storage);
        TensorBits.ToBits(copy).Should().Equal(TensorBits.ToBits(original));
    }
}
