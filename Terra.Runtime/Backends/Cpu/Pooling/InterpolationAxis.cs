namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// In one dimension, which source positions each result position of an interpolation is a weighted sum of (at::native::area_pixel_compute_source_index): linear
/// takes two, cubic (with a = -0.75) four; positions beyond a border are the border's.
/// </summary>
internal sealed class InterpolationAxis
{
    private const double Cubic = -0.75;

    private InterpolationAxis(int taps, long size, long count)
    {
        (Taps, Size) = (taps, size);
        Positions = new long[count * taps];
        Weights = new double[count * taps];
    }

    /// <summary>Terms of each sum.</summary>
    public int Taps { get; }

    public long Size { get; }

    public long Count => Positions.Length / Taps;

    /// <summary>[result position, term].</summary>
    public long[] Positions { get; }

    /// <summary>[result position, term].</summary>
    public double[] Weights { get; }

    /// <summary>
    /// <paramref name="scale"/> is the factor the size was multiplied by, where that is not count / size to the last bit. Linear interpolation to the same size is a copy,
    /// whatever the factor.
    /// </summary>
    public static InterpolationAxis Create(long size, long count, bool cubic, bool alignCorners, double? scale)
    {
        var axis = new InterpolationAxis(cubic ? 4 : 2, size, count);
        scale = size == count && !cubic ? null : scale;
        double step = alignCorners ? (count > 1 ? (double)(size - 1) / (count - 1) : 0) : scale is { } factor ? 1 / factor : (double)size / count;
        for (long i = 0; i < count; i++)
        {
            double place = alignCorners ? step * i : step * (i + 0.5) - 0.5;
            if (!cubic)
            {
                place = Math.Max(place, 0);
            }

            long first = (long)Math.Floor(place);
            axis.Set(i, first, place - first, cubic);
        }

        return axis;
    }

    private void Set(long i, long first, double rest, bool cubic)
    {
        double[] weights = cubic ? [Outer(rest + 1), Inner(rest), Inner(1 - rest), Outer(2 - rest)] : [1 - rest, rest];
        for (int t = 0; t < Taps; t++)
        {
            Positions[i * Taps + t] = Math.Clamp(first + t - (cubic ? 1 : 0), 0, Size - 1);
            Weights[i * Taps + t] = weights[t];
        }
    }

    private static double Inner(double x) => ((Cubic + 2) * x - (Cubic + 3)) * x * x + 1;

    private static double Outer(double x) => ((Cubic * x - 5 * Cubic) * x + 8 * Cubic) * x - 4 * Cubic;
}
