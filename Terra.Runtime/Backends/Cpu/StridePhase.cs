namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// In one dimension, the positions <c>First + Stride * i</c> of a convolution's large image: those that the same taps reach. The taps are
/// <c>FirstTap + TapStep * k</c>; tap k takes position i to <c>Offset - Tap * k + i</c> of the small image. So the gradient of a
/// strided convolution is one convolution without stride for each phase.
/// </summary>
internal readonly struct StridePhase
{
    private readonly long _offset;
    private readonly long _tap;

    private StridePhase(long first, long size, long kernel, long stride, long padding, long dilation)
    {
        (First, Stride) = (first, stride);
        Count = first < size ? (size - first - 1) / stride + 1 : 0;
        TapStep = stride / Gcd(stride, dilation);
        _tap = TapStep * dilation / stride;
        for (long tap = 0; tap < Math.Min(TapStep, kernel); tap++)
        {
            if ((first + padding - tap * dilation) % stride == 0)
            {
                FirstTap = tap;
                Taps = (kernel - tap - 1) / TapStep + 1;
                _offset = (first + padding - tap * dilation) / stride;
                return;
            }
        }
    }

    public long First { get; }

    public long Stride { get; }

    /// <summary>Positions in the phase.</summary>
    public long Count { get; }

    public long FirstTap { get; }

    public long TapStep { get; }

    /// <summary>Taps that reach the phase; none where the kernel is smaller than the stride.</summary>
    public long Taps { get; }

    /// <summary>The phases of a large image of this size.</summary>
    public static IEnumerable<StridePhase> Of(long size, long kernel, long stride, long padding, long dilation)
    {
        for (long first = 0; first < Math.Min(stride, size); first++)
        {
            yield return new StridePhase(first, size, kernel, stride, padding, dilation);
        }
    }

    public PatchAxis Axis(long sourceSize) => new(Count, Taps, sourceSize, 1, -_tap, _offset);

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
