using System.Globalization;
using FluentAssertions;
using Mono.Cecil;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>Weaving in a build, in a project of its own: by the MSBuild target alone, and by Fody.</summary>
public sealed class BuildTests : IDisposable
{
    private const string Program = """
        using TorchSharp;
        using static TorchSharp.torch;

        Tensor x = full(1f);
        for (int i = 0; i < 3; i++)
        {
            x = probe(x, i);
        }

        System.Console.WriteLine(x.item());
        """;

    private readonly TemporaryFolder _folder = new();

    public BuildTests()
    {
        ProcessedAssembly.CopyInput("Release", _folder.Path);
        _folder.Write("app/Program.cs", Program);

        // Keeps whatever lies above the folder of temporary files out of the build.
        _folder.Write("Directory.Build.props", "<Project />");
        _folder.Write("Directory.Build.targets", "<Project />");
        _folder.Write("Directory.Packages.props", "<Project />");
    }

    private static string Repository { get; } = FindRepository();

    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>What the compiler writes, and every later step of a build starts from.</summary>
    private string Intermediate => _folder.File("app/obj/Release/net10.0/app.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MsBuildTargetOfThePackageWeavesIncrementallyAndIntoPublishAndPack()
    {
        Run(Repository, "pack", Path.Combine(Repository, "Terra.Build"), "-c", Configuration, "--no-build", "-o", _folder.File("feed"));
        string version = Path.GetFileNameWithoutExtension(Directory.GetFiles(_folder.File("feed")).Single())["Terra.Build.".Length..];
        WriteProject(
            $"""
            <PropertyGroup>
              <RestoreSources>{_folder.File("feed")}</RestoreSources>
              <RestorePackagesPath>{_folder.File("packages")}</RestorePackagesPath>
            </PropertyGroup>
            <ItemGroup>
              <PackageReference Include="Terra.Build" Version="{version}" PrivateAssets="all" />
            </ItemGroup>
            """);

        Build("build", "-c", "Release").Should().Contain("Terra wove");
        Mark(Intermediate).Should().Contain("ProgramWeaving=true");
        Mark(_folder.File("app/bin/Release/net10.0/app.dll")).Should().NotBeNull();
        DotNet.Run(_folder.Path, _folder.File("app/bin/Release/net10.0/app.dll")).Output.Trim().Should().Be(4f.ToString(CultureInfo.InvariantCulture));

        DateTime wovenAt = File.GetLastWriteTimeUtc(Intermediate);
        Build("build", "-c", "Release", "--no-restore").Should().NotContain("Terra wove");
        File.GetLastWriteTimeUtc(Intermediate).Should().Be(wovenAt, "nothing has changed since");

        Build("msbuild", "-t:Publish;Pack", "-p:NoBuild=true", "-p:Configuration=Release", $"-p:PublishDir={_folder.File("published")}/", $"-p:PackageOutputPath={_folder.File("packed")}");
        Mark(_folder.File("published/app.dll")).Should().NotBeNull();
        System.IO.Compression.ZipFile.ExtractToDirectory(Directory.GetFiles(_folder.File("packed"), "*.nupkg").Single(), _folder.File("unpacked"));
        Mark(_folder.File("unpacked/lib/net10.0/app.dll")).Should().NotBeNull();

        Build("build", "-c", "Release", "--no-restore", "-p:TerraProgramWeaving=false").Should().Contain("Terra wove", "other options need other code");
        Mark(Intermediate).Should().Contain("ProgramWeaving=false");
    }

    [Fact]
    public void FodyAddinWeaves()
    {
        WriteProject(
            $"""
            <ItemGroup>
              <PackageReference Include="Fody" Version="6.9.3" PrivateAssets="all" />
              <WeaverFiles Include="{Repository}/Terra.Fody/bin/{Configuration}/netstandard2.0/Terra.Fody.dll" />
            </ItemGroup>
            """);
        _folder.Write("app/FodyWeavers.xml", """<Weavers><Terra OpCapture="false" /></Weavers>""");
        Build("build", "-c", "Release");
        Mark(Intermediate).Should().Contain("ProgramWeaving=true").And.Contain("OpCapture=false");
        DotNet.Run(_folder.Path, _folder.File("app/bin/Release/net10.0/app.dll")).Output.Trim().Should().Be(4f.ToString(CultureInfo.InvariantCulture));
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Terra.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }

    private static string? Mark(string path)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(path);
        return module.Assembly.CustomAttributes.SingleOrDefault(a => a.AttributeType.Name == "TerraWovenAttribute")?.ConstructorArguments[1].Value as string;
    }

    private void WriteProject(string weaving) => _folder.Write(
        "app/app.csproj",
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
          {weaving}
          <ItemGroup>
            <Reference Include="../Terra.Runtime.dll" />
            <Reference Include="../Terra.Torch.dll" />
          </ItemGroup>
        </Project>
        """);

    private string Build(params string[] arguments) => Run(_folder.File("app"), [.. arguments, "-v", "normal", "--nologo", "-tl:off"]);

    private static string Run(string folder, params string[] arguments)
    {
        Finished run = DotNet.Run(folder, arguments);
        run.ExitCode.Should().Be(0, run.Output);
        return run.Output;
    }
}
