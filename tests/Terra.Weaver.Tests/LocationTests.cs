using System.Reflection;
using System.Runtime.CompilerServices;
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
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        ScenarioHost woven = processed.Woven;
        if (woven.Marked("StackDiffersAttribute").Any(method => ScenarioHost.NameOf(method) == scenario))
        {
            return;
        }

        var stacks = new MachineStack(processed);
        foreach (Op op in woven.Outcomes[scenario].Ops)
        {
            stacks.Difference(woven.CallsOf(op), op.Frames).Should().BeNull();
        }
    }

    [Theory]
    [MemberData(nameof(ScenarioData.Scenarios), MemberType = typeof(ScenarioData))]
    public void TurnsAreTheLoops(string assembly, string configuration, string scenario)
    {
        foreach (Op op in ProcessedAssembly.Get(assembly, configuration).Woven.Outcomes[scenario].Ops.Where(op => op.Turns is not null))
        {
            // Between a yield and its loop's next turn an iterator is where its consumer is: the loops it was in are not entered again.
            IReadOnlyList<int> turns = ScenarioHost.OwnTurnsOf(op);
            if (op.Frames[^1].Method.Name == "MoveNext" && scenario.Contains("Iterat", StringComparison.Ordinal))
            {
                IsPartOf(turns, op.Turns!).Should().BeTrue("the loops at {0} are {1}, not {2}", op.Frames[^1], string.Join(' ', op.Turns!), string.Join(' ', turns));
            }
            else
            {
                turns.Should().Equal(op.Turns, "so says the probe at {0}", op.Frames[^1]);
            }
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

    [Theory]
    [MemberData(nameof(ScenarioData.Steps), MemberType = typeof(ScenarioData))]
    public void MarkedMethodsAreSteps(string assembly, string configuration, string scenario)
    {
        ScenarioHost woven = ProcessedAssembly.Get(assembly, configuration).Woven;
        foreach (Outcome outcome in new[] { woven.Outcomes[scenario], woven.Resumed.GetValueOrDefault(scenario) }.OfType<Outcome>())
        {
            outcome.Ops.Should().Contain(op => IsInMarked(op));
            foreach (Op op in outcome.Ops)
            {
                op.Location.Count(entry => entry.Turn == -2).Should().Be(IsInMarked(op) ? 1 : 0, "{0} is where it is", op.Frames[^1]);
            }

            Op inStep = outcome.Ops.First(IsInMarked);
            woven.SiteOf(inStep.Location.Single(entry => entry.Turn == -2).SiteId).Kind.Should().Be("step");
        }
    }

    /// <summary>True if the first sequence is the second with some elements left out.</summary>
    private static bool IsPartOf(IReadOnlyList<int> part, IReadOnlyList<int> whole)
    {
        int found = 0;
        foreach (int element in whole)
        {
            found += found < part.Count && part[found] == element ? 1 : 0;
        }

        return found == part.Count;
    }

    /// <summary>
    /// True if a step is nearer on the stack than the scenario: what awaits a method that resumes is further in than the method.
    /// </summary>
    private static bool IsInMarked(Op op) => op.Frames
        .Select(frame => SourceOf(frame.Method).CustomAttributes.Select(attribute => attribute.AttributeType.Name).ToList())
        .LastOrDefault(names => names.Contains("StepAttribute") || names.Contains("ScenarioAttribute"))?.Contains("StepAttribute") ?? false;

    /// <summary>The method that the programmer wrote, for the MoveNext of its state machine.</summary>
    private static MethodBase SourceOf(MethodBase method)
    {
        Type machine = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericTypeDefinition() : method.DeclaringType;
        return machine.DeclaringType?.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance)
            .FirstOrDefault(candidate => candidate.GetCustomAttribute<AsyncStateMachineAttribute>()?.StateMachineType == machine) ?? method;
    }

    private static string LocationText(Op op) => op.Name + " " + string.Join(' ', op.Location);
}
