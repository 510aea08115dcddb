using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Terra.Bench.Kernels;

/// <summary>The results as a table for people and as JSON.</summary>
internal static class KernelReport
{
    public static Table Table(KernelRun run)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .Title($"peak {run.PeakFlops / 1e9:F0} GFLOP/s, copy {run.Bandwidth / 1e9:F1} GB/s, peer: {Markup.Escape(run.Peer)}");
        foreach (string heading in new[] { "group", "case", "ours us", "peer us", "peer/ours", "best/best", "% limit", "bar", "" })
        {
            table.AddColumn(heading);
        }

        foreach (KernelResult result in run.Results)
        {
            table.AddRow(
                result.Case.Group,
                Markup.Escape(result.Case.Name),
                Number(result.Microseconds, "F2"),
                Number(result.PeerMicroseconds, "F2"),
                Number(result.Ratio, "F2"),
                Number(result.BestRatio, "F2"),
                Number(100 * result.LimitShare, "F0"),
                Bar(result.Case),
                (result.Reached ? "" : "[red]missed[/] ") + Markup.Escape(result.Remark ?? ""));
        }

        return table;
    }

    public static string Json(KernelRun run) => JsonSerializer.Serialize(
        new
        {
            peakGflops = run.PeakFlops / 1e9,
            copyGBs = run.Bandwidth / 1e9,
            peer = run.Peer,
            cases = run.Results.Select(static r => new
            {
                group = r.Case.Group,
                name = r.Case.Name,
                microseconds = r.Microseconds,
                peerMicroseconds = r.PeerMicroseconds,
                ratio = r.Ratio,
                bestRatio = r.BestRatio,
                limit = r.Case.Work.Flops > 0 ? "fma" : r.Case.Work.Bytes > 0 ? "bandwidth" : null,
                limitShare = r.LimitShare,
                ratioBar = r.Case.RatioBar,
                limitBar = r.Case.LimitBar,
                microsecondsBar = r.Case.MicrosecondsBar,
                reached = r.Reached,
                keptRounds = r.KeptRounds,
                remark = r.Remark,
            }),
        },
        new JsonSerializerOptions { WriteIndented = true });

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Bar(KernelCase kernel)
    {
        var bars = new List<string>();
        if (kernel.RatioBar > 0)
        {
            bars.Add(kernel.RatioBar.ToString("F1", CultureInfo.InvariantCulture));
        }

        if (kernel.LimitBar > 0)
        {
            bars.Add(kernel.LimitBar.ToString("P0", CultureInfo.InvariantCulture));
        }

        if (kernel.MicrosecondsBar > 0)
        {
            bars.Add(string.Create(CultureInfo.InvariantCulture, $"<= {kernel.MicrosecondsBar} us"));
        }

        return string.Join(", ", bars);
    }
}
