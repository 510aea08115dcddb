using System.Diagnostics;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Diagnostics;

/// <summary>What one finished iteration measured.</summary>
internal readonly record struct IterationFacts
{
    public required bool IsCoExecuted { get; init; }

    public required int Ops { get; init; }

    public required int Fetches { get; init; }

    public required long ElapsedTicks { get; init; }

    public required long WaitedTicks { get; init; }

    public required long BusyTicks { get; init; }

    public required long Launches { get; init; }

    public required long CompileTicks { get; init; }
}

/// <summary>Counters of one step. Thread-safe.</summary>
internal sealed class StepStatistics
{
    private const int FallbacksKept = 1000;

    private static readonly Lock s_lock = new();
    private static readonly List<StepSite> s_steps = [];

    private readonly Lock _lock = new();
    private readonly List<FallbackInfo> _fallbacks = [];
    private long _fetches;
    private long _skeletonTicks;
    private long _graphTicks;
    private long _overlapTicks;
    private IterationFacts _last;
    private long _launches;
    private long _compileTicks;

    public long Iterations { get; private set; }

    public long CoExecuted { get; private set; }

    public long Traced { get; private set; }

    /// <summary>How many plans were built.</summary>
    public int Plans { get; private set; }

    /// <summary>Notes time spent building a plan.</summary>
    public void CountPlanning(long ticks)
    {
        lock (_lock)
        {
            Plans++;
            _compileTicks += ticks;
        }
    }

    public static void Register(StepSite step)
    {
        lock (s_lock)
        {
            s_steps.Add(step);
        }
    }

    public static void Reset()
    {
        lock (s_lock)
        {
            s_steps.Clear();
        }
    }

    public void CountEager()
    {
        lock (_lock)
        {
            Iterations++;
        }
    }

    public void CountFallback(Location location, string reason, string what)
    {
        lock (_lock)
        {
            if (_fallbacks.Count < FallbacksKept)
            {
                _fallbacks.Add(new FallbackInfo($"{location}: {what}", reason));
            }
        }

        TerraMeter.Fallbacks.Add(1);
    }

    public void Count(in IterationFacts facts)
    {
        lock (_lock)
        {
            Iterations++;
            _fetches += facts.Fetches;
            _last = facts;
            if (facts.IsCoExecuted)
            {
                CoExecuted++;
                long skeleton = Math.Max(0, facts.ElapsedTicks - facts.WaitedTicks);
                _skeletonTicks += skeleton;
                _graphTicks += facts.BusyTicks;
                _overlapTicks += Math.Clamp(skeleton + facts.BusyTicks - facts.ElapsedTicks, 0, Math.Min(skeleton, facts.BusyTicks));
                _launches += facts.Launches;
                _compileTicks += facts.CompileTicks;
            }
            else
            {
                Traced++;
            }
        }

        (facts.IsCoExecuted ? TerraMeter.CoExecutedIterations : TerraMeter.TracedIterations).Add(1);
    }

    /// <summary>All steps together; counts of the graph are those of the step with the most iterations.</summary>
    public static TerraStatistics Snapshot()
    {
        StepSite[] steps;
        lock (s_lock)
        {
            steps = [.. s_steps];
        }

        StepSite? main = steps.MaxBy(step => step.Statistics.Iterations);
        StepStatistics? facts = main?.Statistics;
        StepStatistics[] all = steps.Select(step => step.Statistics).ToArray();
        long iterations = all.Sum(step => step.Iterations);
        return new TerraStatistics
        {
            Phase = facts is null ? "eager" : facts._last.IsCoExecuted ? "co-executing" : "tracing",
            Iterations = iterations,
            CoExecuted = all.Sum(step => step.CoExecuted),
            Traced = all.Sum(step => step.Traced),
            Fallbacks = all.SelectMany(step => step.CopyFallbacks()).ToArray(),
            OpsPerStep = facts?._last.Ops ?? 0,
            Nodes = main?.Graph.NodeCount ?? 0,
            Forks = main?.Graph.CountForks() ?? 0,
            Loops = main?.Graph.CountLoops() ?? 0,
            Kernels = facts is null || facts.CoExecuted == 0 ? 0 : (int)Math.Round(facts._launches / (double)facts.CoExecuted),
            FetchesPerStep = iterations == 0 ? 0 : all.Sum(step => step._fetches) / (double)iterations,
            SkeletonMs = Milliseconds(all.Sum(step => step._skeletonTicks)),
            GraphMs = Milliseconds(all.Sum(step => step._graphTicks)),
            OverlapMs = Milliseconds(all.Sum(step => step._overlapTicks)),
            CompileMs = Milliseconds(all.Sum(step => step._compileTicks)),
        };
    }

    private FallbackInfo[] CopyFallbacks()
    {
        lock (_lock)
        {
            return [.. _fallbacks];
        }
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
