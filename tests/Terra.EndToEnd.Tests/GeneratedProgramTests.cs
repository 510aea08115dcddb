using FluentAssertions;
using Terra.EndToEnd.Generator;
using Xunit;

namespace Terra.EndToEnd.Tests;

/// <summary>A few hundred random programs; `dotnet run --project tests/EndToEnd.Generator -- --seed S --count N` runs more.</summary>
[Collection(nameof(OneAtATime))]
public class GeneratedProgramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(101)]
    [InlineData(201)]
    public void See_the_same_with_and_without_Terra(int seed)
    {
        CampaignResult result = Campaign.Run(seed, 100);
        result.Failures.Should().BeEmpty();
        result.CoExecuted.Should().BePositive();
    }

    [Fact]
    public void A_failing_program_is_made_small()
    {
        GeneratedProgram program = ProgramGenerator.Generate(5);
        static bool Fails(GeneratedProgram candidate) => candidate.ToCSharp().Contains("mm(p", StringComparison.Ordinal) && candidate.Steps > 2;

        GeneratedProgram shrunk = Shrinker.Shrink(program, Fails);

        Fails(shrunk).Should().BeTrue();
        shrunk.Size.Should().BeLessThanOrEqualTo(1);
        shrunk.Steps.Should().Be(3);
    }

    [Fact]
    public void A_seed_is_a_program() => ProgramGenerator.Generate(42).ToCSharp().Should().Be(ProgramGenerator.Generate(42).ToCSharp());
}
