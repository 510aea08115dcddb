using FluentAssertions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>Debugging works: the woven PDB belongs to the woven image, and sequence points and local names are those of the input.</summary>
public class SymbolTests
{
    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void PdbBelongsToTheImage(string assembly, string configuration)
    {
        Symbols symbols = Symbols.Of(ProcessedAssembly.Get(assembly, configuration).WovenPath);
        symbols.PdbId.Should().Be(symbols.ImageId);
    }

    [Theory]
    [MemberData(nameof(ProcessedAssembly.All), MemberType = typeof(ProcessedAssembly))]
    public void SequencePointsAndLocalsSurvive(string assembly, string configuration)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        Symbols before = Symbols.Of(processed.OriginalPath);
        Symbols after = Symbols.Of(processed.WovenPath);
        after.Documents.Should().Equal(before.Documents);
        after.Methods.Keys.Should().Contain(before.Methods.Keys);
        foreach ((string name, MethodSymbols symbols) in before.Methods)
        {
            MethodSymbols woven = after.Methods[name];
            Visible(woven).Should().Equal(Visible(symbols), "{0} is stepped through as before", name);
            symbols.Locals.Except(woven.Locals).Should().BeEmpty("{0} keeps its locals", name);
            woven.InBounds.Should().BeTrue("{0} has points and scopes within its code", name);
            woven.Kickoff.Should().Be(symbols.Kickoff, "{0} stays tied to its async method or iterator", name);
        }
    }

    [Theory]
    [InlineData("AssemblyToProcess", "Debug")]
    [InlineData("AssemblyToProcess", "Release")]
    [InlineData("AssemblyToProcess.VisualBasic", "Release")]
    [InlineData("Terra.Torch", "Release")]
    public void SymbolsInsideTheAssemblyStayThere(string assembly, string configuration)
    {
        using var folder = new TemporaryFolder();
        ProcessedAssembly.CopyInput(configuration, folder.Path);
        string path = folder.File(assembly + ".dll");
        using (ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { ReadSymbols = true, InMemory = true }))
        {
            module.Write(path, new WriterParameters { SymbolWriterProvider = new EmbeddedPortablePdbWriterProvider() });
        }

        File.Delete(folder.File(assembly + ".pdb"));
        Symbols expected = Symbols.Of(path);
        Weaving.WeaveInPlace(path);
        File.Exists(folder.File(assembly + ".pdb")).Should().BeFalse();
        Symbols woven = Symbols.Of(path);
        woven.PdbId.Should().Be(woven.ImageId);
        foreach ((string method, MethodSymbols symbols) in expected.Methods)
        {
            Visible(woven.Methods[method]).Should().Equal(Visible(symbols));
            symbols.Locals.Except(woven.Methods[method].Locals).Should().BeEmpty("{0} keeps its locals", method);
        }
    }

    private static IEnumerable<string> Visible(MethodSymbols symbols) => symbols.Points.Where(point => point != "hidden");
}
