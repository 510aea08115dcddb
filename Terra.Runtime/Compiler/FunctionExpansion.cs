using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// Writes transcendental functions of Float32 out as arithmetic, fused multiply-adds and bit operations, so that they are vectorized, fused and
/// evaluated like any other expression, with the same bits at every vector width. Errors are at most <see cref="MaxUlp"/> units in the last place, or
/// <see cref="MaxSigmoidUlp"/>; of <see cref="IrOp.NormalCdf"/> at most <see cref="MaxCdfError"/>. Of Float64 only the commonest are written out. The others are computed
/// lane by lane by <see cref="ScalarMath"/>.
/// </summary>
internal static partial class FunctionExpansion
{
    /// <summary>Largest error of an expanded function against the exact value, in units in the last place of the result.</summary>
    public const double MaxUlp = 2;

    /// <summary>The same of 1 / (1 + e^-x).</summary>
    public const double MaxSigmoidUlp = 2.5;

    /// <summary>Largest error of the normal distribution's share: a unit in the last place of one half and a little.</summary>
    public const double MaxCdfError = 6.5e-8;

    private const float Log2E = 1.442695041f;

    /// <summary>1.5 · 2^23: a sum with it is rounded to an integer, and that is what its low bits are.</summary>
    private const float Magic = 12582912f;

    /// <summary>True for nodes that the pass replaces. They must not be folded before it, or a constant would have other bits than a value.</summary>
    public static bool Applies(IrNode node) => node.DType switch
    {
        DType.Float32 => IsDivision(node.Op) || node.Op is IrOp.Exp or IrOp.Expm1 or IrOp.Log or IrOp.Log1p or IrOp.Sin or IrOp.Cos or IrOp.Atan or IrOp.Atan2
            or IrOp.Tanh or IrOp.Erf or IrOp.Sigmoid or IrOp.NormalCdf or IrOp.Lgamma or IrOp.Pow,
        DType.Float64 => IsDivision(node.Op) || node.Op is IrOp.Exp or IrOp.Log or IrOp.Sin or IrOp.Cos or IrOp.Tanh or IrOp.Sigmoid,
        _ => node.DType.IsIntegral() && (IsDivision(node.Op) || node.Op == IrOp.TruncDiv),
    };

    private static bool IsDivision(IrOp op) => op is IrOp.FloorDiv or IrOp.Remainder or IrOp.Fmod;

    public static IrNode Rewrite(IrGraph graph, IrNode node, IrNode[] sources)
    {
        if (!Applies(node))
        {
            return graph.Add(node.Op, node.DType, node.Argument, sources);
        }

        var x = new IrValue(graph, sources[0]);
        var second = sources.Length > 1 ? new IrValue(graph, sources[1]) : x;
        return (node.DType switch
        {
            DType.Float64 when !IsDivision(node.Op) => DoubleFunction(node.Op, x),
            DType.Float32 or DType.Float64 => Function(node.Op, x, second),
            _ => IntegerDivision(node.Op, x, second),
        }).Node;
    }

    private static IrValue Function(IrOp op, IrValue x, IrValue second) => op switch
    {
        IrOp.Exp => Exp(x),
        IrOp.Expm1 => Expm1(x),
        IrOp.Log => Log(x),
        IrOp.Log1p => Log1p(x),
        IrOp.Sin => SinCos(x, 0, IrOp.LargeSin),
        IrOp.Cos => SinCos(x, 1, IrOp.LargeCos),
        IrOp.Tanh => Tanh(x),
        IrOp.Sigmoid => Sigmoid(x),
        IrOp.NormalCdf => NormalCdf(x),
        IrOp.Lgamma => Lgamma(x),
        IrOp.Pow => Power(x, second),
        IrOp.Atan => Atan(x),
        IrOp.Atan2 => Atan2(x, second),
        IrOp.FloorDiv => FloorDiv(x, second),
        IrOp.Remainder => Remainder(x, second),
        IrOp.Fmod => Fmod(x, second),
        _ => Erf(x),
    };

    /// <summary>
    /// x = n ln 2 + r by Cody and Waite's reduction, e^r by Cephes' expf polynomial (S. Moshier), then scaling by 2^n in two steps, which
    /// also rounds subnormal results once.
    /// </summary>
    private static IrValue Exp(IrValue x)
    {
        // Beyond these bounds the result is 0 or infinite. A NaN passes both.
        IrValue clamped = x.Like(-104f).NativeMax(x.Like(89f).NativeMin(x));
        (IrValue n, IrValue r) = ReduceByLn2(clamped);
        return ScaleInSteps(ExpPolynomial(r) + 1f, n);
    }

    /// <summary>1 - e^x, where neither x nor e^x is near the limits and errors of a few units in e^x's last place vanish in the result. NaN stays.</summary>
    private static IrValue OneMinusExp(IrValue x)
    {
        IrValue shifted = x.Fma(x.Like(Log2E), x.Like(Magic));
        IrValue r = (shifted - Magic).Fma(x.Like(-0.693147182f), x);
        return ExpFactor(r).Fma(r * r, r + 1f).Fma(PowerOfTwo(shifted, -1f), x.Like(1f));
    }

    /// <summary>Like <see cref="Exp"/>: 2^n (e^r - 1) + (2^n - 1), with 2^n halved so that it does not overflow before the result does.</summary>
    private static IrValue Expm1(IrValue x)
    {
        IrValue clamped = x.Like(-40f).NativeMax(x.Like(89f).NativeMin(x));
        (IrValue n, IrValue r) = ReduceByLn2(clamped);
        IrValue halfScale = PowerOfTwo(n, 0.5f);
        IrValue y = ExpPolynomial(r).Fma(halfScale, halfScale - 0.5f) * 2f;

        // Keeps the sign of zero, and the NaN that the polynomial may lose.
        return (x == 0f).Select(x, y);
    }

    /// <summary>n and r with x = n ln 2 + r, n as <see cref="PowerOfTwo"/> takes it.</summary>
    private static (IrValue N, IrValue R) ReduceByLn2(IrValue x)
    {
        IrValue shifted = x.Fma(x.Like(Log2E), x.Like(Magic));
        IrValue n = shifted - Magic;
        IrValue r = n.Fma(x.Like(-0.693359375f), x);
        r = n.Fma(x.Like(2.12194440e-4f), r);
        return (shifted.Bits(DType.Int32), r);
    }

    /// <summary>e^r - 1 for |r| up to ln 2 / 2.</summary>
    private static IrValue ExpPolynomial(IrValue r) => ExpFactor(r).Fma(r * r, r);

    /// <summary>(e^r - 1 - r) / r^2.</summary>
    private static IrValue ExpFactor(IrValue r) =>
        r.PolynomialInPairs(1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f);

    /// <summary>y 2^n of a y near one, in two steps, since 2^n alone may not be a normal number.</summary>
    private static IrValue ScaleInSteps(IrValue y, IrValue n)
    {
        IrValue half = n.ShiftRight(1);
        return y * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>2^n times a power of two, perhaps negative. Of the bits of n, a number or its sum with <see cref="Magic"/> (or half of that's bits), all but the lowest nine are shifted out.</summary>
    private static IrValue PowerOfTwo(IrValue n, float factor = 1) =>
        (n.Bits(DType.Int32).ShiftLeft(23) + BitConverter.SingleToInt32Bits(factor)).Bits(DType.Float32);

    /// <summary>x = 2^e m with m in [2/3, 4/3); log m by a polynomial in m - 1 split in even and odd parts (N. Juffa's logf).</summary>
    private static IrValue Log(IrValue x)
    {
        IrValue subnormal = x < 1.17549435e-38f;
        IrValue normal = subnormal.Select(x * 8388608f, x);
        IrValue bits = normal.Bits(DType.Int32);
        IrValue exponent = (bits - 0x3F2AAAAB).ShiftRight(23);
        IrValue m = (bits - exponent.ShiftLeft(23)).Bits(DType.Float32);
        IrValue e = exponent.Cast(DType.Float32) + subnormal.Select(x.Like(-23f), x.Like(0f));
        IrValue f = m - 1f, s = f * f;
        IrValue even = s.Polynomial(-0.130310059f, -0.121483512f, -0.166846126f, -0.249996200f);
        IrValue odd = s.Polynomial(0.140869141f, 0.139814854f, 0.200120345f);
        IrValue r = odd.Fma(f, even).Fma(f, x.Like(0.333331972f)).Fma(f, x.Like(-0.5f)).Fma(s, f);
        r = e.Fma(x.Like(0.693147182f), r);
        IrValue special = (x < 0f).Select(x.Like(float.NaN), (x == 0f).Select(x.Like(float.NegativeInfinity), x));
        return ((x > 0f) & (x < float.PositiveInfinity)).Select(r, special);
    }

    /// <summary>log u + (x - (u - 1)) / u with u = 1 + x rounded: the second term puts back what rounding took.</summary>
    private static IrValue Log1p(IrValue x)
    {
        IrValue u = x + 1f, log = Log(u);
        IrValue corrected = log + ((x - (u - 1f)) / u);
        IrValue small = x.Abs() < 1e-20f;
        return small.Select(x, (log.Abs() == float.PositiveInfinity).Select(log, corrected));
    }

    /// <summary>An odd polynomial up to |x| = 0.9277, beyond it 1 - e^-p(|x|) (N. Juffa's erff).</summary>
    private static IrValue Erf(IrValue x)
    {
        // The polynomial leaves its domain long after erf has reached 1, which it has at the bound.
        IrValue t = x.Like(4f).NativeMin(x.Abs()), s = t * t;
        IrValue p = s.Fma(x.Like(-1.72853470e-5f), t.Fma(x.Like(3.83197126e-4f), x.Like(-3.88396438e-3f)));
        p = p.Fma(s, t.Fma(x.Like(2.42546219e-2f), x.Like(-1.06777877e-1f)));
        p = p.Fma(s, t.Fma(x.Like(-6.34846687e-1f), x.Like(-1.128717512f)));
        IrValue large = OneMinusExp(p * t);
        IrValue small = s.Polynomial(
            -5.96761703e-4f, 4.99119423e-3f, -2.67681349e-2f, 1.12819925e-1f, -3.76125336e-1f, 1.28379166e-1f).Fma(x, x);
        return (t > 0.927734375f).Select(large.WithSignOf(x), small);
    }

    /// <summary>
    /// x = j π/2 + r with π/2 in three parts (Cody and Waite), good up to |x| = 10^5; then N. Juffa's polynomials. Larger arguments,
    /// infinities and NaN are left to the scalar function.
    /// </summary>
    private static IrValue SinCos(IrValue x, int quadrant, IrOp large)
    {
        IrValue shifted = x.Fma(x.Like(0.636619747f), x.Like(Magic));
        IrValue j = shifted - Magic;
        IrValue i = shifted.Bits(DType.Int32) + quadrant;
        IrValue r = j.Fma(x.Like(-1.57079601e+00f), x);
        r = j.Fma(x.Like(-3.13916473e-07f), r);
        r = j.Fma(x.Like(-5.39030253e-15f), r);
        IrValue s = r * r;
        IrValue cosine = s.Polynomial(2.44677067e-5f, -1.38877297e-3f, 4.16666567e-2f, -0.5f, 1f);
        IrValue sine = s.Polynomial(2.86567956e-6f, -1.98559923e-4f, 8.33338592e-3f, -1.66666672e-1f).Fma(r * s, r);
        IrValue value = ((i & 1) != 0).Select(cosine, sine);
        IrValue sign = (i & 2).ShiftLeft(30);
        IrValue result = (value.Bits(DType.Int32) ^ sign).Bits(DType.Float32);
        IrValue inRange = x.Abs() <= (float)ScalarMath.LargeAngle;
        return inRange.Select((x == 0f).Select(quadrant == 0 ? x : x.Like(1f), result), x.Apply(large));
    }
}
