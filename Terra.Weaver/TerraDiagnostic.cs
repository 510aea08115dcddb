namespace Terra.Weaver;

/// <summary>How bad a diagnostic is. An error means that the assembly was left as it was.</summary>
public enum DiagnosticSeverity
{
    Info,
    Warning,
    Error,
}

/// <summary>Something the weaver has to say about an assembly, with a stable id and where in the source it is about.</summary>
/// <param name="Id">TERRA0001 and up; see <see cref="Diagnostics"/>.</param>
/// <param name="Message">Names the culprit and the remedy.</param>
/// <param name="File">The source document or the assembly, if known.</param>
/// <param name="Line">The line in <paramref name="File"/>, 1-based; 0 if unknown.</param>
/// <param name="Severity">Errors leave the assembly unwoven.</param>
public sealed record TerraDiagnostic(string Id, string Message, string? File, int Line, DiagnosticSeverity Severity)
{
    /// <summary>The form that MSBuild and editors recognise: <c>file(line): error TERRA0001: message</c>.</summary>
    public override string ToString()
    {
        string place = File is null ? "" : Line > 0 ? $"{File}({Line}): " : $"{File}: ";
        return $"{place}{Severity.ToString().ToLowerInvariant()} {Id}: {Message}";
    }
}
