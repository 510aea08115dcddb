namespace Terra.Runtime.Backends.Cpu;

/// <summary>One spatial dimension's relation between two images: <c>source = position * Step + tap * Tap + Offset</c>.</summary>
internal readonly record struct PatchAxis(long Positions, long Taps, long SourceSize, long Step, long Tap, long Offset);

/// <summary>
/// In one dimension, positions <c>First + Stride * i</c> of a result that the same taps of the kernel reach: those with the numbers
/// <c>FirstTap + TapStep * k</c>. <c>Axis</c> says what position i reads with tap k. A convolution has a single phase; its data gradient has one for
/// each residue of the position by the stride, and each is a convolution without stride.
/// </summary>
internal readonly record struct ConvolutionPhase(long First, long Stride, long FirstTap, long TapStep, PatchAxis Axis)
{
    /// <summary>The phase of a convolution, from the large image to the small one.</summary>
    public static ConvolutionPhase[] ToSmall(ConvolutionAxis a) =>
        [new ConvolutionPhase(0, 1, 0, 1, new PatchAxis(a.Small, a.Kernel, a.Large, a.Stride, a.Dilation, -a.Pad))];

    /// <summary>The phases of a convolution's data gradient, from the small image to the large one.</summary>
    public static ConvolutionPhase[] ToLarge(ConvolutionAxis a)
    {
        var phases = new ConvolutionPhase[Math.Min(a.Stride, a.Large)];
        long tapStep = a.Stride / Gcd(a.Stride, a.Dilation);
        for (long first = 0; first < phases.Length; first++)
        {
            long tap = 0, last = Math.Min(tapStep, a.Kernel);
            while (tap < last && (first + a.Pad - tap * a.Dilation) % a.Stride != 0)
            {
                tap++;
            }

            long taps = tap < last ? (a.Kernel - tap - 1) / tapStep + 1 : 0, offset = (first + a.Pad - tap * a.Dilation) / a.Stride;
            var axis = new PatchAxis((a.Large - first - 1) / a.Stride + 1, taps, a.Small, 1, -tapStep * a.Dilation / a.Stride, offset);
            phases[first] = new ConvolutionPhase(first, a.Stride, tap, tapStep, axis);
        }

        return phases;
    }

    /// <summary>The positions i of the phase whose place in the result is in a range.</summary>
    public (long From, long To) Within(long from, long to) =>
        ((Math.Max(from - First, 0) + Stride - 1) / Stride, to <= First ? 0 : (to - First - 1) / Stride + 1);

    /// <summary>The range of source positions, inside of the image or not, that a range of result positions reads by some phase; empty where none does.</summary>
    public static (long From, long To) Reach(ConvolutionPhase[] phases, long from, long to)
    {
        long low = long.MaxValue, high = long.MinValue;
        foreach (ConvolutionPhase phase in phases)
        {
            (long first, long end) = phase.Within(from, to);
            if (first < end && phase.Axis.Taps > 0)
            {
                PatchAxis axis = phase.Axis;
                long span = (axis.Taps - 1) * axis.Tap;
                low = Math.Min(low, first * axis.Step + Math.Min(span, 0) + axis.Offset);
                high = Math.Max(high, (end - 1) * axis.Step + Math.Max(span, 0) + axis.Offset + 1);
            }
        }

        return low <= high ? (low, high) : (0, 0);
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
