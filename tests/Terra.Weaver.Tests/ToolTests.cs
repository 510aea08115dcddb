using FluentAssertions;
using Mono.Cecil;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary><c>terra weave</c> on a finished assembly: what it writes, what it keeps, what it answers.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ToolTests() => ProcessedAssembly.CopyInput("Release", _folder.Path);

    private string Input => _folder.File("AssemblyToProcess.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WeavesInPlaceAndKeepsABackup()
    {
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        Finished tool = DotNet.Terra("weave", Input);
        tool.ExitCode.Should().Be(0, tool.Errors);
        tool.Output.Should().Contain("Woven");
        IReadOnlyDictionary<string, string> after = _folder.Contents();
        after["AssemblyToProcess.dll"].Should().NotBe(before["AssemblyToProcess.dll"]);
        after["AssemblyToProcess.dll.unwoven"].Should().Be(before["AssemblyToProcess.dll"]);
        after["AssemblyToProcess.pdb.unwoven"].Should().Be(before["AssemblyToProcess.pdb"]);
        after.Keys.Except(before.Keys).Should().BeEquivalentTo("AssemblyToProcess.dll.unwoven", "AssemblyToProcess.pdb.unwoven");

        ProcessedAssembly reference = ProcessedAssembly.Get("AssemblyToProcess", "Release");
        var woven = new ScenarioHost(Input);
        woven.Outcomes.ToDictionary(pair => pair.Key, pair => pair.Value.Result)
            .Should().Equal(reference.Unwoven.Outcomes.ToDictionary(pair => pair.Key, pair => pair.Value.Result));
    }

    [Fact]
    public void WeavingAgainKeepsTheFirstBackup()
    {
        DotNet.Terra("weave", Input).ExitCode.Should().Be(0);
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        Finished tool = DotNet.Terra("weave", Input);
        tool.ExitCode.Should().Be(0);
        tool.Output.Should().Contain("already");
        _folder.Contents().Should().Equal(before);
    }

    [Fact]
    public void WeavesToAnotherFile()
    {
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        string output = _folder.File(Path.Combine("woven", "AssemblyToProcess.dll"));
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        DotNet.Terra("weave", Input, "-o", output).ExitCode.Should().Be(0);
        File.Exists(output).Should().BeTrue();
        File.Exists(Path.ChangeExtension(output, ".pdb")).Should().BeTrue();
        _folder.Contents().Should().Equal(before);
    }

    [Fact]
    public void WhatIsWovenAlreadyIsCopiedToTheOtherFile()
    {
        DotNet.Terra("weave", Input, "--no-backup").ExitCode.Should().Be(0);
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        Finished tool = DotNet.Terra("weave", Input, "-o", _folder.File("Copy.dll"));
        tool.ExitCode.Should().Be(0, tool.Errors);
        IReadOnlyDictionary<string, string> after = _folder.Contents();
        after.Keys.Except(before.Keys).Should().BeEquivalentTo("Copy.dll", "Copy.pdb");
        after["Copy.dll"].Should().Be(before["AssemblyToProcess.dll"]);
        after["Copy.pdb"].Should().Be(before["AssemblyToProcess.pdb"]);
        after["AssemblyToProcess.dll"].Should().Be(before["AssemblyToProcess.dll"]);
    }

    [Fact]
    public void NoBackupLeavesNone()
    {
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        DotNet.Terra("weave", Input, "--no-backup").ExitCode.Should().Be(0);
        _folder.Contents().Keys.Should().BeEquivalentTo(before.Keys);
    }

    [Fact]
    public void SwitchesTurnWeavingsOff()
    {
        DotNet.Terra("weave", Input, "--program", "off", "--ops", "off").ExitCode.Should().Be(0);
        using var reader = new IlReader(Input);
        reader.Methods.SelectMany(reader.Instructions).Should().NotContain(instruction => Hooks.IsHook(instruction));
    }

    [Fact]
    public void NamedMethodsAreSteps()
    {
        Finished tool = DotNet.Terra("weave", Input, "--verbose", "--step", "AssemblyToProcess.Branches.Inner");
        tool.ExitCode.Should().Be(0, tool.Errors);
        using var reader = new IlReader(Input);
        reader.Methods.Where(method => reader.Instructions(method).Any(instruction => instruction.Contains("EnterStep", StringComparison.Ordinal)))
            .Should().Contain(method => method.Contains("Branches::Inner", StringComparison.Ordinal));
    }

    [Fact]
    public void NamespacesAreIncludedAndExcluded()
    {
        const string inner = "AssemblyToProcess.Inner";
        MoveToNamespace("Loops", inner);
        DotNet.Terra("weave", Input, "--include", "AssemblyToProcess", "--include", "Other", "--exclude", inner).ExitCode.Should().Be(0);
        ConsumerProject.Mark(Input).Should().Be($"ProgramWeaving=true;OpCapture=true;IncludeNamespaces=AssemblyToProcess|Other;ExcludeNamespaces={inner}");
        IReadOnlyList<string> hooked = ConsumerProject.Hooked(Input, "EnterCall");
        hooked.Should().Contain(method => method.StartsWith("AssemblyToProcess.Branches", StringComparison.Ordinal))
            .And.NotContain(method => method.StartsWith(inner, StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyIncludedNamespacesAreWoven()
    {
        MoveToNamespace("Loops", "Other.Inner");
        DotNet.Terra("weave", Input, "--include", "Other").ExitCode.Should().Be(0);
        ConsumerProject.Hooked(Input, "EnterCall").Should().NotBeEmpty().And.OnlyContain(method => method.StartsWith("Other.Inner.Loops", StringComparison.Ordinal));
    }

    [Fact]
    public void ANamedStepMethodThatIsNotThereIsAnError()
    {
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        Finished tool = DotNet.Terra("weave", Input, "--step", "AssemblyToProcess.Branches.Missing");
        tool.ExitCode.Should().Be(1);
        tool.Errors.Should().Contain("terra weave: error TERRA0013").And.Contain("AssemblyToProcess.Branches.Missing");
        _folder.Contents().Should().Equal(before);
    }

    [Fact]
    public void VerboseListsTheSites()
    {
        Finished tool = DotNet.Terra("weave", Input, "--verbose");
        tool.ExitCode.Should().Be(0);
        tool.Output.Should().Contain("Loops.cs:").And.Contain("loop");
    }

    [Theory]
    [InlineData("weave")]
    [InlineData("weave", "a.dll", "b.dll")]
    [InlineData("weave", "a.dll", "--program", "perhaps")]
    [InlineData("unknown")]
    public void WrongUsageHasItsOwnExitCode(params string[] arguments) => DotNet.Terra(arguments).ExitCode.Should().Be(2);

    [Fact]
    public void HelpSaysWhatTheExitCodesMean()
    {
        Finished tool = DotNet.Terra("weave", "--help");
        tool.ExitCode.Should().Be(0);
        tool.Output.Should().Contain("Exit codes").And.Contain("--no-backup");
    }

    [Fact]
    public void IsInstalledFromItsPackage()
    {
        using var project = new ConsumerProject();
        string version = project.Pack("Terra.Tool");
        string folder = project.File("tools");
        Finished installed = DotNet.Run(project.File("app"), "tool", "install", "Terra.Tool", "--version", version, "--source", project.File("feed"), "--tool-path", folder);
        installed.ExitCode.Should().Be(0, installed.Output + installed.Errors);
        Finished tool = DotNet.RunProgram(Directory.GetFiles(folder, "terra*").Single(), _folder.Path, "weave", Input);
        tool.ExitCode.Should().Be(0, tool.Errors);
        ConsumerProject.Mark(Input).Should().NotBeNull();
    }

    private void MoveToNamespace(string type, string ns)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(Input, new ReaderParameters { InMemory = true, ReadSymbols = true });
        module.GetType($"AssemblyToProcess.{type}").Namespace = ns;
        module.Write(Input, new WriterParameters { WriteSymbols = true });
    }
}
