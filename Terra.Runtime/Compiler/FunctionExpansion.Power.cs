using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <content>Powers.</content>
internal static partial class FunctionExpansion
{
    /// <summary>
    /// e^(y log |x|), the logarithm and its product as sums of two values, so that their errors do not grow with the exponent (N. Juffa's powf). Integer exponents
    /// take negative bases; zeros, infinities and NaN give what IEEE 754 says of pow.
    /// </summary>
    private static IrValue Power(IrValue x, IrValue y)
    {
        IrValue magnitude = x.Abs();
        (IrValue high, IrValue low) = ExtendedLog(magnitude);

        // A larger exponent makes of any base but 1 what this one does, and does not overflow here.
        IrValue exponent = y.Like(-1e30f).NativeMax(y.Like(1e30f).NativeMin(y));
        IrValue product = high * exponent;
        IrValue rest = low.Fma(exponent, high.Fma(exponent, -product));
        IrValue result = ExpOfSum(product, rest);

        IrValue zero = x.Like(0f), infinity = x.Like(float.PositiveInfinity), one = x.Like(1f);
        IrValue isWhole = y.IsWhole(), isOdd = isWhole & (y * 0.5f).IsWhole().Not();
        IrValue signIfOdd = isOdd.Select(exponent.Bits(DType.Int32).Like(int.MinValue), exponent.Bits(DType.Int32).Like(0));

        // One selection for each comparison, so that none is held as a vector.
        result = (magnitude == 0f).Select((y < 0f).Select(infinity, zero), result);
        result = (x < 0f).Select(isWhole.Select(result, x.Like(float.NaN)), result);
        result = (magnitude == float.PositiveInfinity).Select((y > 0f).Select(infinity, zero), result);
        result = (result.Bits(DType.Int32) | (x.Bits(DType.Int32) & signIfOdd)).Bits(DType.Float32);
        result = x.IsNaN().Select(x, result);
        result = y.IsNaN().Select(y, result);
        result = (x == 1f).Select(one, result);
        return (y == 0f).Select(one, result);
    }

    /// <summary>
    /// log x of a positive, finite x as the sum of two values, with a relative error of about 10^-9: x = 2^e m with m in [√½, √2), log m = 2 artanh q where
    /// q = (m - 1) / (m + 1).
    /// </summary>
    private static (IrValue High, IrValue Low) ExtendedLog(IrValue x)
    {
        const float Ln2High = 6.93147182e-1f, Ln2Low = -1.90465421e-9f;
        IrValue scale = (x < 1.17549435e-38f).Select(x.Like(8388608f), x.Like(1f));
        IrValue bits = (x * scale).Bits(DType.Int32);
        IrValue exponent = (bits - 0x3F3504F3).ShiftRight(23);
        IrValue m = (bits - exponent.ShiftLeft(23)).Bits(DType.Float32);
        IrValue e = (exponent - (scale.Bits(DType.Int32).ShiftRight(23) - 127)).Cast(DType.Float32);

        IrValue above = m - 1f, reciprocal = x.Like(1f) / (m + 1f);
        IrValue q = above * reciprocal;
        IrValue qLow = reciprocal * q.Fma(-above, q.Fma(x.Like(-2f), above));

        IrValue square = q * q, squareLow = q.Fma(qLow + qLow, q.Fma(q, -square));
        IrValue cube = square * q, cubeLow = square.Fma(qLow, squareLow.Fma(q, square.Fma(q, -cube)));
        IrValue series = square.Polynomial(0.115623802f, 0.142825395f, 0.199999049f, 0.333333343f);
        IrValue tail = series.Fma(cube, series.Fma(cubeLow, qLow));

        IrValue twice = q + q, sum = e.Fma(x.Like(Ln2High), twice);
        IrValue lost = twice - e.Fma(x.Like(-Ln2High), sum);
        IrValue low = e.Fma(x.Like(Ln2Low), tail.Fma(x.Like(2f), lost));
        IrValue high = sum + low;
        return (high, (sum - high) + low);
    }

    /// <summary>e^(x + rest) where rest is a rounding error of x.</summary>
    private static IrValue ExpOfSum(IrValue x, IrValue rest)
    {
        // Beyond these bounds the result is 0 or infinite, and the rest may be anything.
        IrValue clamped = x.Like(-105f).NativeMax(x.Like(89f).NativeMin(x));
        IrValue small = rest.Like(-1e-4f).NativeMax(rest.Like(1e-4f).NativeMin(rest));
        (IrValue n, IrValue r) = ReduceByLn2(clamped);
        IrValue polynomial = ExpPolynomial(r);
        IrValue y = (polynomial + polynomial.Fma(small, small)) + 1f;
        return ScaleInSteps(y, n);
    }
}
