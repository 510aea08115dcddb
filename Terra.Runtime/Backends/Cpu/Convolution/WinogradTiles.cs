using System.Runtime.Intrinsics;
using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The images of a 3 by 3 convolution without stride cut into 4 by 4 tiles of its result, each of which reads 6 by 6 pixels of the source, and the tiles' transforms.
/// Tiles and lines of tiles are counted over all images.
/// </summary>
/// <param name="batch">Images.</param>
/// <param name="vertical">Lines, from the source (the large side) to the result (the small one).</param>
/// <param name="horizontal">Columns, likewise.</param>
internal sealed unsafe class WinogradTiles(long batch, ConvolutionAxis vertical, ConvolutionAxis horizontal)
{
    /// <summary>Pixels of the source that are turned around at a time.</summary>
    private const long PixelsTogether = 1024;

    private readonly long _linesOfImage = (vertical.Small + 3) / 4;

    public long Columns { get; } = (horizontal.Small + 3) / 4;

    public long Lines => batch * _linesOfImage;

    public long Count => Lines * Columns;

    /// <summary>Elements that <see cref="Inputs"/> and <see cref="Gradients"/> need for themselves.</summary>
    public long TransformScratch
    {
        get
        {
            long width = Math.Max(horizontal.Large, horizontal.Small);
            return (4 * LinesTogether(width) + 3) * width * WinogradTransforms.Lanes;
        }
    }

    /// <summary>Whether a convolution is of the kind that is cut into tiles, the hardware has vectors for it, and it is not turned off.</summary>
    public static bool Cover(ConvolutionGeometry g) => TerraRuntime.Winograd && Vector256.IsHardwareAccelerated && !g.HasDepth
        && g is { Vertical: { Kernel: 3, Stride: 1, Dilation: 1, Pad: <= 2 }, Horizontal: { Kernel: 3, Stride: 1, Dilation: 1, Pad: <= 2 } };

    /// <summary>The range of lines that is one of so many about equal parts.</summary>
    public (long From, long To) Part(long part, long parts) => (part * Lines / parts, (part + 1) * Lines / parts);

    /// <summary>
    /// The transformed inputs of lines of tiles, of up to sixteen channels, made up to that by zeros: the sixteen of point p of tile t are at <c>to + t * tileStride + p * pointStride</c>.
    /// </summary>
    /// <param name="source">The first of the channels in the first image.</param>
    /// <param name="imageStride">From image to image.</param>
    /// <param name="channels">How many channels to transform.</param>
    /// <param name="lines">The lines of tiles.</param>
    /// <param name="to">Where the first of the tiles goes.</param>
    /// <param name="tileStride">From tile to tile.</param>
    /// <param name="pointStride">From point to point.</param>
    /// <param name="scratch">Memory of <see cref="TransformScratch"/> elements.</param>
    public void Inputs(float* source, long imageStride, long channels, (long From, long To) lines, float* to, long tileStride, long pointStride, float* scratch)
    {
        long lanes = WinogradTransforms.Lanes, width = horizontal.Large;
        float* zeros = scratch, turned = scratch + width * lanes;
        new Span<float>(zeros, checked((int)(width * lanes))).Clear();
        for (ImageLines piece; lines.From < lines.To; lines.From += piece.Lines)
        {
            piece = FirstPiece(lines, LinesTogether(width));
            long first = piece.Line * 4 - vertical.Pad, from = Math.Clamp(first, 0, vertical.Large), end = Math.Clamp(first + piece.Lines * 4 + 2, from, vertical.Large);
            Turn(source + piece.Image * imageStride, vertical.Large, width, channels, from, end, turned);
            for (long line = 0; line < piece.Lines; line++, to += Columns * tileStride)
            {
                WinogradTransforms.InputLine(turned, zeros, first + line * 4 - from, end - from, -horizontal.Pad, width, to, Columns, tileStride, pointStride);
            }
        }
    }

    /// <summary>The transformed gradients of the results, likewise.</summary>
    public void Gradients(float* source, long imageStride, long channels, (long From, long To) lines, float* to, long tileStride, long pointStride, float* scratch)
    {
        long lanes = WinogradTransforms.Lanes, width = horizontal.Small;
        float* zeros = scratch, turned = scratch + width * lanes;
        new Span<float>(zeros, checked((int)(width * lanes))).Clear();
        for (ImageLines piece; lines.From < lines.To; lines.From += piece.Lines)
        {
            piece = FirstPiece(lines, LinesTogether(width));
            long from = piece.Line * 4, end = Math.Min(from + piece.Lines * 4, vertical.Small);
            Turn(source + piece.Image * imageStride, vertical.Small, width, channels, from, end, turned);
            for (long line = 0; line < piece.Lines; line++, to += Columns * tileStride)
            {
                WinogradTransforms.GradientLine(turned, zeros, line * 4, end - from, width, to, Columns, tileStride, pointStride);
            }
        }
    }

    /// <summary>The first lines of a range that are in one image, so many at most.</summary>
    public ImageLines FirstPiece((long From, long To) lines, long most)
    {
        (long image, long line) = Math.DivRem(lines.From, _linesOfImage);
        return new ImageLines(image, line, Math.Min(Math.Min(_linesOfImage - line, lines.To - lines.From), most));
    }

    /// <summary>Lines of up to sixteen channels' planes as [pixel, channel].</summary>
    private static void Turn(float* source, long height, long width, long channels, long from, long end, float* turned)
    {
        long lanes = WinogradTransforms.Lanes, pixels = (end - from) * width;
        if (channels < lanes)
        {
            new Span<float>(turned, checked((int)(pixels * lanes))).Clear();
        }

        MatrixTranspose.Run(source + from * width, height * width, channels, pixels, turned, lanes);
    }

    private static long LinesTogether(long width) => Math.Max(1, PixelsTogether / Math.Max(1, 4 * width));
}

/// <summary>Lines of tiles in one image.</summary>
internal readonly record struct ImageLines(long Image, long Line, long Lines);
