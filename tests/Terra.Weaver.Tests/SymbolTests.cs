using FluentAssertions;
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

    private static IEnumerable<string> Visible(MethodSymbols symbols) => symbols.Points.Where(point => point != "hidden");
}
