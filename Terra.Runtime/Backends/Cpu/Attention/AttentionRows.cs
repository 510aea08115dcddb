using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The passes of attention over rows of scores. Widths are multiples of the lanes of a 64-byte vector; places beyond a row's end hold negative infinity,
/// which is a weight of zero. A mask row may be null.
/// </summary>
internal static unsafe class AttentionRows
{
    /// <summary>Scores become score * scale + mask; returns the greatest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Scale<T>(T* scores, T* mask, int width, T scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> factor = Vector512.Create(scale), greatest = Vector512.Create(T.NegativeInfinity), second = greatest;
        int i = 0;
        for (; i + (2 * lanes) <= width; i += 2 * lanes)
        {
            Vector512<T> a = Scaled(scores + i, mask, i, factor), b = Scaled(scores + i + lanes, mask, i + lanes, factor);
            a.Store(scores + i);
            b.Store(scores + i + lanes);
            greatest = Vector512.MaxNative(greatest, a);
            second = Vector512.MaxNative(second, b);
        }

        if (i < width)
        {
            Vector512<T> a = Scaled(scores + i, mask, i, factor);
            a.Store(scores + i);
            greatest = Vector512.MaxNative(greatest, a);
        }

        return Rows.MaxLane(Vector512.MaxNative(greatest, second));
    }

    /// <summary>Scores become exp(score - shift); returns their sum, in an order fixed by the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Exp<T>(T* scores, int width, T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> origin = Vector512.Create(shift), sum = Vector512<T>.Zero, second = sum;
        int i = 0;
        for (; i + (2 * lanes) <= width; i += 2 * lanes)
        {
            Vector512<T> a = RowMath.ExpOf(Vector512.Load(scores + i) - origin), b = RowMath.ExpOf(Vector512.Load(scores + i + lanes) - origin);
            a.Store(scores + i);
            b.Store(scores + i + lanes);
            sum += a;
            second += b;
        }

        if (i < width)
        {
            Vector512<T> a = RowMath.ExpOf(Vector512.Load(scores + i) - origin);
            a.Store(scores + i);
            sum += a;
        }

        return Rows.Fold(sum + second);
    }

    /// <summary>
    /// Scores become the weights exp(score * scale + mask - logSum), and the weights' gradients those of the unscaled scores:
    /// weight * (gradient - delta) * scale. With dropout, weights and their gradients are multiplied by its factors (else null).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<T>(T* scores, T* gradients, T* mask, T* dropout, int width, T scale, T logSum, T delta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> factor = Vector512.Create(scale), shift = Vector512.Create(logSum), mean = Vector512.Create(delta);
        for (int i = 0; i < width; i += lanes)
        {
            Vector512<T> weight = RowMath.ExpOf(Scaled(scores + i, mask, i, factor) - shift), gradient = Vector512.Load(gradients + i), kept = weight;
            if (dropout != null)
            {
                Vector512<T> factors = Vector512.Load(dropout + i);
                gradient *= factors;
                kept *= factors;
            }

            kept.Store(scores + i);
            (weight * (gradient - mean) * factor).Store(gradients + i);
        }
    }

    /// <summary>x *= factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(T* x, T* factors, int width)
        where T : unmanaged
    {
        int lanes = Vector512<T>.Count;
        for (int i = 0; i < width; i += lanes)
        {
            (Vector512.Load(x + i) * Vector512.Load(factors + i)).Store(x + i);
        }
    }

    /// <summary>y = x * factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(T* x, T* y, int width, T factor)
        where T : unmanaged
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> scale = Vector512.Create(factor);
        for (int i = 0; i < width; i += lanes)
        {
            (Vector512.Load(x + i) * scale).Store(y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Scaled<T>(T* score, T* mask, int at, Vector512<T> factor)
        where T : unmanaged
    {
        Vector512<T> scaled = Vector512.Load(score) * factor;
        return mask == null ? scaled : scaled + Vector512.Load(mask + at);
    }
}
