using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>What reductions give in special cases.</summary>
public class ReductionOpTests
{
    [Fact]
    public void The_product_of_others_is_right_with_zeros()
    {
        foreach (double[] values in (double[][])[[2, 0, 3, 4], [0, 0, 3, 4], [2, 5, 3, 4]])
        {
            TensorImpl input = TensorBits.Floats([4], i => values[i], DType.Float64);
            TensorImpl gradient = Aten.prod_backward(TensorBits.Floats([], static _ => 2, DType.Float64), input, [], false);
            TensorBits.ToDoubles(gradient).Should().Equal(Enumerable.Range(0, 4).Select(i => 2 * values.Where((_, k) => k != i).Aggregate(1.0, static (a, b) => a * b)));
        }
    }

    [Fact]
    public void NaN_wins_every_extremum()
    {
        TensorImpl input = TensorBits.Floats([2, 40], static i => i is 7 or 9 or 60 ? double.NaN : i);
        TensorBits.ToDoubles(Aten.amax(input, [1], false)).Should().Equal(double.NaN, double.NaN);
        TensorBits.ToDoubles(Aten.amin(input, [0, 1], false)).Should().Equal(double.NaN);
        TensorBits.ToDoubles(Aten.max(input, 1, false)[1]).Should().Equal(7, 20);
        TensorBits.ToDoubles(Aten.argmin(input, [1], false)).Should().Equal(7, 20);
        TensorBits.ToDoubles(Aten.argmax(input, null, false)).Should().Equal(7);
        TensorBits.ToDoubles(Aten.all(input, [1], false)).Should().Equal(0, 1);
    }

    [Fact]
    public void Nothing_reduces_to_the_identity()
    {
        TensorImpl nothing = TensorBits.Empty(DType.Float32, 0, 2);
        TensorBits.ToDoubles(Aten.sum(nothing, [0], false, null)).Should().Equal(0, 0);
        TensorBits.ToDoubles(Aten.prod(nothing, [0], false, null)).Should().Equal(1, 1);
        TensorBits.ToDoubles(Aten.mean(nothing, [0], false, null)).Should().Equal(double.NaN, double.NaN);
        TensorBits.ToDoubles(Aten.all(nothing, [0], false)).Should().Equal(1, 1);
        TensorBits.ToDoubles(Aten.any(nothing, [0], false)).Should().Equal(0, 0);
        TensorBits.ToDoubles(Aten.sum(nothing, [1], false, null)).Should().BeEmpty();
    }

    [Fact]
    public void Sums_take_the_dtype_they_are_told()
    {
        TensorImpl bytes = TensorBits.From(DType.UInt8, [1000], static _ => 255);
        TensorBits.ToDoubles(Aten.sum(bytes, [], false, null)).Should().Equal(255000);
        TensorImpl real = Aten.sum(bytes, [], false, DType.Float32);
        real.DType.Should().Be(DType.Float32);
        TensorBits.ToDoubles(real).Should().Equal(255000);
        Aten.mean(bytes, [], false, DType.Float64).DType.Should().Be(DType.Float64);
    }

    [Fact]
    public void Logsumexp_does_not_overflow()
    {
        TensorImpl large = TensorBits.Floats([3], static i => 1000 + i), none = TensorBits.Floats([2], static _ => double.NegativeInfinity);
        TensorBits.ToDoubles(Aten.logsumexp(large, [0], false))[0].Should().BeApproximately(1002.4076, 1e-3);
        TensorBits.ToDoubles(Aten.logsumexp(none, [0], false)).Should().Equal(double.NegativeInfinity);
    }
}
