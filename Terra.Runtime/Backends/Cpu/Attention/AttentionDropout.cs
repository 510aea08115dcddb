using System.Numerics;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Dropout of attention's weights. Whether a weight is kept is a function of the random stream's position and of the weight's index in [heads, rows, columns]
/// alone, the same as for <c>dropout_mask</c> of the whole matrix: so blocks may be drawn in any order, and again in the backward pass.
/// </summary>
internal readonly unsafe struct AttentionDropout<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Digits of a uniform number of float32.</summary>
    private const int Digits = 24;

    private readonly PhiloxState _numbers;
    private readonly uint _leastKept;
    private readonly T _scale;
    private readonly long _rows;
    private readonly long _columns;

    /// <param name="probability">Of dropping a weight; 0 for no dropout.</param>
    /// <param name="numbers">Where to draw.</param>
    /// <param name="rows">Rows of a head's matrix of weights.</param>
    /// <param name="columns">Columns of a head's matrix of weights.</param>
    public AttentionDropout(double probability, PhiloxState numbers, long rows, long columns)
    {
        _numbers = numbers;
        _leastKept = (uint)Math.Ceiling((double)(float)probability * (1 << Digits));
        _scale = T.CreateTruncating(probability < 1 ? 1 / (1 - probability) : 0);
        (_rows, _columns) = (rows, columns);
        IsPresent = probability != 0;
    }

    public bool IsPresent { get; }

    /// <summary>
    /// The factors of <paramref name="count"/> weights of a row from a column on: zero where dropped; then zeros up to <paramref name="width"/>.
    /// Null without dropout.
    /// </summary>
    /// <param name="head">Heads counted in row-major order.</param>
    /// <param name="row">Of the head.</param>
    /// <param name="column">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="width">How many factors to write.</param>
    /// <param name="factors">Receives them.</param>
    /// <param name="words">Room for <paramref name="count"/> numbers.</param>
    public T* Row(long head, long row, long column, int count, int width, T* factors, int* words)
    {
        if (!IsPresent)
        {
            return null;
        }

        PhiloxFill.Words(_numbers.Seed, _numbers.Offset, 0, RandomWord.Own, (((head * _rows) + row) * _columns) + column, count, words);
        T* choice = stackalloc T[2];
        (choice[0], choice[1]) = (_scale, T.Zero);
        for (int i = 0; i < count; i++)
        {
            uint number = (uint)words[i] >> (32 - Digits);
            factors[i] = choice[(number - _leastKept) >> 31];
        }

        new Span<T>(factors + count, width - count).Clear();
        return factors;
    }
}
