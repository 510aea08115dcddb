using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Max pooling of float planes, sixteen windows of a line at a time, from a copy of the plane that is padded with minus infinity and whose lines are sorted by the
/// residue of the pixel by the stride, so that what a tap reads lies side by side. Picks the same elements as a loop over each window does.
/// </summary>
internal sealed unsafe class LineMaxPool
{
    private const int Lanes = 16;

    private readonly PoolWindows _windows;
    private readonly long _stride;
    private readonly long _pad;
    private readonly long _residues;
    private readonly (long Column, long Sorted)[] _taps;
    private readonly int[] _columns;
    private readonly int[] _firstColumns;

    private LineMaxPool(PoolWindows windows, long stride, long pad, long dilation, long taps)
    {
        (_windows, _stride, _pad) = (windows, stride, pad);
        _residues = windows.OutWidth + ((taps - 1) * dilation) / stride + Lanes;
        _taps = new (long, long)[taps];
        for (long t = 0; t < taps; t++)
        {
            _taps[t] = (t * dilation, t * dilation % stride * _residues + t * dilation / stride);
        }

        long count = (windows.OutWidth + Lanes - 1) / Lanes * Lanes;
        _columns = new int[count];
        _firstColumns = new int[count];
        for (long i = 0; i < windows.OutWidth; i++)
        {
            (_columns[i], _firstColumns[i]) = ((int)(i * stride - pad), (int)windows.Columns[i].Start);
        }
    }

    /// <summary>Elements of scratch memory a call of <see cref="Run"/> needs.</summary>
    public long Scratch => _windows.Height * _residues * _stride + _windows.OutWidth + Lanes;

    /// <summary>The pooling with these attributes, or null where lines are too short for it or a plane too large for its positions to be counted in 32 bits.</summary>
    public static LineMaxPool? TryCreate(PoolWindows windows, long kernel, long stride, long pad, long dilation) =>
        windows.IsPlanar && windows.OutWidth >= Lanes / 2 && windows.Height * windows.Width <= int.MaxValue
            ? new LineMaxPool(windows, stride, pad, dilation, kernel)
            : null;

    /// <summary>Pools one plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(float* source, float* values, long* indices, float* scratch)
    {
        Sort(source, scratch);
        long width = _windows.Width, outWidth = _windows.OutWidth, line = _residues * _stride;
        fixed (int* columns = _columns, firsts = _firstColumns)
        {
            foreach (PoolRange rows in _windows.Rows)
            {
                for (long x = 0; x < outWidth; x += Lanes)
                {
                    Vector512<int> column = Vector512.Load(columns + x), at = Vector512.Load(firsts + x) + Vector512.Create((int)(rows.Start * width));
                    Vector512<float> largest = Vector512.Create(float.NegativeInfinity);
                    for (long row = rows.Start; row < rows.End; row += rows.Step)
                    {
                        foreach ((long tap, long sorted) in _taps)
                        {
                            Vector512<float> value = Vector512.Load(scratch + row * line + sorted + x);
                            Vector512<float> wins = Vector512.GreaterThan(value, largest) | ~Vector512.Equals(value, value);
                            largest = Vector512.ConditionalSelect(wins, value, largest);
                            at = Vector512.ConditionalSelect(wins.AsInt32(), column + Vector512.Create((int)(row * width + tap)), at);
                        }
                    }

                    Store(largest, at, values + x, indices + x, Math.Min(Lanes, outWidth - x));
                }

                values += outWidth;
                indices += outWidth;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> largest, Vector512<int> at, float* values, long* indices, long count)
    {
        (Vector512<long> lower, Vector512<long> upper) = Vector512.Widen(at);
        if (count == Lanes)
        {
            largest.Store(values);
            lower.Store(indices);
            upper.Store(indices + Lanes / 2);
            return;
        }

        Rows.StoreTail(largest, values, count);
        Rows.StoreTail(lower.AsDouble(), (double*)indices, Math.Min(count, Lanes / 2));
        Rows.StoreTail(upper.AsDouble(), (double*)indices + Lanes / 2, Math.Max(count - Lanes / 2, 0));
    }

    /// <summary>The plane's lines as [residue, pixel / stride], beginning with the padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(float* source, float* scratch)
    {
        long width = _windows.Width;
        for (long row = 0; row < _windows.Height; row++, source += width)
        {
            for (long residue = 0; residue < _stride; residue++, scratch += _residues)
            {
                long first = residue - _pad, before = Math.Clamp((_stride - 1 - first) / _stride, 0, _residues);
                long end = Math.Clamp((width - first + _stride - 1) / _stride, before, _residues);
                new Span<float>(scratch, (int)before).Fill(float.NegativeInfinity);
                Deinterleave.Copy(source + first + before * _stride, _stride, scratch + before, end - before);
                new Span<float>(scratch + end, (int)(_residues - end)).Fill(float.NegativeInfinity);
            }
        }
    }
}
