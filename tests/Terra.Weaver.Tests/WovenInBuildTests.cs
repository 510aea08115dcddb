using System.Reflection;
using System.Runtime.Loader;
using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>
/// What this repository weaves in its own build: an independent reader of IL objects to nothing, the runtime accepts every method, and
/// the symbols belong to the assembly and lie within its code.
/// </summary>
public class WovenInBuildTests
{
    public static TheoryData<string, string> All { get; } = new()
    {
        { "tests/FinishedProgram", "Terra.Runtime.dll" },
        { "tests/FinishedProgram", "Terra.Torch.dll" },
        { "tests/EndToEnd.Programs", "EndToEnd.Programs.dll" },
        { "samples/Digits", "Digits.dll" },
        { "samples/Quickstart", "Quickstart.dll" },
    };

    /// <summary>In what the weaver has touched: the reader does not know all that the compiler writes.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void IndependentReaderHasNoWarnings(string project, string file)
    {
        using var reader = new IlReader(PathOf(project, file));
        reader.Methods.Should().Contain(method => reader.Instructions(method).Any(Hooks.IsHook));
        reader.Warnings().Where(method => method.Value.Count > 0 && reader.Instructions(method.Key).Any(Hooks.IsHook))
            .Select(method => $"{method.Key}: {string.Join("; ", method.Value)}").Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void JitAcceptsEveryMethod(string project, string file)
    {
        string path = PathOf(project, file);
        Assembly assembly = new ProgramLoadContext(path).LoadFromAssemblyPath(path);
        assembly.CustomAttributes.Should().Contain(attribute => attribute.AttributeType.Name == "TerraWovenAttribute");
        PrepareMethodTests.Prepare(assembly).Should().BePositive();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SymbolsBelongToTheCode(string project, string file)
    {
        Symbols symbols = Symbols.Of(PathOf(project, file));
        symbols.PdbId.Should().Be(symbols.ImageId);
        symbols.Methods.Values.Should().Contain(method => method.Points.Count > 0);
        symbols.Methods.Where(method => !method.Value.InBounds).Select(method => method.Key).Should().BeEmpty();
    }

    private static string PathOf(string project, string file)
    {
        string output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string framework = Path.GetFileName(output), configuration = Path.GetFileName(Path.GetDirectoryName(output)!);
        return Path.Combine(ConsumerProject.Repository, project, "bin", configuration, framework, file);
    }

    /// <summary>Loads a program with the assemblies beside it, apart from those of the tests.</summary>
    private sealed class ProgramLoadContext(string path) : AssemblyLoadContext("woven in the build")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string file = Path.Combine(Path.GetDirectoryName(path)!, assemblyName.Name + ".dll");
            return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }
    }
}
