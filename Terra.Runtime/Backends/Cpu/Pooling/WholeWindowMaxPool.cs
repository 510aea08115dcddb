using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Max pooling of float planes where no window is clipped by the plane's border: eight windows at a time, one gather a tap. Windows are numbered
/// over as many planes as fill whole vectors, so small planes need no rests. Picks the same elements as a loop over each window does.
/// </summary>
internal sealed unsafe class WholeWindowMaxPool
{
    private const int Lanes = 8;

    /// <summary>Windows in a line from which it pays to sort the line's pixels instead of gathering them.</summary>
    private const int LongLine = 32;

    private readonly int[] _origins;
    private readonly int[] _positions;
    private readonly int[] _taps;
    private readonly long _outPixels;

    private WholeWindowMaxPool(PoolWindows windows, int planes)
    {
        long outPixels = windows.OutHeight * windows.OutWidth, pixels = windows.Height * windows.Width;
        _outPixels = outPixels;
        Planes = planes;
        Pixels = pixels;
        _origins = new int[planes * outPixels];
        _positions = new int[planes * outPixels];
        for (int i = 0; i < _origins.Length; i++)
        {
            long inPlane = i % outPixels;
            long origin = windows.Rows[inPlane / windows.OutWidth].Start * windows.Width + windows.Columns[inPlane % windows.OutWidth].Start;
            _positions[i] = (int)origin;
            _origins[i] = (int)(i / outPixels * pixels + origin);
        }

        var taps = new List<int>();
        PoolRange rows = windows.Rows[0], columns = windows.Columns[0];
        for (long row = 0; row < rows.End - rows.Start; row += rows.Step)
        {
            for (long column = 0; column < columns.End - columns.Start; column += columns.Step)
            {
                taps.Add((int)(row * windows.Width + column));
            }
        }

        _taps = [.. taps];
    }

    /// <summary>Planes that are pooled together.</summary>
    public int Planes { get; }

    private long Pixels { get; }

    /// <summary>
    /// The pooling, or null where a window is clipped, lines are long or a plane is too large for its windows to be worth tabulating, or the hardware has no gathers.
    /// </summary>
    public static WholeWindowMaxPool? TryCreate(PoolWindows windows)
    {
        long outPixels = windows.OutHeight * windows.OutWidth, pixels = windows.Height * windows.Width;
        if (!Avx2.IsSupported || !windows.IsPlanar || outPixels == 0 || windows.OutWidth >= LongLine || pixels > short.MaxValue || !AreAlike(windows.Rows) || !AreAlike(windows.Columns))
        {
            return null;
        }

        int planes = 1;
        while (planes * outPixels % Lanes != 0)
        {
            planes *= 2;
        }

        return new WholeWindowMaxPool(windows, planes);
    }

    /// <summary>Pools <see cref="Planes"/> planes that follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(float* source, float* values, long* indices)
    {
        fixed (int* origins = _origins, positions = _positions, taps = _taps)
        {
            int tapCount = _taps.Length;
            long count = Planes * _outPixels;
            for (long at = 0; at < count; at += Lanes)
            {
                Vector256<int> origin = Vector256.Load(origins + at);
                Vector256<float> best = Avx2.GatherVector256(source, origin, sizeof(float));
                Vector256<int> tap = Vector256<int>.Zero;
                for (int t = 1; t < tapCount; t++)
                {
                    Vector256<float> value = Avx2.GatherVector256(source + taps[t], origin, sizeof(float));
                    Vector256<float> wins = Vector256.GreaterThan(value, best) | ~Vector256.Equals(value, value);
                    best = Vector256.ConditionalSelect(wins, value, best);
                    tap = Vector256.ConditionalSelect(wins.AsInt32(), Vector256.Create(taps[t]), tap);
                }

                best.Store(values + at);
                (Vector256<long> lower, Vector256<long> upper) = Vector256.Widen(Vector256.Load(positions + at) + tap);
                lower.Store(indices + at);
                upper.Store(indices + at + (Lanes / 2));
            }
        }
    }

    private static bool AreAlike(PoolRange[] ranges)
    {
        foreach (PoolRange range in ranges)
        {
            if (range.End - range.Start != range.Padded || range.Padded != ranges[0].Padded)
            {
                return false;
            }
        }

        return true;
    }
}
