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
        SequencePoint? place = diagnostic.File is { } file
            ? new SequencePoint(Instruction.Create(OpCodes.Nop), new Document(file)) { StartLine = diagnostic.Line, EndLine = diagnostic.Line }
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
