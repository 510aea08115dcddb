using FluentAssertions;
using Mono.Cecil;

namespace Terra.Weaver.Tests.Processing;

/// <summary>
/// A project outside of the repository that takes packages of Terra from a folder, as a user's does, and refers to the recording runtime.
/// </summary>
public sealed class ConsumerProject : IDisposable
{
    private const string Program = """
        using TorchSharp;
        using static TorchSharp.torch;

        Tensor x = full(1f);
        for (int i = 0; i < 3; i++)
        {
            x = App.Work.Train(probe(x, i));
        }

        System.Console.WriteLine(x.item());

        namespace App
        {
            internal static class Work
            {
                internal static Tensor Train(Tensor x) => Inner.Work.Scaled(x);

                internal static System.Collections.Generic.IEnumerable<Tensor> Numbers()
                {
                    yield return full(1f);
                }
            }

            namespace Inner
            {
                internal static class Work
                {
                    internal static Tensor Scaled(Tensor x) => relu(x);
                }
            }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public ConsumerProject()
    {
        ProcessedAssembly.CopyInput("Release", _folder.Path);
        _folder.Write("app/Program.cs", Program);

        // Keeps whatever lies above the folder of temporary files out of the build.
        _folder.Write("Directory.Build.props", "<Project />");
        _folder.Write("Directory.Build.targets", "<Project />");
        _folder.Write("Directory.Packages.props", "<Project />");
    }

    /// <summary>What the program prints.</summary>
    public static string Expected => "4";

    /// <summary>The line of Program.cs where the code of its iterator begins.</summary>
    public static int IteratorLine => 20;

    public static string Repository { get; } = FindRepository();

    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>What the compiler writes, and every later step of a build starts from.</summary>
    public string Intermediate => File("app/obj/Release/net10.0/app.dll");

    /// <summary>The program as it is run.</summary>
    public string Output => File("app/bin/Release/net10.0/app.dll");

    public string File(string name) => _folder.File(name);

    public void Dispose() => _folder.Dispose();

    /// <summary>Packs a project of the repository, which is built already, into the folder that packages come from; returns the version.</summary>
    public string Pack(string project)
    {
        string feed = File("feed");
        Succeed(Repository, "pack", Path.Combine(Repository, project), "-c", Configuration, "--no-build", "-o", feed);
        return Path.GetFileNameWithoutExtension(Directory.GetFiles(feed, $"{project}.*.nupkg").Single())[(project.Length + 1)..];
    }

    /// <summary>Writes the project file.</summary>
    public void Write(params (string Package, string Version)[] packages) => _folder.Write(
        "app/app.csproj",
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <RestoreAdditionalProjectSources>{File("feed")}</RestoreAdditionalProjectSources>
            <RestorePackagesPath>{File("packages")}</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            {string.Concat(packages.Select(package => $"""<PackageReference Include="{package.Package}" Version="{package.Version}" PrivateAssets="all" />"""))}
          </ItemGroup>
          <ItemGroup>
            <Reference Include="../Terra.Runtime.dll" />
            <Reference Include="../Terra.Torch.dll" />
          </ItemGroup>
        </Project>
        """);

    public void WriteFodyConfig(string element) => _folder.Write("app/FodyWeavers.xml", $"<Weavers>{element}</Weavers>");

    /// <summary>Builds, which must succeed; returns what was said.</summary>
    public string Build(params string[] arguments) => Succeed(File("app"), [.. arguments, .. s_verbosity]);

    /// <summary>Builds, which must fail; returns what was said.</summary>
    public string FailToBuild(params string[] arguments)
    {
        Finished run = DotNet.Run(File("app"), [.. arguments, .. s_verbosity]);
        run.ExitCode.Should().NotBe(0, run.Output);
        return run.Output;
    }

    public string Run() => Succeed(_folder.Path, Output).Trim();

    /// <summary>The options an assembly was woven with; null if it was not.</summary>
    public static string? Mark(string path)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(path);
        return module.Assembly.CustomAttributes.SingleOrDefault(a => a.AttributeType.Name == "TerraWovenAttribute")?.ConstructorArguments[1].Value as string;
    }

    /// <summary>The methods of an assembly that call a hook.</summary>
    public static IReadOnlyList<string> Hooked(string path, string hook)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(path);
        return [.. module.GetTypes().SelectMany(type => type.Methods)
            .Where(method => method.HasBody && method.Body.Instructions.Any(i => i.Operand is MethodReference { DeclaringType.Name: "ProgramHooks" } called && called.Name == hook))
            .Select(method => $"{method.DeclaringType.FullName}.{method.Name}")];
    }

    private static readonly string[] s_verbosity = ["-v", "normal", "--nologo", "-tl:off"];

    private static string Succeed(string folder, params string[] arguments)
    {
        Finished run = DotNet.Run(folder, arguments);
        run.ExitCode.Should().Be(0, run.Output + run.Errors);
        return run.Output;
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Terra.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
