namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The patches of images that are innermost as a matrix (implicit im2col): element ((channel, tap row, tap column), (row, column, image)) is the
/// source pixel that the tap falls on, zero outside of the image.
/// </summary>
internal sealed unsafe class ImagesInnermostPatchSource<T>(T* source, long batch, PatchAxis vertical, PatchAxis horizontal) : GemmSource<T>
    where T : unmanaged
{
    private readonly long _channelStride = vertical.SourceSize * horizontal.SourceSize * batch;

    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        Run* runs = stackalloc Run[(int)Math.Min(count, count / batch + 2)];
        int runCount = Cut(x0, count, runs);
        long taps = vertical.Taps * horizontal.Taps;
        for (int p = 0; p < depth; p++)
        {
            long tap = (p0 + p) % taps, tapRow = tap / horizontal.Taps, tapColumn = tap % horizontal.Taps;
            T* plane = source + (p0 + p) / taps * _channelStride;
            T* to = destination + (long)p * width;
            for (int r = 0; r < runCount; r++)
            {
                long row = runs[r].Row + tapRow * vertical.Tap, column = runs[r].Column + tapColumn * horizontal.Tap;
                var target = new Span<T>(to + runs[r].At, runs[r].Length);
                if ((ulong)row < (ulong)vertical.SourceSize && (ulong)column < (ulong)horizontal.SourceSize)
                {
                    new ReadOnlySpan<T>(plane + (row * horizontal.SourceSize + column) * batch + runs[r].Image, runs[r].Length).CopyTo(target);
                }
                else
                {
                    target.Clear();
                }
            }

            if (count < width)
            {
                new Span<T>(to + count, width - count).Clear();
            }
        }
    }

    /// <summary>Cuts a range of columns into runs of images at one position, which is noted as where the first tap falls.</summary>
    private int Cut(long x0, int count, Run* runs)
    {
        int made = 0;
        for (int at = 0; at < count; made++)
        {
            long position = (x0 + at) / batch, image = (x0 + at) % batch;
            int length = (int)Math.Min(count - at, batch - image);
            long row = position / horizontal.Positions * vertical.Step + vertical.Offset;
            long column = position % horizontal.Positions * horizontal.Step + horizontal.Offset;
            runs[made] = new Run(at, length, image, row, column);
            at += length;
        }

        return made;
    }

    private readonly record struct Run(int At, int Length, long Image, long Row, long Column);
}
