using FluentAssertions;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>A woven program does what the unwoven one does: results, ops, exceptions, stack traces.</summary>
public class BehaviourTests
{
    [Theory]
    [MemberData(nameof(ScenarioData.Scenarios), MemberType = typeof(ScenarioData))]
    public void BehavesAsBefore(string assembly, string configuration, string scenario)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        Compare(processed.Unwoven.Outcomes[scenario], processed.Woven.Outcomes[scenario]);
    }

    [Theory]
    [MemberData(nameof(ScenarioData.Awaiting), MemberType = typeof(ScenarioData))]
    public void BehavesAsBeforeWhenItResumesOnAnotherThread(string assembly, string configuration, string scenario)
    {
        ProcessedAssembly processed = ProcessedAssembly.Get(assembly, configuration);
        Compare(processed.Unwoven.Resumed[scenario], processed.Woven.Resumed[scenario]);
    }

    private static void Compare(Outcome unwoven, Outcome woven)
    {
        woven.Result.Should().Be(unwoven.Result);
        woven.Trace.Should().Equal(unwoven.Trace);
        woven.Ops.Select(op => op.Name).Should().BeEquivalentTo(unwoven.Ops.Select(op => op.Name), options => options.WithoutStrictOrdering());
        woven.Complaints.Should().BeEmpty();
        if (woven.Trace.Count == 0)
        {
            woven.DepthAfter.Should().Be(0, "a scenario that has returned leaves no site behind");
        }
    }
}
