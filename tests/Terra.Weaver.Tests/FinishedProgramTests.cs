using System.Globalization;
using System.Text.RegularExpressions;
using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>A finished program, woven by the tool without its source, co-executes on the real runtime and prints what it printed before.</summary>
public sealed partial class FinishedProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FinishedProgramTests()
    {
        string output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string framework = Path.GetFileName(output), configuration = Path.GetFileName(Path.GetDirectoryName(output)!);
        foreach (string file in Directory.GetFiles(Path.Combine(ConsumerProject.Repository, "tests/FinishedProgram/bin", configuration, framework)))
        {
            File.Copy(file, _folder.File(Path.GetFileName(file)));
        }
    }

    private string Program => _folder.File("FinishedProgram.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CoExecutesAndPrintsTheSame()
    {
        ConsumerProject.Mark(Program).Should().BeNull();
        Finished unwoven = Run("on");
        unwoven.Output.Split('\n').Should().HaveCountGreaterThan(60);
        CoExecuted(unwoven, "loop").Should().Be(0);

        DotNet.Terra("weave", Program).ExitCode.Should().Be(0);
        Finished woven = Run("on");
        woven.Output.Should().Be(unwoven.Output);
        CoExecuted(woven, "loop").Should().BeGreaterThan(20);
        CoExecuted(woven, "async").Should().Be(55, "four steps are traced until two in a row were covered, and the first that throws, whichever threads they resume on");
        woven.Errors.Should().Contain(" 0 fallbacks").And.Contain(" of 60", "each call of the marked method is an iteration");

        Run("verify").Output.Should().Be(unwoven.Output);
        Finished off = Run("off");
        off.Output.Should().Be(unwoven.Output);
        CoExecuted(off, "loop").Should().Be(0);
    }

    private static int CoExecuted(Finished run, string part) =>
        int.Parse(Numbers().Matches(run.Errors).Single(match => match.Groups[1].Value == part).Groups[2].Value, CultureInfo.InvariantCulture);

    private Finished Run(string mode)
    {
        Finished run = DotNet.Run(_folder.Path, new Dictionary<string, string> { ["TERRA"] = mode }, Program);
        run.ExitCode.Should().Be(0, run.Errors);
        return run;
    }

    [GeneratedRegex(@"(\w+): (\d+) co-executed")]
    private static partial Regex Numbers();
}
