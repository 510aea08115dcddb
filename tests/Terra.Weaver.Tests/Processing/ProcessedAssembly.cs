using System.Collections.Concurrent;

namespace Terra.Weaver.Tests.Processing;

/// <summary>An assembly that the tests weave, in one build configuration: as the compiler wrote it, and woven.</summary>
public sealed class ProcessedAssembly
{
    private static readonly ConcurrentDictionary<(string Name, string Configuration), Lazy<ProcessedAssembly>> s_all = new();

    private readonly Lazy<ScenarioHost> _unwoven;
    private readonly Lazy<ScenarioHost> _woven;

    private ProcessedAssembly(string name, string configuration)
    {
        Name = name;
        Configuration = configuration;
        OriginalPath = Path.Combine(Directory.CreateTempSubdirectory($"terra-{name}-").FullName, name + ".dll");
        WovenPath = Path.Combine(Directory.CreateTempSubdirectory($"terra-{name}-").FullName, name + ".dll");
        CopyInput(configuration, Path.GetDirectoryName(OriginalPath)!);
        CopyInput(configuration, Path.GetDirectoryName(WovenPath)!);
        Result = Weaving.WeaveInPlace(WovenPath);
        _unwoven = new Lazy<ScenarioHost>(() => new ScenarioHost(OriginalPath));
        _woven = new Lazy<ScenarioHost>(() => new ScenarioHost(WovenPath));
    }

    /// <summary>Name and configuration of every assembly there is, as the rows of a theory.</summary>
    public static TheoryData<string, string> All { get; } = new()
    {
        { "AssemblyToProcess", "Debug" },
        { "AssemblyToProcess", "Release" },
        { "AssemblyToProcess.VisualBasic", "Debug" },
        { "AssemblyToProcess.VisualBasic", "Release" },
    };

    public string Name { get; }

    public string Configuration { get; }

    public string OriginalPath { get; }

    public string WovenPath { get; }

    public WeavingResult Result { get; }

    public ScenarioHost Unwoven => _unwoven.Value;

    public ScenarioHost Woven => _woven.Value;

    public static ProcessedAssembly Get(string name, string configuration) => s_all
        .GetOrAdd((name, configuration), static key => new Lazy<ProcessedAssembly>(() => new ProcessedAssembly(key.Name, key.Configuration)))
        .Value;

    /// <summary>Copies the assemblies to process and what they reference into a folder that a test may change.</summary>
    public static void CopyInput(string configuration, string folder)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "ToProcess", configuration)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
    }
}
