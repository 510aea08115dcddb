using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// One spatial dimension of a convolution, seen as a non-transposed one from the large image to the small one: small position y reads the
/// large positions <c>y * Stride + tap * Dilation - Pad</c>.
/// </summary>
internal readonly record struct ConvolutionAxis(long Large, long Small, long Kernel, long Stride, long Pad, long Dilation)
{
    /// <summary>A dimension that is not there.</summary>
    public static ConvolutionAxis None { get; } = new(1, 1, 1, 1, 0, 1);

    public bool IsTrivial => Kernel == 1 && Stride == 1 && Pad == 0 && Large == Small;
}

/// <summary>
/// The sizes of a convolution, seen as a non-transposed one from the large image to the small one: for a transposed convolution the input is the
/// small image. There are always three dimensions; those that the tensors do not have are of size one.
/// </summary>
internal sealed class ConvolutionGeometry
{
    /// <summary>
    /// From the tensors and the attributes of aten::convolution(_backward): stride, padding, dilation, transposed, output_padding, groups
    /// at attribute positions 0 to 5.
    /// </summary>
    public ConvolutionGeometry(OpInvocation call, ReadOnlySpan<long> input, ReadOnlySpan<long> weight, ReadOnlySpan<long> output)
    {
        bool transposed = call.Bool(3);
        ReadOnlySpan<long> large = transposed ? output : input, small = transposed ? input : output;
        Batch = input[0];
        Groups = call.Int(5);
        LargeChannels = large[1];
        SmallChannels = small[1];
        var axes = new ConvolutionAxis[3];
        bool trivial = true;
        for (int axis = 0; axis < 3; axis++)
        {
            int dimension = input.Length - 3 + axis, i = dimension - 2;
            axes[axis] = i < 0 ? ConvolutionAxis.None : new ConvolutionAxis(
                large[dimension], small[dimension], weight[dimension], At(call.Ints(0), i), At(call.Ints(1), i), At(call.Ints(2), i));
            trivial &= axes[axis].IsTrivial;
        }

        if (trivial)
        {
            long pixels = axes[0].Large * axes[1].Large * axes[2].Large;
            axes = [ConvolutionAxis.None, ConvolutionAxis.None, new ConvolutionAxis(pixels, pixels, 1, 1, 0, 1)];
        }

        (Depth, Vertical, Horizontal) = (axes[0], axes[1], axes[2]);
    }

    public ConvolutionAxis Depth { get; }

    /// <summary>Whether the first of the three dimensions is more than a formality.</summary>
    public bool HasDepth => Depth != ConvolutionAxis.None;

    public ConvolutionAxis Vertical { get; }

    public ConvolutionAxis Horizontal { get; }

    /// <summary>Whether each pixel of either image depends on the same pixel of the other alone.</summary>
    public bool IsPixelwise => !HasDepth && Vertical.IsTrivial && Horizontal.IsTrivial;

    public long Batch { get; }

    public long Groups { get; }

    /// <summary>Channels of the large image (a convolution's input), over all groups.</summary>
    public long LargeChannels { get; }

    /// <summary>Channels of the small image (a convolution's output), over all groups.</summary>
    public long SmallChannels { get; }

    /// <summary>Pixels of the large image.</summary>
    public long LargePixels => Depth.Large * Vertical.Large * Horizontal.Large;

    /// <summary>Pixels of the small image.</summary>
    public long SmallPixels => Depth.Small * Vertical.Small * Horizontal.Small;

    /// <summary>Elements of the large image, over all channels.</summary>
    public long LargeElements => LargeChannels * LargePixels;

    /// <summary>Elements of the small image, over all channels.</summary>
    public long SmallElements => SmallChannels * SmallPixels;

    public long KernelPixels => Depth.Kernel * Vertical.Kernel * Horizontal.Kernel;

    /// <summary>Channels of the large image in a group.</summary>
    public long LargePerGroup => LargeChannels / Groups;

    /// <summary>Channels of the small image in a group.</summary>
    public long SmallPerGroup => SmallChannels / Groups;

    /// <summary>Sizes of a convolution's result, for aten::convolution's arguments at the positions of its schema.</summary>
    public static long[] OutputSizes(OpInvocation call, ReadOnlySpan<long> input, ReadOnlySpan<long> weight)
    {
        long[] stride = call.Ints(0), padding = call.Ints(1), dilation = call.Ints(2), outputPadding = call.Ints(4);
        bool transposed = call.Bool(3);
        var sizes = new long[input.Length];
        sizes[0] = input[0];
        sizes[1] = transposed ? weight[1] * call.Int(5) : weight[0];
        for (int d = 2; d < sizes.Length; d++)
        {
            int i = d - 2;
            long reach = At(dilation, i) * (weight[d] - 1);
            sizes[d] = transposed
                ? (input[d] - 1) * At(stride, i) - 2 * At(padding, i) + reach + At(outputPadding, i) + 1
                : (input[d] + 2 * At(padding, i) - reach - 1) / At(stride, i) + 1;
        }

        return sizes;
    }

    /// <summary>An attribute list's entry; a list of one stands for all dimensions.</summary>
    public static long At(long[] list, int dimension) => list.Length == 1 ? list[0] : list[dimension];
}
