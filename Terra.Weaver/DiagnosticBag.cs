namespace Terra.Weaver;

/// <summary>Keeps diagnostics for the result and passes each on to the log.</summary>
internal sealed class DiagnosticBag(IWeavingLog log)
{
    private readonly List<TerraDiagnostic> _all = [];

    public IReadOnlyList<TerraDiagnostic> All => _all;

    public bool HasErrors => _all.Any(d => d.Severity == DiagnosticSeverity.Error);

    public void Add(TerraDiagnostic diagnostic)
    {
        _all.Add(diagnostic);
        log.Report(diagnostic);
    }

    public void Verbose(string message) => log.Verbose(message);
}
