using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// exp by reduction to |r| ≤ ln(2) / 2 and a polynomial. Single precision: the coefficients of Cephes' expf, error below 1.5 ulp. Double
/// precision: the Taylor polynomial of degree 13, error below 2 ulp. Overflows to infinity, goes through the subnormals to zero, keeps NaN.
/// </summary>
internal static class VectorExp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> bounded = Avx512F.IsSupported
            ? Avx512F.Min(Vector512.Create(89f), Avx512F.Max(Vector512.Create(-104f), x))
            : Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-104f)), Vector512.Create(89f));
        Vector512<float> n = Vector512.Round(bounded * 1.44269504088896341f);
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), bounded);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<float>.One;
        if (Avx512F.IsSupported)
        {
            // Minimum and maximum return their second operand if one is NaN, so NaN came through.
            return Avx512F.Scale(p, n);
        }

        // Two factors, since 2^n alone may not be a normal number.
        Vector512<int> exponent = Vector512.ConvertToInt32Native(n), half = exponent >> 1;
        Vector512<float> result = p * Power(half) * Power(exponent - half);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), result, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        Vector512<double> bounded = Avx512F.IsSupported
            ? Avx512F.Min(Vector512.Create(710.0), Avx512F.Max(Vector512.Create(-746.0), x))
            : Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-746.0)), Vector512.Create(710.0));
        Vector512<double> n = Vector512.Round(bounded * 1.44269504088896340736);
        Vector512<double> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-6.93147180369123816490e-01), bounded);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.90821492927058770002e-10), r);
        var p = Vector512.Create(1 / 6227020800.0);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 479001600.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 39916800.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 3628800.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 362880.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 40320.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 5040.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 720.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 120.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 24.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 6.0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5));
        p = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<double>.One;
        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(p, n);
        }

        Vector512<long> exponent = Vector512.ConvertToInt64Native(n), half = exponent >> 1;
        Vector512<double> result = p * Power(half) * Power(exponent - half);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), result, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Power(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Power(Vector512<long> n) => ((n + Vector512.Create(1023L)) << 52).AsDouble();
}
