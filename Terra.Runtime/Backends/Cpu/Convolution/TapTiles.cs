namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The register tiles of one phase in a region of a direct convolution: where each reads in the band and writes in the region's sums, which are
/// [image, plane, line, pixel, channel of a block].
/// </summary>
internal sealed unsafe class TapTiles<T>
    where T : unmanaged
{
    private readonly ConvolutionBand<T> _band;
    private readonly ConvolutionRegion _region;
    private readonly long _channels;
    private readonly long _channelBlock;
    private readonly long _weightsBefore;
    private readonly ConvolutionPhase _depth;
    private readonly ConvolutionPhase _vertical;
    private readonly ConvolutionPhase _horizontal;
    private readonly nint[] _offsets;
    private readonly int _taps;
    private readonly Tile[]?[] _tiles = new Tile[TapKernels<T>.MaxVectors + 1][];

    /// <summary>
    /// <paramref name="channelBlock"/> channels are summed between two visits of a tile; <paramref name="tapsBefore"/> taps of other phases precede this one's
    /// in the weights.
    /// </summary>
    public TapTiles(ConvolutionBand<T> band, ConvolutionRegion region, long channels, long channelBlock, long tapsBefore, PhaseCombination phase)
    {
        (_band, _region, _channels, _channelBlock, _weightsBefore) = (band, region, channels, Math.Clamp(channels, 1, channelBlock), tapsBefore * channels);
        (_depth, _vertical, _horizontal) = (phase.Depth, phase.Vertical, phase.Horizontal);
        long[] taps = phase.Offsets(band);
        _taps = taps.Length;
        _offsets = new nint[_channelBlock * _taps];
        for (long i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = (nint)((i / _taps * band.ChannelStride + taps[i % _taps]) * sizeof(T));
        }
    }

    /// <summary>Computes the phase's sums for a block of channels, whose weights are [phase, channel, tap, channel of the block].</summary>
    public void Run(T* source, T* weights, T* bias, T* sums, int vectors)
    {
        Tile[] tiles = _tiles[vectors] ??= Cut(vectors);
        int width = vectors * TapKernels<T>.Lanes;
        nint row = (nint)(_horizontal.Stride * width * sizeof(T));
        nint segment = (nint)(_vertical.Stride * _region.Width * width * sizeof(T));
        nint sourceSegment = (nint)(_vertical.Axis.Step * _band.LineStride * sizeof(T));
        T* w = weights + _weightsBefore * width;
        fixed (nint* offsets = _offsets)
        {
            for (long channel = 0; channel == 0 || channel < _channels; channel += _channelBlock)
            {
                nint count = (nint)(Math.Min(_channelBlock, _channels - channel) * _taps);
                byte* from = (byte*)(source + channel * _band.ChannelStride), b = (byte*)(w + channel * _taps * width);
                nint bytes = count * width * sizeof(T), aheadStep = (nint)(width * sizeof(T) / Math.Max(1, tiles.Length));
                byte* ahead = b + bytes;
                foreach (Tile tile in tiles)
                {
                    byte* c = (byte*)(sums + tile.Sum * width);
                    bool first = channel == 0;
                    tile.Kernel(
                        from + tile.Source * sizeof(T), sourceSegment, offsets, count, b, first ? (byte*)bias : c, first ? 0 : row, first ? 0 : segment, c, row, segment, ahead, aheadStep);
                    ahead += count * aheadStep;
                }
            }
        }
    }

    /// <summary>
    /// Lines that fit into a tile are taken several at a time, longer ones are cut into even parts. The offsets already hold where position zero reads, so a tile's
    /// own place counts from there.
    /// </summary>
    private Tile[] Cut(int vectors)
    {
        var tiles = new List<Tile>();
        (long firstPlane, long lastPlane) = _depth.Within(_region.Plane, _region.Plane + _region.Planes);
        (long firstLine, long lastLine) = _vertical.Within(_region.Line, _region.Line + _region.Lines);
        long width = _horizontal.Axis.Positions, most = TapKernels<T>.MaxRows(vectors);
        long parts = (width + most - 1) / most, together = Math.Max(1, most / Math.Max(width, 1));
        for (long image = 0; image < _region.Images; image++)
        {
            for (long plane = firstPlane; plane < lastPlane; plane++)
            {
                for (long line = firstLine; line < lastLine; line += together)
                {
                    for (long part = 0; part < parts; part++)
                    {
                        long at = part * width / parts, length = (part + 1) * width / parts - at;
                        long source = image * _band.ImageStride + plane * _depth.Axis.Step * _band.PlaneStride + line * _vertical.Axis.Step * _band.LineStride + at;
                        long resultPlane = image * _region.Planes + _depth.First + plane * _depth.Stride - _region.Plane;
                        long resultLine = resultPlane * _region.Lines + _vertical.First + line * _vertical.Stride - _region.Line;
                        long sum = resultLine * _region.Width + _horizontal.First + at * _horizontal.Stride;
                        tiles.Add(new Tile(source, sum, TapKernels<T>.Get((int)Math.Min(together, lastLine - line), (int)length, 1, vectors)));
                    }
                }
            }
        }

        return [.. tiles];
    }

    private readonly record struct Tile(long Source, long Sum, TapKernel Kernel);
}
