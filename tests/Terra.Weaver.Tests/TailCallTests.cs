using System.Reflection;
using FluentAssertions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Emission;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>
/// Calls that give up their caller's frame stay so where nothing has to run after them; elsewhere they become calls like any other.
/// The assembly is the usual one with every call before a return made a tail call.
/// </summary>
public sealed class TailCallTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _wovenFolder = new();

    public TailCallTests()
    {
        ProcessedAssembly.CopyInput("Release", _folder.Path);
        TailCallRewriter.Rewrite(Original).Should().BeGreaterThan(20);
        ProcessedAssembly.CopyInput("Release", _wovenFolder.Path);
        File.Copy(Original, Woven, overwrite: true);
        File.Copy(Path.ChangeExtension(Original, ".pdb"), Path.ChangeExtension(Woven, ".pdb"), overwrite: true);
        Weaving.WeaveInPlace(Woven);
    }

    private string Original => _folder.File("AssemblyToProcess.dll");

    private string Woven => _wovenFolder.File("AssemblyToProcess.dll");

    public void Dispose()
    {
        _folder.Dispose();
        _wovenFolder.Dispose();
    }

    [Fact]
    public void EveryScenarioDoesWhatItDid()
    {
        var unwoven = new ScenarioHost(Original);
        var woven = new ScenarioHost(Woven);
        foreach ((string scenario, Outcome expected) in unwoven.Outcomes)
        {
            Outcome outcome = woven.Outcomes[scenario];
            outcome.Result.Should().Be(expected.Result, scenario);
            outcome.Ops.Select(op => op.Name).Should().BeEquivalentTo(expected.Ops.Select(op => op.Name), scenario);
            outcome.Complaints.Should().BeEmpty(scenario);
        }
    }

    [Fact]
    public void AnIndependentReaderAndTheRuntimeAcceptEveryMethod()
    {
        using var before = new IlReader(Original);
        using var after = new IlReader(Woven);
        IReadOnlyDictionary<string, IReadOnlyList<string>> expected = before.Warnings();
        foreach ((string method, IReadOnlyList<string> warnings) in after.Warnings())
        {
            warnings.Should().BeSubsetOf(expected.GetValueOrDefault(method, []), "{0} is read as before", method);
        }

        foreach (string method in after.Methods)
        {
            IReadOnlyList<string> code = after.Instructions(method);
            for (int i = 0; i < code.Count; i++)
            {
                (code[i] == "tail." && code[i + 2] != "ret").Should().BeFalse("a return follows each tail call of {0}", method);
            }
        }

        MethodComparison.Compare(Original, Woven).Differences.Should().BeEmpty();
        PrepareMethodTests.Prepare(new ScenarioHost(Woven).Assembly).Should().BeGreaterThan(20);
    }

    [Theory]
    [InlineData("Plain", true)]
    [InlineData("Apply", true)]
    [InlineData("Even", true)]
    [InlineData("AfterALoop", false)]
    [InlineData("AfterALoopToNoOp", false)]
    [InlineData("FromALoop", false)]
    [InlineData("Step", false)]
    public void TheTailCallStaysWhereNothingFollowsIt(string method, bool stays)
    {
        using var before = new IlReader(Original);
        using var after = new IlReader(Woven);
        InstructionsOf(before, method).Should().Contain("tail.");
        InstructionsOf(after, method).Contains("tail.").Should().Be(stays);
    }

    [Fact]
    public void ACallThatIsNoTailCallAnyMoreIsASite()
    {
        var woven = new ScenarioHost(Woven);
        IReadOnlyList<Op> ops = woven.Outcomes["TailCalls.BehindALoop"].Ops;
        ops.Should().Contain(op => woven.CallsOf(op).Any(site => site.Method == "AssemblyToProcess.TailCalls.AfterALoop" && op.Frames.Any(frame => frame.Method.Name == "Inner")));
    }

    [Fact]
    public void ManyTailCallsNeedNoStack()
    {
        MethodInfo even = new ScenarioHost(Woven).Assembly.GetType("AssemblyToProcess.TailCalls")!.GetMethod("Even")!;
        even.Invoke(null, [1_000_000]).Should().NotBeNull();
    }

    [Fact]
    public void AnOpThatEndsInATailCallIsCaptured()
    {
        string torch = _folder.File("Terra.Torch.dll");
        TailCallRewriter.Rewrite(torch).Should().BePositive();
        Weaving.WeaveInPlace(torch, new WeavingOptions { ProgramWeaving = false });
        using var reader = new IlReader(torch);
        IReadOnlyList<string> code = reader.Instructions(reader.Methods.Single(m => m.Contains("Leaf::forwarded`", StringComparison.Ordinal)));
        code.Should().NotContain("tail.").And.Contain(instruction => instruction.Contains("OpCapture::Record", StringComparison.Ordinal));
        PrepareMethodTests.Prepare(new ScenarioHost(torch).Assembly).Should().BePositive();
    }

    [Fact]
    public void OtherPrefixesStayWithTheirCall()
    {
        using var module = ModuleDefinition.CreateModule("Prefixes", ModuleKind.Dll);
        MethodReference target = module.ImportReference(typeof(object).GetMethod(nameof(ToString)));
        Instruction[] code =
        [
            Instruction.Create(OpCodes.Constrained, module.TypeSystem.Int32),
            Instruction.Create(OpCodes.Tail),
            Instruction.Create(OpCodes.Callvirt, target),
            Instruction.Create(OpCodes.Ret),
        ];
        TailCalls.IsTailCall(code, 2).Should().BeTrue();
        TailCalls.Drop(code);
        code.Select(instruction => instruction.OpCode.Code).Should().Equal(Code.Nop, Code.Constrained, Code.Callvirt, Code.Ret);
        code[1].Operand.Should().Be(module.TypeSystem.Int32);
        TailCalls.IsTailCall(code, 2).Should().BeFalse();
    }

    private static IReadOnlyList<string> InstructionsOf(IlReader reader, string method) =>
        reader.Instructions(reader.Methods.Single(m => m.Contains($".TailCalls::{method}`", StringComparison.Ordinal)));
}
