using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Terra.Weaver;

namespace Terra.Build;

/// <summary>Passes the weaver's diagnostics to the build with their ids and places in the source.</summary>
internal sealed class BuildLog(TaskLoggingHelper log) : IWeavingLog
{
    public void Report(TerraDiagnostic diagnostic)
    {
        switch (diagnostic.Severity)
        {
            case DiagnosticSeverity.Error:
                log.LogError(null, diagnostic.Id, null, diagnostic.File, diagnostic.Line, 0, 0, 0, "{0}", diagnostic.Message);
                break;
            case DiagnosticSeverity.Warning:
                log.LogWarning(null, diagnostic.Id, null, diagnostic.File, diagnostic.Line, 0, 0, 0, "{0}", diagnostic.Message);
                break;
            default:
                log.LogMessage(null, diagnostic.Id, null, diagnostic.File, diagnostic.Line, 0, 0, 0, MessageImportance.Normal, "{0}", diagnostic.Message);
                break;
        }
    }

    public void Verbose(string message) => log.LogMessage(MessageImportance.Low, "{0}", message);
}
