using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class PointwiseOpTests
{
    [Fact]
    public void Scalars_are_arguments_of_one_kernel_and_integer_attributes_are_not()
    {
        using TensorImpl x = Tensors.Floats([3], i => i + 0.126);
        Tensors.ToDoubles(Aten.add(x, 1.5, 1)).Should().BeEquivalentTo(new[] { 1.626f, 2.626f, 3.626f }.Select(value => (double)value));
        Tensors.ToDoubles(Aten.add(x, 2.5, 1))[0].Should().Be(2.626f);
        Tensors.ToDoubles(Aten.round(x, 1))[0].Should().BeApproximately(0.1, 1e-6);
        Tensors.ToDoubles(Aten.round(x, 2))[0].Should().BeApproximately(0.13, 1e-6);
    }

    [Fact]
    public void A_composition_of_ops_has_the_bits_of_the_ops_one_by_one()
    {
        using TensorImpl x = Tensors.Floats([101], i => Math.Sin(i) * 3), y = Tensors.Floats([101], i => Math.Cos(i));
        var add = new OpInvocation(OpTable.add_Tensor).Add(x).Add(y).Add((ScalarValue)0.3);
        using TensorImpl sum = Eager.Run(add);
        var exp = new OpInvocation(OpTable.exp).Add(sum);
        using TensorImpl one = Eager.Run(exp);

        var b = new PointwiseBuilder();
        IrNode first = b.Lower(add, [b.NewInput(DType.Float32), b.NewInput(DType.Float32)], DType.Float32, 0);
        IrNode second = b.Lower(exp, [first], DType.Float32, 1);
        PointwiseProgram program = b.Build(first, second);
        using TensorImpl fusedSum = Tensors.Empty(DType.Float32, 101), fused = Tensors.Empty(DType.Float32, 101);
        long[] scalars = Array.ConvertAll(program.Scalars.ToArray(), slot => slot.Read(add.Attrs[slot.Attribute]));
        PointwiseKernel.Get(program).Run([x, y], [fusedSum, fused], scalars);
        Tensors.ToBits(fusedSum).Should().Equal(Tensors.ToBits(sum));
        Tensors.ToBits(fused).Should().Equal(Tensors.ToBits(one));
    }

    [Fact]
    public void Several_results_come_from_one_kernel()
    {
        using TensorImpl x = Tensors.Floats([5], i => i - 2);
        var call = new OpInvocation(OpTable.abs).Add(x);
        call.Outputs = [Tensors.Empty(DType.Float32, 5), Tensors.Empty(DType.Bool, 5)];
        PointwiseKernels.RunMany(call, (b, _) => [b.Abs(b.Input(0)), b.Lt(b.Input(0), b.Const(0.0, DType.Float32))]);
        Tensors.ToDoubles(call.Outputs[0]).Should().Equal(2, 1, 0, 1, 2);
        Tensors.ToBits(call.Outputs[1]).Should().Equal(1, 1, 0, 0, 0);
    }
}
