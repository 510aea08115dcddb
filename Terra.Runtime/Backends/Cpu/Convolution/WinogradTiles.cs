using Terra.Runtime.Core;

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

    /// <summary>Elements that <see cref="Transform"/> needs for itself.</summary>
    public long TransformScratch => (4 * LinesTogether(horizontal.Large) + 3) * horizontal.Large * WinogradTransforms.Lanes;

    /// <summary>The range of lines that is one of so many about equal parts.</summary>
    public (long From, long To) Part(long part, long parts) => (part * Lines / parts, (part + 1) * Lines / parts);

    /// <summary>
    /// The transformed inputs of lines of tiles, [tile, point, channel] with the tiles <paramref name="tileStride"/> apart and the points <paramref name="pointStride"/>. Channels
    /// are made up to whole vectors by zeros.
    /// </summary>
    /// <param name="source">The first of the channels in the first image.</param>
    /// <param name="imageStride">From image to image.</param>
    /// <param name="channels">How many channels to transform.</param>
    /// <param name="lines">The lines of tiles.</param>
    /// <param name="to">Where the first of the tiles goes.</param>
    /// <param name="tileStride">From tile to tile.</param>
    /// <param name="pointStride">From point to point.</param>
    /// <param name="scratch">Memory of <see cref="TransformScratch"/> elements.</param>
    public void Transform(
        float* source, long imageStride, long channels, (long From, long To) lines, float* to, long tileStride, long pointStride, float* scratch)
    {
        long lanes = WinogradTransforms.Lanes, width = horizontal.Large, plane = vertical.Large * width;
        float* zeros = scratch, turned = scratch + width * lanes;
        new Span<float>(zeros, checked((int)(width * lanes))).Clear();
        foreach (ImageLines piece in Pieces(lines, LinesTogether(width)))
        {
            long firstRow = piece.Line * 4 - vertical.Pad, from = Math.Max(firstRow, 0), end = Math.Clamp(firstRow + piece.Lines * 4 + 2, from, vertical.Large);
            for (long channel = 0; channel < channels; channel += lanes)
            {
                long count = Math.Min(lanes, channels - channel);
                if (count < lanes)
                {
                    new Span<float>(turned, checked((int)((end - from) * width * lanes))).Clear();
                }

                MatrixTranspose.Run(source + piece.Image * imageStride + channel * plane + from * width, plane, count, (end - from) * width, turned, lanes);
                float* at = to + channel + (piece.Image * _linesOfImage + piece.Line - lines.From) * Columns * tileStride;
                for (long line = 0; line < piece.Lines; line++)
                {
                    WinogradTransforms.InputLine(
                        turned, zeros, firstRow + line * 4 - from, end - from, -horizontal.Pad, width, at + line * Columns * tileStride, Columns, tileStride, pointStride);
                }
            }
        }
    }

    /// <summary>Lines of tiles, so many of one image at a time.</summary>
    public IEnumerable<ImageLines> Pieces((long From, long To) lines, long most)
    {
        for (long line = lines.From; line < lines.To;)
        {
            long image = line / _linesOfImage, inImage = line % _linesOfImage, count = Math.Min(Math.Min(_linesOfImage - inImage, lines.To - line), most);
            yield return new ImageLines(image, inImage, count);
            line += count;
        }
    }

    private static long LinesTogether(long width) => Math.Max(1, PixelsTogether / Math.Max(1, 4 * width));
}

/// <summary>Lines of tiles in one image.</summary>
internal readonly record struct ImageLines(long Image, long Line, long Lines);
