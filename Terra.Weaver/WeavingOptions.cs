namespace Terra.Weaver;

/// <summary>What to weave. The same names are attributes of <c>&lt;Terra/&gt;</c> in FodyWeavers.xml.</summary>
public sealed class WeavingOptions
{
    /// <summary>Location hooks around calls that can reach an op, and in loops.</summary>
    public bool ProgramWeaving { get; init; } = true;

    /// <summary>The hook at the start of each leaf op method.</summary>
    public bool OpCapture { get; init; } = true;

    /// <summary>Namespaces whose types get program weaving; empty means all. A namespace includes those below it.</summary>
    public IReadOnlyList<string> IncludeNamespaces { get; init; } = [];

    /// <summary>Namespaces whose types are left out of program weaving, whatever <see cref="IncludeNamespaces"/> says.</summary>
    public IReadOnlyList<string> ExcludeNamespaces { get; init; } = [];

    /// <summary>Full names (<c>Namespace.Type.Method</c>) of methods of which each call is an iteration of a step, as if they had <c>[Terra.Step]</c>.</summary>
    public IReadOnlyList<string> StepMethods { get; init; } = [];

    /// <summary>Where the options were written, for messages about them: a file or a command line; null if unknown.</summary>
    public string? Source { get; init; }

    /// <summary>True if program weaving applies to types of that namespace.</summary>
    public bool Selects(string typeNamespace) =>
        (IncludeNamespaces.Count == 0 || IncludeNamespaces.Any(ns => IsWithin(typeNamespace, ns)))
        && !ExcludeNamespaces.Any(ns => IsWithin(typeNamespace, ns));

    /// <summary>The text kept in the assembly's <c>TerraWoven</c> attribute.</summary>
    public override string ToString() =>
        $"ProgramWeaving={Word(ProgramWeaving)};OpCapture={Word(OpCapture)}"
        + (IncludeNamespaces.Count == 0 ? "" : $";IncludeNamespaces={string.Join("|", IncludeNamespaces)}")
        + (ExcludeNamespaces.Count == 0 ? "" : $";ExcludeNamespaces={string.Join("|", ExcludeNamespaces)}")
        + (StepMethods.Count == 0 ? "" : $";StepMethods={string.Join("|", StepMethods)}");

    private static string Word(bool value) => value ? "true" : "false";

    /// <summary>True for the namespace itself and those below it.</summary>
    internal static bool IsWithin(string typeNamespace, string ns) =>
        typeNamespace.StartsWith(ns, StringComparison.Ordinal) && (typeNamespace.Length == ns.Length || typeNamespace[ns.Length] == '.');
}
