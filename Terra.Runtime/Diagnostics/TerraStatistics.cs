namespace Terra.Runtime.Diagnostics;

/// <summary>One fallback: where the program left the TraceGraph, and why.</summary>
public sealed record FallbackInfo(string Location, string Reason);

/// <summary>A snapshot of what the runtime did so far, over all steps of the process.</summary>
public sealed record TerraStatistics
{
    /// <summary>eager, tracing or co-executing: the step that ran most, now.</summary>
    public required string Phase { get; init; }

    public required long Iterations { get; init; }

    public required long CoExecuted { get; init; }

    public required long Traced { get; init; }

    public required IReadOnlyList<FallbackInfo> Fallbacks { get; init; }

    /// <summary>Ops in the last iteration.</summary>
    public required int OpsPerStep { get; init; }

    public required int Nodes { get; init; }

    public required int Forks { get; init; }

    public required int Loops { get; init; }

    /// <summary>Kernel launches of the GraphRunner in a co-executed iteration, on average.</summary>
    public required int Kernels { get; init; }

    public required double FetchesPerStep { get; init; }

    /// <summary>Time program threads spent in co-executed iterations, without waiting for the GraphRunner.</summary>
    public required double SkeletonMs { get; init; }

    /// <summary>Time GraphRunners spent running kernels.</summary>
    public required double GraphMs { get; init; }

    /// <summary>Time both ran at once.</summary>
    public required double OverlapMs { get; init; }

    /// <summary>Time spent building plans and fused kernels.</summary>
    public required double CompileMs { get; init; }

    public static TerraStatistics Snapshot() => StepStatistics.Snapshot();
}
