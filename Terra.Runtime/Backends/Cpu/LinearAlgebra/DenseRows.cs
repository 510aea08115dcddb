using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// What the decompositions do to rows of a <see cref="DenseMatrix"/>, four elements at a time. Products are rounded before they are added or subtracted, and sums are of
/// four lanes, whatever the width of the hardware's vectors.
/// </summary>
internal static class DenseRows
{
    /// <summary>target - factor * source.</summary>
    public static void SubtractScaled(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        source = source[..target.Length];
        Vector256<double> factors = Vector256.Create(factor);
        int i = 0;
        for (; i <= target.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            (Vector256.Create<double>(target[i..]) - (factors * Vector256.Create(source[i..]))).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] -= factor * source[i];
        }
    }

    /// <summary>(first, second) turned: (c first - s second, s first + c second).</summary>
    public static void Rotate(Span<double> first, Span<double> second, double c, double s)
    {
        second = second[..first.Length];
        Vector256<double> cosines = Vector256.Create(c), sines = Vector256.Create(s);
        int i = 0;
        for (; i <= first.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> a = Vector256.Create<double>(first[i..]), b = Vector256.Create<double>(second[i..]);
            ((cosines * a) - (sines * b)).CopyTo(first[i..]);
            ((sines * a) + (cosines * b)).CopyTo(second[i..]);
        }

        for (; i < first.Length; i++)
        {
            (first[i], second[i]) = ((c * first[i]) - (s * second[i]), (s * first[i]) + (c * second[i]));
        }
    }

    /// <summary>The sum of the products.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        Vector256<double> lanes = Vector256<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            lanes += Vector256.Create(a[i..]) * Vector256.Create(b[i..]);
        }

        double sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
