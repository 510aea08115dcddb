using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Inverse hyperbolic and other functions that models use now and then.</content>
internal static partial class OpInfos
{
    private static IEnumerable<PointwiseInfo> Special()
    {
        DType[] integers = [DType.Int64, DType.Int32];
        yield return One("asinh", Math.Asinh) with { Tolerance = 12, DTypes = s_withIntegers };
        yield return One("acosh", Math.Acosh) with { Domain = (1.1, 9), Tolerance = 12 };
        yield return One("atanh", Math.Atanh) with { Domain = (-0.9, 0.9), Tolerance = 12 };
        yield return One("erfinv", InverseErf) with { Domain = (-0.9, 0.9), Extremes = Extremes.None, Tolerance = 16 };
        yield return Two("hypot", Hypot) with { Domain = (0.3, 3), Tolerance = 8 };
        yield return Two("copysign.Tensor", static (x, y) => double.IsNaN(y) ? Math.Abs(x) : Math.CopySign(x, y)) with { DTypes = s_withIntegers, Kinks = [0], Domain = (0.3, 3) };
        yield return Two("fmax", static (x, y) => double.IsNaN(x) ? y : double.IsNaN(y) ? x : Math.Max(x, y)) with { DTypes = s_numbers };
        yield return Two("fmin", static (x, y) => double.IsNaN(x) ? y : double.IsNaN(y) ? x : Math.Min(x, y)) with { DTypes = s_numbers };
        yield return Two("logaddexp", static (x, y) => x == y && double.IsInfinity(x) ? x : Math.Max(x, y) + References.Log1p(Math.Exp(-Math.Abs(x - y)))) with
        {
            Tolerance = 8, AbsoluteTolerance = 4,
        };
        yield return Two("xlogy.Tensor", static (x, y) => x == 0 && !double.IsNaN(y) ? 0 : x * Math.Log(y)) with { LastDomain = (0.3, 4), Tolerance = 8 };
        yield return One("special_entr", static x => x < 0 ? double.NegativeInfinity : x == 0 ? 0 : -x * Math.Log(x)) with { Domain = (0.2, 4), Tolerance = 8 };
        yield return One("logit", static x => Math.Log(x / (1 - x))) with { Attrs = [Number(-1)], Domain = (0.1, 0.9), Extremes = Extremes.Moderate, Tolerance = 16, AbsoluteTolerance = 8 };
        yield return One("logit", static x => double.IsNaN(x) ? x : Math.Log(Math.Clamp(x, 0.2, 0.8) / (1 - Math.Clamp(x, 0.2, 0.8)))) with
        {
            Variant = "limited", Attrs = [Number(0.2)], Domain = (-0.1, 1.1), Kinks = [0.2, 0.8], Extremes = Extremes.Moderate, Tolerance = 16, AbsoluteTolerance = 8,
        };
        yield return Two("_binary_cross_entropy", static (x, y) => (-y * Math.Max(Math.Log(x), -100)) - ((1 - y) * Math.Max(References.Log1p(-x), -100))) with
        {
            Domain = (0.1, 0.9), Extremes = Extremes.None, Tolerance = 8, AbsoluteTolerance = 8,
        };
        yield return One("lgamma", LogGamma) with { Domain = (-2.8, 9), Extremes = Extremes.None, Kinks = [-2, -1, 0], Tolerance = 16, AbsoluteTolerance = 128, DTypes = [DType.Float32, DType.Float64] };
        yield return One("digamma", static x => PolyGamma(0, x)) with { Domain = (0.2, 9), Extremes = Extremes.None, Tolerance = 16, AbsoluteTolerance = 128 };
        yield return One("digamma", static x => PolyGamma(0, 1 - x) - (Math.PI / Math.Tan(Math.PI * x))) with
        {
            Variant = "below zero", Unreferenced = s_whole, Domain = (-1.9, -1.1), Extremes = Extremes.None, Tolerance = 64, AbsoluteTolerance = 64,
        };
        yield return One("polygamma", static x => PolyGamma(1, x)) with { Attrs = [Attr.Of(1L)], Domain = (0.4, 9), Extremes = Extremes.None, Tolerance = 16 };
        yield return One("polygamma", static x => PolyGamma(4, x)) with
        {
            Variant = "fourth", Attrs = [Attr.Of(4L)], Domain = (0.9, 9), Extremes = Extremes.None, Tolerance = 64,
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2])], Attr.Of(-1L)), "*negative n*")],
        };
        yield return Two("heaviside", static (x, y) => x == 0 ? y : x > 0 ? 1 : 0) with { DTypes = s_numbers };
        yield return Two("bitwise_left_shift.Tensor", static (x, y) => (long)x << (int)y) with { DTypes = integers, Domain = (-100, 100), LastDomain = (0, 7), Extremes = Extremes.None };
        yield return Two("bitwise_right_shift.Tensor", static (x, y) => (long)x >> (int)y) with { DTypes = integers, Domain = (-100, 100), LastDomain = (0, 7), Extremes = Extremes.None };
        yield return Two("gcd", static (x, y) => Divisor(Math.Abs((long)x), Math.Abs((long)y))) with
        {
            DTypes = [DType.Int64, DType.Int32, DType.UInt8], Domain = (-100, 100), Extremes = Extremes.None,
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [2]), Draw.Of(DType.Float32, [2])]), "\"gcd\" not implemented for 'Float'")],
        };
        yield return Two("lcm", static (x, y) => x == 0 || y == 0 ? 0 : Math.Abs(x / Divisor(Math.Abs((long)x), Math.Abs((long)y)) * y)) with
        {
            DTypes = integers, Domain = (-11, 11), Extremes = Extremes.None,
        };
        yield return Two("igamma", static (a, x) => LowerGamma(a, x)) with { Domain = (0.3, 6), LastDomain = (0.05, 14), Extremes = Extremes.None, Unreferenced = s_whole, Tolerance = 64, AbsoluteTolerance = 8, IsReferenceRough = true, NoSecondDerivative = NoGammaShift };
        yield return Two("igammac", static (a, x) => 1 - LowerGamma(a, x)) with { Domain = (0.3, 6), LastDomain = (0.05, 14), Extremes = Extremes.None, Unreferenced = s_whole, Tolerance = 64, AbsoluteTolerance = 64, IsReferenceRough = true, NoSecondDerivative = NoGammaShift };
        yield return Two("_standard_gamma_grad", GammaShift) with { Domain = (0.2, 8), LastDomain = (0.05, 30), Extremes = Extremes.None, Tolerance = 64, IsReferenceRough = true };
        yield return new PointwiseInfo("nan_to_num", 1, static (x, s) => double.IsNaN(x[0]) ? s[0] : double.IsPositiveInfinity(x[0]) ? s[1] : double.IsNegativeInfinity(x[0]) ? s[2] : x[0])
        {
            Attrs = [Number(0.5), Number(100), Number(-200)], DTypes = s_numbers,
        };
    }

    /// <summary>The result depends on the dtype, so the entry is none of an element-wise function.</summary>
    private const string NoGammaShift = "the derivative for 'aten::_standard_gamma_grad' is not implemented";

    private static IEnumerable<OpInfo> Neighbours()
    {
        yield return new KernelInfo("nextafter", static s => [Nd.Make(s[0].Sizes, at => s.Inputs[0]!.DType == DType.Float64 ? Next(s[0][at], s[1][at]) : Next((float)s[0][at], (float)s[1][at]))], static dtype =>
        [
            new Sample([Draw.Of(dtype, [3, 4]), Draw.Of(dtype, [3, 4], -2, 1)]), new Sample([Draw.Special(dtype, 9, 9), Draw.Special(dtype, 9, 9)]),
            new Sample([Compiler.Tensors.Floats([4], static i => i % 2 == 0 ? 0 : -0.0, dtype), Compiler.Tensors.Floats([4], static i => i - 1, dtype)]),
        ])
        {
            Tolerance = 0, Many = static dtype => new Sample([Draw.Of(dtype, [300_001]), Draw.Of(dtype, [300_001], -2, 1)]),
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Of(DType.Int64, [2]), Draw.Of(DType.Int64, [2])]), "\"nextafter\" not implemented for 'Long'"),
                new Refusal(static () => new Sample([Draw.Of(DType.Float16, [2]), Draw.Of(DType.Float16, [2])]), "\"nextafter\" not implemented for 'Half'"),
            ],
        };
    }

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);

    private static double Next(double x, double y) => double.IsNaN(x) || double.IsNaN(y) ? double.NaN : x == y ? y : x < y ? Math.BitIncrement(x) : Math.BitDecrement(x);

    private static double Next(float x, float y) => float.IsNaN(x) || float.IsNaN(y) ? float.NaN : x == y ? y : x < y ? MathF.BitIncrement(x) : MathF.BitDecrement(x);

    /// <summary>∫ t^(a - 1) e^-t / Γ(a) dt up to x, by Simpson's rule in log t.</summary>
    private static double LowerGamma(double a, double x)
    {
        double Integrand(double s) => Math.Exp((a * s) - Math.Exp(s) - LogGamma(a));
        double from = Math.Log(x) - (60 / a);
        const int Steps = 20_000;
        double step = (Math.Log(x) - from) / Steps, sum = Integrand(from) + Integrand(Math.Log(x));
        for (int i = 1; i < Steps; i++)
        {
            sum += Integrand(from + (i * step)) * (i % 2 == 0 ? 2 : 4);
        }

        return sum * step / 3;
    }

    /// <summary>
    /// ∫ t^(α - 1) e^-t |log t - ψ(α)| / (x^(α - 1) e^-x) dt, over what lies below x or, as the whole is zero, above it: by Simpson's rule in log t.
    /// </summary>
    private static double GammaShift(double alpha, double x)
    {
        double psi = PolyGamma(0, alpha);
        double Integrand(double s) => Math.Exp((alpha * (s - Math.Log(x))) + x - Math.Exp(s)) * x * Math.Abs(s - psi);
        bool below = Math.Log(x) < psi;
        (double from, double to) = below ? (Math.Log(x) - (60 / alpha), Math.Log(x)) : (Math.Log(x), Math.Log(x + 60 + (8 * alpha)));
        const int Steps = 20_000;
        double step = (to - from) / Steps, sum = Integrand(from) + Integrand(to);
        for (int i = 1; i < Steps; i++)
        {
            sum += Integrand(from + (i * step)) * (i % 2 == 0 ? 2 : 4);
        }

        return sum * step / 3;
    }

    private static double Hypot(double x, double y)
    {
        if (double.IsInfinity(x) || double.IsInfinity(y))
        {
            return double.PositiveInfinity;
        }

        (double large, double small) = (Math.Max(Math.Abs(x), Math.Abs(y)), Math.Min(Math.Abs(x), Math.Abs(y)));
        return large == 0 ? 0 : large * Math.Sqrt(1 + (small / large * (small / large)));
    }

    /// <summary>Lanczos's approximation (g = 7, 9 terms), with reflection.</summary>
    private static double LogGamma(double x)
    {
        if (x <= 0 && x == Math.Floor(x))
        {
            return double.PositiveInfinity;
        }

        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x);
        }

        double[] terms =
        [
            676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
            1.5056327351493116e-7,
        ];
        double sum = 0.99999999999980993, t = x + 6.5;
        for (int i = 0; i < terms.Length; i++)
        {
            sum += terms[i] / (x + i);
        }

        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>The first thousand terms of the series, and the first terms of the asymptotic one for the rest.</summary>
    private static double PolyGamma(int n, double x)
    {
        double sum = 0, factorial = 1;
        for (int i = 2; i <= n; i++)
        {
            factorial *= i;
        }

        const int Terms = 1000;
        for (int k = Terms - 1; k >= 0; k--)
        {
            sum += Math.Pow(x + k, -(n + 1));
        }

        double at = x + Terms;
        if (n == 0)
        {
            return Math.Log(at) - (0.5 / at) - (1 / (12 * at * at)) - sum;
        }

        double rest = (Math.Pow(at, -n) / n) + (0.5 * Math.Pow(at, -(n + 1))) + ((n + 1) * Math.Pow(at, -(n + 2)) / 12);
        return (n % 2 == 0 ? -1 : 1) * factorial * (sum + rest);
    }

    /// <summary>By bisection.</summary>
    private static double InverseErf(double x)
    {
        if (x == 0 || Math.Abs(x) == 1)
        {
            return x / (1 - Math.Abs(x));
        }

        double low = -6, high = 6;
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = References.Erf(middle) < x ? (middle, high) : (low, middle);
        }

        return low;
    }
}
