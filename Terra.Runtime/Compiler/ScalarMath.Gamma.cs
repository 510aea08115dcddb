namespace Terra.Runtime.Compiler;

/// <content>The gamma function's family.</content>
public static partial class ScalarMath
{
    /// <summary>From here on the asymptotic series are exact to the last places.</summary>
    private const double Asymptotic = 12;

    /// <summary>B(2k) / (2k (2k - 1)), the coefficients of Stirling's series.</summary>
    private static readonly double[] s_stirling = [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156];

    /// <summary>B(2k) / 2k.</summary>
    private static readonly double[] s_digamma = [1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12];

    /// <summary>(2k)! / B(2k), the coefficients of Euler and Maclaurin's formula.</summary>
    private static readonly double[] s_eulerMaclaurin =
    [
        12.0, -720.0, 30240.0, -1209600.0, 47900160.0, -1.8924375803183791606e9, 7.47242496e10, -2.950130727918164224e12,
        1.1646782814350067249e14, -4.5979787224074726105e15, 1.8152105401943546773e17, -7.1661652561756670113e18,
    ];

    /// <summary>The logarithm of |Γ(x)|: Stirling's series after steps upward, reflection below zero.</summary>
    public static double Lgamma(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (double.IsInfinity(x) || (x <= 0 && Math.Floor(x) == x))
        {
            return double.PositiveInfinity;
        }

        if (x < 0)
        {
            return Math.Log(Math.PI / Math.Abs(SinPi(x))) - Lgamma(1 - x);
        }

        if (x is 1 or 2)
        {
            return 0;
        }

        double product = 1;
        for (; x < Asymptotic; x++)
        {
            product *= x;
        }

        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (Series(s_stirling, x) * x) - Math.Log(product);
    }

    public static float Lgamma(float x) => (float)Lgamma((double)x);

    /// <summary>The derivative of log Γ, by its asymptotic series after steps upward, and reflection below zero; NaN at negative integers, infinite at zero.</summary>
    public static double Digamma(double x)
    {
        if (x == 0)
        {
            return Math.CopySign(double.PositiveInfinity, -x);
        }

        if (x < 0)
        {
            return Math.Floor(x) == x ? double.NaN : Digamma(1 - x) - (Math.PI * SinPi(x + 0.5) / SinPi(x));
        }

        double sum = 0;
        for (; x < Asymptotic; x++)
        {
            sum -= 1 / x;
        }

        return double.IsPositiveInfinity(x) ? x : sum + Math.Log(x) - (0.5 / x) - Series(s_digamma, x);
    }

    public static float Digamma(float x) => (float)Digamma((double)x);

    /// <summary>Hurwitz's zeta function Σ (q + k)^-x for x > 1: some terms, and the rest by Euler and Maclaurin's formula (Cephes, S. Moshier).</summary>
    public static double Zeta(double x, double q)
    {
        if (x == 1)
        {
            return double.PositiveInfinity;
        }

        if (!(x > 1) || double.IsNaN(q))
        {
            return double.NaN;
        }

        if (q <= 0)
        {
            if (Math.Floor(q) == q)
            {
                return double.PositiveInfinity;
            }

            if (Math.Floor(x) != x)
            {
                return double.NaN;
            }
        }

        double sum = 0, at = q;
        for (int i = 0; i < 10 || at <= 9; i++, at++)
        {
            double term = Math.Pow(at, -x);
            sum += term;
            if (Math.Abs(term) <= Math.Abs(sum) * 1e-17)
            {
                return sum;
            }
        }

        double power = Math.Pow(at, -x), factor = x;
        sum += (power * at / (x - 1)) + (0.5 * power);
        for (int i = 0; i < s_eulerMaclaurin.Length; i++)
        {
            power /= at;
            double term = factor * power / s_eulerMaclaurin[i];
            sum += term;
            if (Math.Abs(term) <= Math.Abs(sum) * 1e-17)
            {
                break;
            }

            power /= at;
            factor *= (x + (2 * i) + 1) * (x + (2 * i) + 2);
        }

        return sum;
    }

    public static float Zeta(float x, float q) => (float)Zeta((double)x, q);

    /// <summary>Σ c(k) x^(-2k), k from 1.</summary>
    private static double Series(double[] coefficients, double x)
    {
        double square = 1 / (x * x), sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum + coefficients[i]) * square;
        }

        return sum;
    }

    /// <summary>sin(πx), exact in the period.</summary>
    private static double SinPi(double x)
    {
        double rest = x % 2;
        return Math.Sin(Math.PI * (rest > 1 ? rest - 2 : rest < -1 ? rest + 2 : rest));
    }
}
