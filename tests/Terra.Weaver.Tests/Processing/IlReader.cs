using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using ICSharpCode.Decompiler;
using ICSharpCode.Decompiler.Disassembler;
using ICSharpCode.Decompiler.IL;
using ICSharpCode.Decompiler.Metadata;
using ICSharpCode.Decompiler.TypeSystem;

namespace Terra.Weaver.Tests.Processing;

/// <summary>An assembly as an independent reader of IL, ICSharpCode.Decompiler, sees it.</summary>
public sealed partial class IlReader : IDisposable
{
    private readonly PEFile _file;
    private readonly DecompilerTypeSystem _types;

    public IlReader(string path)
    {
        _file = new PEFile(path, new MemoryStream(File.ReadAllBytes(path)), PEStreamOptions.PrefetchEntireImage);
        var resolver = new UniversalAssemblyResolver(path, throwOnError: true, _file.DetectTargetFrameworkId());
        _types = new DecompilerTypeSystem(_file, resolver);
    }

    /// <summary>The names of all methods that have a body.</summary>
    public IEnumerable<string> Methods => MethodsWithBody.Select(NameOf);

    private IEnumerable<IMethod> MethodsWithBody => _types.MainModule.TypeDefinitions.SelectMany(type => type.Methods.Concat(type.Properties.SelectMany(Accessors)))
        .Where(method => method.HasBody && !method.MetadataToken.IsNil)
        .DistinctBy(method => method.MetadataToken);

    /// <summary>What the reader objects to, by method: bad stacks, types that do not fit, code that cannot be decoded.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Warnings()
    {
        var warnings = new Dictionary<string, IReadOnlyList<string>>();
        foreach (IMethod method in MethodsWithBody)
        {
            var handle = (MethodDefinitionHandle)method.MetadataToken;
            var reader = new ILReader(_types.MainModule);
            ILFunction function = reader.ReadIL(handle, _file.GetMethodBody(_file.Metadata.GetMethodDefinition(handle).RelativeVirtualAddress), cancellationToken: CancellationToken.None);
            warnings[NameOf(method)] = [.. function.Warnings.Concat(reader.Warnings).Distinct().Select(WithoutOffsets)];
        }

        return warnings;
    }

    /// <summary>Decompiles every type to C#; what the decompiler complains about in its comments.</summary>
    public IReadOnlyList<string> DecompilerComments()
    {
        var decompiler = new ICSharpCode.Decompiler.CSharp.CSharpDecompiler(_types, new DecompilerSettings(ICSharpCode.Decompiler.CSharp.LanguageVersion.Latest) { ShowDebugInfo = false });
        string source = decompiler.DecompileWholeModuleAsString();
        return [.. source.Split('\n').Where(line => line.Contains("//IL_", StringComparison.Ordinal) || line.Contains("/*Error", StringComparison.Ordinal)).Select(line => WithoutOffsets(line.Trim()))];
    }

    /// <summary>A method's instructions, without their offsets.</summary>
    public IReadOnlyList<string> Instructions(string method)
    {
        return [.. Disassemble(MethodsWithBody.Single(candidate => NameOf(candidate) == method))
            .Select(line => Instruction().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value.Trim())];
    }

    /// <summary>A method as its disassembly, for messages.</summary>
    public IEnumerable<string> Text(string simpleName) => Disassemble(MethodsWithBody.Single(candidate => candidate.Name == simpleName));

    public void Dispose() => _file.Dispose();

    private string[] Disassemble(IMethod method)
    {
        var output = new PlainTextOutput();
        new ReflectionDisassembler(output, CancellationToken.None).DisassembleMethod(_file, (MethodDefinitionHandle)method.MetadataToken);
        return output.ToString().Split('\n');
    }

    private static IEnumerable<IMethod> Accessors(IProperty property) => new[] { property.Getter, property.Setter }.OfType<IMethod>();

    private static string NameOf(IMethod method) =>
        $"{method.DeclaringType.ReflectionName}::{method.Name}`{method.TypeParameters.Count}({string.Join(", ", method.Parameters.Select(parameter => parameter.Type.ReflectionName))})";

    private static string WithoutOffsets(string text) => Offset().Replace(text, "IL");

    [GeneratedRegex(@"IL_[0-9a-f]{4}")]
    private static partial Regex Offset();

    [GeneratedRegex(@"^\s*IL_[0-9a-f]{4}: (.*)$")]
    private static partial Regex Instruction();
}
