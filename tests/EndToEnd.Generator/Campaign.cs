using Terra.EndToEnd.UnwovenHelpers;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Diagnostics;

namespace Terra.EndToEnd.Generator;

/// <summary>A program that sees another thing with Terra than without.</summary>
public sealed record Failure(GeneratedProgram Program, TerraMode Mode, string Difference)
{
    public override string ToString() => $"seed {Program.Seed}, mode {Mode}: {Difference}\n{GeneratedProgram.Prologue}{Program.ToCSharp()}";
}

/// <summary>What a campaign ran and found.</summary>
public sealed record CampaignResult(int Programs, long Iterations, long CoExecuted, IReadOnlyList<Failure> Failures);

/// <summary>Runs generated programs with Terra off and on, and compares.</summary>
public static class Campaign
{
    private const int ProgramsPerAssembly = 20;

    /// <summary>Runs the programs of <paramref name="count"/> seeds from <paramref name="seed"/> on; shrinks those that fail.</summary>
    /// <param name="seed">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="report">Called after each batch of programs with the number done, and for each failure.</param>
    public static CampaignResult Run(int seed, int count, Action<string>? report = null)
    {
        List<Failure> failures = [];
        long iterations = 0, coExecuted = 0;
        for (int done = 0; done < count; done += ProgramsPerAssembly)
        {
            GeneratedProgram[] programs =
                [.. Enumerable.Range(seed + done, Math.Min(ProgramsPerAssembly, count - done)).Select(ProgramGenerator.Generate)];
            using var compilation = new WovenCompilation(programs);
            foreach (GeneratedProgram program in programs)
            {
                TerraMode mode = ModeOf(program);
                (string? difference, TerraStatistics statistics) = Compare(compilation, program, mode);
                iterations += statistics.Iterations;
                coExecuted += statistics.CoExecuted;
                if (difference is not null)
                {
                    failures.Add(ShrunkFailure(program, mode, difference));
                    report?.Invoke(failures[^1].ToString());
                }
            }

            report?.Invoke($"{done + programs.Length} of {count} programs, {coExecuted} of {iterations} iterations co-executed, {failures.Count} failures");
        }

        return new CampaignResult(count, iterations, coExecuted, failures);
    }

    /// <summary>What a program sees differently in a mode; null if nothing, or if it does not compile, as when a break has lost its loop.</summary>
    public static string? DifferenceIn(TerraMode mode, GeneratedProgram program)
    {
        using WovenCompilation? compilation = WovenCompilation.TryCreate(program);
        return compilation is null ? null : Compare(compilation, program, mode).Difference;
    }

    /// <summary>Mostly co-execution, now and then with verification beside it or with tracing alone.</summary>
    public static TerraMode ModeOf(GeneratedProgram program) => (program.Seed % 8) switch
    {
        6 => TerraMode.Verify,
        7 => TerraMode.Trace,
        _ => TerraMode.On,
    };

    private static (string? Difference, TerraStatistics Statistics) Compare(WovenCompilation compilation, GeneratedProgram program, TerraMode mode)
    {
        Action<Observer> entry = compilation.Entry(program);
        Run expected = ProgramRunner.Run(entry, TerraMode.Off);
        long usual = SideLane.ShortestTicks;

        // The programs' tensors are small: in every other one even the shortest kernels run aside where they can.
        SideLane.ShortestTicks = program.Seed % 2 == 0 ? 0 : usual;
        try
        {
            Run actual = ProgramRunner.Run(entry, mode);
            return (Difference.Between(expected.Lines, actual.Lines), actual.Statistics);
        }
        finally
        {
            SideLane.ShortestTicks = usual;
        }
    }

    private static Failure ShrunkFailure(GeneratedProgram program, TerraMode mode, string difference)
    {
        GeneratedProgram shrunk = Shrinker.Shrink(program, candidate => DifferenceIn(mode, candidate) is not null);
        return new Failure(shrunk, mode, DifferenceIn(mode, shrunk) ?? difference);
    }}
