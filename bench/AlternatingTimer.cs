using System.Diagnostics;

namespace Terra.Bench;

/// <summary>Times two pieces of code in turn, A B A B …, so that a drifting machine hits both; reports medians and the median ratio.</summary>
internal static class AlternatingTimer
{
    public readonly record struct Result(double MedianA, double MedianB, double MedianRatio);

    /// <summary>Runs each once to warm up, then <paramref name="rounds"/> times. Times are in nanoseconds a call of the action.</summary>
    public static Result Compare(Action a, Action b, int rounds)
    {
        a();
        b();
        var timesA = new double[rounds];
        var timesB = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            timesA[round] = Time(a);
            timesB[round] = Time(b);
        }

        return new Result(Median(timesA), Median(timesB), Median(timesA.Zip(timesB, (x, y) => x / y).ToArray()));
    }

    public static double Median(double[] values)
    {
        double[] sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Time(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds;
    }
}
