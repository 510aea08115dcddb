using System.Runtime.CompilerServices;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>A box of a convolution's result: some images, and in them a range of each dimension.</summary>
internal readonly record struct ConvolutionRegion(long Image, long Images, long Plane, long Planes, long Line, long Lines, long Width)
{
    public long Pixels => Images * Planes * Lines * Width;

    /// <summary>
    /// Cuts a result of so many images into regions of about <paramref name="target"/> pixels: of several whole images, else of whole planes, else of
    /// lines. Depends on the sizes alone.
    /// </summary>
    public static ConvolutionRegion[] Cut(long images, long planes, long lines, long width, long target)
    {
        long perPlane = lines * width, perImage = planes * perPlane;
        var regions = new List<ConvolutionRegion>();
        if (perImage <= target)
        {
            Split(images, target / Math.Max(perImage, 1), (image, count) => regions.Add(new ConvolutionRegion(image, count, 0, planes, 0, lines, width)));
            return [.. regions];
        }

        for (long image = 0; image < images; image++)
        {
            long at = image;
            if (perPlane <= target)
            {
                Split(planes, target / perPlane, (plane, count) => regions.Add(new ConvolutionRegion(at, 1, plane, count, 0, lines, width)));
                continue;
            }

            for (long plane = 0; plane < planes; plane++)
            {
                long atPlane = plane;
                Split(lines, Math.Max(1, target / width), (line, count) => regions.Add(new ConvolutionRegion(at, 1, atPlane, 1, line, count, width)));
            }
        }

        return [.. regions];
    }

    private static void Split(long count, long most, Action<long, long> part)
    {
        long parts = (count + most - 1) / most;
        for (long i = 0; i < parts; i++)
        {
            long from = i * count / parts;
            part(from, (i + 1) * count / parts - from);
        }
    }
}

/// <summary>
/// Channels of a source image in a cache-sized copy that holds what a region of the result reads, with zeros where that is outside of the image:
/// [channel, image, plane, line, pixel], and with an <paramref name="interleave"/> above one the pixels of a line sorted by their residue, so that
/// every interleave-th one is next to the last.
/// </summary>
internal unsafe struct ConvolutionBand<T>
    where T : unmanaged
{
    private readonly long _interleave;
    private readonly long _images;
    private readonly (long From, long To) _depth;
    private readonly (long From, long To) _vertical;
    private readonly (long From, long To) _horizontal;
    private readonly long _residueStride;

    public ConvolutionBand(long images, (long From, long To) depth, (long From, long To) vertical, (long From, long To) horizontal, long interleave)
    {
        (_images, _depth, _vertical, _horizontal, _interleave) = (images, depth, vertical, horizontal, interleave);
        _residueStride = (horizontal.To - horizontal.From + interleave - 1) / interleave;
        LineStride = _residueStride * interleave;
        PlaneStride = LineStride * (vertical.To - vertical.From);
        ImageStride = PlaneStride * (depth.To - depth.From);
        ChannelStride = ImageStride * images;
    }

    public long LineStride { get; }

    public long PlaneStride { get; }

    public long ImageStride { get; }

    /// <summary>Elements of a channel.</summary>
    public long ChannelStride { get; }

    /// <summary>Where a source pixel of the band's first image and channel is; a pixel may be outside of the source image but not of the band.</summary>
    public readonly long At(long plane, long line, long pixel)
    {
        pixel -= _horizontal.From;
        return (plane - _depth.From) * PlaneStride + (line - _vertical.From) * LineStride + pixel % _interleave * _residueStride + pixel / _interleave;
    }

    /// <summary>
    /// Copies channels of images; <paramref name="source"/> is the first channel of the first image, whose planes have the given sizes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Fill(T* source, long channels, long channelStride, long imageStride, long planes, long lines, long width, T* band)
    {
        T* to = band, end = source + (channels - 1) * channelStride + (_images - 1) * imageStride + planes * lines * width;
        var copy = new BandLine<T>(_horizontal.From, width, _interleave, _residueStride, source, end);
        for (long channel = 0; channel < channels; channel++)
        {
            for (long image = 0; image < _images; image++)
            {
                T* from = source + channel * channelStride + image * imageStride;
                for (long plane = _depth.From; plane < _depth.To; plane++)
                {
                    for (long line = _vertical.From; line < _vertical.To; line++)
                    {
                        if ((ulong)plane >= (ulong)planes || (ulong)line >= (ulong)lines)
                        {
                            new Span<T>(to, (int)LineStride).Clear();
                        }
                        else
                        {
                            // The hardware does not foresee the same line of the next channel, across the gap.
                            T* at = from + (plane * lines + line) * width;
                            CacheLines.Prefetch(at + channelStride, width * sizeof(T));
                            copy.Copy(at, to);
                        }

                        to += LineStride;
                    }
                }
            }
        }
    }
}
