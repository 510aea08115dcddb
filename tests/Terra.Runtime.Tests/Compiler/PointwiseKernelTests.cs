using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class PointwiseKernelTests
{
    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Random_programs_give_the_bits_of_the_evaluator_at_every_vector_width(int bits) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => CheckProgram(seed, bits)).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static void CheckProgram(int seed, int vectorBits)
    {
        var random = new RandomPrograms(seed);
        PointwiseProgram program = random.Next(8);
        var kernel = new PointwiseKernel(program, VectorApi.OfBits(vectorBits));
        const long Count = 37;
        TensorImpl[] inputs = program.Inputs.ToArray()
            .Select((dtype, i) => Tensors.From(dtype, i == 1 ? [1] : [Count], _ => random.Value(dtype))).ToArray();
        TensorImpl[] outputs = Array.ConvertAll(program.Outputs.ToArray(), output => Tensors.Empty(output.DType, Count));
        long[] scalars = Array.ConvertAll(program.Scalars.ToArray(), slot => random.Value(slot.DType));
        kernel.Run(inputs, outputs, scalars);

        var evaluator = new IrEvaluator(kernel.Code.ToArray());
        for (long i = 0; i < Count; i++)
        {
            long[] elements = Array.ConvertAll(inputs, input => Tensors.Read(input, input.NumberOfElements == 1 ? 0 : i));
            long[] expected = evaluator.Evaluate(elements, scalars, i);
            for (int output = 0; output < outputs.Length; output++)
            {
                SameValue(Tensors.Read(outputs[output], i), expected[output], outputs[output].DType)
                    .Should().BeTrue("element {0} of output {1} is {2}, not {3}, in\n{4}", i, output,
                        IrConstant.ToText(expected[output], outputs[output].DType),
                        IrConstant.ToText(Tensors.Read(outputs[output], i), outputs[output].DType),
                        IrGraph.Dump(kernel.Code));
            }
        }
    }

    private static bool SameValue(long a, long b, DType dtype) =>
        a == b || (dtype.IsFloatingPoint() && double.IsNaN(IrConstant.ToDouble(a, dtype)) && double.IsNaN(IrConstant.ToDouble(b, dtype)));

    [Fact]
    public unsafe void Outputs_written_past_the_caches_have_the_bits_of_others()
    {
        const int Count = (8 << 20) + 5;
        using TensorImpl x = Aten.arange(0, Count, 1, DType.Float32);
        using TensorImpl large = Aten.mul(x, (ScalarValue)0.3);
        using TensorImpl end = new(x.Storage, Layout.Contiguous(100), DType.Float32, Count - 100);
        using TensorImpl small = Aten.mul(end, (ScalarValue)0.3);
        new ReadOnlySpan<float>((float*)large.ReadData() + Count - 100, 100).SequenceEqual(new ReadOnlySpan<float>((void*)small.ReadData(), 100)).Should().BeTrue();
        for (int i = 0; i < Count; i += 1023)
        {
            ((float*)large.Pointer)[i].Should().Be(i * 0.3f);
        }
    }
}
