using System.CommandLine;
using Spectre.Console;

namespace Terra.Samples;

/// <summary>How big a run of a sample is.</summary>
public enum SampleSize
{
    /// <summary>Seconds: for tests.</summary>
    Tiny,

    /// <summary>The default.</summary>
    Small,

    /// <summary>As big as the program is meant to be.</summary>
    Full,
}

/// <summary>The command line that all samples share: <c>--steps N --seed S --size tiny|small|full --json FILE --quiet</c>.</summary>
public static class SampleCommandLine
{
    /// <summary>Parses the arguments, runs the sample, and writes its report if one is asked for.</summary>
    /// <param name="program">The sample's name, as reported.</param>
    /// <param name="description">What it does, for the help text.</param>
    /// <param name="args">The process's arguments.</param>
    /// <param name="body">The sample itself.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(string program, string description, string[] args, Action<SampleRun> body)
    {
        var steps = new Option<int?>("--steps") { Description = "Stop after this many training steps." };
        var seed = new Option<int>("--seed") { Description = "Seed of every random number.", DefaultValueFactory = static _ => 1 };
        var size = new Option<SampleSize>("--size") { Description = "How big the run is: tiny, small or full.", DefaultValueFactory = static _ => SampleSize.Small };
        var json = new Option<FileInfo?>("--json") { Description = "Write a report to this file." };
        var quiet = new Option<bool>("--quiet") { Description = "Print nothing." };
        var command = new RootCommand(description) { steps, seed, size, json, quiet };
        command.SetAction(parsed =>
        {
            PrintPlainlyToFiles();
            var run = new SampleRun(program, parsed.GetValue(steps), parsed.GetValue(seed), parsed.GetValue(size), parsed.GetValue(quiet));
            body(run);
            SampleReport report = run.Finish();
            if (parsed.GetValue(json) is { } file)
            {
                report.WriteTo(file.FullName);
            }
        });
        return command.Parse(args).Invoke();
    }

    /// <summary>Into a file or a pipe, text goes without colours, and lines are not broken at a terminal's width.</summary>
    private static void PrintPlainlyToFiles()
    {
        const int LineWidth = 160;
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Width = LineWidth;
        }
    }
}
