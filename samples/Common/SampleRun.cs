using System.Diagnostics;
using Terra.Runtime.Diagnostics;

namespace Terra.Samples;

/// <summary>One run of a sample: what was asked for on the command line, and what the program reports about itself.</summary>
public sealed class SampleRun
{
    private readonly string _program;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<TimeSpan> _stepEnds = [];
    private readonly ProgressLine? _progress;

    internal SampleRun(string program, int? steps, int seed, SampleSize size, bool quiet)
    {
        _program = program;
        MaximumSteps = steps ?? int.MaxValue;
        Seed = seed;
        Size = size;
        Quiet = quiet;
        _progress = quiet ? null : new ProgressLine();
    }

    /// <summary>After how many training steps to stop.</summary>
    public int MaximumSteps { get; }

    public int Seed { get; }

    public SampleSize Size { get; }

    public bool Quiet { get; }

    /// <summary>The losses of all steps so far, in order. The program adds them, when it reads them.</summary>
    public List<float> Losses { get; } = [];

    /// <summary>The program's results by name.</summary>
    public Dictionary<string, double> Metrics { get; } = [];

    /// <summary>How many steps have ended.</summary>
    public int Steps => _stepEnds.Count;

    /// <summary>True once as many steps have ended as were asked for.</summary>
    public bool IsOver => Steps >= MaximumSteps;

    /// <summary>Marks the end of a training step.</summary>
    public void StepDone() => _stepEnds.Add(_clock.Elapsed);

    /// <summary>Shows how far the program is.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="loss">The last loss read.</param>
    /// <param name="isMilestone">Whether the line should stay, as at the end of an epoch.</param>
    /// <param name="note">What else there is to say.</param>
    public void ShowProgress(int epoch, float loss, bool isMilestone = false, string note = "") =>
        _progress?.Show(epoch, Steps, loss, StepsPerSecond(), note, isMilestone);

    internal SampleReport Finish()
    {
        _progress?.Close();
        return new SampleReport
        {
            Program = _program,
            Mode = ModeName(TerraRuntime.Mode),
            Seed = Seed,
            Steps = Steps,
            Losses = Losses,
            Metrics = Metrics,
            Seconds = _clock.Elapsed.TotalSeconds,
            SteadyStepMs = SteadyStepMs(),
            Terra = TerraStatistics.Snapshot(),
        };
    }

    internal static string ModeName(TerraMode mode) => mode switch
    {
        TerraMode.Off => "off",
        TerraMode.Verify => "verify",
        TerraMode.Trace => "trace",
        _ => "woven",
    };

    private double StepsPerSecond()
    {
        int window = Math.Min(50, Steps - 1);
        return window < 1 ? 0 : window / (_stepEnds[^1] - _stepEnds[^(window + 1)]).TotalSeconds;
    }

    /// <summary>Median time between the ends of two steps, over the last half of the run.</summary>
    private double SteadyStepMs()
    {
        var times = new List<double>();
        for (int i = Math.Max(1, Steps / 2); i < Steps; i++)
        {
            times.Add((_stepEnds[i] - _stepEnds[i - 1]).TotalMilliseconds);
        }

        times.Sort();
        return times.Count == 0 ? 0 : (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
