using System.Text.Json;
using FluentAssertions;
using Terra.EndToEnd.Generator;
using Terra.EndToEnd.Programs;
using Terra.Runtime.Diagnostics;
using Terra.Samples;
using Xunit;

namespace Terra.EndToEnd.Tests;

/// <summary>What a run's report says of a program that leaves its graph; the samples never do.</summary>
[Collection(nameof(OneAtATime))]
public sealed class ReportTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Each_fallback_has_a_location_and_a_reason()
    {
        Action<UnwovenHelpers.Observer> program = ProgramRunner.Of(typeof(ControlFlow).GetMethod(nameof(ControlFlow.ABranchThatAppearsAtStep50))!);
        TerraStatistics statistics = ProgramRunner.Run(program, TerraMode.On).Statistics;
        var report = new SampleReport
        {
            Program = "branch", Mode = "woven", Seed = 1, Steps = 70, Losses = [0.1f, float.NaN], Metrics = new Dictionary<string, double>(), Seconds = 1, SteadyStepMs = 1, Terra = statistics,
        };

        report.WriteTo(_file);

        JsonElement written = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(_file));
        JsonElement fallback = written.GetProperty("terra").GetProperty("fallbacks").EnumerateArray().Should().ContainSingle("the branch appears once").Subject;
        fallback.EnumerateObject().Select(field => field.Name).Should().Equal("location", "reason");
        fallback.GetProperty("location").GetString().Should().Match("*ControlFlow.ABranchThatAppearsAtStep50 (ControlFlow.cs:*)*: aten::tanh");
        fallback.GetProperty("reason").GetString().Should().Be("aten::tanh is not what the graph expects here");
    }
}
