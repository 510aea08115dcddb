using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>Weaving in the build of a project of its own, by the MSBuild target of the package Terra.Build.</summary>
public sealed class BuildTests : IDisposable
{
    private readonly ConsumerProject _project = new();

    public BuildTests() => _project.Write(("Terra.Build", _project.Pack("Terra.Build")));

    public void Dispose() => _project.Dispose();

    [Fact]
    public void WeavesIncrementallyAndIntoPublishAndPack()
    {
        _project.Build("build", "-c", "Release").Should().Contain("Terra wove");
        ConsumerProject.Mark(_project.Intermediate).Should().Contain("ProgramWeaving=true");
        ConsumerProject.Mark(_project.Output).Should().NotBeNull();
        _project.Run().Should().Be(ConsumerProject.Expected);

        DateTime wovenAt = File.GetLastWriteTimeUtc(_project.Intermediate);
        _project.Build("build", "-c", "Release", "--no-restore").Should().NotContain("Terra wove");
        File.GetLastWriteTimeUtc(_project.Intermediate).Should().Be(wovenAt, "nothing has changed since");

        _project.Build("msbuild", "-t:Publish;Pack", "-p:NoBuild=true", "-p:Configuration=Release", $"-p:PublishDir={_project.File("published")}/", $"-p:PackageOutputPath={_project.File("packed")}");
        ConsumerProject.Mark(_project.File("published/app.dll")).Should().NotBeNull();
        System.IO.Compression.ZipFile.ExtractToDirectory(Directory.GetFiles(_project.File("packed"), "*.nupkg").Single(), _project.File("unpacked"));
        ConsumerProject.Mark(_project.File("unpacked/lib/net10.0/app.dll")).Should().NotBeNull();

        _project.Build("build", "-c", "Release", "--no-restore", "-p:TerraProgramWeaving=false").Should().Contain("Terra wove", "other options need other code");
        ConsumerProject.Mark(_project.Intermediate).Should().Contain("ProgramWeaving=false");
        ConsumerProject.Hooked(_project.Intermediate, "EnterCall").Should().BeEmpty();
    }

    [Fact]
    public void TakesItsOptionsFromProperties()
    {
        _project.Build("build", "-c", "Release", "-p:TerraWeave=false").Should().NotContain("Terra wove");
        ConsumerProject.Mark(_project.Intermediate).Should().BeNull();

        _project.Build("build", "-c", "Release", "--no-restore", "-p:TerraOpCapture=false", "-p:TerraStepMethods=App.Work.Train%3BApp.Inner.Work.Scaled");
        ConsumerProject.Mark(_project.Intermediate).Should().Be("ProgramWeaving=true;OpCapture=false;StepMethods=App.Work.Train|App.Inner.Work.Scaled");
        ConsumerProject.Hooked(_project.Intermediate, "EnterStep").Should().BeEquivalentTo("App.Work.Train", "App.Inner.Work.Scaled");

        _project.Build("build", "-c", "Release", "--no-restore", "-p:TerraIncludeNamespaces=Other%3BApp", "-p:TerraExcludeNamespaces=App.Inner");
        ConsumerProject.Mark(_project.Intermediate).Should().Be("ProgramWeaving=true;OpCapture=true;IncludeNamespaces=Other|App;ExcludeNamespaces=App.Inner");
        ConsumerProject.Hooked(_project.Intermediate, "EnterCall").Should().Contain("App.Work.Train").And.OnlyContain(method => method.StartsWith("App.Work", StringComparison.Ordinal));
    }

    [Fact]
    public void FailsWithFileAndLineAndLeavesTheAssemblyUnwoven()
    {
        string said = _project.FailToBuild("build", "-c", "Release", "-p:TerraStepMethods=App.Work.Numbers");
        said.Should().MatchRegex($@"Program\.cs\({ConsumerProject.IteratorLine}\): error TERRA0014: .*App\.Work\.Numbers");
        ConsumerProject.Mark(_project.Intermediate).Should().BeNull();

        said = _project.FailToBuild("build", "-c", "Release", "--no-restore", "-p:TerraStepMethods=App.Work.Missing");
        said.Should().MatchRegex(@"app\.csproj : error TERRA0013: .*App\.Work\.Missing");

        string[] warned = ["build", "-c", "Release", "--no-restore", "-p:TerraStepMethods=App.Work.Train", "-p:TerraExcludeNamespaces=App", "-p:MSBuildTreatWarningsAsErrors=true"];
        _project.FailToBuild(warned).Should().Contain("error TERRA0015");
        _project.FailToBuild(warned).Should().Contain("error TERRA0015", "what failed once fails again");

        _project.Build("build", "-c", "Release", "--no-restore").Should().Contain("Terra wove");
        _project.Run().Should().Be(ConsumerProject.Expected);
    }
}
