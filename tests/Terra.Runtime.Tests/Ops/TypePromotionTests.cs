using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Result dtypes, as PyTorch's: dimensioned tensors before 0-d ones before scalars, and by category.</summary>
public class TypePromotionTests
{
    [Theory]
    [InlineData(DType.Int32, DType.Int64, DType.Int64)]
    [InlineData(DType.UInt8, DType.Int8, DType.Int16)]
    [InlineData(DType.Bool, DType.Bool, DType.Bool)]
    [InlineData(DType.Bool, DType.UInt8, DType.UInt8)]
    [InlineData(DType.Float32, DType.Int64, DType.Float32)]
    [InlineData(DType.Float32, DType.Float64, DType.Float64)]
    [InlineData(DType.Int64, DType.Float64, DType.Float64)]
    public void Tensors_of_dimensions_promote(DType a, DType b, DType expected)
    {
        Aten.add(Make(a, 2), Make(b, 2), 1).DType.Should().Be(expected);
        Aten.add(Make(b, 2), Make(a, 2), 1).DType.Should().Be(expected);
        Aten.add(Make(a), Make(b), 1).DType.Should().Be(expected);
    }

    [Theory]
    [InlineData(DType.Float32, DType.Float64, DType.Float32)]
    [InlineData(DType.Int32, DType.Int64, DType.Int32)]
    [InlineData(DType.UInt8, DType.Int64, DType.UInt8)]
    [InlineData(DType.Int64, DType.Float64, DType.Float64)]
    [InlineData(DType.Bool, DType.Int32, DType.Int32)]
    [InlineData(DType.Float32, DType.Int64, DType.Float32)]
    public void A_zero_dim_tensor_changes_only_the_category(DType dimensioned, DType zeroDim, DType expected) =>
        Aten.mul(Make(dimensioned, 3), Make(zeroDim)).DType.Should().Be(expected);

    [Fact]
    public void A_scalar_changes_only_the_category()
    {
        Aten.mul(Make(DType.Float64, 2), 2.5).DType.Should().Be(DType.Float64);
        Aten.mul(Make(DType.Int32, 2), 2).DType.Should().Be(DType.Int32);
        Aten.mul(Make(DType.Int32, 2), 2.5).DType.Should().Be(DType.Float32);
        Aten.mul(Make(DType.Bool, 2), 2).DType.Should().Be(DType.Int64);
        Aten.mul(Make(DType.Bool, 2), true).DType.Should().Be(DType.Bool);
        Aten.mul(Make(DType.Int64), 2.5).DType.Should().Be(DType.Float32);
        Aten.clamp(Make(DType.Int64, 2), 0.5, null).DType.Should().Be(DType.Float32);
        Aten.where(Make(DType.Bool, 2), Make(DType.Int64, 2), 1.5).DType.Should().Be(DType.Float32);
    }

    [Fact]
    public void True_division_and_functions_of_integers_are_floating_point()
    {
        Aten.div(Make(DType.Int64, 2), Make(DType.Int32, 2)).DType.Should().Be(DType.Float32);
        Aten.div(Make(DType.Int64, 2), 2).DType.Should().Be(DType.Float32);
        Aten.div(Make(DType.Int64, 2), Make(DType.Int64, 2), "floor").DType.Should().Be(DType.Int64);
        Aten.floor_divide(Make(DType.Int64, 2), 2).DType.Should().Be(DType.Int64);
        Aten.exp(Make(DType.Int64, 2)).DType.Should().Be(DType.Float32);
        Aten.exp(Make(DType.Float64, 2)).DType.Should().Be(DType.Float64);
        Aten.atan2(Make(DType.Int64, 2), Make(DType.Int64, 2)).DType.Should().Be(DType.Float32);
        Aten.sigmoid(Make(DType.Bool, 2)).DType.Should().Be(DType.Float32);
    }

    [Fact]
    public void Comparisons_compute_in_the_common_dtype_and_give_bool()
    {
        TensorImpl whole = Make(DType.Int64, 2), half = TensorBits.Floats([2], static _ => 1.5);
        Aten.lt(whole, half).DType.Should().Be(DType.Bool);
        TensorBits.ToDoubles(Aten.lt(whole, 1.5)).Should().Equal(1, 1);
        TensorBits.ToDoubles(Aten.lt(whole, half)).Should().Equal(1, 1);

        // A 0-d float64 next to a dimensioned float32: compared in float32, where 0.1 is itself.
        TensorImpl tenth = TensorBits.Floats([2], static _ => 0.1), exact = TensorBits.Floats([], static _ => 0.1, DType.Float64);
        TensorBits.ToDoubles(Aten.eq(tenth, exact)).Should().Equal(1, 1);
        TensorBits.ToDoubles(Aten.eq(TensorBits.Floats([], static _ => 0.1), exact)).Should().Equal(0);
    }

    [Fact]
    public void Bools_add_and_multiply_as_logic()
    {
        TensorImpl a = TensorBits.From(DType.Bool, [4], static i => i & 1), b = TensorBits.From(DType.Bool, [4], static i => i >> 1);
        TensorBits.ToDoubles(Aten.add(a, b, 1)).Should().Equal(0, 1, 1, 1);
        TensorBits.ToDoubles(Aten.mul(a, b)).Should().Equal(0, 0, 0, 1);
    }

    private static TensorImpl Make(DType dtype, params long[] sizes) => TensorBits.Floats(sizes, static _ => 1, dtype);
}
