using Fody;
using Mono.Cecil.Cil;
using Terra.Weaver;

namespace Terra.Fody;

/// <summary>Passes the engine's diagnostics on to Fody's log, which is the build's.</summary>
internal sealed class FodyLog(BaseModuleWeaver weaver) : IWeavingLog
{
    public void Report(TerraDiagnostic diagnostic)
    {
        string text = $"{diagnostic.Id}: {diagnostic.Message}";
        SequencePoint? place = diagnostic is { File: { } file, Line: > 0 }
            ? new SequencePoint(null, new Document(file)) { StartLine = diagnostic.Line, EndLine = diagnostic.Line, StartColumn = 1, EndColumn = 1 }
            : null;
        switch (diagnostic.Severity)
        {
            case DiagnosticSeverity.Error:
                weaver.WriteError(text, place);
                break;
            case DiagnosticSeverity.Warning:
                weaver.WriteWarning(text, place);
                break;
            default:
                weaver.WriteInfo(text);
                break;
        }
    }

    public void Verbose(string message) => weaver.WriteDebug(message);
}
