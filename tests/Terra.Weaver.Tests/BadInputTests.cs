using System.Reflection.PortableExecutable;
using FluentAssertions;
using Mono.Cecil;
using Mono.Cecil.Cil;
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
            constructor.Body.GetILProcessor().Emit(OpCodes.Ret);
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
    public void MissingBaseTypeOfAnotherLibrary()
    {
        Rewrite(Input, module => module.GetType("AssemblyToProcess.Functions").NestedTypes.Single(t => t.Name == "Reference").BaseType = SomeLibrary(module));
        IsRefused(Input, "TERRA0004").Should().Contain("Some.Library, Version=2.1");
    }

    [Fact]
    public void ALibraryThatIsOnlyCalledMayBeMissing()
    {
        Rewrite(Input, module =>
        {
            MethodDefinition caller = module.GetType("AssemblyToProcess.Branches").Methods.Single(m => m.Name == "Inner");
            caller.Body.GetILProcessor().InsertBefore(
                caller.Body.Instructions[0], Instruction.Create(OpCodes.Call, new MethodReference("Prepare", module.TypeSystem.Void, SomeLibrary(module))));
        });
        Weaving.WeaveInPlace(Input).Diagnostics.Should().NotContain(d => d.Severity != DiagnosticSeverity.Info);
        DotNet.Terra("weave", Input).ExitCode.Should().Be(0);
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
        Finished tool = DotNet.Terra("weave", Input, "-o", output);
        tool.ExitCode.Should().Be(1);
        tool.Errors.Should().Contain("error TERRA0005").And.Contain("Output.dll");
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
    public void AnOpOfAnUnknownKind()
    {
        string torch = _folder.File("Terra.Torch.dll");
        Rewrite(torch, module =>
        {
            CustomAttribute mark = module.GetType("TorchSharp.Leaf").Methods.Single(m => m.Name == "unary").CustomAttributes.Single(a => a.AttributeType.Name == "TensorOpAttribute");
            var copy = new CustomAttribute(mark.Constructor);
            copy.ConstructorArguments.Add(new CustomAttributeArgument(module.TypeSystem.String, "test::wrong"));
            module.GetType("TorchSharp.torch").Methods.Single(m => m.Name == "relu").CustomAttributes.Add(copy);
        });
        IsRefusedAt(torch, "TERRA0009", "torch.cs").Should().Contain("torch::relu").And.Contain("'input' is of type TorchSharp.torch/Tensor");
    }

    [Fact]
    public void ARuntimeOfAnotherVersion()
    {
        Rewrite(_folder.File("Terra.Runtime.dll"), module =>
            module.GetType("Terra.Runtime.Tracing.ProgramHooks").Methods.Single(m => m.Name == "EnterLoop").Name = "EnterLoopOfOldVersions");
        IsRefused(Input, "TERRA0010", namesTheFile: false).Should().Contain("ProgramHooks.EnterLoop(System.Int32, Terra.Runtime.Tracing.LoopFrame&)");
    }

    [Fact]
    public void AMethodWhoseCodeIsDamaged()
    {
        const int far = 0x700000;
        int offset;
        using (ModuleDefinition module = ModuleDefinition.ReadModule(Input, new ReaderParameters { InMemory = true }))
        using (var headers = new PEReader(new MemoryStream(File.ReadAllBytes(Input))))
        {
            MethodDefinition method = module.GetType("AssemblyToProcess.Branches").Methods.Single(m => m.Name == "Switch");
            Instruction branch = method.Body.Instructions.First(i => i.OpCode.Code == Code.Switch);
            int section = headers.PEHeaders.GetContainingSectionIndex(method.RVA);
            SectionHeader header = headers.PEHeaders.SectionHeaders[section];
            const int sizeOfFatHeader = 12, sizeOfOpCodeAndCount = 5;
            offset = method.RVA - header.VirtualAddress + header.PointerToRawData + sizeOfFatHeader + branch.Offset + sizeOfOpCodeAndCount;
        }

        byte[] bytes = File.ReadAllBytes(Input);
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), far).Should().BeTrue();
        File.WriteAllBytes(Input, bytes);
        IsRefusedAt(Input, "TERRA0011", "Branches.cs").Should().Contain("Branches::Switch()");

        Finished tool = DotNet.Terra("weave", Input, "--exclude", "AssemblyToProcess");
        tool.ExitCode.Should().Be(0, "the remedy helps: {0}", tool.Errors);
    }

    [Fact]
    public void ALoopWithTwoEntriesIsNamed()
    {
        TerraDiagnostic note = ProcessedAssembly.Get("AssemblyToProcess", "Release").Result.Diagnostics
            .Should().ContainSingle(d => d.Id == "TERRA0012" && d.Message.Contains("Loops.IrreducibleByGoto")).Subject;
        note.Severity.Should().Be(DiagnosticSeverity.Info);
        Path.GetFileName(note.File).Should().Be("Loops.cs");
        note.Line.Should().BePositive();
    }

    [Fact]
    public void WithoutSymbolsTheToolWeavesAndWarns()
    {
        File.Delete(_folder.File("AssemblyToProcess.pdb"));
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        Finished tool = DotNet.Terra("weave", Input);
        tool.ExitCode.Should().Be(0);
        tool.Errors.Should().Contain("warning TERRA0002").And.Contain("AssemblyToProcess.dll");
        ConsumerProject.Mark(Input).Should().NotBeNull();
        IReadOnlyDictionary<string, string> after = _folder.Contents();
        after.Keys.Except(before.Keys).Should().Equal("AssemblyToProcess.dll.unwoven");
        after["AssemblyToProcess.dll.unwoven"].Should().Be(before["AssemblyToProcess.dll"]);
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
        Finished tool = DotNet.Terra("weave", Input, "--verbose", "--program", "off");
        tool.ExitCode.Should().Be(0);
        tool.Output.Should().Contain("info TERRA0003").And.Contain("ProgramWeaving=true", "it says what the assembly was woven with");
        _folder.Contents().Should().Equal(before);
    }

    /// <summary>Weaving fails by the engine and by the tool, says why and touches nothing; returns what was said.</summary>
    private string IsRefused(string path, string id, bool namesTheFile = true)
    {
        TerraDiagnostic error = Refusal(path, id, out string said);
        if (namesTheFile)
        {
            error.Message.Should().Contain(Path.GetFileName(path));
            said.Should().Contain(Path.GetFileName(path));
        }

        return error.Message;
    }

    /// <summary>The same for what is wrong with a place in the source.</summary>
    private string IsRefusedAt(string path, string id, string source)
    {
        TerraDiagnostic error = Refusal(path, id, out string said);
        Path.GetFileName(error.File).Should().Be(source);
        error.Line.Should().BePositive();
        said.Should().Contain($"{source}({error.Line}): error {id}: ");
        return error.Message;
    }

    private TerraDiagnostic Refusal(string path, string id, out string said)
    {
        IReadOnlyDictionary<string, string> before = _folder.Contents();
        WeavingResult result = Weaving.Weave(path);
        result.Outcome.Should().Be(WeavingOutcome.Failed);
        TerraDiagnostic error = result.Diagnostics.Should().ContainSingle(d => d.Severity == DiagnosticSeverity.Error).Subject;
        error.Id.Should().Be(id);

        Finished tool = DotNet.Terra("weave", path);
        tool.ExitCode.Should().Be(1);
        tool.Errors.Should().Contain($"error {id}");
        said = tool.Errors;
        _folder.Contents().Should().Equal(before);
        return error;
    }

    /// <summary>A type of an assembly that is nowhere.</summary>
    private static TypeReference SomeLibrary(ModuleDefinition module)
    {
        var library = new AssemblyNameReference("Some.Library", new Version(2, 1));
        module.AssemblyReferences.Add(library);
        return new TypeReference("Some", "Library", module, library);
    }

    private static void Rewrite(string path, Action<ModuleDefinition> change)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { InMemory = true, ReadSymbols = true });
        change(module);
        module.Write(path, new WriterParameters { WriteSymbols = true });
    }
}
