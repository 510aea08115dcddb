using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Weighted sums of a line's elements: along an <see cref="InterpolationAxis"/>, or, for the gradient, the sums that its transpose takes, each in the order of the result
/// positions. Sixteen sums of float32 whose terms lie close together are taken at once by permutations of two vectors; terms that a sum has fewer than its neighbours are left out by masks.
/// </summary>
internal sealed unsafe class LineInterpolation<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Lanes = 16;

    private readonly int _count;
    private readonly int _terms;
    private readonly int[] _positions;
    private readonly T[] _weights;
    private readonly bool[] _present;
    private readonly Piece[]? _pieces;

    private LineInterpolation(long size, List<(long Position, double Weight)>[] sums)
    {
        Size = (int)size;
        _count = sums.Length;
        _terms = sums.Max(static sum => sum.Count);
        _positions = new int[_count * _terms];
        _weights = new T[_count * _terms];
        _present = new bool[_count * _terms];
        for (int i = 0; i < _count; i++)
        {
            for (int t = 0; t < sums[i].Count; t++)
            {
                (_positions[(i * _terms) + t], _weights[(i * _terms) + t], _present[(i * _terms) + t]) =
                    ((int)sums[i][t].Position, T.CreateTruncating(sums[i][t].Weight), true);
            }
        }

        _pieces = sizeof(T) == sizeof(float) && Avx512F.IsSupported ? Cut() : null;
    }

    /// <summary>Elements of the line that is read.</summary>
    public int Size { get; }

    /// <summary>Elements that may be read: <see cref="Size"/> and two vectors more.</summary>
    public int PaddedSize => Size + (2 * Lanes);

    /// <summary>From the line's elements to the result's.</summary>
    public static LineInterpolation<T> Forward(InterpolationAxis axis)
    {
        List<(long, double)>[] sums = Empty(axis.Count);
        for (long i = 0; i < axis.Weights.Length; i++)
        {
            sums[i / axis.Taps].Add((axis.Positions[i], axis.Weights[i]));
        }

        return new LineInterpolation<T>(axis.Size, sums);
    }

    /// <summary>From the gradient of the result to that of the line's elements.</summary>
    public static LineInterpolation<T> Backward(InterpolationAxis axis)
    {
        List<(long, double)>[] sums = Empty(axis.Size);
        for (long i = 0; i < axis.Weights.Length; i++)
        {
            sums[axis.Positions[i]].Add((i / axis.Taps, axis.Weights[i]));
        }

        return new LineInterpolation<T>(axis.Count, sums);
    }

    /// <summary>Takes the sums of a line; <see cref="PaddedSize"/> elements may be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(T* from, T* to)
    {
        if (_pieces is not null)
        {
            foreach (Piece piece in _pieces)
            {
                RunPiece(piece, (float*)from, (float*)to);
            }

            return;
        }

        int at = 0;
        for (int i = 0; i < _count; i++)
        {
            T sum = T.Zero;
            for (int t = 0; t < _terms; t++, at++)
            {
                sum = _present[at] ? sum + (_weights[at] * from[_positions[at]]) : sum;
            }

            to[i] = sum;
        }
    }

    private static List<(long Position, double Weight)>[] Empty(long count) => [.. Enumerable.Range(0, (int)count).Select(static _ => new List<(long, double)>())];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunPiece(Piece piece, float* from, float* to)
    {
        Vector512<float> low = Vector512.Load(from + piece.Source), high = Vector512.Load(from + piece.Source + Lanes), sum = Vector512<float>.Zero;
        foreach (ref readonly Term term in piece.Terms.AsSpan())
        {
            sum += term.Weights * Avx512F.PermuteVar16x32x2(low, term.Places, high) & term.Present;
        }

        sum.Store(to + piece.Target);
    }

    /// <summary>Vectors of sums, the last of which overlaps the one before; null if there are too few sums, or terms of one vector lie too far apart.</summary>
    private Piece[]? Cut()
    {
        if (_count < Lanes)
        {
            return null;
        }

        var pieces = new List<Piece>();
        for (int i = 0; i < _count; i += Lanes)
        {
            int first = Math.Min(i, _count - Lanes);
            int[] places = [.. Enumerable.Range(first * _terms, Lanes * _terms).Where(at => _present[at]).Select(at => _positions[at])];
            int source = places.Length == 0 ? 0 : places.Min();
            if (places.Length > 0 && places.Max() - source >= 2 * Lanes)
            {
                return null;
            }

            pieces.Add(new Piece(source, first, [.. Enumerable.Range(0, _terms).Select(t => TermOf(first, t, source))]));
        }

        return [.. pieces];
    }

    private Term TermOf(int first, int term, int source)
    {
        int[] places = new int[Lanes], present = new int[Lanes];
        float[] weights = new float[Lanes];
        for (int lane = 0; lane < Lanes; lane++)
        {
            int at = ((first + lane) * _terms) + term;
            if (_present[at])
            {
                (places[lane], present[lane], weights[lane]) = (_positions[at] - source, -1, float.CreateTruncating(_weights[at]));
            }
        }

        return new Term(Vector512.Create(places), Vector512.Create(weights), Vector512.Create(present).AsSingle());
    }

    private readonly record struct Term(Vector512<int> Places, Vector512<float> Weights, Vector512<float> Present);

    private sealed record Piece(int Source, int Target, Term[] Terms);
}
