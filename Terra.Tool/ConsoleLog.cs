using Spectre.Console;
using Terra.Weaver;

namespace Terra.Tool;

/// <summary>Writes what the weaver says: errors to the error stream, the rest to the output.</summary>
internal sealed class ConsoleLog(bool verbose) : IWeavingLog
{
    private static readonly IAnsiConsole s_errors = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    });

    public void Report(TerraDiagnostic diagnostic)
    {
        switch (diagnostic.Severity)
        {
            case DiagnosticSeverity.Error:
                Write(s_errors, "red", diagnostic);
                break;
            case DiagnosticSeverity.Warning:
                Write(s_errors, "yellow", diagnostic);
                break;
            default:
                if (verbose)
                {
                    Write(AnsiConsole.Console, "blue", diagnostic);
                }

                break;
        }
    }

    public void Verbose(string message)
    {
        if (verbose)
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]{message}[/]");
        }
    }

    public void Summary(string target, WeavingResult result)
    {
        AnsiConsole.MarkupLineInterpolated(
            $"[green]Woven[/] {target}: {result.Methods} methods, {result.Calls} calls, {result.Loops} loops, {result.Steps} steps, {result.Ops} ops.");
        if (!verbose || result.Sites.Count == 0)
        {
            return;
        }

        Table table = new Table().AddColumns("kind", "method", "place");
        foreach (WeavingSite site in result.Sites)
        {
            string place = site.File is null ? "" : $"{Path.GetFileName(site.File)}:{site.Line}";
            table.AddRow(new Text(site.Kind.ToString().ToLowerInvariant()), new Text(site.Method), new Text(place));
        }

        AnsiConsole.Write(table);
    }

    /// <summary>One line, unwrapped, so that it can be searched for and clicked.</summary>
    private static void Write(IAnsiConsole console, string colour, TerraDiagnostic diagnostic)
    {
        string place = diagnostic.File is null ? "" : diagnostic.Line > 0 ? $"{diagnostic.File}({diagnostic.Line}): " : $"{diagnostic.File}: ";
        string severity = diagnostic.Severity.ToString().ToLowerInvariant();
        console.Profile.Width = Math.Max(console.Profile.Width, 10_000);
        console.MarkupLineInterpolated($"{place}[{colour}]{severity} {diagnostic.Id}[/]: {diagnostic.Message}");
    }
}
