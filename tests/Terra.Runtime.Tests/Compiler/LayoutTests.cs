using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class LayoutTests
{
    /// <summary>x * 2 + y over random geometries: permuted, sliced, broadcast, with gaps; result in any layout, too.</summary>
    [Fact]
    public void Any_layout_gives_the_bits_of_contiguous_operands() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), CheckLayouts).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Big_operands_shared_among_threads_give_the_bits_of_one_thread()
    {
        PointwiseKernel kernel = PointwiseKernel.Get(Program(DType.Float32, DType.Float32));
        long[] sizes = [3, 71, 1003];
        TensorImpl x = Tensors.Floats(sizes, i => Math.Sin(i)), row = Tensors.Floats([1003], i => i * 0.25);
        TensorImpl transposed = Tensors.View(Tensors.Floats([1003 * 71 * 3], i => Math.Cos(i)), sizes, [1, 3, 213]);
        foreach (TensorImpl y in new[] { row, transposed })
        {
            TensorImpl result = Tensors.Empty(DType.Float32, sizes);
            kernel.Run([x, y], [result], []);
            for (long i = 0; i < x.NumberOfElements; i += 97)
            {
                float expected = (IrConstant.ToSingle(Tensors.Read(x, i)) * 2) + IrConstant.ToSingle(Tensors.Read(y, y.Rank == 1 ? i % 1003 : i));
                IrConstant.ToSingle(Tensors.Read(result, i)).Should().Be(expected);
            }
        }
    }

    [Fact]
    public void Zero_size_and_zero_dimensional_operands_run()
    {
        PointwiseKernel kernel = PointwiseKernel.Get(Program(DType.Float32, DType.Float32));
        kernel.Run([Tensors.Empty(DType.Float32, 0, 3), Tensors.Floats([], _ => 1)], [Tensors.Empty(DType.Float32, 0, 3)], []);
        TensorImpl result = Tensors.Empty(DType.Float32);
        kernel.Run([Tensors.Floats([], _ => 3), Tensors.Floats([], _ => 1)], [result], []);
        Tensors.ToDoubles(result).Should().Equal(7);
    }

    [Fact]
    public void A_program_that_only_copies_copies_the_input_it_names()
    {
        var b = new PointwiseBuilder();
        b.NewInput(DType.Float32);
        PointwiseKernel kernel = PointwiseKernel.Get(b.Build(b.NewInput(DType.Float32)));
        TensorImpl other = Tensors.Floats([3, 2], i => i), copied = Tensors.Floats([3, 2], i => 10 + i), result = Tensors.Empty(DType.Float32, 2, 3);
        kernel.Run([Tensors.View(other, [2, 3], [1, 2]), Tensors.View(copied, [2, 3], [1, 2])], [result], []);
        Tensors.ToDoubles(result).Should().Equal(10, 12, 14, 11, 13, 15);
    }

    [Fact]
    public void An_output_may_be_an_input()
    {
        PointwiseKernel kernel = PointwiseKernel.Get(Program(DType.Float64, DType.Float64));
        TensorImpl matrix = Tensors.Floats([7, 5], i => i, DType.Float64), one = Tensors.Floats([], _ => 1, DType.Float64);
        TensorImpl transposed = Tensors.View(matrix, [5, 7], [1, 5]);
        kernel.Run([transposed, one], [transposed], []);
        Tensors.ToDoubles(matrix).Should().Equal(Enumerable.Range(0, 35).Select(i => (2.0 * i) + 1));
    }

    [Fact]
    public void Wrong_operands_are_refused_by_name()
    {
        PointwiseKernel kernel = PointwiseKernel.Get(Program(DType.Float32, DType.Float32));
        Action act = () => kernel.Run(
            [Tensors.Empty(DType.Float32, 2), Tensors.Empty(DType.Int64, 2)], [Tensors.Empty(DType.Float32, 2)], []);
        act.Should().Throw<ArgumentException>().WithMessage("input 1 of the program is Float32; got Int64");
    }

    private static PointwiseProgram Program(DType x, DType y)
    {
        var b = new PointwiseBuilder();
        return b.Build(b.Add(b.Mul(b.NewInput(x), b.Const(2, x)), b.NewInput(y)));
    }

    private static void CheckLayouts(int seed)
    {
        var random = new Random(seed);
        DType dtype = RandomPrograms.DTypes[random.Next(7)];
        long[] shape = Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(5) == 0 ? random.Next(60, 200) : (long)random.Next(0, 5)).ToArray();
        while (shape.Aggregate(1L, (a, b) => a * Math.Max(b, 1)) > 20000)
        {
            shape = shape[1..];
        }

        TensorImpl x = Layouted(random, shape, dtype, broadcast: true), y = Layouted(random, shape, dtype, broadcast: true);
        TensorImpl result = Layouted(random, shape, dtype, broadcast: false);
        PointwiseProgram program = Program(dtype, dtype);
        PointwiseKernel.Get(program).Run([x, y], [result], []);
        var evaluator = new IrEvaluator(program.Outputs.ToArray());
        TensorImpl wideX = Broadcast(x, shape), wideY = Broadcast(y, shape);
        for (long i = 0; i < result.NumberOfElements; i++)
        {
            long expected = evaluator.Evaluate([Tensors.Read(wideX, i), Tensors.Read(wideY, i)], [], i)[0];
            Tensors.Read(result, i).Should().Be(expected, "of element {0} of {1} with {2} and {3}", i, result.Layout, x.Layout, y.Layout);
        }
    }

    private static TensorImpl Layouted(Random random, long[] shape, DType dtype, bool broadcast)
    {
        int rank = broadcast ? random.Next(0, shape.Length + 1) : shape.Length;
        long[] sizes = shape[^rank..];
        int[] order = Enumerable.Range(0, rank).OrderBy(_ => random.Next(3)).ToArray();
        var strides = new long[rank];
        long step = random.Next(1, 3), gap = random.Next(0, 2);
        for (int k = rank - 1; k >= 0; k--)
        {
            int dim = order[k];
            if (broadcast && random.Next(4) == 0)
            {
                sizes[dim] = random.Next(2) == 0 ? 1 : sizes[dim];
                strides[dim] = 0;
                continue;
            }

            strides[dim] = step;
            step *= Math.Max(sizes[dim], 1) + gap;
        }

        TensorImpl memory = Tensors.From(dtype, [step + 3], i => IrConstant.FromInt64((i * 7 % 101) - 50, dtype));
        return Tensors.View(memory, sizes, strides, 2);
    }

    private static TensorImpl Broadcast(TensorImpl tensor, long[] shape)
    {
        var strides = new long[shape.Length];
        for (int dim = 0; dim < tensor.Rank; dim++)
        {
            strides[shape.Length - tensor.Rank + dim] = tensor.Sizes[dim] == 1 ? 0 : tensor.Layout.Strides[dim];
        }

        return Tensors.View(tensor, shape, strides);
    }
}
