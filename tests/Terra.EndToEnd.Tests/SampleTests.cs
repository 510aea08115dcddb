using System.Diagnostics;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace Terra.EndToEnd.Tests;

/// <summary>The samples as users run them: as processes, through their command line, judged by the report they write.</summary>
public sealed class SampleTests : IDisposable
{
    private const int Steps = 24;

    private static readonly string[] s_terraFields =
    [
        "phase", "iterations", "coExecuted", "traced", "fallbacks", "opsPerStep", "nodes", "forks", "loops", "kernels", "fetchesPerStep",
        "skeletonMs", "graphMs", "overlapMs", "compileMs",
    ];

    private readonly string _report = Path.GetTempFileName();

    public void Dispose() => File.Delete(_report);

    [Theory]
    [InlineData("Digits")]
    [InlineData("Quickstart")]
    public void All_modes_have_the_same_losses_and_the_report_is_whole(string sample)
    {
        JsonElement off = Run(sample, "off");
        JsonElement woven = Run(sample, "on");
        JsonElement verified = Run(sample, "verify");
        JsonElement traced = Run(sample, "trace");

        Losses(off).Should().HaveCount(Steps).And.OnlyContain(loss => float.IsFinite(loss));
        Losses(woven).Should().Equal(Losses(off));
        Losses(verified).Should().Equal(Losses(off));
        Losses(traced).Should().Equal(Losses(off));

        foreach ((JsonElement report, string mode) in new[] { (off, "off"), (woven, "woven"), (verified, "verify"), (traced, "trace") })
        {
            report.GetProperty("program").GetString().Should().Be(sample);
            report.GetProperty("mode").GetString().Should().Be(mode);
            report.GetProperty("seed").GetInt32().Should().Be(5);
            report.GetProperty("steps").GetInt32().Should().Be(Steps);
            report.GetProperty("seconds").GetDouble().Should().BePositive();
            report.GetProperty("steadyStepMs").GetDouble().Should().BePositive();
            report.GetProperty("metrics").EnumerateObject().Should().NotBeEmpty();
            report.GetProperty("terra").EnumerateObject().Select(field => field.Name).Should().Contain(s_terraFields);
        }

        off.GetProperty("terra").GetProperty("coExecuted").GetInt64().Should().Be(0);
        woven.GetProperty("terra").GetProperty("coExecuted").GetInt64().Should().BeGreaterThan(Steps / 2);
        woven.GetProperty("terra").GetProperty("fallbacks").GetArrayLength().Should().Be(0);
        traced.GetProperty("terra").GetProperty("coExecuted").GetInt64().Should().Be(0);
        traced.GetProperty("terra").GetProperty("traced").GetInt64().Should().BeGreaterThan(Steps / 2);
    }

    [Fact]
    public void An_unknown_mode_is_an_error_that_names_it_and_the_known_ones()
    {
        (int exitCode, string _, string errors) = Start("Quickstart", "of");

        exitCode.Should().NotBe(0);
        errors.Should().Contain("TERRA1001").And.Contain("\"of\"").And.Contain("on, off, trace or verify");
        errors.Should().NotContain(nameof(TypeInitializationException));
    }

    [Fact]
    public void An_unknown_value_of_another_variable_is_such_an_error_too()
    {
        (int exitCode, string _, string errors) = Start("Quickstart", "on", winograd: "of");

        exitCode.Should().NotBe(0);
        errors.Should().Contain("TERRA1001").And.Contain("TERRA_WINOGRAD is \"of\"").And.Contain("on or off");
        errors.Should().NotContain(nameof(TypeInitializationException));
    }

    [Fact]
    public void Digits_learns_to_read_while_it_co_executes()
    {
        JsonElement report = Run("Digits", "on", "--size", "full");

        report.GetProperty("metrics").GetProperty("testAccuracy").GetDouble().Should().BeGreaterThanOrEqualTo(0.96);
        JsonElement terra = report.GetProperty("terra");
        long iterations = terra.GetProperty("iterations").GetInt64();
        iterations.Should().BeGreaterThanOrEqualTo(report.GetProperty("steps").GetInt32());
        terra.GetProperty("coExecuted").GetInt64().Should().BeGreaterThanOrEqualTo(iterations * 9 / 10);
    }

    private static float[] Losses(JsonElement report) => [.. report.GetProperty("losses").EnumerateArray().Select(loss => loss.GetSingle())];

    private JsonElement Run(string sample, string mode) => Run(sample, mode, "--steps", $"{Steps}", "--seed", "5", "--size", "tiny");

    private JsonElement Run(string sample, string mode, params string[] arguments)
    {
        (int exitCode, string printed, string errors) = Start(sample, mode, arguments: arguments);
        exitCode.Should().Be(0, errors);
        printed.Should().BeEmpty("--quiet prints nothing");
        return JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(_report));
    }

    private (int ExitCode, string Printed, string Errors) Start(string sample, string mode, string winograd = "", params string[] arguments)
    {
        // The tests' own output folder ends in .../<configuration>/net10.0, as the samples' do.
        string output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string framework = Path.GetFileName(output), configuration = Path.GetFileName(Path.GetDirectoryName(output)!);
        string root = Path.GetFullPath(Path.Combine(output, "../../../../.."));
        string assembly = Path.Combine(root, "samples", sample, "bin", configuration, framework, $"{sample}.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            Environment = { ["TERRA"] = mode, ["TERRA_WINOGRAD"] = winograd },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[assembly, .. arguments, "--quiet", "--json", _report])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, printed, errors.Result);
    }
}
