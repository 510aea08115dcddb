using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <content>Functions of Float64, with the reductions of the Float32 ones and longer polynomials: Taylor's for the exponential, the others' of FreeBSD's msun (Sun Microsystems).</content>
internal static partial class FunctionExpansion
{
    /// <summary>1.5 · 2^52: a sum with it is rounded to an integer.</summary>
    private const double DoubleMagic = 6755399441055744;

    /// <summary>The bits of <see cref="DoubleMagic"/>, to which the integer is added.</summary>
    private const long DoubleMagicBits = 0x4338000000000000;

    private static IrValue DoubleFunction(IrOp op, IrValue x) => op switch
    {
        IrOp.Exp => DoubleExp(x),
        IrOp.Log => DoubleLog(x),
        IrOp.Sin => DoubleSinCos(x, 0, IrOp.LargeSin),
        IrOp.Cos => DoubleSinCos(x, 1, IrOp.LargeCos),
        IrOp.Sigmoid => x.Like(1.0) / (DoubleExp(-x) + 1.0),
        _ => DoubleTanh(x),
    };

    private static IrValue DoubleExp(IrValue x)
    {
        // Beyond these bounds the result is 0 or infinite.
        (IrValue n, IrValue r, _) = DoubleReduceByLn2(x.Clamped(-746, 710));
        IrValue half = n.ShiftRight(1);
        return (DoubleExpFactor(r).Fma(r * r, r) + 1) * DoublePowerOfTwo(half) * DoublePowerOfTwo(n - half);
    }

    /// <summary>x = n ln 2 + r + remainder, where the remainder is what rounding takes from r.</summary>
    private static (IrValue N, IrValue R, IrValue Remainder) DoubleReduceByLn2(IrValue x)
    {
        IrValue shifted = x.Fma(x.Like(1.4426950408889634), x.Like(DoubleMagic)), n = shifted - DoubleMagic, bits = shifted.Bits();
        IrValue high = n.Fma(x.Like(-6.93147180369123816490e-01), x), low = n * 1.90821492927058770002e-10, r = high - low;
        return (bits - bits.Like(DoubleMagicBits), r, (high - r) - low);
    }

    /// <summary>(e^r - 1 - r) / r^2 for |r| up to ln 2 / 2, in pairs of terms.</summary>
    private static IrValue DoubleExpFactor(IrValue r)
    {
        IrValue s = r * r, t = s * s;
        IrValue Pair(double even, double odd) => r.Fma(r.Like(1 / odd), r.Like(1 / even));
        IrValue low = Pair(24, 120).Fma(s, Pair(2, 6));
        IrValue middle = Pair(40320, 362880).Fma(s, Pair(720, 5040));
        IrValue high = Pair(479001600, 6227020800).Fma(s, Pair(3628800, 39916800));
        return high.Fma(t, middle).Fma(t, low);
    }

    private static IrValue DoublePowerOfTwo(IrValue exponent) => (exponent + 1023).ShiftLeft(52).Bits(DType.Float64);

    /// <summary>x = 2^e m with m in [√½, √2); log m = 2 artanh s where s = f / (2 + f), f = m - 1.</summary>
    private static IrValue DoubleLog(IrValue x)
    {
        IrValue subnormal = x < 2.2250738585072014e-308;
        IrValue bits = subnormal.Select(x * 18014398509481984.0, x).Bits();
        IrValue exponent = (bits - bits.Like(0x3FE6A09E667F3BCD)).ShiftRight(52);
        IrValue e = ToDouble(exponent) + subnormal.Select(x.Like(-54.0), x.Like(0.0));
        IrValue f = (bits - exponent.ShiftLeft(52)).Bits(DType.Float64) - 1, s = f / (f + 2), z = s * s, w = z * z;
        IrValue even = w.Polynomial(1.531383769920937332e-01, 2.222219843214978396e-01, 3.999999999940941908e-01);
        IrValue odd = w.Polynomial(1.479819860511658591e-01, 1.818357216161805012e-01, 2.857142874366239149e-01, 6.666666666666735130e-01);
        IrValue half = f * f * 0.5, rest = w.Fma(even, odd * z);
        IrValue low = s.Fma(half + rest, e * 1.90821492927058770002e-10);
        IrValue r = (e * 6.93147180369123816490e-01) - ((half - low) - f);
        IrValue special = (x < 0).Select(x.Like(double.NaN), (x == 0.0).Select(x.Like(double.NegativeInfinity), x));
        return ((x > 0.0) & (x < double.PositiveInfinity)).Select(r, special);
    }

    /// <summary>Like <see cref="SinCos"/>, with π/2 in three parts of 53 bits.</summary>
    private static IrValue DoubleSinCos(IrValue x, int quadrant, IrOp large)
    {
        IrValue shifted = x.Fma(x.Like(0.63661977236758138), x.Like(DoubleMagic)), j = shifted - DoubleMagic, i = shifted.Bits() + quadrant;
        IrValue r = j.Fma(x.Like(-1.5707963267948966), x);
        r = j.Fma(x.Like(-6.123233995736766e-17), r);
        r = j.Fma(x.Like(1.4973849048591833e-33), r);
        IrValue z = r * r, half = z * 0.5, w = x.Like(1.0) - half;
        IrValue cosine = z.Polynomial(
            -1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07, 2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02);
        cosine = w + cosine.Fma(z * z, (x.Like(1.0) - w) - half);
        IrValue sine = z.Polynomial(
            1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06, -1.98412698298579493134e-04, 8.33333333332248946124e-03, -1.66666666666666324348e-01).Fma(z * r, r);
        IrValue value = ((i & 1) != 0).Select(cosine, sine);
        IrValue result = (value.Bits() ^ (i & 2).ShiftLeft(62)).Bits(DType.Float64);
        return (x.Abs() <= ScalarMath.LargeAngle).Select((x == 0.0).Select(quadrant == 0 ? x : x.Like(1.0), result), x.Apply(large));
    }

    /// <summary>t / (t + 2) where t = e^2|x| - 1; what rounding takes from the sums and the quotient is put back.</summary>
    private static IrValue DoubleTanh(IrValue x)
    {
        // Beyond the bound the result is 1.
        IrValue magnitude = x.Like(22.0).NativeMin(x.Abs());
        (IrValue n, IrValue r, IrValue rest) = DoubleReduceByLn2(magnitude + magnitude);
        IrValue scale = DoublePowerOfTwo(n), whole = scale - 1, part = scale * r, sum = whole + part;
        IrValue t = sum + scale.Fma(DoubleExpFactor(r).Fma(r * r, rest), part - (sum - whole));
        IrValue divisor = t + 2, lost = t - (divisor - 2), reciprocal = x.Like(1.0) / divisor, quotient = t * reciprocal;
        IrValue missing = quotient.Fma(-lost, quotient.Fma(-divisor, t));
        return missing.Fma(reciprocal, quotient).WithSignOf(x);
    }
}
