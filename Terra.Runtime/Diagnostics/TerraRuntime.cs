using Terra.Runtime.Tracing;

namespace Terra.Runtime.Diagnostics;

/// <summary>The runtime's one switch.</summary>
public static class TerraRuntime
{
    /// <summary>The mode in force. Setting it affects iterations that begin afterwards, on every thread.</summary>
    /// <exception cref="ArgumentException">TERRA has a value that is none of on, off, trace, verify (at first use).</exception>
    public static TerraMode Mode { get; set; } = FromEnvironment(Environment.GetEnvironmentVariable("TERRA"));

    /// <summary>
    /// Whether 3 by 3 convolutions without stride, and their gradients, may use Winograd's algorithm, which is faster and rounds more coarsely. On unless TERRA_WINOGRAD is off; the choice for
    /// a shape is otherwise fixed, so eager mode and graphs agree.
    /// </summary>
    public static bool Winograd { get; set; } = !string.Equals(Environment.GetEnvironmentVariable("TERRA_WINOGRAD")?.Trim(), "off", StringComparison.OrdinalIgnoreCase);

    /// <summary>Forgets all TraceGraphs, plans and statistics, as in a fresh process. For tests and tools; no step may be active.</summary>
    public static void Reset()
    {
        LoopSite.Reset();
        StepStatistics.Reset();
    }

    internal static TerraMode FromEnvironment(string? value) => value?.Trim().ToLowerInvariant() switch
    {
        null or "" or "on" => TerraMode.On,
        "off" => TerraMode.Off,
        "trace" => TerraMode.Trace,
        "verify" => TerraMode.Verify,
        _ => throw new ArgumentException($"TERRA={value} is not known: use on, off, trace or verify"),
    };
}
