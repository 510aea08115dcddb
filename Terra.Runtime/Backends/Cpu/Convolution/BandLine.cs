using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// How a line of a source image is copied into a <see cref="ConvolutionBand{T}"/>: every interleave-th pixel side by side, zeros outside of the image. Short lines of
/// float32 are copied by a few whole vectors whose ends overlap, with masks for what is outside, all of which is the same for each line.
/// </summary>
internal unsafe struct BandLine<T>
    where T : unmanaged
{
    private const int MaxPieces = 8;

    private readonly long _from;
    private readonly long _width;
    private readonly long _interleave;
    private readonly long _residueStride;
    private readonly T* _low;
    private readonly T* _high;
    private readonly int _count;
    private Pieces _pieces;

    /// <param name="from">First pixel of the source that a line of the band holds; may be outside of the image.</param>
    /// <param name="width">Pixels of a source line.</param>
    /// <param name="interleave">Distance of pixels that lie side by side.</param>
    /// <param name="residueStride">Elements of the band's line for each residue.</param>
    /// <param name="low">Where the source begins.</param>
    /// <param name="high">Where it ends.</param>
    public BandLine(long from, long width, long interleave, long residueStride, T* low, T* high)
    {
        (_from, _width, _interleave, _residueStride) = (from, width, interleave, residueStride);
        _low = low;
        _high = high;
        int lanes = Vector512<float>.Count, half = lanes / 2;
        long perResidue = residueStride < half ? 0 : residueStride < lanes ? (residueStride + half - 1) / half : (residueStride + lanes - 1) / lanes;
        if (sizeof(T) != sizeof(float) || !Avx512F.IsSupported || interleave > 2 || perResidue == 0 || perResidue * interleave > MaxPieces)
        {
            return;
        }

        int size = residueStride < lanes ? half : lanes;
        for (long residue = 0; residue < interleave; residue++)
        {
            for (long i = 0; i < perResidue; i++)
            {
                long at = Math.Min(i * size, residueStride - size), pixel = from + residue + (at * interleave);
                Vector512<int> pixels = (Vector512<int>.Indices * (int)interleave) + Vector512.Create((int)pixel);
                Vector512<int> inside = Vector512.GreaterThanOrEqual(pixels, Vector512<int>.Zero) & Vector512.LessThan(pixels, Vector512.Create((int)width));
                _pieces[_count++] = new Piece(pixel, (residue * residueStride) + at, inside.AsSingle());
            }
        }
    }

    /// <summary>Copies the line that starts at <paramref name="line"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Copy(T* line, T* to)
    {
        if (_count == 0 || line + _from < _low || line + _from + _interleave * (_residueStride + 2 * Vector512<float>.Count) > _high)
        {
            CopyElements(line, to);
        }
        else if (_residueStride < Vector512<float>.Count)
        {
            CopyHalves((float*)line, (float*)to);
        }
        else
        {
            CopyVectors((float*)line, (float*)to);
        }
    }

    private readonly void CopyHalves(float* line, float* to)
    {
        Vector512<int> evens = Vector512<int>.Indices * 2;
        for (int i = 0; i < _count; i++)
        {
            ref readonly Piece piece = ref _pieces[i];
            Vector512<float> pixels = Vector512.Load(line + piece.Pixel);
            pixels = _interleave == 1 ? pixels : Avx512F.PermuteVar16x32(pixels, evens);
            (pixels & piece.Inside).GetLower().Store(to + piece.Target);
        }
    }

    private readonly void CopyVectors(float* line, float* to)
    {
        Vector512<int> evens = Vector512<int>.Indices * 2;
        for (int i = 0; i < _count; i++)
        {
            ref readonly Piece piece = ref _pieces[i];
            float* at = line + piece.Pixel;
            Vector512<float> pixels = Vector512.Load(at);
            pixels = _interleave == 1 ? pixels : Avx512F.PermuteVar16x32x2(pixels, evens, Vector512.Load(at + Vector512<float>.Count));
            (pixels & piece.Inside).Store(to + piece.Target);
        }
    }

    private readonly void CopyElements(T* line, T* to)
    {
        for (long residue = 0; residue < _interleave; residue++, to += _residueStride)
        {
            long first = _from + residue;
            long start = Math.Min(_residueStride, first < 0 ? (-first + _interleave - 1) / _interleave : 0);
            long end = Math.Clamp((_width - first + _interleave - 1) / _interleave, start, _residueStride);
            new Span<T>(to, (int)start).Clear();
            Deinterleave.Copy(line + first + (start * _interleave), _interleave, to + start, end - start);
            new Span<T>(to + end, (int)(_residueStride - end)).Clear();
        }
    }

    /// <summary>A vector of the line: which pixel it begins with, where it goes, and a mask of the lanes that are inside the image.</summary>
    private readonly record struct Piece(long Pixel, long Target, Vector512<float> Inside);

    [InlineArray(MaxPieces)]
    private struct Pieces
    {
        private Piece _first;
    }
}
