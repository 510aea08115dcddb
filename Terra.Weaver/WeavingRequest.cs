using Mono.Cecil;

namespace Terra.Weaver;

/// <summary>A module in memory to weave in place: what Fody hands over, or what <see cref="FileWeaver"/> has read.</summary>
public sealed class WeavingRequest(ModuleDefinition module)
{
    public ModuleDefinition Module { get; } = module;

    public WeavingOptions Options { get; init; } = new();

    /// <summary>Finds the assemblies the module refers to; the module's own resolver if not set.</summary>
    public IAssemblyResolver? Resolver { get; init; }

    public IWeavingLog Log { get; init; } = SilentLog.Instance;
}

/// <summary>An assembly on disk to weave.</summary>
public sealed class FileWeavingRequest(string assemblyPath)
{
    public string AssemblyPath { get; } = assemblyPath;

    /// <summary>Where the woven assembly goes; over the input if not set. Symbols go beside it.</summary>
    public string? OutputPath { get; init; }

    /// <summary>Files of the assemblies it refers to, as a compiler gets them.</summary>
    public IReadOnlyList<string> ReferencePaths { get; init; } = [];

    /// <summary>More folders to look for references in; the assembly's own folder is always looked in.</summary>
    public IReadOnlyList<string> SearchDirectories { get; init; } = [];

    public WeavingOptions Options { get; init; } = new();

    public IWeavingLog Log { get; init; } = SilentLog.Instance;
}
