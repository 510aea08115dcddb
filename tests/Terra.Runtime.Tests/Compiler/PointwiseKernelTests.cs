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

    /// <summary>Not to float64 first: near the middle between two neighbours, that would round twice.</summary>
    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Int64_is_rounded_once_to_float32(int bits)
    {
        var b = new PointwiseBuilder();
        var kernel = new PointwiseKernel(b.Build(b.Cast(b.NewInput(DType.Int64), DType.Float32)), VectorApi.OfBits(bits));
        var random = new Random(3);
        var values = new List<long> { 0, 1, -1, long.MaxValue, long.MinValue, long.MinValue + 1 };
        for (int i = 0; i < 20000; i++)
        {
            int width = random.Next(1, 64);
            long halfway = width > 25 ? ((random.NextInt64(1L << 24) | (1L << 24)) << (width - 25)) + random.Next(-2, 3) : random.NextInt64(1L << width);
            values.AddRange([halfway, -halfway, random.NextInt64() >> random.Next(64), ~(random.NextInt64() >> random.Next(64))]);
        }

        TensorImpl result = Tensors.Empty(DType.Float32, values.Count);
        kernel.Run([Tensors.From(DType.Int64, [values.Count], i => values[(int)i])], [result], []);
        for (int i = 0; i < values.Count; i++)
        {
            IrConstant.ToSingle(Tensors.Read(result, i)).Should().Be((float)values[i], "of {0}", values[i]);
        }
    }

    /// <summary>Kernels of Bool alone compute bytes. Memory may hold other bytes than 0 and 1.</summary>
    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public unsafe void Logic_takes_any_byte_but_zero_as_true(int bits)
    {
        var b = new PointwiseBuilder();
        IrNode x = b.NewInput(DType.Bool), y = b.NewInput(DType.Bool), z = b.NewInput(DType.Bool);
        PointwiseProgram program = b.Build(
            b.And(x, y), b.Or(x, z), b.Xor(y, b.Not(x)), b.Where(z, x, b.Const(true)), b.Not(y), b.Max(b.Min(x, y), z), x);
        var kernel = new PointwiseKernel(program, VectorApi.OfBits(bits));
        var random = new Random(bits);
        foreach (int count in new[] { 1, 15, 64, 65, 200, 300_007 })
        {
            TensorImpl[] inputs = [.. new[] { count, count, 1 }.Select(size =>
            {
                TensorImpl input = Tensors.Empty(DType.Bool, size);
                for (int i = 0; i < size; i++)
                {
                    ((byte*)input.Pointer)[i] = (byte)(random.Next(2) * random.Next(1, 256));
                }

                return input;
            })];
            TensorImpl[] outputs = [.. program.Outputs.ToArray().Select(_ => Tensors.Empty(DType.Bool, count))];
            kernel.Run(inputs, outputs, []);
            for (int i = 0; i < count; i++)
            {
                bool p = ((byte*)inputs[0].Pointer)[i] != 0, q = ((byte*)inputs[1].Pointer)[i] != 0, r = *(byte*)inputs[2].Pointer != 0;
                bool[] expected = [p && q, p || r, q != !p, !r || p, !q, (p && q) || r, p];
                for (int output = 0; output < outputs.Length; output++)
                {
                    if (((byte*)outputs[output].Pointer)[i] != (expected[output] ? 1 : 0))
                    {
                        Assert.Fail($"element {i} of {count} of output {output}");
                    }
                }
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
