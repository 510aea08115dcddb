namespace Terra.EndToEnd.Generator;

/// <summary>Compares what two runs saw.</summary>
public static class Difference
{
    /// <summary>Where the runs first differ, in words; null if they do not.</summary>
    public static string? Between(IReadOnlyList<string> expected, IReadOnlyList<string> actual)
    {
        for (int i = 0; i < Math.Max(expected.Count, actual.Count); i++)
        {
            string left = i < expected.Count ? expected[i] : "nothing more";
            string right = i < actual.Count ? actual[i] : "nothing more";
            if (left != right)
            {
                return $"observation {i} of {expected.Count}: expected <{left}> but saw <{right}>";
            }
        }

        return null;
    }
}
