using System.Reflection.PortableExecutable;
using FluentAssertions;
using Mono.Cecil;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>
/// What cannot be woven is named in an error, with a remedy, and stays as it was to the byte; the tool says so with its exit code too.
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BadInputTests() => ProcessedAssembly.CopyInput("Release", _folder.Path);

    private string Input => _folder.File("AssemblyToProcess.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoFile() => IsRefused(_folder.File("Missing.dll"), "TERRA0001");

    [Fact]
    public void Text() => IsRefused(_folder.Write("Text.dll", "not an assembly"), "TERRA0001");

    [Fact]
    public void Empty() => IsRefused(_folder.Write("Empty.dll", ""), "TERRA0001");

    [Fact]
    public void NativeLibrary()
    {
        string native = Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*System.Native.*").First();
        File.Copy(native, _folder.File("Native.dll"));
        IsRefused(_folder.File("Native.dll"), "TERRA0001");
    }

    [Fact]
    public void Truncated()
    {
        byte[] bytes = File.ReadAllBytes(Input);
        File.WriteAllBytes(Input, bytes[..(bytes.Length / 2)]);
        IsRefused(Input, "TERRA0001");
    }

    [Fact]
    public void ReferenceAssembly()
    {
        Rewrite(Input, module =>
        {
            TypeDefinition attribute = new("System.Runtime.CompilerServices", "ReferenceAssemblyAttribute", TypeAttributes.Class, module.ImportReference(typeof(Attribute)));
            var constructor = new MethodDefinition(".ctor", MethodAttributes.Public | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName, module.TypeSystem.Void);
            constructor.Body.GetILProcessor().Emit(Mono.Cecil.Cil.OpCodes.Ret);
            attribute.Methods.Add(constructor);
            module.Types.Add(attribute);
            module.Assembly.CustomAttributes.Add(new CustomAttribute(constructor));
        });
        IsRefused(Input, "TERRA0001");
    }

    [Fact]
    public void MissingDependency()
    {
        File.Delete(_folder.File("Terra.Torch.dll"));
        IsRefused(Input, "TERRA0004").Should().Contain("Terra.Torch");
    }

    [Fact]
    public void ReadOnlyFile()
    {
        File.SetAttributes(Input, FileAttributes.ReadOnly);
        IsRefused(Input, "TERRA0005");
    }

    [Fact]
    public void ReadOnlyOutput()
    {
        string output = _folder.Write("Output.dll", "kept");
        File.SetAttributes(output, FileAttributes.ReadOnly);
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        DotNet.Terra("weave", Input, "-o", output).ExitCode.Should().Be(1);
        _folder.Contents().Should().Equal(before);
    }

    [Fact]
    public void NothingToWeave()
    {
        using (var unrelated = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Unrelated", new Version(1, 0)), "Unrelated", ModuleKind.Dll))
        {
            unrelated.Write(_folder.File("Unrelated.dll"));
        }

        IsRefused(_folder.File("Unrelated.dll"), "TERRA0006");
    }

    [Fact]
    public void StrongNamed()
    {
        File.Copy(typeof(FluentActions).Assembly.Location, _folder.File("Signed.dll"));
        IsRefused(_folder.File("Signed.dll"), "TERRA0007");
    }

    [Fact]
    public void ReadyToRun()
    {
        File.Copy(typeof(Enumerable).Assembly.Location, _folder.File("Precompiled.dll"));
        IsRefused(_folder.File("Precompiled.dll"), "TERRA0008").Should().Contain("ReadyToRun");
    }

    [Fact]
    public void MixedMode()
    {
        byte[] bytes = File.ReadAllBytes(Input);
        using (var headers = new PEReader(new MemoryStream(bytes)))
        {
            const int offsetOfFlags = 16;
            bytes[headers.PEHeaders.CorHeaderStartOffset + offsetOfFlags] &= unchecked((byte)~CorFlags.ILOnly);
        }

        File.WriteAllBytes(Input, bytes);
        IsRefused(Input, "TERRA0008").Should().Contain("mixed-mode");
    }

    [Fact]
    public void WithoutSymbolsItIsWovenWithAWarning()
    {
        File.Delete(_folder.File("AssemblyToProcess.pdb"));
        WeavingResult result = Weaving.Weave(Input);
        result.Outcome.Should().Be(WeavingOutcome.Woven);
        result.Diagnostics.Should().ContainSingle(d => d.Severity == DiagnosticSeverity.Warning).Which.Id.Should().Be("TERRA0002");
        new ScenarioHost(Input).Outcomes["Branches.StraightLine"].Result
            .Should().Be(ProcessedAssembly.Get("AssemblyToProcess", "Release").Unwoven.Outcomes["Branches.StraightLine"].Result);
    }

    [Fact]
    public void WeavingAgainDoesNothing()
    {
        Weaving.WeaveInPlace(Input);
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        WeavingResult result = Weaving.Weave(Input);
        result.Outcome.Should().Be(WeavingOutcome.AlreadyWoven);
        result.Diagnostics.Should().ContainSingle().Which.Id.Should().Be("TERRA0003");
        DotNet.Terra("weave", Input).ExitCode.Should().Be(0);
        _folder.Contents().Should().Equal(before);
    }

    [Fact]
    public void SymbolsInsideTheAssemblyStayThere()
    {
        Symbols expected = Symbols.Of(Input);
        using (ModuleDefinition module = ModuleDefinition.ReadModule(Input, new ReaderParameters { ReadSymbols = true, InMemory = true }))
        {
            module.Write(Input, new WriterParameters { SymbolWriterProvider = new Mono.Cecil.Cil.EmbeddedPortablePdbWriterProvider() });
        }

        File.Delete(_folder.File("AssemblyToProcess.pdb"));
        Weaving.WeaveInPlace(Input);
        File.Exists(_folder.File("AssemblyToProcess.pdb")).Should().BeFalse();
        Symbols woven = Symbols.Of(Input);
        foreach ((string method, MethodSymbols symbols) in expected.Methods)
        {
            woven.Methods[method].Points.Where(point => point != "hidden").Should().Equal(symbols.Points.Where(point => point != "hidden"));
        }
    }

    /// <summary>Weaving fails by the engine and by the tool, says why and touches nothing; returns what was said.</summary>
    private string IsRefused(string path, string id)
    {
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        WeavingResult result = Weaving.Weave(path);
        result.Outcome.Should().Be(WeavingOutcome.Failed);
        TerraDiagnostic error = result.Diagnostics.Should().ContainSingle(d => d.Severity == DiagnosticSeverity.Error).Subject;
        error.Id.Should().Be(id);
        error.Message.Should().Contain(Path.GetFileName(path));

        Finished tool = DotNet.Terra("weave", path);
        tool.ExitCode.Should().Be(1);
        tool.Errors.Should().Contain(id).And.Contain(Path.GetFileName(path));
        _folder.Contents().Should().Equal(before);
        return error.Message;
    }

    private static void Rewrite(string path, Action<ModuleDefinition> change)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { InMemory = true });
        change(module);
        module.Write(path);
    }
}
