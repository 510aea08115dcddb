using System.CommandLine;
using Spectre.Console;
using Terra.Weaver;

namespace Terra.Tool;

/// <summary>
/// <c>terra weave PATH.dll [-o OUT] [--program on|off] [--ops on|off] [--include NAMESPACE]... [--exclude NAMESPACE]...
/// [--step METHOD]... [--reference DIR]... [--no-backup] [--verbose]</c>:
/// weaves a finished assembly; its source is not needed.
/// </summary>
public static class WeaveCommand
{
    private enum Switch
    {
        on,
        off,
    }

    public static Command Create()
    {
        var path = new Argument<FileInfo>("assembly") { Description = "The .dll (or managed .exe) to weave. Its references are looked for beside it." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "Where the woven assembly goes. Without it the assembly is replaced, and kept as <assembly>.unwoven." };
        var program = new Option<Switch>("--program") { Description = "Location hooks around calls that can reach an op, and in loops.", DefaultValueFactory = _ => Switch.on };
        var ops = new Option<Switch>("--ops") { Description = "The hook at the start of each leaf op method.", DefaultValueFactory = _ => Switch.on };
        var include = new Option<string[]>("--include") { Description = "A namespace, with those below it, whose types get location hooks; may be repeated. Without it all do." };
        var exclude = new Option<string[]>("--exclude") { Description = "A namespace, with those below it, whose types get no location hooks, whatever --include says; may be repeated." };
        var steps = new Option<string[]>("--step") { Description = "A method (Namespace.Type.Method) of which each call is an iteration of a step; may be repeated." };
        var references = new Option<DirectoryInfo[]>("--reference", "-r") { Description = "One more folder to look for references in; may be repeated." };
        var noBackup = new Option<bool>("--no-backup") { Description = "Keep no copy of an assembly that is replaced." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Say what is done in detail, and list what was woven." };
        var command = new Command("weave", "Weave a finished assembly. Exit codes: 0 woven (now or before), 1 cannot be woven and untouched, 2 wrong usage.")
        {
            path, output, program, ops, include, exclude, steps, references, noBackup, verbose,
        };
        command.SetAction(parsed =>
        {
            var log = new ConsoleLog(parsed.GetValue(verbose));
            var request = new FileWeavingRequest(parsed.GetRequiredValue(path).FullName)
            {
                OutputPath = parsed.GetValue(output)?.FullName,
                SearchDirectories = [.. (parsed.GetValue(references) ?? []).Select(folder => folder.FullName)],
                Options = new WeavingOptions
                {
                    ProgramWeaving = parsed.GetValue(program) == Switch.on,
                    OpCapture = parsed.GetValue(ops) == Switch.on,
                    IncludeNamespaces = parsed.GetValue(include) ?? [],
                    ExcludeNamespaces = parsed.GetValue(exclude) ?? [],
                    StepMethods = parsed.GetValue(steps) ?? [],
                    Source = "terra weave",
                },
                Log = log,
            };
            return Run(request, log, keepBackup: !parsed.GetValue(noBackup));
        });
        return command;
    }

    private static int Run(FileWeavingRequest request, ConsoleLog log, bool keepBackup)
    {
        // Asked first, so that a file which cannot be woven is not even copied.
        if (Preflight.Check(request) is { } reason)
        {
            log.Report(reason);
            return ExitCodes.NotWoven;
        }

        try
        {
            return Weave(request, log, keepBackup);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Report(Diagnostics.CannotWrite(request.OutputPath ?? request.AssemblyPath, e.Message));
            return ExitCodes.NotWoven;
        }
    }

    private static int Weave(FileWeavingRequest request, ConsoleLog log, bool keepBackup)
    {
        string target = request.OutputPath ?? request.AssemblyPath;
        bool inPlace = Path.GetFullPath(target) == Path.GetFullPath(request.AssemblyPath);
        WeavingResult result;
        using (Backup? backup = keepBackup && inPlace ? Backup.Take(request.AssemblyPath) : null)
        {
            result = FileWeaver.Weave(request);
            if (result.Outcome == WeavingOutcome.Woven)
            {
                backup?.Keep();
            }
        }

        switch (result.Outcome)
        {
            case WeavingOutcome.Woven:
                log.Summary(target, result);
                return ExitCodes.Success;
            case WeavingOutcome.AlreadyWoven:
                string copied = inPlace ? "" : $" It is copied to {target}.";
                AnsiConsole.MarkupLineInterpolated($"[green]{Path.GetFileName(request.AssemblyPath)} is woven already.[/]{copied}");
                return ExitCodes.Success;
            default:
                return ExitCodes.NotWoven;
        }
    }
}
