namespace Terra.Weaver;

/// <summary>Weaving cannot go on; the assembly stays as it was.</summary>
public sealed class WeavingException(TerraDiagnostic diagnostic, Exception? inner = null) : Exception(diagnostic.ToString(), inner)
{
    /// <summary>Why.</summary>
    public TerraDiagnostic Diagnostic { get; } = diagnostic;
}
