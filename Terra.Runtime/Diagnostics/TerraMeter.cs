using System.Diagnostics.Metrics;

namespace Terra.Runtime.Diagnostics;

/// <summary>The meter "Terra", for dotnet-counters and OpenTelemetry.</summary>
internal static class TerraMeter
{
    private static readonly Meter s_meter = new("Terra");

    public static Counter<long> CoExecutedIterations { get; } = s_meter.CreateCounter<long>("terra.iterations.coexecuted");

    public static Counter<long> TracedIterations { get; } = s_meter.CreateCounter<long>("terra.iterations.traced");

    public static Counter<long> Fallbacks { get; } = s_meter.CreateCounter<long>("terra.fallbacks");
}
