using FluentAssertions;
using Terra.EndToEnd.Generator;
using Terra.EndToEnd.Programs;
using Terra.EndToEnd.UnwovenHelpers;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;
using Xunit;

namespace Terra.EndToEnd.Tests;

/// <summary>What watches over bit equality notices a kernel that computes something else: verify mode, the comparison of runs, the campaign of random programs.</summary>
[Collection(nameof(OneAtATime))]
public class WrongKernelTests
{
    private static bool s_isReading;

    private static readonly Action<Observer> s_program = ProgramRunner.Of(typeof(State).GetMethod(nameof(State.HiddenStateCarriedByALocal))!);

    [Fact]
    public void Verify_mode_names_the_op_and_where_it_is()
    {
        using var bug = new MiscompiledKernels(IrOp.Tanh);

        Run run = ProgramRunner.Run(s_program, TerraMode.Verify);

        run.Thrown.Should().BeOfType<TerraVerificationException>().Which.Message.Should().Match(
            "TERRA1003: aten::tanh(*) at *State.HiddenStateCarriedByALocal (State.cs:*)*: output 0 differs from eager mode at byte * of 120");
    }

    [Fact]
    public void The_comparison_of_runs_shows_the_first_value_that_differs()
    {
        Run expected = ProgramRunner.Run(s_program, TerraMode.Off);
        using var bug = new MiscompiledKernels(IrOp.Tanh);

        Run actual = ProgramRunner.Run(s_program, TerraMode.On);

        actual.Thrown.Should().BeNull("nothing but the values is wrong");
        Difference.Between(expected.Lines, actual.Lines).Should().Match("observation 0 of *: expected <hidden = Float32[5,6] #*> but saw <hidden = Float32[5,6] #*>");
    }

    [Fact]
    public void A_bug_ends_with_the_test_that_made_it()
    {
        new MiscompiledKernels(IrOp.Tanh).Dispose();

        ProgramRunner.Run(s_program, TerraMode.Verify).Thrown.Should().BeNull();
    }

    [Theory]
    [InlineData("test::wrong(Tensor self) -> Tensor")]
    [InlineData("test::wrong_(Tensor(a!) self) -> Tensor(a!)")]
    public void Verify_mode_finds_an_op_that_errs_when_the_graph_runs_it(string schema)
    {
        Thread program = Thread.CurrentThread;
        var op = new OpDef(schema, call => call.Op.Schema.MutatedInputs.Length > 0 ? [] : [SpecOf(call.Input(0))])
        {
            Kernel = call => Fill(call.Outputs[0], Thread.CurrentThread == program ? 1 : 2),
        };

        FluentActions.Invoking(() => RunVerified(op)).Should().Throw<TerraVerificationException>()
            .WithMessage($"TERRA1003: {op.Name}(*) at *: output 0 differs from eager mode at byte 2 of 12");
    }

    [Fact]
    public void Verify_mode_runs_the_parts_that_co_execution_runs()
    {
        var op = new OpDef("test::pair(Tensor self) -> (Tensor, Tensor)", call => [SpecOf(call.Input(0)), SpecOf(call.Input(0))])
        {
            Kernel = call =>
            {
                Fill(call.Outputs[0], 1);
                Fill(call.Outputs[1], 1);
            },
            Parts = [new KernelPart(call => Fill(call.Outputs[0], 1), [0]), new KernelPart(call => Fill(call.Outputs[1], 2), [1])],
        };

        FluentActions.Invoking(() => RunVerified(op)).Should().Throw<TerraVerificationException>()
            .WithMessage($"TERRA1003: {op.Name}(*) at *: output 1 differs from eager mode at byte 2 of 12");
    }

    [Fact]
    public void Verify_mode_finds_an_op_that_errs_when_it_runs_aside()
    {
        long shortest = SideLane.ShortestTicks;
        int threads = WorkerPool.Shared.NumThreads;
        SideLane.ShortestTicks = 0;
        WorkerPool.Shared.NumThreads = 2;
        try
        {
            OpDef wrong = Slow("test::wrong_aside", isWrongAside: true), right = Slow("test::right", isWrongAside: false);

            FluentActions.Invoking(() => RunVerified(turns: 100, right, right, wrong, right, right)).Should().Throw<TerraVerificationException>()
                .WithMessage("TERRA1003: test::wrong_aside(*) at *: output 0 differs from eager mode at byte 2 of 12");
        }
        finally
        {
            SideLane.ShortestTicks = shortest;
            WorkerPool.Shared.NumThreads = threads;
        }

        // The program's thread runs the op eagerly first; what it runs while it reads is a kernel given aside, as is what a worker runs.
        static OpDef Slow(string name, bool isWrongAside)
        {
            Thread program = Thread.CurrentThread;
            return new($"{name}(Tensor self) -> Tensor", call => [SpecOf(call.Input(0))])
            {
                Kernel = call =>
                {
                    bool isEager = Thread.CurrentThread == program && !s_isReading;
                    Thread.Sleep(isEager ? 0 : 1);
                    bool isAside = !isEager && Thread.CurrentThread.Name?.StartsWith("Terra GraphRunner", StringComparison.Ordinal) != true;
                    Fill(call.Outputs[0], isWrongAside && isAside ? 2 : 1);
                },
            };
        }
    }

    [Theory]
    [InlineData(TerraMode.On, "expected <")]
    [InlineData(TerraMode.Verify, "TERRA1003: aten::gelu")]
    public void The_campaign_prints_a_small_program_that_shows_it_and_ends_with_exit_code_1(TerraMode mode, string shown)
    {
        int seed;
        string printed;
        using (new MiscompiledKernels(IrOp.NormalCdf))
        {
            seed = Enumerable.Range(1, 500).First(seed => IsWrong(ProgramGenerator.Generate(seed), mode));
            (int exitCode, printed) = Command(seed);
            exitCode.Should().Be(1);
        }

        string source = ProgramGenerator.Generate(seed).ToCSharp();
        string shrunk = printed[printed.IndexOf(GeneratedProgram.Prologue, StringComparison.Ordinal)..];
        printed.Should().Contain($"seed {seed}, mode {mode}: observation ").And.Contain(shown).And.Contain("1 failures");
        shrunk.Should().Contain($"public static class Program{seed}\n").And.Contain("nn.functional.gelu(");
        shrunk.Count(c => c == '\n').Should().BeLessThan(source.Count(c => c == '\n'));
        Command(seed).ExitCode.Should().Be(0, "there is no bug any more");
    }

    private static bool IsWrong(GeneratedProgram program, TerraMode mode) =>
        Campaign.ModeOf(program) == mode && program.Model is null && program.ToCSharp().Contains("gelu", StringComparison.Ordinal) && Campaign.DifferenceIn(mode, program) is not null;

    /// <summary>A step of one op, until it is co-executed, with its results read.</summary>
    private static void RunVerified(OpDef op) => RunVerified(turns: 8, op);

    /// <summary>A step of some ops on the same tensor, with the results read after the last.</summary>
    private static void RunVerified(int turns, params OpDef[] ops)
    {
        TerraMode before = TerraRuntime.Mode;
        TerraRuntime.Mode = TerraMode.Verify;
        try
        {
            using TensorImpl self = TensorImpl.Allocate(Layout.Contiguous(3), DType.Float32);
            Fill(self, 0);
            for (int turn = 0; turn < turns; turn++)
            {
                using (StepScope.Begin(ops[0].Name))
                {
                    TensorImpl[] outputs = [.. ops.SelectMany(op => Run(op, self))];
                    s_isReading = true;
                    Array.ForEach(outputs, static output => output.ReadData());
                    s_isReading = false;
                }
            }
        }
        finally
        {
            s_isReading = false;
            TerraRuntime.Mode = before;
            TerraRuntime.Reset();
        }
    }

    private static TensorImpl[] Run(OpDef op, TensorImpl self)
    {
        OpInvocation call = new OpInvocation(op).Add(self);
        if (!OpCapture.TryIntercept(call))
        {
            OpCapture.Record(call, Eager.RunMany(call));
        }

        return call.Outputs;
    }

    private static (int ExitCode, string Printed) Command(int seed)
    {
        TextWriter console = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            object exitCode = typeof(Campaign).Assembly.EntryPoint!.Invoke(null, [new[] { "--seed", $"{seed}", "--count", "1" }])!;
            return ((int)exitCode, text.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static OutputSpec SpecOf(TensorImpl tensor) => new(tensor.Layout, tensor.DType);

    private static unsafe void Fill(TensorImpl tensor, float value) =>
        new Span<float>((void*)tensor.Storage.RawBuffer, (int)tensor.NumberOfElements).Fill(value);
}
