using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The sizes of a two-dimensional convolution, seen as a non-transposed one from the large image to the small one: for a transposed
/// convolution the input is the small image. One-dimensional ones have a height of one.
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
        bool two = input.Length == 4;
        (Height, Width) = (two ? large[2] : 1, large[^1]);
        (OutHeight, OutWidth) = (two ? small[2] : 1, small[^1]);
        (KernelHeight, KernelWidth) = (two ? weight[2] : 1, weight[^1]);
        (StrideHeight, StrideWidth) = Pair(call.Ints(0), two, 1);
        (PadHeight, PadWidth) = Pair(call.Ints(1), two, 0);
        (DilationHeight, DilationWidth) = Pair(call.Ints(2), two, 1);
        if (KernelHeight * KernelWidth == 1 && StrideHeight * StrideWidth == 1 && PadHeight == 0 && PadWidth == 0
            && Height == OutHeight && Width == OutWidth)
        {
            (Height, Width) = (1, Height * Width);
            (OutHeight, OutWidth) = (1, Width);
        }
    }

    public long Batch { get; }

    public long Groups { get; }

    /// <summary>Channels of the large image (a convolution's input), over all groups.</summary>
    public long LargeChannels { get; }

    /// <summary>Channels of the small image (a convolution's output), over all groups.</summary>
    public long SmallChannels { get; }

    public long Height { get; }

    public long Width { get; }

    public long OutHeight { get; }

    public long OutWidth { get; }

    public long KernelHeight { get; }

    public long KernelWidth { get; }

    public long StrideHeight { get; }

    public long StrideWidth { get; }

    public long PadHeight { get; }

    public long PadWidth { get; }

    public long DilationHeight { get; }

    public long DilationWidth { get; }

    /// <summary>Pixels of the large image.</summary>
    public long LargePixels => Height * Width;

    /// <summary>Pixels of the small image.</summary>
    public long SmallPixels => OutHeight * OutWidth;

    /// <summary>Elements of the large image, over all channels.</summary>
    public long LargeElements => LargeChannels * LargePixels;

    /// <summary>Elements of the small image, over all channels.</summary>
    public long SmallElements => SmallChannels * SmallPixels;

    public long KernelPixels => KernelHeight * KernelWidth;

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

    private static (long Height, long Width) Pair(long[] list, bool two, long absent) => two ? (At(list, 0), At(list, 1)) : (absent, At(list, 0));
}
