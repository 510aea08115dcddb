using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Terra.EndToEnd.UnwovenHelpers;
using Terra.Weaver;

namespace Terra.EndToEnd.Generator;

/// <summary>Compiles programs to one assembly, weaves it with Terra's engine, and loads it; unloadable.</summary>
public sealed class WovenCompilation : IDisposable
{
    private static readonly string[] s_platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
    private static readonly MetadataReference[] s_references = [.. s_platform.Where(File.Exists).Select(path => MetadataReference.CreateFromFile(path))];

    private readonly AssemblyLoadContext _context = new("generated programs", isCollectible: true);
    private readonly Assembly _assembly;

    /// <exception cref="InvalidOperationException">A program does not compile, or cannot be woven: the generator's or the weaver's fault.</exception>
    public WovenCompilation(IReadOnlyList<GeneratedProgram> programs)
        : this(Compile(programs, out string errors) ?? throw new InvalidOperationException($"a generated program does not compile:\n{errors}"))
    {
    }

    private WovenCompilation(MemoryStream plain)
    {
        using (plain)
        {
            using MemoryStream woven = Weave(plain);
            _assembly = _context.LoadFromStream(woven);
        }
    }

    /// <summary>Compiles one program; null if it is no C#.</summary>
    public static WovenCompilation? TryCreate(GeneratedProgram program) => Compile([program], out _) is { } plain ? new WovenCompilation(plain) : null;

    /// <summary>The program, ready to run.</summary>
    public Action<Observer> Entry(GeneratedProgram program) => ProgramRunner.Of(_assembly.GetType(program.ClassName)!.GetMethod("Run")!);

    public void Dispose() => _context.Unload();

    private static MemoryStream? Compile(IReadOnlyList<GeneratedProgram> programs, out string errors)
    {
        string source = GeneratedProgram.Prologue + string.Concat(programs.Select(program => program.ToCSharp()));
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);
        var output = new MemoryStream();
        var result = CSharpCompilation.Create($"Generated{Guid.NewGuid():n}", [tree], s_references, options).Emit(output);
        output.Position = 0;
        errors = result.Success
            ? ""
            : string.Join('\n', result.Diagnostics.Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Take(5)) + $"\n{source}";
        return result.Success ? output : null;
    }

    private static MemoryStream Weave(MemoryStream plain)
    {
        using var resolver = new DefaultAssemblyResolver();
        foreach (string folder in s_platform.Select(path => Path.GetDirectoryName(path)!).Distinct())
        {
            resolver.AddSearchDirectory(folder);
        }

        using ModuleDefinition module = ModuleDefinition.ReadModule(plain, new ReaderParameters { AssemblyResolver = resolver, InMemory = true });
        WeavingResult result = AssemblyWeaver.Weave(new WeavingRequest(module) { Resolver = resolver, Options = new WeavingOptions { OpCapture = false } });
        if (result.Outcome != WeavingOutcome.Woven)
        {
            throw new InvalidOperationException($"a generated program was not woven:\n{string.Join('\n', result.Diagnostics)}");
        }

        var output = new MemoryStream();
        module.Write(output);
        output.Position = 0;
        return output;
    }
}
