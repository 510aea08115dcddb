using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Terra.Bench;
using Terra.Bench.Kernels;

var overhead = new Command("overhead", "What weaving and the skeleton cost, in ratios and nanoseconds.");
overhead.SetAction(_ =>
{
    Table table = new Table().AddColumn("what").AddColumn("measured").AddColumn("bar");
    table.AddRow("hook of an op while inactive", Format(OverheadBenchmarks.InactiveHook(), "ns"), "<= 5 ns");
    (double atFullSpeed, double all, double share) = OverheadBenchmarks.Skeleton(100, 1500);
    table.AddRow($"skeleton, an op; runs at full speed: {share:P0}", Format(atFullSpeed, "ns"), "<= 300 ns");
    table.AddRow("skeleton, an op; all runs", Format(all, "ns"), "");
    AlternatingTimer.Result callHeavy = OverheadBenchmarks.CallHeavy();
    table.AddRow("call-heavy program, woven / unwoven", Format(callHeavy.MedianRatio, "x"), "<= 1.10");
    AlternatingTimer.Result unsettled = OverheadBenchmarks.NeverSettling(2000, fresh: true);
    table.AddRow("never settles, first 2,000 iterations / off", Format(unsettled.MedianRatio, "x"), "");
    unsettled = OverheadBenchmarks.NeverSettling(2000, fresh: false);
    table.AddRow("never settles, later iterations / off", Format(unsettled.MedianRatio, "x"), "<= 1.05");
    AnsiConsole.Write(table);
});

var firstUse = new Command("first-use", "What emitting and compiling a kernel costs the first time it is needed.");
firstUse.SetAction(_ =>
{
    Table table = new Table().AddColumn("what").AddColumn("measured").AddColumn("bar");
    foreach ((string name, double milliseconds, double? bar) in FirstUse.Measure())
    {
        table.AddRow(Markup.Escape(name), Format(milliseconds, "ms"), bar is null ? "" : $"<= {bar} ms");
    }

    AnsiConsole.Write(table);
});

var root = new RootCommand("Terra's benchmarks.") { overhead, firstUse, SampleComparison.Create(), KernelsCommand.Create() };
return root.Parse(args).Invoke();

static string Format(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:F2} {unit}");
