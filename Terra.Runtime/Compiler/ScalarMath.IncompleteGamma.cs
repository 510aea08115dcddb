namespace Terra.Runtime.Compiler;

/// <content>The incomplete gamma functions.</content>
public static partial class ScalarMath
{
    /// <summary>
    /// The regularized lower incomplete gamma function P(a, x): its power series up to a + 1, beyond that the complement of Legendre's continued fraction, and for large a
    /// Temme's uniform expansion. NaN for negative arguments and where both are zero or infinite.
    /// </summary>
    public static double Igamma(double a, double x) => IncompleteGamma(a, x, upper: false);

    public static float Igamma(float a, float x) => (float)Igamma((double)a, x);

    /// <summary>The regularized upper incomplete gamma function Q(a, x) = 1 - P(a, x), without cancellation.</summary>
    public static double Igammac(double a, double x) => IncompleteGamma(a, x, upper: true);

    public static float Igammac(float a, float x) => (float)Igammac((double)a, x);

    private static double IncompleteGamma(double a, double x, bool upper)
    {
        if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0) || (double.IsInfinity(a) && double.IsInfinity(x)))
        {
            return double.NaN;
        }

        if (a == 0 || double.IsInfinity(x))
        {
            return upper ? 0 : 1;
        }

        if (x == 0 || double.IsInfinity(a))
        {
            return upper ? 1 : 0;
        }

        if (a >= LargeShape)
        {
            return UniformExpansion(a, x, upper);
        }

        double factor = Math.Exp((a * Math.Log(x)) - x - Lgamma(a));
        if (x <= a + 1)
        {
            double lower = factor * LowerGammaSeries(a, x);
            return upper ? 1 - lower : lower;
        }

        double rest = factor * UpperGammaFraction(a, x);
        return upper ? rest : 1 - rest;
    }

    /// <summary>Σ xⁿ / (a … (a + n)).</summary>
    private static double LowerGammaSeries(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (int n = 1; n < MostTerms && term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    /// <summary>1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - …)), after Lentz.</summary>
    private static double UpperGammaFraction(double a, double x)
    {
        double b = x + 1 - a, c = double.PositiveInfinity, d = 1 / b, fraction = d;
        for (int n = 1; n < MostTerms; n++)
        {
            double numerator = n * (a - n);
            b += 2;
            d = 1 / (b + (numerator * d));
            c = b + (numerator / c);
            double factor = c * d;
            fraction *= factor;
            if (Math.Abs(factor - 1) <= 1e-16)
            {
                break;
            }
        }

        return fraction;
    }

    /// <summary>½ erfc(±η √(a / 2)) ± exp(-a η² / 2) / √(2πa) (1 / μ - 1 / η) with μ = x / a - 1 and η² / 2 = μ - log(1 + μ) (Temme, 1979).</summary>
    private static double UniformExpansion(double a, double x, bool upper)
    {
        double mu = (x / a) - 1, eta = Math.CopySign(Math.Sqrt(2 * Math.Max(mu - Log1p(mu), 0)), mu), argument = eta * Math.Sqrt(a / 2);
        double coefficient = Math.Abs(eta) < 0.01 ? (-1.0 / 3) + (eta / 12) - (2 * eta * eta / 135) : (1 / mu) - (1 / eta);
        double rest = coefficient * Math.Exp(-argument * argument) / Math.Sqrt(2 * Math.PI * a);
        return upper ? (0.5 * Erfc(argument)) + rest : (0.5 * Erfc(-argument)) - rest;
    }

    private static double Erfc(double x) => x < 0 ? 2 - Erfc(-x) : Erfcx(x) * Math.Exp(-x * x);
}
