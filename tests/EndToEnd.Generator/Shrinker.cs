namespace Terra.EndToEnd.Generator;

/// <summary>Makes a failing program smaller as long as it fails: takes statements out, puts a block's content in its place, takes fewer steps, does without a model and without tasks.</summary>
public static class Shrinker
{
    /// <param name="program">A program for which <paramref name="fails"/> is true.</param>
    /// <param name="fails">Whether a program still shows the failure.</param>
    /// <param name="attempts">How often to ask at most.</param>
    public static GeneratedProgram Shrink(GeneratedProgram program, Func<GeneratedProgram, bool> fails, int attempts = 300)
    {
        bool progress = true;
        while (progress && attempts > 0)
        {
            progress = false;
            foreach (GeneratedProgram candidate in Smaller(program))
            {
                if (attempts-- <= 0)
                {
                    break;
                }

                if (fails(candidate))
                {
                    program = candidate;
                    progress = true;
                    break;
                }
            }
        }

        return program;
    }

    private static IEnumerable<GeneratedProgram> Smaller(GeneratedProgram program)
    {
        if (program.Helper.Count > 0)
        {
            yield return program with { Helper = [] };
        }

        if (program.Model is not null)
        {
            yield return program with { Model = null };
        }

        if (program.IsAsync)
        {
            yield return program with { IsAsync = false };
        }

        foreach (IReadOnlyList<Statement> step in Smaller(program.Step))
        {
            yield return program with { Step = step };
        }

        foreach (IReadOnlyList<Statement> helper in Smaller(program.Helper))
        {
            yield return program with { Helper = helper };
        }

        foreach (int steps in new[] { program.Steps / 2, program.Steps - 1 })
        {
            if (steps > 0)
            {
                yield return program with { Steps = steps };
            }
        }
    }

    private static IEnumerable<IReadOnlyList<Statement>> Smaller(IReadOnlyList<Statement> statements)
    {
        for (int half = statements.Count / 2; half > 1; half /= 2)
        {
            for (int start = 0; start < statements.Count; start += half)
            {
                yield return [.. statements.Take(start), .. statements.Skip(start + half)];
            }
        }

        for (int i = 0; i < statements.Count; i++)
        {
            Statement[] before = [.. statements.Take(i)], after = [.. statements.Skip(i + 1)];
            Statement statement = statements[i];
            yield return [.. before, .. after];
            if (statement.Body is not { } body)
            {
                continue;
            }

            if (!statement.Text.StartsWith("try", StringComparison.Ordinal))
            {
                yield return [.. before, .. body, .. after];
            }

            foreach (IReadOnlyList<Statement> smaller in Smaller(body))
            {
                yield return [.. before, statement with { Body = smaller }, .. after];
            }

            if (statement.OtherBody is { } other)
            {
                if (statement.OtherText == "else")
                {
                    yield return [.. before, statement with { OtherText = null, OtherBody = null }, .. after];
                }

                foreach (IReadOnlyList<Statement> smaller in Smaller(other))
                {
                    yield return [.. before, statement with { OtherBody = smaller }, .. after];
                }
            }
        }
    }
}
