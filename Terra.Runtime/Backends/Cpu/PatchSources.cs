namespace Terra.Runtime.Backends.Cpu;

/// <summary>The patches of a convolution's images, in either layout of <see cref="ConvolutionImages{T}"/>.</summary>
internal static unsafe class PatchSources
{
    /// <summary>The patches that a convolution reads, of the images of one group.</summary>
    public static GemmSource<T> Forward<T>(ConvolutionGeometry g, T* large, bool innermost)
        where T : unmanaged
    {
        var vertical = new PatchAxis(g.OutHeight, g.KernelHeight, g.Height, g.StrideHeight, g.DilationHeight, -g.PadHeight);
        var horizontal = new PatchAxis(g.OutWidth, g.KernelWidth, g.Width, g.StrideWidth, g.DilationWidth, -g.PadWidth);
        return Of(large, g.Batch, g.LargeChannels, vertical, horizontal, innermost);
    }

    /// <summary>For each pixel of a phase of the large image and each tap that reaches it, the pixel of the small image that the tap took it to.</summary>
    public static GemmSource<T> Backward<T>(ConvolutionGeometry g, T* small, StridePhase vertical, StridePhase horizontal, bool innermost)
        where T : unmanaged =>
        Of(small, g.Batch, g.SmallChannels, vertical.Axis(g.OutHeight), horizontal.Axis(g.OutWidth), innermost);

    private static GemmSource<T> Of<T>(T* source, long batch, long channels, PatchAxis vertical, PatchAxis horizontal, bool innermost)
        where T : unmanaged => innermost
        ? new ImagesInnermostPatchSource<T>(source, batch, vertical, horizontal)
        : new PatchSource<T>(source, channels * vertical.SourceSize * horizontal.SourceSize, vertical, horizontal);
}
