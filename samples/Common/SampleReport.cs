using System.Text.Json;
using System.Text.Json.Serialization;
using Terra.Runtime.Diagnostics;

namespace Terra.Samples;

/// <summary>What a run leaves behind as JSON. Numbers are written so that reading them gives back the same bits.</summary>
public sealed record SampleReport
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    public required string Program { get; init; }

    /// <summary>woven, off, verify or trace.</summary>
    public required string Mode { get; init; }

    public required int Seed { get; init; }

    public required int Steps { get; init; }

    /// <summary>The loss of every step.</summary>
    public required IReadOnlyList<float> Losses { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Median time of a step over the last half of the run.</summary>
    public required double SteadyStepMs { get; init; }

    /// <summary>What the runtime did.</summary>
    public required TerraStatistics Terra { get; init; }

    /// <summary>Writes the report to a file.</summary>
    public void WriteTo(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, s_options));
}
