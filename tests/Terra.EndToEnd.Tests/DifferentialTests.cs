using System.Reflection;
using FluentAssertions;
using Terra.EndToEnd.Generator;
using Terra.EndToEnd.Programs;
using Terra.EndToEnd.UnwovenHelpers;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Diagnostics;
using Xunit;

namespace Terra.EndToEnd.Tests;

/// <summary>
/// Every program computes, to the bit, what it computes with Terra switched off. The mode is the process's, so the tests of this
/// assembly run one after another.
/// </summary>
[Collection(nameof(OneAtATime))]
public class DifferentialTests
{
    private static readonly Dictionary<string, MethodInfo> s_programs = typeof(Models).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Where(method => method.IsDefined(typeof(EndToEndProgramAttribute)))
        .ToDictionary(method => method.Name, StringComparer.Ordinal);

    public static TheoryData<string> Programs => [.. s_programs.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Traced(string program)
    {
        Run traced = Compare(program, TerraMode.Trace);
        traced.Statistics.CoExecuted.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Verified(string program) => AssertSettled(program, Compare(program, TerraMode.Verify));

    [Theory]
    [MemberData(nameof(Programs))]
    public void CoExecuted(string program) => AssertSettled(program, Compare(program, TerraMode.On));

    [Theory]
    [MemberData(nameof(Programs))]
    public void CoExecutedWithAllThatCanWaitAside(string program)
    {
        long usual = SideLane.ShortestTicks;
        SideLane.ShortestTicks = 0;
        try
        {
            Compare(program, TerraMode.On);
        }
        finally
        {
            SideLane.ShortestTicks = usual;
        }
    }

    [Fact]
    public void The_programs_are_woven_and_the_library_is_not()
    {
        typeof(Models).Assembly.IsDefined(typeof(TerraWovenAttribute)).Should().BeTrue();
        typeof(ThirdParty).Assembly.IsDefined(typeof(TerraWovenAttribute)).Should().BeFalse();
    }

    [Fact]
    public void Switched_off_nothing_is_traced()
    {
        Run off = ProgramRunner.Run(ProgramRunner.Of(s_programs[nameof(Models.APlainTrainingLoop)]), TerraMode.Off);
        off.Statistics.Traced.Should().Be(0);
        off.Statistics.CoExecuted.Should().Be(0);
        off.Lines.Should().NotBeEmpty();
    }

    private static void AssertSettled(string program, Run run)
    {
        int percent = s_programs[program].GetCustomAttribute<EndToEndProgramAttribute>()!.CoExecutedPercent;
        TerraStatistics facts = run.Statistics;
        facts.Iterations.Should().BePositive();
        (facts.CoExecuted * 100).Should().BeGreaterThanOrEqualTo(
            facts.Iterations * percent,
            "{0} of {1} iterations co-executed; fallbacks: {2}", facts.CoExecuted, facts.Iterations, string.Join("; ", facts.Fallbacks.Take(5)));
    }

    private static Run Compare(string program, TerraMode mode)
    {
        Action<Observer> action = ProgramRunner.Of(s_programs[program]);
        Run expected = ProgramRunner.Run(action, TerraMode.Off);
        expected.Thrown.Should().BeNull("the program itself works");
        Run actual = ProgramRunner.Run(action, mode);
        Difference.Between(expected.Lines, actual.Lines).Should().BeNull("mode {0} must not be observable; it threw {1}", mode, actual.Thrown);
        return actual;
    }
}
