using Terra.Runtime.Core;

namespace Terra.Runtime.Tests.Ops;

/// <content>Bessel functions and others of their kind, by their integrals (Abramowitz and Stegun, chapters 7, 9 and 10).</content>
internal static partial class OpInfos
{
    private static IEnumerable<PointwiseInfo> Bessel()
    {
        (double, double) whole = (-40, 40), positive = (0.05, 40);
        yield return Function("special_bessel_j0", static x => FirstKind(0, x), whole);
        yield return Function("special_bessel_j1", static x => FirstKind(1, x), whole);
        yield return Function("special_bessel_y0", static x => SecondKind(0, x), (0.3, 9)) with { Unreferenced = s_whole, IsReferenceRough = true };
        yield return Function("special_bessel_y1", static x => SecondKind(1, x), (0.3, 9)) with { Unreferenced = s_whole, IsReferenceRough = true };
        yield return Function("i0", static x => Growing(0, x) * Math.Exp(Math.Abs(x)), (-6, 6));
        yield return Function("special_i0e", static x => Growing(0, x), whole) with { Kinks = [0] };
        yield return Function("special_i1", static x => Growing(1, x) * Math.Exp(Math.Abs(x)), (-6, 6));
        yield return Function("special_i1e", static x => Growing(1, x), whole) with { Kinks = [0] };
        yield return Function("special_modified_bessel_k0", static x => Falling(0, x) * Math.Exp(-x), positive) with { Unreferenced = s_whole };
        yield return Function("special_modified_bessel_k1", static x => Falling(1, x) * Math.Exp(-x), positive) with { Unreferenced = s_whole };
        yield return Function("special_scaled_modified_bessel_k0", static x => Falling(0, x), positive) with { Unreferenced = s_whole };
        yield return Function("special_scaled_modified_bessel_k1", static x => Falling(1, x), positive) with { Unreferenced = s_whole };
        yield return Function("special_airy_ai", Airy, (-4, 2)) with { AbsoluteTolerance = 400, Unreferenced = s_whole };
        yield return Function("special_erfcx", static x => x < 0 ? (2 * Math.Exp(x * x)) - ScaledTail(-x) : ScaledTail(x), (-2, 6)) with { IsReferenceRough = true };
        yield return Function("special_ndtri", static p => Quantile(p), (0.001, 0.999)) with { Unreferenced = s_whole };
        yield return Two("special_zeta", static (x, q) => Enumerable.Range(0, 20_000).Sum(k => Math.Pow(q + k, -x)) + (Math.Pow(q + 20_000, 1 - x) / (x - 1)) + (0.5 * Math.Pow(q + 20_000, -x))) with
        {
            Domain = (1.5, 6), LastDomain = (0.3, 5), Extremes = Extremes.None, Unreferenced = s_whole, Tolerance = 64, Constants = [0], IsReferenceRough = true,
        };
    }

    private static PointwiseInfo Function(string name, Func<double, double> function, (double, double) domain) =>
        One(name, function) with { Domain = domain, Extremes = Extremes.None, Tolerance = 64, AbsoluteTolerance = 32 };

    private static double FirstKind(int order, double x) => Mean(t => Math.Cos((order * t) - (x * Math.Sin(t))));

    private static double SecondKind(int order, double x) =>
        Mean(t => Math.Sin((x * Math.Sin(t)) - (order * t)), ends: true) - (Simpson(t => (order == 0 ? 2 : Math.Exp(t) - Math.Exp(-t)) * Math.Exp(-x * Math.Sinh(t)), 0, 1 + Math.Asinh(50 / x)) / Math.PI);

    /// <summary>exp(-|x|) I(x).</summary>
    private static double Growing(int order, double x) => Mean(t => Math.Exp((x * Math.Cos(t)) - Math.Abs(x)) * Math.Cos(order * t));

    /// <summary>exp(x) K(x).</summary>
    private static double Falling(int order, double x) => Simpson(t => Math.Exp(-x * (Math.Cosh(t) - 1)) * Math.Cosh(order * t), 0, Math.Acosh(1 + (50 / x)));

    /// <summary>Maclaurin's series.</summary>
    private static double Airy(double x)
    {
        double f = 1, g = x, first = 1, second = x;
        for (int k = 1; k < 60; k++)
        {
            first *= x * x * x / ((3.0 * k) * ((3.0 * k) - 1));
            second *= x * x * x / ((3.0 * k) * ((3.0 * k) + 1));
            f += first;
            g += second;
        }

        return (0.35502805388781723926 * f) - (0.25881940379280679841 * g);
    }

    /// <summary>exp(x²) erfc(x).</summary>
    private static double ScaledTail(double x) => 2 / Math.Sqrt(Math.PI) * Simpson(t => Math.Exp(-(t * t) - (2 * x * t)), 0, 7);

    /// <summary>By bisection.</summary>
    private static double Quantile(double p)
    {
        if (p is <= 0 or >= 1)
        {
            return p == 0 ? double.NegativeInfinity : p == 1 ? double.PositiveInfinity : double.NaN;
        }

        double low = -10, high = 10;
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = 0.5 * (1 + References.Erf(middle / Math.Sqrt(2))) < p ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The mean of a function over a half period: of one that continues evenly and periodically, exact with few points; else by Simpson's rule.</summary>
    private static double Mean(Func<double, double> function, bool ends = false) =>
        ends ? Simpson(function, 0, Math.PI) / Math.PI : Enumerable.Range(0, 200).Sum(i => function((i + 0.5) * Math.PI / 200)) / 200;

    private static double Simpson(Func<double, double> function, double from, double to)
    {
        const int Steps = 4000;
        double step = (to - from) / Steps, sum = function(from) + function(to);
        for (int i = 1; i < Steps; i++)
        {
            sum += function(from + (i * step)) * (i % 2 == 0 ? 2 : 4);
        }

        return sum * step / 3;
    }
}
