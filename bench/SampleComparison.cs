using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Terra.Bench;

/// <summary><c>sample</c>: a sample as users run it, woven against <c>TERRA=off</c>, whole processes in turn.</summary>
internal static class SampleComparison
{
    public static Command Create()
    {
        var name = new Argument<string>("sample") { Description = "A folder under samples/, such as Digits; built before." };
        var pairs = new Option<int>("--pairs") { Description = "Runs of each side.", DefaultValueFactory = static _ => 7 };
        var steps = new Option<int?>("--steps") { Description = "Steps a run; without it the sample's default." };
        var command = new Command("sample", "Steps a second of a sample, woven against off, in alternating runs; and whether their losses are the same bits.") { name, pairs, steps };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(name), parsed.GetValue(pairs), parsed.GetValue(steps)));
        return command;
    }

    private static int Run(string sample, int pairs, int? steps)
    {
        string assembly = Path.Combine(RepositoryRoot(), "samples", sample, "bin", "Release", "net10.0", $"{sample}.dll");
        if (!File.Exists(assembly))
        {
            Console.Error.WriteLine($"{assembly} is not there: dotnet build -c Release samples/{sample}");
            return 1;
        }

        var woven = new Outcome[pairs];
        var off = new Outcome[pairs];
        for (int pair = 0; pair < pairs; pair++)
        {
            // Which goes first changes, so that neither always meets the machine as the other left it.
            bool wovenFirst = pair % 2 == 0;
            Outcome first = RunOnce(assembly, steps, wovenFirst ? "on" : "off");
            Outcome second = RunOnce(assembly, steps, wovenFirst ? "off" : "on");
            (woven[pair], off[pair]) = wovenFirst ? (first, second) : (second, first);
        }

        Table table = new Table().AddColumn("what").AddColumn("woven").AddColumn("off").AddColumn("off / woven: median").AddColumn("lowest to highest pair");
        Row(table, "steady step, ms", woven, off, static run => run.SteadyStepMs);
        Row(table, "whole run, s", woven, off, static run => run.Seconds);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(woven.Zip(off).All(static pair => pair.First.Losses.SequenceEqual(pair.Second.Losses)) ? "losses: the same bits" : "losses: DIFFERENT");
        return 0;
    }

    private static void Row(Table table, string what, Outcome[] woven, Outcome[] off, Func<Outcome, double> figure)
    {
        double[] ratios = woven.Zip(off, (w, o) => figure(o) / figure(w)).ToArray();
        table.AddRow(
            what,
            Text(AlternatingTimer.Median(Array.ConvertAll(woven, w => figure(w)))),
            Text(AlternatingTimer.Median(Array.ConvertAll(off, o => figure(o)))),
            Text(AlternatingTimer.Median(ratios)),
            $"{Text(ratios.Min())} to {Text(ratios.Max())}");
    }

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static Outcome RunOnce(string assembly, int? steps, string mode)
    {
        string report = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("dotnet") { ArgumentList = { assembly, "--quiet", "--json", report }, Environment = { ["TERRA"] = mode } };
            if (steps is { } count)
            {
                start.ArgumentList.Add("--steps");
                start.ArgumentList.Add(count.ToString(CultureInfo.InvariantCulture));
            }

            using Process process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{assembly} with TERRA={mode} ended with exit code {process.ExitCode}");
            }

            return JsonSerializer.Deserialize<Outcome>(File.ReadAllText(report), JsonSerializerOptions.Web)!;
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Terra.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("no Terra.sln above the benchmark");
    }

    /// <summary>What is compared of a sample's report.</summary>
    private sealed record Outcome(double Seconds, double SteadyStepMs, float[] Losses);
}
