using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Autograd;

public class CompositeTests
{
    [Theory]
    [InlineData(new long[] { 4 }, new long[] { 4 }, new long[] { })]
    [InlineData(new long[] { 4 }, new long[] { 4, 3 }, new long[] { 3 })]
    [InlineData(new long[] { 2, 4 }, new long[] { 4 }, new long[] { 2 })]
    [InlineData(new long[] { 2, 4 }, new long[] { 4, 3 }, new long[] { 2, 3 })]
    [InlineData(new long[] { 5, 2, 4 }, new long[] { 4, 3 }, new long[] { 5, 2, 3 })]
    [InlineData(new long[] { 5, 2, 4 }, new long[] { 4 }, new long[] { 5, 2 })]
    [InlineData(new long[] { 4 }, new long[] { 5, 4, 3 }, new long[] { 5, 3 })]
    [InlineData(new long[] { 2, 4 }, new long[] { 5, 4, 3 }, new long[] { 5, 2, 3 })]
    [InlineData(new long[] { 5, 1, 2, 4 }, new long[] { 3, 4, 2 }, new long[] { 5, 3, 2, 2 })]
    public void Matmul_takes_any_ranks(long[] left, long[] right, long[] expected)
    {
        TensorImpl a = TestTensors.Sample(1, left), b = TestTensors.Sample(2, right);
        using (TensorImpl product = Composite.matmul(a, b))
        {
            product.Sizes.ToArray().Should().Equal(expected);
        }

        GradCheck.Verify(static x => Composite.matmul(x[0], x[1]), a, b);
    }

    [Fact]
    public void Matmul_refuses_what_does_not_fit()
    {
        using TensorImpl a = TestTensors.Sample(1, 2, 3), b = TestTensors.Sample(2, 4, 3), zeroDim = TestTensors.Of([1]);
        FluentActions.Invoking(() => Composite.matmul(a, b)).Should().Throw<ExternalException>();
        FluentActions.Invoking(() => Composite.matmul(a, zeroDim)).Should().Throw<ExternalException>().WithMessage("*at least 1D*");
    }

    [Theory]
    [InlineData(new long[] { 5, 4 })]
    [InlineData(new long[] { 4 })]
    [InlineData(new long[] { 2, 5, 4 })]
    public void Linear_with_and_without_bias(long[] input)
    {
        GradCheck.Verify(static x => Composite.linear(x[0], x[1], x[2]), TestTensors.Sample(1, input), TestTensors.Sample(2, 3, 4), TestTensors.Sample(3, 3));
        GradCheck.Verify(static x => Composite.linear(x[0], x[1], null), TestTensors.Sample(1, input), TestTensors.Sample(2, 3, 4));
    }

    [Fact]
    public void A_weight_s_gradient_lies_as_the_weight_does()
    {
        using TensorImpl input = TestTensors.Sample(1, 5, 4), weight = TestTensors.Sample(2, 3, 4).WithGrad();
        using TensorImpl output = Composite.linear(input, weight, null);
        using TensorImpl sum = Aten.sum(output, [], false, null);
        Engine.Backward([sum]);

        weight.Autograd!.Grad!.Layout.Should().Be(weight.Layout);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Norms(double p)
    {
        GradCheck.Verify(x => Composite.norm(x[0], p, [1], true), TestTensors.Sample(1, 3, 4));
        GradCheck.Verify(x => Composite.norm(x[0], p, [], false), TestTensors.Sample(1, 3, 4));
    }

    [Fact]
    public void Standard_deviation_stack_and_outer()
    {
        GradCheck.Verify(static x => Composite.std(x[0], [1], 1, false), TestTensors.Sample(1, 3, 4));
        GradCheck.Verify(static x => Composite.stack([x[0], x[1], x[0]], 1), TestTensors.Sample(1, 2, 3), TestTensors.Sample(2, 2, 3));
        GradCheck.Verify(static x => Composite.outer(x[0], x[1]), TestTensors.Sample(1, 2), TestTensors.Sample(2, 3));
    }

    [Fact]
    public void Attention_with_and_without_masks()
    {
        TensorImpl query = TestTensors.Sample(1, 2, 3, 4), key = TestTensors.Sample(2, 2, 3, 4), value = TestTensors.Sample(3, 2, 3, 5);
        GradCheck.Verify(static x => Composite.scaled_dot_product_attention(x[0], x[1], x[2]), query, key, value);
        query.SetGradient(null);
        key.SetGradient(null);
        value.SetGradient(null);
        GradCheck.Verify(static x => Composite.scaled_dot_product_attention(x[0], x[1], x[2], is_causal: true), query, key, value);
    }

    [Fact]
    public void Contiguous_copies_only_if_it_must()
    {
        using TensorImpl x = TestTensors.Sample(1, 2, 3);
        using TensorImpl transposed = Views.transpose(x, 0, 1);
        using TensorImpl same = Composite.contiguous(x), copy = Composite.contiguous(transposed);

        same.Storage.Should().BeSameAs(x.Storage);
        copy.Storage.Should().NotBeSameAs(x.Storage);
        copy.Layout.IsContiguous.Should().BeTrue();
        copy.Values().Should().Equal(transposed.Values());
    }
}
