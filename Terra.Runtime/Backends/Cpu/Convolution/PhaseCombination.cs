namespace Terra.Runtime.Backends.Cpu;

/// <summary>One tap of a phase: its number in each dimension and its place in the kernel.</summary>
internal readonly record struct PhaseTap(long Plane, long Line, long Pixel, long KernelIndex);

/// <summary>The pixels of a result that are in a given phase of each dimension, and so are reached by the same taps.</summary>
internal sealed class PhaseCombination
{
    private PhaseCombination(ConvolutionPhase depth, ConvolutionPhase vertical, ConvolutionPhase horizontal, PhaseTap[] taps) =>
        (Depth, Vertical, Horizontal, Taps) = (depth, vertical, horizontal, taps);

    public ConvolutionPhase Depth { get; }

    public ConvolutionPhase Vertical { get; }

    public ConvolutionPhase Horizontal { get; }

    /// <summary>In the order of the kernel.</summary>
    public PhaseTap[] Taps { get; }

    /// <summary>All combinations; each tap of the kernel is in exactly one.</summary>
    public static PhaseCombination[] Of(ConvolutionGeometry g, bool toLarge)
    {
        Func<ConvolutionAxis, ConvolutionPhase[]> phases = toLarge ? ConvolutionPhase.ToLarge : ConvolutionPhase.ToSmall;
        return
        [
            .. from depth in phases(g.Depth)
               from vertical in phases(g.Vertical)
               from horizontal in phases(g.Horizontal)
               select new PhaseCombination(depth, vertical, horizontal, [.. TapsOf(g, depth, vertical, horizontal)])
        ];
    }

    /// <summary>For each tap, where a band has what the first position of the phase reads with it; positions of a region count from the image's start.</summary>
    public long[] Offsets<T>(ConvolutionBand<T> band)
        where T : unmanaged => Array.ConvertAll(Taps, tap => band.At(
            Depth.Axis.Offset + tap.Plane * Depth.Axis.Tap, Vertical.Axis.Offset + tap.Line * Vertical.Axis.Tap, Horizontal.Axis.Offset + tap.Pixel * Horizontal.Axis.Tap));

    private static IEnumerable<PhaseTap> TapsOf(ConvolutionGeometry g, ConvolutionPhase depth, ConvolutionPhase vertical, ConvolutionPhase horizontal)
    {
        for (long plane = 0; plane < depth.Axis.Taps; plane++)
        {
            for (long line = 0; line < vertical.Axis.Taps; line++)
            {
                long first = ((depth.FirstTap + plane * depth.TapStep) * g.Vertical.Kernel + vertical.FirstTap + line * vertical.TapStep) * g.Horizontal.Kernel;
                for (long pixel = 0; pixel < horizontal.Axis.Taps; pixel++)
                {
                    yield return new PhaseTap(plane, line, pixel, first + horizontal.FirstTap + pixel * horizontal.TapStep);
                }
            }
        }
    }
}
