namespace Terra.Samples.Quickstart;

/// <summary>Points on two spiral arms that wind around each other.</summary>
internal static class Spirals
{
    private const double Turns = 1.5;
    private const double Noise = 0.02;

    /// <summary>Draws points of both arms.</summary>
    /// <param name="pointsPerArm">How many of each.</param>
    /// <param name="random">Moves them a little.</param>
    /// <returns>Coordinates, two a point, and the arm of each point.</returns>
    public static (float[] Points, long[] Arms) Draw(int pointsPerArm, Random random)
    {
        var points = new List<float>();
        var arms = new List<long>();
        for (int i = 0; i < 2 * pointsPerArm; i++)
        {
            int arm = i % 2;
            double along = (i / 2 + 1.0) / pointsPerArm;
            double angle = (along * Turns * 2 * Math.PI) + (arm * Math.PI);
            points.Add((float)((along * Math.Cos(angle)) + (Noise * (random.NextDouble() - 0.5))));
            points.Add((float)((along * Math.Sin(angle)) + (Noise * (random.NextDouble() - 0.5))));
            arms.Add(arm);
        }

        return ([.. points], [.. arms]);
    }
}
