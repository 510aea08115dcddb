using FluentAssertions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>A reader of IL that shares no code with the weaver finds nothing in a woven assembly that it did not find before.</summary>
public class IndependentReaderTests
{
    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void ReadsEveryMethodWithoutNewWarnings(string assembly, string configuration)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        using var before = new IlReader(processed.OriginalPath);
        using var after = new IlReader(processed.WovenPath);
        IReadOnlyDictionary<string, IReadOnlyList<string>> expected = before.Warnings();
        foreach ((string method, IReadOnlyList<string> warnings) in after.Warnings())
        {
            warnings.Should().BeSubsetOf(expected.GetValueOrDefault(method, []), "{0} is read as before", method);
        }
    }

    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void DecompilesWithoutNewComplaints(string assembly, string configuration)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        using var before = new IlReader(processed.OriginalPath);
        using var after = new IlReader(processed.WovenPath);
        after.DecompilerComments().Should().BeSubsetOf(before.DecompilerComments());
    }

    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void WithTheHooksTakenOutIsWhatItWas(string assembly, string configuration)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        (IReadOnlyList<string> differences, IReadOnlyList<string> hooked) = MethodComparison.Compare(processed.OriginalPath, processed.WovenPath);
        differences.Should().BeEmpty();
        hooked.Should().HaveCountGreaterThan(10);
    }

    [Theory]
    [InlineData(Code.Ldc_I4)]
    [InlineData(Code.Ldarg)]
    [InlineData(Code.Ldloc)]
    [InlineData(Code.Blt)]
    [InlineData(Code.Call)]
    [InlineData(Code.Leave)]
    public void TheComparisonSeesASmallChange(Code code)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get("AssemblyToProcess", "Release");
        using var folder = new TemporaryFolder();
        using ModuleDefinition module = ModuleDefinition.ReadModule(processed.WovenPath, new ReaderParameters { InMemory = true });
        MethodDefinition method = module.GetTypes().SelectMany(type => type.Methods).First(m => m.HasBody && m.Body.ExceptionHandlers.Count > 1 && Changeable(m, code) is not null);
        method.Body.SimplifyMacros();
        Change(method.Body, Changeable(method, code)!);
        module.Write(folder.File("Changed.dll"));
        MethodComparison.Compare(processed.OriginalPath, folder.File("Changed.dll")).Differences.Should().ContainSingle().Which.Should().Contain(method.Name);
    }

    [Theory]
    [MemberData(nameof(ScenarioData.LeftAlone), MemberType = typeof(ScenarioData))]
    public void CodeThatReachesNoOpIsLeftAlone(string assembly, string configuration, string name)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        using var before = new IlReader(processed.OriginalPath);
        using var after = new IlReader(processed.WovenPath);
        string method = before.Methods.Single(candidate => candidate.Contains($".{name.Replace(".", "::", StringComparison.Ordinal)}`", StringComparison.Ordinal));
        after.Instructions(method).Should().Equal(before.Instructions(method));
    }

    /// <summary>An instruction of that kind that the compiler wrote.</summary>
    private static Instruction? Changeable(MethodDefinition method, Code code)
    {
        method.Body.SimplifyMacros();
        return method.Body.Instructions.FirstOrDefault(i => i.OpCode.Code == code && !i.ToString().Contains("Terra", StringComparison.Ordinal) && code switch
        {
            Code.Ldc_I4 => i.Previous?.Operand is not FieldReference,
            Code.Ldarg => i.Operand is ParameterDefinition { Index: >= 0 } && method.Parameters.Count > 1,
            Code.Ldloc => i.Operand is VariableDefinition { Index: 0 } && method.Body.Variables.Count > 1,
            Code.Leave => ((Instruction)i.Operand).Next?.OpCode.Code is not (null or Code.Nop or Code.Br),
            _ => true,
        });
    }

    private static void Change(MethodBody body, Instruction instruction)
    {
        switch (instruction.Operand)
        {
            case int value:
                instruction.Operand = value + 1;
                break;
            case ParameterDefinition parameter:
                instruction.Operand = body.Method.Parameters[parameter.Index == 0 ? 1 : 0];
                break;
            case VariableDefinition:
                instruction.Operand = body.Variables[1];
                break;
            case MethodReference:
                (instruction.OpCode, instruction.Operand) = (OpCodes.Call, body.Method);
                break;
            case Instruction when instruction.OpCode == OpCodes.Blt:
                instruction.OpCode = OpCodes.Bgt;
                break;
            case Instruction target:
                instruction.Operand = target.Next;
                break;
        }
    }
}
