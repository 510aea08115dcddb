namespace TorchSharp;

public static partial class torch
{
    /// <summary>How many elements lie in each of bins of equal width, whose number a rule chooses by the elements.</summary>
    /// <inheritdoc cref="histogram(Tensor, long, ValueTuple{double, double}?, Tensor, bool)"/>
    /// <param name="bins">The rule.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rule.</exception>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, HistogramBinSelector bins, (double min, double max)? range = null, bool density = false) =>
        histogram(input, NumberOfBins(input, bins, range), range, null, density);

    /// <inheritdoc cref="histogram(Tensor, Tensor, Tensor, bool)"/>
    /// <param name="out_tensor">The counts and the edges, once more.</param>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, Tensor bins, out (Tensor hist, Tensor bin_edges) out_tensor) => out_tensor = histogram(input, bins);

    /// <inheritdoc cref="histogram(Tensor, Tensor, Tensor, bool)"/>
    /// <param name="out_tensor">The counts and the edges, once more.</param>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, Tensor bins, Tensor? weight, bool density, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins, weight, density);

    /// <inheritdoc cref="histogram(Tensor, long, ValueTuple{double, double}?, Tensor, bool)"/>
    /// <param name="out_tensor">The counts and the edges, once more.</param>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, long bins, out (Tensor hist, Tensor bin_edges) out_tensor) => out_tensor = histogram(input, bins);

    /// <inheritdoc cref="histogram(Tensor, long, ValueTuple{double, double}?, Tensor, bool)"/>
    /// <param name="out_tensor">The counts and the edges, once more.</param>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, long bins, (double min, double max)? range, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins, range);

    /// <inheritdoc cref="histogram(Tensor, long, ValueTuple{double, double}?, Tensor, bool)"/>
    /// <param name="out_tensor">The counts and the edges, once more.</param>
    public static (Tensor hist, Tensor bin_edges) histogram(
        Tensor input, long bins, (double min, double max)? range, Tensor? weight, bool density, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins, range, weight, density);

    /// <summary>The range over the width that the rule gives, rounded up.</summary>
    private static long NumberOfBins(Tensor input, HistogramBinSelector rule, (double Min, double Max)? range)
    {
        if (!Enum.IsDefined(rule))
        {
            throw new ArgumentOutOfRangeException(nameof(rule), rule, "histogram: there is no such rule for the number of bins");
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor x = input.detach().to(ScalarType.Float64).flatten();
        x = range is { } ends ? x[x.ge(ends.Min).logical_and(x.le(ends.Max))] : x;
        double n = x.numel();
        if (n == 0)
        {
            return 1;
        }

        double least = x.min().item<double>(), most = x.max().item<double>(), spread = most - least;
        double width = rule switch
        {
            HistogramBinSelector.Sqrt => spread / Math.Sqrt(n),
            HistogramBinSelector.Rice => spread / (2 * Math.Cbrt(n)),
            HistogramBinSelector.Sturges => spread / (Math.Log2(n) + 1),
            HistogramBinSelector.Scott => Math.Cbrt(24 * Math.Sqrt(Math.PI) / n) * x.std(false).item<double>(),
            HistogramBinSelector.Doane => DoaneWidth(x, n, spread),
            _ => spread == 0 ? 0 : spread / StoneBins(x, n, (least, most)),
        };
        (double from, double to) = range ?? (least, most);
        return width > 0 ? Math.Max(1, (long)Math.Ceiling((to - from) / width)) : 1;
    }

    private static double DoaneWidth(Tensor x, double n, double spread)
    {
        double deviation = n > 2 ? x.std(false).item<double>() : 0;
        if (deviation == 0)
        {
            return 0;
        }

        double skewness = ((x - x.mean()) / deviation).pow(3).mean().item<double>();
        double expected = Math.Sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
        return spread / (1 + Math.Log2(n) + Math.Log2(1 + (Math.Abs(skewness) / expected)));
    }

    private static long StoneBins(Tensor x, double n, (double Least, double Most) range)
    {
        long most = Math.Max(100, (long)Math.Sqrt(n)), best = 1;
        double least = double.PositiveInfinity;
        for (long bins = 1; bins <= most; bins++)
        {
            using DisposeScope scope = NewDisposeScope();
            double squares = (histogram(x, bins, range).hist / n).square().sum().item<double>();
            double error = (2 - ((n + 1) * squares)) * bins;
            (best, least) = error < least ? (bins, error) : (best, least);
        }

        return best;
    }
}
