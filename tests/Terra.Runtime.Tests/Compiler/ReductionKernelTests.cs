using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

[Collection(nameof(TerraRuntime))]
public class ReductionKernelTests
{
    [Fact]
    public void Reductions_agree_with_a_float64_reference_in_every_geometry_and_do_not_depend_on_it() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), CheckReduction).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData(ReduceOp.Sum)]
    [InlineData(ReduceOp.Max)]
    public void Vector_width_does_not_change_a_bit(ReduceOp op)
    {
        var b = new PointwiseBuilder();
        PointwiseProgram program = b.Build(b.Mul(b.NewInput(DType.Float32), b.Const(1.1, DType.Float32)));
        long[] shape = [3, 300, 45];
        TensorImpl x = Tensors.Floats(shape, i => Math.Sin(i) * Math.Exp(i % 13));
        foreach (bool[] reduced in new bool[][] { [true, true, true], [false, false, true], [true, true, false], [false, true, false], [true, false, true] })
        {
            long[] sizes = shape.Where((_, dim) => !reduced[dim]).ToArray();
            long[][] results = new[] { VectorApi.V128, VectorApi.V256, VectorApi.V512 }.Select(api =>
            {
                TensorImpl result = Tensors.Empty(DType.Float32, sizes);
                new ReductionKernel(program, op, api).Run([x], result, shape, reduced, []);
                return Tensors.ToBits(result);
            }).ToArray();
            results[1].Should().Equal(results[0]);
            results[2].Should().Equal(results[0]);
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var b = new PointwiseBuilder();
        ReductionKernel kernel = ReductionKernel.Get(b.Build(b.NewInput(DType.Float32)), ReduceOp.Sum);
        long[] shape = [700, 333];
        TensorImpl x = Tensors.Floats(shape, i => Math.Sin(i) * Math.Exp(i % 13));
        int threads = WorkerPool.Shared.NumThreads;
        try
        {
            foreach (bool[] reduced in new bool[][] { [true, true], [false, true], [true, false] })
            {
                long[] sizes = shape.Where((_, dim) => !reduced[dim]).ToArray();
                long[][] results = new[] { 1, 2, 3 }.Select(count =>
                {
                    WorkerPool.Shared.NumThreads = count;
                    TensorImpl result = Tensors.Empty(DType.Float32, sizes);
                    kernel.Run([x], result, shape, reduced, []);
                    return Tensors.ToBits(result);
                }).ToArray();
                results[1].Should().Equal(results[0]);
                results[2].Should().Equal(results[0]);
            }
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }
    }

    /// <summary>Value i of a run goes to accumulator i mod 64; accumulators are folded in halves. What lies behind a run is read with it and must not count.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(49)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(127)]
    [InlineData(1000)]
    [InlineData(4095)]
    [InlineData(4097)]
    public void Short_runs_are_summed_in_order_wherever_they_lie(int length)
    {
        const int Outer = 131, Gap = 70, Lanes = 64;
        TensorImpl wide = Tensors.Floats([Outer, length + Gap], i => i % (length + Gap) < length ? Math.Sin(i) * Math.Exp(i % 13) : double.NaN);
        TensorImpl apart = Tensors.View(wide, [Outer, length], [length + Gap, 1]), together = Tensors.Empty(DType.Float32, Outer, length);
        TensorImpl turned = Tensors.View(Tensors.Empty(DType.Float32, length, Outer), [Outer, length], [1, Outer]);
        Tensors.Fill(together, i => Tensors.Read(apart, i));
        Tensors.Fill(turned, i => Tensors.Read(apart, i));
        float[] values = Tensors.ToBits(together).Select(bits => BitConverter.Int32BitsToSingle((int)bits)).ToArray();
        var b = new PointwiseBuilder();
        IrNode input = b.NewInput(DType.Float32);
        PointwiseProgram plain = b.Build(input), squares = b.Build(b.Mul(input, input)), twice = b.Build(b.Add(input, input));
        foreach ((PointwiseProgram program, Func<float, float> value) in new (PointwiseProgram, Func<float, float>)[] { (plain, v => v), (squares, v => v * v), (twice, v => v + v) })
        {
            float[] expected = [.. values.Chunk(length).Select(run => InOrder(run.Select(value)))];
            foreach (VectorApi api in new[] { VectorApi.V128, VectorApi.V256, VectorApi.V512 })
            {
                foreach (TensorImpl x in new[] { together, apart, turned })
                {
                    TensorImpl result = Tensors.Empty(DType.Float32, Outer);
                    new ReductionKernel(program, ReduceOp.Sum, api).Run([x], result, [Outer, length], [false, true], []);
                    Tensors.ToBits(result).Select(bits => BitConverter.Int32BitsToSingle((int)bits)).Should().Equal(expected, "of {0}", x.Layout);
                }
            }
        }

        static float InOrder(IEnumerable<float> run)
        {
            float[] blocks = [.. run.Chunk(ReductionKernel.BlockElements).Select(OfBlock)];
            return blocks.Length == 1 ? blocks[0] : OfBlock(blocks);
        }

        static float OfBlock(float[] block)
        {
            var sums = new float[Lanes];
            Array.Fill(sums, -0f);
            for (int i = 0; i < block.Length; i++)
            {
                sums[i % Lanes] += block[i];
            }

            for (int half = Lanes / 2; half > 0; half /= 2)
            {
                for (int i = 0; i < half; i++)
                {
                    sums[i] += sums[i + half];
                }
            }

            return sums[0];
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(500)]
    [InlineData(513)]
    [InlineData(520)]
    [InlineData(1039)]
    public void Columns_that_end_inside_a_vector_are_summed_in_order(int columns)
    {
        const int Rows = 150, RowsPerBlock = ReductionKernel.RowsPerBlock;
        var b = new PointwiseBuilder();
        TensorImpl x = Tensors.Floats([Rows, columns], i => Math.Sin(i) * Math.Exp(i % 13)), result = Tensors.Empty(DType.Float32, columns);
        ReductionKernel.Get(b.Build(b.NewInput(DType.Float32)), ReduceOp.Sum).Run([x], result, [Rows, columns], [true, false], []);

        float[] values = Tensors.ToBits(x).Select(bits => BitConverter.Int32BitsToSingle((int)bits)).ToArray();
        float[] expected = Enumerable.Range(0, columns)
            .Select(column => Enumerable.Range(0, Rows).Select(row => values[(row * columns) + column]).Chunk(RowsPerBlock).Select(InOrder).Aggregate((a, c) => a + c))
            .ToArray();
        Tensors.ToBits(result).Select(bits => BitConverter.Int32BitsToSingle((int)bits)).Should().Equal(expected);

        static float InOrder(float[] block) => block.Aggregate((a, c) => a + c);
    }

    /// <summary>The last columns' neighbours in the result are no neighbours in memory: nothing before the tensor may be read.</summary>
    [Theory]
    [InlineData(129, 4)]
    [InlineData(171, 3)]
    public void Columns_that_are_repeated_are_summed_in_order(int repeats, int columns)
    {
        const int Rows = 20;
        var b = new PointwiseBuilder();
        TensorImpl rows = Tensors.Floats([Rows, 1, columns], i => Math.Sin(i)), result = Tensors.Empty(DType.Float32, repeats, columns);
        TensorImpl x = Terra.Runtime.Ops.Views.expand(rows, [Rows, repeats, columns]);
        ReductionKernel kernel = ReductionKernel.Get(b.Build(b.NewInput(DType.Float32)), ReduceOp.Sum);
        kernel.Run([x], result, [Rows, repeats, columns], [true, false, false], []);

        float[] values = Tensors.ToBits(rows).Select(bits => BitConverter.Int32BitsToSingle((int)bits)).ToArray();
        float[] sums = Enumerable.Range(0, columns).Select(column => Enumerable.Range(0, Rows).Select(row => values[(row * columns) + column]).Aggregate((a, c) => a + c)).ToArray();
        Tensors.ToBits(result).Select(bits => BitConverter.Int32BitsToSingle((int)bits)).Should().Equal(Enumerable.Repeat(sums, repeats).SelectMany(sum => sum));
    }

    [Fact]
    public void Nothing_reduces_to_the_neutral_element()
    {
        var b = new PointwiseBuilder();
        TensorImpl empty = Tensors.Empty(DType.Float32, 0, 2), result = Tensors.Empty(DType.Float32, 2);
        ReductionKernel.Get(b.Build(b.NewInput(DType.Float32)), ReduceOp.Sum).Run([empty], result, [0, 2], [true, false], []);
        Tensors.ToBits(result).Should().Equal(0, 0);
    }

    [Fact]
    public void A_producer_that_draws_random_numbers_is_refused()
    {
        var b = new PointwiseBuilder();
        ReductionKernel kernel = ReductionKernel.Get(b.Build(b.LinearIndex()), ReduceOp.Sum);
        Action act = () => kernel.Run([], Tensors.Empty(DType.Int64), [4], [true], []);
        act.Should().Throw<ArgumentException>().WithMessage("*element indices*");
    }

    private static void CheckReduction(int seed)
    {
        var random = new Random(seed);
        DType dtype = new[] { DType.Float32, DType.Float64, DType.Int64, DType.Int32 }[random.Next(4)];
        ReduceOp op = (ReduceOp)random.Next(4);
        long[] shape = Enumerable.Range(0, random.Next(0, 4)).Select(_ => random.Next(4) == 0 ? random.Next(60, 300) : (long)random.Next(1, 20)).ToArray();
        bool[] reduced = Array.ConvertAll(shape, _ => random.Next(2) == 0);
        double scale = op == ReduceOp.Prod ? 0.01 : 10;
        TensorImpl x = Tensors.From(dtype, shape, i => dtype.IsFloatingPoint()
            ? IrConstant.FromDouble((op == ReduceOp.Prod ? 1 : 0) + ((random.NextDouble() - 0.5) * scale), dtype)
            : IrConstant.FromInt64(op == ReduceOp.Prod ? (random.Next(9) == 0 ? 2 : 1) : random.Next(-1000, 1000), dtype));
        var b = new PointwiseBuilder();
        ReductionKernel kernel = ReductionKernel.Get(b.Build(b.NewInput(dtype)), op);
        TensorImpl result = Tensors.Empty(dtype, shape.Where((_, dim) => !reduced[dim]).ToArray());
        kernel.Run([x], result, shape, reduced, []);

        var expected = new Dictionary<long, (double Value, double Size)>();
        for (long i = 0; i < x.NumberOfElements; i++)
        {
            long key = KeptIndex(i, shape, reduced);
            double element = IrConstant.ToDouble(Tensors.Read(x, i), dtype);
            expected[key] = !expected.TryGetValue(key, out (double Value, double Size) old) ? (element, Math.Abs(element)) : op switch
            {
                ReduceOp.Sum => (old.Value + element, old.Size + Math.Abs(element)),
                ReduceOp.Prod => (dtype == DType.Int32 ? (int)((long)old.Value * (long)element) : dtype == DType.Int64 ? (long)old.Value * (long)element : old.Value * element, Math.Abs(old.Value * element) * 10),
                ReduceOp.Max => (Math.Max(old.Value, element), 0),
                _ => (Math.Min(old.Value, element), 0),
            };
        }

        double precision = dtype == DType.Float32 ? 1e-6 : dtype == DType.Float64 ? 1e-14 : 0;
        for (long i = 0; i < result.NumberOfElements; i++)
        {
            double actual = IrConstant.ToDouble(Tensors.Read(result, i), dtype);
            if (dtype == DType.Int64 && Math.Abs(expected[i].Value) > 1e15)
            {
                continue;
            }

            Math.Abs(actual - expected[i].Value).Should().BeLessThanOrEqualTo(precision * expected[i].Size, "of {0} at {1} over {2}", op, i, x.Layout);
        }

        int[] order = Enumerable.Range(0, shape.Length).OrderBy(_ => random.Next(3)).ToArray();
        var strides = new long[shape.Length];
        long step = random.Next(1, 3);
        foreach (int dim in order)
        {
            strides[dim] = step;
            step *= shape[dim];
        }

        TensorImpl permuted = Tensors.View(Tensors.Empty(dtype, step + 1), shape, strides);
        Tensors.Fill(permuted, i => Tensors.Read(x, i));
        TensorImpl again = Tensors.Empty(dtype, shape.Where((_, dim) => !reduced[dim]).ToArray());
        kernel.Run([permuted], again, shape, reduced, []);
        Tensors.ToBits(again).Should().Equal(Tensors.ToBits(result), "bits do not depend on the layout {0} of the input", permuted.Layout);
    }

    private static long KeptIndex(long index, long[] shape, bool[] reduced)
    {
        long key = 0, step = 1;
        for (int dim = shape.Length - 1; dim >= 0; dim--)
        {
            (index, long at) = Math.DivRem(index, shape[dim]);
            if (!reduced[dim])
            {
                key += at * step;
                step *= shape[dim];
            }
        }

        return key;
    }
}
