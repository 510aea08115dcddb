using System.Reflection;
using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>The location at each op is the program's: the calls are those on the machine's stack, the turns those the program counts.</summary>
public class LocationTests
{
    [Theory]
    [MemberData(nameof(ScenarioData.Scenarios), MemberType = typeof(ScenarioData))]
    public void CallsAreTheStacks(string assembly, string configuration, string scenario)
    {
        ScenarioHost woven = ProcessedAssembly.Get(assembly, configuration).Woven;
        if (woven.Marked("StackDiffersAttribute").Any(method => ScenarioHost.NameOf(method) == scenario))
        {
            return;
        }

        foreach (Op op in woven.Outcomes[scenario].Ops)
        {
            woven.CallsOf(op).Select(site => site.Line).Should().Equal(
                ProgramFrames(op.Frames).Select(frame => frame.Line),
                "the stack of the machine is {0}",
                string.Join(" > ", op.Frames.Select(frame => $"{frame.Method.Name}:{frame.Line}")));
        }
    }

    [Theory]
    [MemberData(nameof(ScenarioData.Scenarios), MemberType = typeof(ScenarioData))]
    public void TurnsAreTheLoops(string assembly, string configuration, string scenario)
    {
        foreach (Op op in ProcessedAssembly.Get(assembly, configuration).Woven.Outcomes[scenario].Ops.Where(op => op.Turns is not null))
        {
            ScenarioHost.OwnTurnsOf(op).Should().Equal(op.Turns, "so says the probe at {0}", op.Frames[^1]);
        }
    }

    [Theory]
    [MemberData(nameof(ScenarioData.Awaiting), MemberType = typeof(ScenarioData))]
    public void ResumingOnAnotherThreadChangesNoLocation(string assembly, string configuration, string scenario)
    {
        ScenarioHost woven = ProcessedAssembly.Get(assembly, configuration).Woven;
        woven.Resumed[scenario].Ops.Select(LocationText)
            .Should().BeEquivalentTo(woven.Outcomes[scenario].Ops.Select(LocationText));
    }

    [Fact]
    public void MarkedMethodsAreSteps()
    {
        ScenarioHost woven = ProcessedAssembly.Get("AssemblyToProcess", "Release").Woven;
        IReadOnlyList<Op> ops = woven.Outcomes["Steps.MarkedMethodThatThrows"].Ops;
        ops.Take(ops.Count - 1).Should().OnlyContain(op => op.Location.Count(entry => entry.Turn == -2) == 1);
        ops[^1].Location.Should().NotContain(entry => entry.Turn == -2, "the step was left by the exception");
        woven.SiteOf(ops[0].Location.Single(entry => entry.Turn == -2).SiteId).Kind.Should().Be("step");
    }

    private static string LocationText(Op op) => op.Name + " " + string.Join(' ', op.Location);

    /// <summary>Frames with source lines; the frame whose field access started a static constructor is at no call.</summary>
    private static IEnumerable<(MethodBase Method, int Line)> ProgramFrames(IReadOnlyList<(MethodBase Method, int Line)> frames)
    {
        List<(MethodBase Method, int Line)> lines = [.. frames.Where(frame => frame.Line > 0)];
        return lines.Where((_, i) => i + 1 == lines.Count || lines[i + 1].Method is not ConstructorInfo { IsStatic: true });
    }
}
