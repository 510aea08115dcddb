namespace Terra.Weaver;

/// <summary>Tells the .NET libraries, which run no op of their own, from everybody else's assemblies.</summary>
internal static class PlatformAssemblies
{
    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal) { "mscorlib", "netstandard", "System", "WindowsBase", "FSharp.Core" };

    public static bool Contains(string assemblyName) =>
        s_names.Contains(assemblyName)
        || assemblyName.StartsWith("System.", StringComparison.Ordinal)
        || assemblyName.StartsWith("Microsoft.", StringComparison.Ordinal);
}
