
namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The patches of images as a matrix, without writing it down (implicit im2col): element ((channel, tap row, tap column),
/// (image, row, column)) is the source pixel that the tap falls on, zero outside of the image.
/// </summary>
internal sealed unsafe class PatchSource<T>(T* source, long imageStride, PatchAxis vertical, PatchAxis horizontal) : GemmSource<T>
    where T : unmanaged
{
    /// <summary>Channels between asking for memory and reading it.</summary>
    private const long ChannelsAhead = 12;

    private readonly long _channelStride = vertical.SourceSize * horizontal.SourceSize;

    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        if (depth == 0)
        {
            return;
        }

        Run* runs = stackalloc Run[count];
        int runCount = Cut(x0, count, runs);
        long taps = vertical.Taps * horizontal.Taps;
        long channel = p0 / taps, tap = p0 % taps;
        long tapRow = tap / horizontal.Taps, tapColumn = tap % horizontal.Taps;
        for (int p = 0; p < depth; p++)
        {
            T* to = destination + (long)p * width;
            T* plane = source + channel * _channelStride;
            if (taps == 1)
            {
                Prefetch(plane + ChannelsAhead * _channelStride, runs, runCount);
            }

            for (int r = 0; r < runCount; r++)
            {
                CopyRun(plane, runs[r], tapRow, tapColumn, to + runs[r].At);
            }

            new Span<T>(to + count, width - count).Clear();
            if (++tapColumn == horizontal.Taps)
            {
                tapColumn = 0;
                if (++tapRow == vertical.Taps)
                {
                    tapRow = 0;
                    channel++;
                }
            }
        }
    }

    /// <summary>
    /// Asks for the lines that a channel to come is read from: with a single tap every depth is another place in memory, which the hardware does
    /// not foresee. An address beyond the end is never accessed.
    /// </summary>
    private void Prefetch(T* plane, Run* runs, int runCount)
    {
        for (int r = 0; r < runCount; r++)
        {
            long row = runs[r].Row * vertical.Step, column = runs[r].Column * horizontal.Step;
            CacheLines.Prefetch(plane + runs[r].Image + row * horizontal.SourceSize + column, runs[r].Length * horizontal.Step * sizeof(T));
        }
    }

    /// <summary>Cuts a range of positions into runs that lie in one row of one image.</summary>
    private int Cut(long x0, int count, Run* runs)
    {
        long pixels = vertical.Positions * horizontal.Positions;
        int made = 0;
        for (int at = 0; at < count; made++)
        {
            long image = (x0 + at) / pixels, pixel = (x0 + at) % pixels;
            long row = pixel / horizontal.Positions, column = pixel % horizontal.Positions;
            int length = (int)Math.Min(count - at, horizontal.Positions - column);
            runs[made] = new Run(at, length, image * imageStride, row, column);
            at += length;
        }

        return made;
    }

    private void CopyRun(T* plane, in Run run, long tapRow, long tapColumn, T* to)
    {
        long row = run.Row * vertical.Step + tapRow * vertical.Tap + vertical.Offset;
        if ((ulong)row >= (ulong)vertical.SourceSize)
        {
            new Span<T>(to, run.Length).Clear();
            return;
        }

        long first = run.Column * horizontal.Step + tapColumn * horizontal.Tap + horizontal.Offset;
        CopyLine(plane + run.Image + row * horizontal.SourceSize, first, run.Length, to);
    }

    /// <summary>Copies line[first], line[first + step] ...; what is outside of the line is zero.</summary>
    private void CopyLine(T* line, long first, int length, T* to)
    {
        long step = horizontal.Step;
        int begin = first >= 0 ? 0 : (int)Math.Min(length, (-first + step - 1) / step);
        long reach = horizontal.SourceSize - first;
        int end = reach <= 0 ? begin : (int)Math.Max(begin, Math.Min(length, (reach + step - 1) / step));
        new Span<T>(to, begin).Clear();
        T* from = line + first;
        if (step == 1)
        {
            new ReadOnlySpan<T>(from + begin, end - begin).CopyTo(new Span<T>(to + begin, end - begin));
        }
        else
        {
            for (int i = begin; i < end; i++)
            {
                to[i] = from[i * step];
            }
        }

        new Span<T>(to + end, length - end).Clear();
    }

    private readonly record struct Run(int At, int Length, long Image, long Row, long Column);
}

/// <summary>Images as a matrix for sums over all pixels: element (image * pixels + pixel, channel).</summary>
internal sealed unsafe class PixelSource<T>(T* source, long pixels, long imageStride) : GemmSource<T>
    where T : unmanaged
{
    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        for (int done = 0; done < depth;)
        {
            long image = (p0 + done) / pixels, pixel = (p0 + done) % pixels;
            int run = (int)Math.Min(depth - done, pixels - pixel);
            new StridedSource<T>(source + image * imageStride, 1, pixels).Pack(pixel, run, x0, count, width, destination + (long)done * width);
            done += run;
        }
    }
}
