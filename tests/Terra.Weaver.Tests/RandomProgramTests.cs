using System.Reflection;
using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>Random control flow, woven and unwoven: the same results and ops, and the location that the program itself counts.</summary>
public class RandomProgramTests
{
    private const int Methods = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void IsWovenRight(int seed)
    {
        using var folder = new TemporaryFolder();
        using var wovenFolder = new TemporaryFolder();
        ProcessedAssembly.CopyInput("Release", folder.Path);
        ProcessedAssembly.CopyInput("Release", wovenFolder.Path);
        string original = RandomProgram.Write(seed, Methods, folder.Path);
        string woven = wovenFolder.File("RandomProgram.dll");
        File.Copy(original, woven);
        Weaving.WeaveInPlace(woven);

        using var before = new IlReader(original);
        using var after = new IlReader(woven);
        IReadOnlyDictionary<string, IReadOnlyList<string>> expectedWarnings = before.Warnings();
        foreach ((string method, IReadOnlyList<string> warnings) in after.Warnings())
        {
            warnings.Should().BeSubsetOf(expectedWarnings.GetValueOrDefault(method, []), "{0} is read as before", method);
        }

        MethodComparison.Compare(original, woven).Differences.Should().BeEmpty();
        var unwovenHost = new ScenarioHost(original);
        var wovenHost = new ScenarioHost(woven);
        foreach ((string scenario, Outcome expected) in unwovenHost.Outcomes)
        {
            string program() => $"{scenario} of seed {seed} is\n{string.Join('\n', before.Text(scenario.Replace("Program.Scenario", "Method", StringComparison.Ordinal)))}";
            Outcome outcome = wovenHost.Outcomes[scenario];
            Agree(outcome.Result, expected.Result, program);
            Agree(string.Join(' ', outcome.Complaints), "", program);
            Agree(outcome.Trace.Count == 0 ? outcome.DepthAfter : 0, 0, program);
            Agree(outcome.Ops.Count, expected.Ops.Count, program);
            foreach (Op op in outcome.Ops)
            {
                Agree(op.Location.Count(entry => entry.Turn == -1), CallsOn(op.Frames), program);
                Agree(string.Join(' ', op.Turns is null ? [] : ScenarioHost.OwnTurnsOf(op)), string.Join(' ', op.Turns ?? []), program);
            }
        }
    }

    /// <summary>The frames of a stack, but for those of which a filter sees the exception: there is no recursion, so it sees its method twice.</summary>
    private static int CallsOn(IReadOnlyList<(MethodBase Method, int Line)> frames)
    {
        int calls = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            int same = i;
            i = Enumerable.Range(same, frames.Count - same).Last(j => frames[j].Method == frames[same].Method);
            calls++;
        }

        return calls;
    }

    /// <summary>Compares quickly; a difference shows the program.</summary>
    private static void Agree<T>(T actual, T expected, Func<string> program)
        where T : notnull
    {
        if (!actual.Equals(expected))
        {
            actual.Should().Be(expected, program().Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        }
    }
}
