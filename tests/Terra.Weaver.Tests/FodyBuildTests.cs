using System.Xml.Linq;
using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>Weaving in the build of a project of its own, by Fody and the package Terra.Fody.</summary>
public sealed class FodyBuildTests : IDisposable
{
    private static readonly (string Package, string Version) s_fody = ("Fody", "6.9.3");

    private readonly ConsumerProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void WeavesWithTheOptionsOfItsElement()
    {
        _project.Write(s_fody, ("Terra.Fody", _project.Pack("Terra.Fody")));
        _project.WriteFodyConfig("<Terra />");
        _project.Build("build", "-c", "Release");
        ConsumerProject.Mark(_project.Intermediate).Should().Be("ProgramWeaving=true;OpCapture=true");
        ConsumerProject.Mark(_project.Output).Should().NotBeNull();
        _project.Run().Should().Be(ConsumerProject.Expected);

        XNamespace schema = "http://www.w3.org/2001/XMLSchema";
        XDocument written = XDocument.Load(_project.File("app/FodyWeavers.xsd"));
        written.Descendants(schema + "element").Single(element => element.Attribute("name")?.Value == "Terra")
            .Descendants(schema + "attribute").Select(attribute => attribute.Attribute("name")!.Value)
            .Should().Contain(["ProgramWeaving", "OpCapture", "IncludeNamespaces", "ExcludeNamespaces", "StepMethods"], "an editor shows them to the user");

        _project.WriteFodyConfig("""<Terra OpCapture="0" IncludeNamespaces="Other App" ExcludeNamespaces="App.Inner" StepMethods="App.Work.Train" />""");
        _project.Build("build", "-c", "Release", "--no-restore");
        ConsumerProject.Mark(_project.Intermediate).Should()
            .Be("ProgramWeaving=true;OpCapture=false;IncludeNamespaces=Other|App;ExcludeNamespaces=App.Inner;StepMethods=App.Work.Train");
        ConsumerProject.Hooked(_project.Intermediate, "EnterStep").Should().Equal("App.Work.Train");
        ConsumerProject.Hooked(_project.Intermediate, "EnterCall").Should().OnlyContain(method => method.StartsWith("App.Work", StringComparison.Ordinal));
    }

    [Fact]
    public void FailsWithFileAndLineAndLeavesTheAssemblyUnwoven()
    {
        (string, string) addin = ("Terra.Fody", _project.Pack("Terra.Fody"));
        _project.WriteFodyConfig("""<Terra StepMethods="App.Work.Numbers" />""");
        _project.Write(addin);
        _project.FailToBuild("build", "-c", "Release").Should().Contain("error TERRA0016", "without Fody nothing is woven");

        _project.Write(s_fody, addin);
        _project.FailToBuild("build", "-c", "Release").Should().MatchRegex($@"Program\.cs\({ConsumerProject.IteratorLine}\b.*\): error .*TERRA0014: .*App\.Work\.Numbers");
        ConsumerProject.Mark(_project.Intermediate).Should().BeNull();

        _project.WriteFodyConfig("""<Terra OpCapture="perhaps" />""");
        _project.FailToBuild("build", "-c", "Release", "--no-restore").Should().MatchRegex(@"FodyWeavers\.xml.*error .*TERRA0013: .*OpCapture");
        ConsumerProject.Mark(_project.Intermediate).Should().BeNull();
    }
}
