namespace Terra.Weaver;

/// <summary>Where the engine reports while it works: a build log, a terminal.</summary>
public interface IWeavingLog
{
    /// <summary>A diagnostic as it is found; all of them are in <see cref="WeavingResult.Diagnostics"/> as well.</summary>
    void Report(TerraDiagnostic diagnostic);

    /// <summary>Detail for those who ask for it.</summary>
    void Verbose(string message);
}

/// <summary>A log that keeps nothing.</summary>
public sealed class SilentLog : IWeavingLog
{
    public static SilentLog Instance { get; } = new();

    public void Report(TerraDiagnostic diagnostic)
    {
    }

    public void Verbose(string message)
    {
    }
}
