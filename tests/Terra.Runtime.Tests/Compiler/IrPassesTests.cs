using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class IrPassesTests
{
    /// <summary>Expansion may change the bits of the functions it writes out; every other pass keeps every bit.</summary>
    [Fact]
    public void Every_pass_keeps_the_bits_of_what_it_is_given() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new RandomPrograms(seed);
            PointwiseProgram program = random.Next(20);
            IrNode[] nodes = program.Outputs.ToArray();
            foreach (IrPasses.Pass pass in IrPasses.All)
            {
                IrNode[] rewritten = new IrRewriter(new IrGraph(), pass.Rewrite).Rewrite(nodes);
                if (pass.Name != "expand-functions")
                {
                    SameValues(random, program, nodes, rewritten, pass.Name);
                }

                nodes = rewritten;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Equal_expressions_are_one_node_and_unused_ones_vanish()
    {
        var b = new PointwiseBuilder();
        IrNode x = b.NewInput(DType.Int64), y = b.NewInput(DType.Int64);
        b.Exp(y);
        b.Add(x, y).Should().BeSameAs(b.Add(x, y));
        IrNode[] optimized = IrPasses.Run([b.Mul(b.Add(x, y), b.Add(y, x))]);
        IrGraph.Dump(optimized).Should().Be(
            "%0 = Input.Int64(0)\n%1 = Input.Int64(1)\n%2 = Add.Int64(%0, %1)\n%3 = Mul.Int64(%2, %2)\nreturn %3\n");
    }

    [Fact]
    public void A_dump_shows_the_program_after_each_pass()
    {
        var b = new PointwiseBuilder();
        string dump = IrPasses.Dump([b.Add(b.NewInput(DType.Int64), b.Add(b.Const(2, DType.Int64), b.Const(3, DType.Int64)))]);
        dump.Should().StartWith("input:\n").And.ContainAll(IrPasses.All.Select(pass => pass.Name + ":\n")).And.Contain("Const.Int64(5)");
    }

    [Fact]
    public void A_node_that_breaks_a_typing_rule_is_refused()
    {
        var b = new PointwiseBuilder();
        IrNode x = b.NewInput(DType.Float32), n = b.NewInput(DType.Int64);
        Action mixed = () => b.Graph.Add(IrOp.Add, DType.Float32, x, n);
        mixed.Should().Throw<InvalidIrException>().WithMessage("*Add works within one dtype");
        Action root = () => b.Graph.Add(IrOp.Sqrt, DType.Int64, n);
        root.Should().Throw<InvalidIrException>().WithMessage("*Sqrt is not defined on Int64");
    }

    [Fact]
    public void Programs_of_equal_structure_are_equal_whatever_graph_they_are_in()
    {
        static PointwiseProgram Build(int unused)
        {
            var b = new PointwiseBuilder();
            IrNode x = b.NewInput(DType.Float32);
            for (int i = 0; i < unused; i++)
            {
                b.Const(i, DType.Float32);
            }

            return b.Build(b.Mul(x, b.Const(0.5, DType.Float32)));
        }

        Build(0).Should().Be(Build(7));
        Build(0).GetHashCode().Should().Be(Build(7).GetHashCode());
    }

    private static void SameValues(RandomPrograms random, PointwiseProgram program, IrNode[] before, IrNode[] after, string pass)
    {
        var (left, right) = (new IrEvaluator(before), new IrEvaluator(after));
        for (int i = 0; i < 10; i++)
        {
            long[] inputs = Array.ConvertAll(program.Inputs.ToArray(), random.Value);
            long[] scalars = Array.ConvertAll(program.Scalars.ToArray(), slot => random.Value(slot.DType));
            long[] expected = left.Evaluate(inputs, scalars, i), actual = right.Evaluate(inputs, scalars, i);
            for (int output = 0; output < before.Length; output++)
            {
                DType dtype = before[output].DType;
                bool bothNaN = double.IsNaN(IrConstant.ToDouble(expected[output], dtype)) && double.IsNaN(IrConstant.ToDouble(actual[output], dtype));
                (expected[output] == actual[output] || (dtype.IsFloatingPoint() && bothNaN))
                    .Should().BeTrue("{0} made {1} of {2} in\n{3}", pass, actual[output], expected[output], IrGraph.Dump(before));
            }
        }
    }
}
