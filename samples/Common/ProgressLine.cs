using System.Globalization;
using Spectre.Console;
using Terra.Runtime.Diagnostics;

namespace Terra.Samples;

/// <summary>
/// One line that says how far a program is: epoch, loss, steps a second, the runtime's phase, fallbacks so far. On a terminal it
/// rewrites itself a few times a second; elsewhere only the milestones are printed.
/// </summary>
internal sealed class ProgressLine
{
    private const long RefreshMs = 100;
    private const string EraseLine = "\r\u001b[2K";

    private readonly bool _isLive = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
    private long _shownAt = long.MinValue / 2;
    private bool _isOpen;

    /// <summary>Shows the line.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="step">Steps so far.</param>
    /// <param name="loss">The last loss read.</param>
    /// <param name="stepsPerSecond">Speed of the last steps.</param>
    /// <param name="note">What else there is to say.</param>
    /// <param name="isMilestone">Whether the line should stay.</param>
    public void Show(int epoch, int step, float loss, double stepsPerSecond, string note, bool isMilestone)
    {
        long now = Environment.TickCount64;
        if (!isMilestone && (!_isLive || now - _shownAt < RefreshMs))
        {
            return;
        }

        _shownAt = now;
        TerraStatistics statistics = TerraStatistics.Snapshot();
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"[bold]epoch {epoch,3}[/]  step {step,5}  loss [yellow]{loss,7:F4}[/]  {stepsPerSecond,7:F1} steps/s  [green]{Markup.Escape(statistics.Phase)}[/]  {statistics.Fallbacks.Count} fallbacks  {Markup.Escape(note)}");
        if (_isLive)
        {
            AnsiConsole.Write(new ControlCode(EraseLine));
        }

        AnsiConsole.Markup(line);
        _isOpen = !isMilestone;
        if (isMilestone)
        {
            AnsiConsole.WriteLine();
        }
    }

    /// <summary>Ends a line that was left open.</summary>
    public void Close()
    {
        if (_isOpen)
        {
            AnsiConsole.WriteLine();
            _isOpen = false;
        }
    }
}
