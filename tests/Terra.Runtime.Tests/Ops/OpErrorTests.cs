using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Arguments that do not fit are refused with PyTorch's words, and nothing is written.</summary>
public class OpErrorTests
{
    [Fact]
    public void Shapes_that_do_not_broadcast() => Refused(
        () => Aten.add(Make(DType.Float32, 2, 3), Make(DType.Float32, 2, 4), 1),
        "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1");

    [Fact]
    public void In_place_results_that_do_not_fit()
    {
        Refused(() => Aten.add_(Make(DType.Int64, 2), Make(DType.Float32, 2), 1), "result type Float can't be cast to the desired output type Long");
        Refused(() => Aten.div_(Make(DType.Int64, 2), 2), "result type Float can't be cast to the desired output type Long");
        Refused(() => Aten.add_(Make(DType.Bool, 2), Make(DType.Int64, 2), 1), "result type Long can't be cast to the desired output type Bool");
        Refused(() => Aten.mul_(Make(DType.Float32, 3), Make(DType.Float32, 2, 3)), "output with shape [3] doesn't match the broadcast shape [2, 3]");
        Aten.add_(Make(DType.Float32, 2), Make(DType.Float64, 2), 1).DType.Should().Be(DType.Float32);
    }

    [Fact]
    public void In_place_on_memory_that_overlaps()
    {
        TensorImpl square = Make(DType.Float32, 3, 3), row = Make(DType.Float32, 4);
        Refused(() => Aten.add_(square, Samples.Transposed(square), 1), "unsupported operation: some elements of the input tensor*");
        Refused(() => Aten.zero_(Samples.Expanded(row, 2)), "unsupported operation: more than one element of the written-to tensor*");
        Refused(
            () => Aten.copy_(TensorBits.View(row, [3], [1]), TensorBits.View(row, [3], [1], 1)),
            "unsupported operation: some elements of the input tensor*");
        Aten.add_(square, square, 1);
        TensorBits.ToDoubles(square).Should().OnlyContain(static value => value == 2);
    }

    [Fact]
    public void Dtypes_an_op_does_not_take()
    {
        Refused(() => Aten.sub(Make(DType.Bool, 2), Make(DType.Bool, 2), 1), "Subtraction, the `-` operator, with two bool tensors is not supported.*");
        Refused(() => Aten.neg(Make(DType.Bool, 2)), "Negation, the `-` operator, on a bool tensor is not supported.*");
        Refused(() => Aten.bitwise_and(Make(DType.Float32, 2), Make(DType.Float32, 2)), "\"bitwise_and_cpu\" not implemented for 'Float'");
        Refused(() => Aten.masked_fill(Make(DType.Float32, 2), Make(DType.Float32, 2), 0), "masked_fill_ only supports boolean masks*");
        Refused(() => Aten.where(Make(DType.Float32, 2), Make(DType.Float32, 2), Make(DType.Float32, 2)), "where expected condition to be a boolean tensor*");
        Refused(() => Aten.lerp(Make(DType.Float32, 2), Make(DType.Float64, 2), 0.5), "expected dtype Float for `end` but got dtype Double");
        Refused(() => Aten.addcdiv(Make(DType.Int64, 2), Make(DType.Int64, 2), Make(DType.Int64, 2), 1), "Integer division with addcdiv*");
        Refused(() => Aten.rand([2], DType.Int64, default), "\"rand\" not implemented for 'Long'");
        Refused(() => Aten.mean(Make(DType.Int64, 2), [], false, null), "mean(): could not infer output dtype.*Got: Long");
        Refused(() => Aten.var(Make(DType.Int64, 2), [], 1, false), "var():*");
    }

    [Fact]
    public void Scalars_an_op_does_not_take()
    {
        Refused(() => Aten.add(Make(DType.Int64, 2), Make(DType.Int64, 2), 0.5), "For integral input tensors, argument alpha must not be a floating point number.");
        Refused(() => Aten.add(Make(DType.Int64, 2), Make(DType.Int64, 2), true), "Boolean alpha only supported for Boolean results.");
        Refused(() => Aten.pow(Make(DType.Int64, 2), -1), "Integers to negative integer powers are not allowed.");
        Refused(() => Aten.clamp(Make(DType.Float32, 2), (ScalarValue?)null, null), "torch.clamp: At least one of 'min' or 'max' must not be None");
        Refused(() => Aten.div(Make(DType.Float32, 2), Make(DType.Float32, 2), "up"), "div expected rounding_mode to be one of*'up'");
        Refused(() => Aten.gelu(Make(DType.Float32, 2), "erf"), "approximate argument must be either none or tanh.");
        Refused(() => Aten.arange(0, 5, 0, DType.Int64), "step must be nonzero");
        Refused(() => Aten.arange(0, 5, -1, DType.Int64), "upper bound and larger bound inconsistent with step sign");
        Refused(() => Aten.full([2, -1], 0, DType.Float32), "Trying to create tensor with negative dimension -1*");
        Refused(() => Aten.randint(3, 3, [2], DType.Int64, default), "random_ expects 'from' to be less than 'to'*");
        Refused(() => Aten.bernoulli_(Make(DType.Float32, 2), 1.5, default), "bernoulli_ probability has to be between 0 and 1, but got 1.5");
    }

    [Fact]
    public void Dimensions_that_are_not_there()
    {
        Refused(() => Aten.sum(Make(DType.Float32, 2, 3), [2], false, null), "Dimension out of range (expected to be in range of [-2, 1], but got 2)");
        Refused(() => Aten.sum(Make(DType.Float32, 2, 3), [0, -2], false, null), "dim 0 appears multiple times in the list of dims");
        Refused(() => Aten.amax(Make(DType.Float32, 0, 3), [0], false), "amax(): Expected reduction dim to be specified for input.numel() == 0.*");
        Refused(() => Aten.max(Make(DType.Float32, 0, 3), 0, false), "max(): Expected reduction dim 0 to have non-zero size.");
        Refused(() => Aten.argmax(Make(DType.Float32, 0), null, false), "argmax(): Expected reduction dim to be specified*");
        Refused(() => Aten.cumsum(Make(DType.Float32, 2), 1, null), "Dimension out of range*");
    }

    [Fact]
    public void Distributions_that_are_none()
    {
        Refused(() => Aten.multinomial(TensorBits.Floats([3], static i => i - 1), 1, true, default), "probability tensor contains either `inf`, `nan` or element < 0");
        Refused(() => Aten.multinomial(TensorBits.Floats([3], static _ => 0), 1, true, default), "invalid multinomial distribution (sum of probabilities <= 0)");
        Refused(() => Aten.multinomial(Make(DType.Float32, 3), 4, false, default), "cannot sample n_sample > prob_dist.size(-1) samples without replacement");
    }

    [Fact]
    public void A_refused_op_writes_nothing()
    {
        TensorImpl self = Make(DType.Int64, 2);
        Refused(() => Aten.add_(self, Make(DType.Float32, 2), 1), "*");
        TensorBits.ToDoubles(self).Should().Equal(1, 1);
        self.Storage.Version.Should().Be(0);
    }

    private static void Refused(Func<object> call, string message) => call.Should().Throw<ExternalException>().WithMessage(message);

    private static TensorImpl Make(DType dtype, params long[] sizes) => TensorBits.Floats(sizes, static _ => 1, dtype);
}
