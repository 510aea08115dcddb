using FluentAssertions;
using Mono.Cecil;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>A mark that makes a method a step is honoured, or a diagnostic says why it is not; never is it silently without effect.</summary>
public sealed class StepMethodTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StepMethodTests() => ProcessedAssembly.CopyInput("Release", _folder.Path);

    private string Input => _folder.File("AssemblyToProcess.dll");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("AssemblyToProcess.Iterators.Numbers", "is an iterator", "Iterators.cs")]
    [InlineData("AssemblyToProcess.AsyncMethods.Stream", "is an async iterator", "AsyncMethods.cs")]
    public void AnIteratorThatIsNamedIsRefused(string method, string reason, string file)
    {
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        WeavingResult result = Weaving.Weave(Input, options: new WeavingOptions { StepMethods = [method] });
        result.Outcome.Should().Be(WeavingOutcome.Failed);
        TerraDiagnostic error = result.Diagnostics.Should().ContainSingle().Subject;
        error.Id.Should().Be("TERRA0014");
        error.Severity.Should().Be(DiagnosticSeverity.Error);
        error.Message.Should().Contain(method).And.Contain(reason);
        Path.GetFileName(error.File).Should().Be(file);
        error.Line.Should().BePositive();
        _folder.Contents().Should().Equal(before);
    }

    [Theory]
    [InlineData("Iterators", "Numbers", "is an iterator")]
    [InlineData("AsyncMethods", "Stream", "is an async iterator")]
    [InlineData("Functions/IOp", "Apply", "has no body")]
    public void AMethodThatCannotBeAStepIsRefused(string type, string method, string reason)
    {
        Mark(Input, type, method);
        WeavingResult result = Weaving.Weave(Input);
        result.Outcome.Should().Be(WeavingOutcome.Failed);
        result.Diagnostics.Should().ContainSingle().Which.Should().Match<TerraDiagnostic>(d => d.Id == "TERRA0014" && d.Message.Contains(reason) && d.File != null);
    }

    [Fact]
    public void AnOpIsRefused()
    {
        string torch = _folder.File("Terra.Torch.dll");
        WeavingResult result = Weaving.Weave(torch, options: new WeavingOptions { StepMethods = ["TorchSharp.Leaf.unary"] });
        result.Outcome.Should().Be(WeavingOutcome.Failed);
        result.Diagnostics.Should().ContainSingle(d => d.Id == "TERRA0014").Which.Message.Should().Contain("is an op");
    }

    [Fact]
    public void AStepLeftOutByItsNamespaceIsReported()
    {
        WeavingResult result = Weaving.WeaveInPlace(Input, new WeavingOptions { ExcludeNamespaces = ["AssemblyToProcess"] });
        IsWarnedOf(result, "its namespace");
        result.Steps.Should().Be(0);
    }

    [Fact]
    public void AStepThatIsNotIncludedIsReported() =>
        IsWarnedOf(Weaving.WeaveInPlace(Input, new WeavingOptions { IncludeNamespaces = ["Other"] }), "its namespace");

    [Fact]
    public void AStepWithProgramWeavingOffIsReported() =>
        IsWarnedOf(Weaving.WeaveInPlace(Input, new WeavingOptions { ProgramWeaving = false }), "program weaving is off");

    [Fact]
    public void ANamedStepLeftOutIsReported()
    {
        WeavingResult result = Weaving.WeaveInPlace(
            Input, new WeavingOptions { ProgramWeaving = false, StepMethods = ["AssemblyToProcess.AsyncMethods.StraightLine"] });
        TerraDiagnostic warning = result.Diagnostics.Should().ContainSingle(d => d.Message.Contains("AsyncMethods.StraightLine")).Subject;
        warning.Id.Should().Be("TERRA0015");
        Path.GetFileName(warning.File).Should().Be("AsyncMethods.cs");
        warning.Line.Should().BePositive("an async method's lines are those of its state machine");
    }

    [Fact]
    public void AnUnknownNameIsAnErrorAlsoWithProgramWeavingOff() =>
        Weaving.Weave(Input, options: new WeavingOptions { ProgramWeaving = false, StepMethods = ["No.Such.Method"] })
            .Diagnostics.Should().ContainSingle().Which.Id.Should().Be("TERRA0013");

    [Fact]
    public void MarksThatTakeEffectAreNotReported() =>
        Weaving.WeaveInPlace(Input).Diagnostics.Should().NotContain(d => d.Id == "TERRA0014" || d.Id == "TERRA0015");

    private static void IsWarnedOf(WeavingResult result, string reason)
    {
        TerraDiagnostic warning = result.Diagnostics.Should().ContainSingle(d => d.Message.Contains("AssemblyToProcess.Steps.Marked ")).Subject;
        warning.Id.Should().Be("TERRA0015");
        warning.Severity.Should().Be(DiagnosticSeverity.Warning);
        warning.Message.Should().Contain(reason);
        Path.GetFileName(warning.File).Should().Be("Steps.cs");
        warning.Line.Should().BePositive();
    }

    /// <summary>Puts [Terra.Step] on a method of a finished assembly.</summary>
    private static void Mark(string path, string type, string method)
    {
        var parameters = new ReaderParameters { InMemory = true, ReadSymbols = true };
        using ModuleDefinition module = ModuleDefinition.ReadModule(path, parameters);
        CustomAttribute mark = module.GetType("AssemblyToProcess.Steps").Methods.Single(m => m.Name == "Marked").CustomAttributes
            .Single(a => a.AttributeType.FullName == "Terra.StepAttribute");
        module.GetType($"AssemblyToProcess.{type}").Methods.First(m => m.Name == method).CustomAttributes.Add(new CustomAttribute(mark.Constructor));
        module.Write(path, new WriterParameters { WriteSymbols = true });
    }
}
