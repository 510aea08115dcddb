namespace Terra.Weaver;

/// <summary>How weaving ended.</summary>
public enum WeavingOutcome
{
    /// <summary>The assembly is woven and marked so.</summary>
    Woven,

    /// <summary>It was woven before; nothing was touched.</summary>
    AlreadyWoven,

    /// <summary>There are errors; nothing was touched.</summary>
    Failed,
}

/// <summary>What a site id stands for.</summary>
public enum SiteKind
{
    Call,
    Loop,
    Step,
}

/// <summary>A place in the woven assembly that has an id: the module's base plus <paramref name="Offset"/>.</summary>
/// <param name="Offset">Position in the module's site table.</param>
/// <param name="Kind">A call site, a loop or a step method.</param>
/// <param name="Method">The method as the programmer knows it: state machines and closures under the method they come from.</param>
/// <param name="File">Source document, if there are symbols.</param>
/// <param name="Line">Line in <paramref name="File"/>; 0 if unknown.</param>
public sealed record WeavingSite(int Offset, SiteKind Kind, string Method, string? File, int Line);

/// <summary>The end of a weaving: counts, sites and everything there is to say.</summary>
public sealed class WeavingResult
{
    public WeavingOutcome Outcome { get; init; }

    /// <summary>Leaf op methods hooked by op capture.</summary>
    public int Ops { get; init; }

    /// <summary>Methods changed by program weaving.</summary>
    public int Methods { get; init; }

    public int Calls => Sites.Count(site => site.Kind == SiteKind.Call);

    public int Loops => Sites.Count(site => site.Kind == SiteKind.Loop);

    public int Steps => Sites.Count(site => site.Kind == SiteKind.Step);

    public IReadOnlyList<WeavingSite> Sites { get; init; } = [];

    public IReadOnlyList<TerraDiagnostic> Diagnostics { get; init; } = [];

    public bool Succeeded => Outcome != WeavingOutcome.Failed;
}
