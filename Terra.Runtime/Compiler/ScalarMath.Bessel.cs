namespace Terra.Runtime.Compiler;

/// <content>Bessel functions of orders zero and one, and Airy's function. Formulas after Abramowitz and Stegun, chapters 9 and 10.</content>
public static partial class ScalarMath
{
    private const double EulerMascheroni = 0.57721566490153286060651209;

    /// <summary>From here on Hankel's expansions are exact to the last places.</summary>
    private const double LargeBessel = 25;

    /// <summary>From here on the asymptotic series of I is exact to the last places.</summary>
    private const double LargeModifiedBessel = 30;

    public static double BesselJ0(double x) => Math.Abs(x) is var a && a > LargeBessel ? Hankel(0, a, second: false) : double.IsNaN(x) ? x : Cylinder(a).J0;

    public static float BesselJ0(float x) => (float)BesselJ0((double)x);

    public static double BesselJ1(double x)
    {
        double a = Math.Abs(x), value = a > LargeBessel ? Hankel(1, a, second: false) : double.IsNaN(x) ? x : Cylinder(a).J1;
        return x < 0 ? -value : value;
    }

    public static float BesselJ1(float x) => (float)BesselJ1((double)x);

    /// <summary>NaN below zero, -∞ at zero.</summary>
    public static double BesselY0(double x) => x > LargeBessel ? Hankel(0, x, second: true) : x > 0 ? Cylinder(x).Y0 : x == 0 ? double.NegativeInfinity : double.NaN;

    public static float BesselY0(float x) => (float)BesselY0((double)x);

    /// <summary>NaN below zero, -∞ at zero.</summary>
    public static double BesselY1(double x) => x > LargeBessel ? Hankel(1, x, second: true) : x > 0 ? Cylinder(x).Y1 : x == 0 ? double.NegativeInfinity : double.NaN;

    public static float BesselY1(float x) => (float)BesselY1((double)x);

    public static double ModifiedBesselI0(double x) => Grown(ModifiedBesselI0e(x), Math.Abs(x));

    public static float ModifiedBesselI0(float x) => (float)ModifiedBesselI0((double)x);

    /// <summary>exp(-|x|) I₀(x).</summary>
    public static double ModifiedBesselI0e(double x) => ScaledI(0, Math.Abs(x));

    public static float ModifiedBesselI0e(float x) => (float)ModifiedBesselI0e((double)x);

    public static double ModifiedBesselI1(double x) => Grown(ModifiedBesselI1e(x), x);

    public static float ModifiedBesselI1(float x) => (float)ModifiedBesselI1((double)x);

    /// <summary>exp(-|x|) I₁(x).</summary>
    public static double ModifiedBesselI1e(double x) => x < 0 ? -ScaledI(1, -x) : ScaledI(1, x);

    public static float ModifiedBesselI1e(float x) => (float)ModifiedBesselI1e((double)x);

    /// <summary>NaN below zero, ∞ at zero.</summary>
    public static double ModifiedBesselK0(double x) => ModifiedBesselK0e(x) * Math.Exp(-x);

    public static float ModifiedBesselK0(float x) => (float)ModifiedBesselK0((double)x);

    /// <summary>exp(x) K₀(x).</summary>
    public static double ModifiedBesselK0e(double x) => !(x > 0) ? (x == 0 ? double.PositiveInfinity : double.NaN) : x > 2 ? ScaledK(0, x) : SmallK0(x) * Math.Exp(x);

    public static float ModifiedBesselK0e(float x) => (float)ModifiedBesselK0e((double)x);

    /// <summary>NaN below zero, ∞ at zero.</summary>
    public static double ModifiedBesselK1(double x) => ModifiedBesselK1e(x) * Math.Exp(-x);

    public static float ModifiedBesselK1(float x) => (float)ModifiedBesselK1((double)x);

    /// <summary>exp(x) K₁(x).</summary>
    public static double ModifiedBesselK1e(double x) => !(x > 0) ? (x == 0 ? double.PositiveInfinity : double.NaN) : x > 2 ? ScaledK(1, x) : SmallK1(x) * Math.Exp(x);

    public static float ModifiedBesselK1e(float x) => (float)ModifiedBesselK1e((double)x);

    /// <summary>Airy's function Ai: Taylor's series in steps from zero, K₁⸝₃ beyond one, the asymptotic expansion below -9.</summary>
    public static double AiryAi(double x)
    {
        if (double.IsNaN(x) || double.IsInfinity(x))
        {
            return double.IsNaN(x) ? x : 0;
        }

        double zeta = 2 * Math.Pow(Math.Abs(x), 1.5) / 3;
        if (x > 1)
        {
            return Math.Sqrt(x / 3) / Math.PI * ScaledK(1.0 / 3, zeta) * Math.Exp(-zeta);
        }

        return x < -9 ? AiryFarBelow(-x, zeta) : AiryBySteps(x);
    }

    public static float AiryAi(float x) => (float)AiryAi((double)x);

    private static double Grown(double scaled, double x) => double.IsInfinity(x) ? x : scaled * Math.Exp(Math.Abs(x));

    /// <summary>
    /// J₀, J₁, Y₀ and Y₁ up to <see cref="LargeBessel"/>: all J by Miller's backward recurrence, normalized by J₀ + 2 Σ J₂ₖ = 1; Y₀ by Neumann's series of J₂ₖ, Y₁ as its derivative.
    /// </summary>
    private static (double J0, double J1, double Y0, double Y1) Cylinder(double x)
    {
        double logarithm = Math.Log(x / 2) + EulerMascheroni;
        if (x < 1e-8)
        {
            return (1, x / 2, 2 / Math.PI * logarithm, -2 / Math.PI / x);
        }

        const double Limit = 1e200;
        double later = 0, current = 1e-200, norm = 0, neumann = 0, derivative = 0;
        for (int n = ((int)x / 2 * 2) + 50; n > 0; n--)
        {
            // current is Jₙ, later Jₙ₊₁, but for a common factor.
            double earlier = (2 * n / x * current) - later;
            if (n % 2 == 0)
            {
                int k = n / 2;
                double sign = k % 2 == 0 ? 1 : -1;
                norm += 2 * current;
                neumann += sign * current / k;
                derivative += sign * (earlier - later) / k;
            }

            (later, current) = (current, earlier);
            if (Math.Abs(current) > Limit)
            {
                current /= Limit;
                later /= Limit;
                norm /= Limit;
                neumann /= Limit;
                derivative /= Limit;
            }
        }

        norm += current;
        double j0 = current / norm, j1 = later / norm;
        double y0 = 2 / Math.PI * ((logarithm * j0) - (2 * neumann / norm)), y1 = 2 / Math.PI * ((logarithm * j1) - (j0 / x) + (derivative / norm));
        return (j0, j1, y0, y1);
    }

    /// <summary>Hankel's expansion for large arguments of J, or Y, of order zero or one.</summary>
    private static double Hankel(int order, double x, bool second)
    {
        if (double.IsInfinity(x))
        {
            return 0;
        }

        double mu = 4 * order * order, term = 1, p = 1, q = 0;
        for (int k = 1; k < 60; k++)
        {
            double odd = (2 * k) - 1, next = term * (mu - (odd * odd)) / (k * 8 * x);
            if (Math.Abs(next) > Math.Abs(term) || Math.Abs(next) < 1e-18)
            {
                break;
            }

            term = next;
            double sign = k / 2 % 2 == 0 ? 1 : -1;
            (p, q) = k % 2 == 0 ? (p + (sign * term), q) : (p, q + (sign * term));
        }

        // cos and sin of x - (order / 2 + 1 / 4) π, times √2.
        double sine = Math.Sin(x), cosine = Math.Cos(x);
        (double c, double s) = order == 0 ? (cosine + sine, sine - cosine) : (sine - cosine, -sine - cosine);
        return (second ? (p * s) + (q * c) : (p * c) - (q * s)) / Math.Sqrt(Math.PI * x);
    }

    /// <summary>exp(-x) Iᵥ(x) for x not negative and order zero or one: the power series, or the asymptotic one.</summary>
    private static double ScaledI(int order, double x)
    {
        if (double.IsNaN(x) || double.IsInfinity(x))
        {
            return double.IsNaN(x) ? x : 0;
        }

        double sum, term;
        if (x <= LargeModifiedBessel)
        {
            double quarter = x * x / 4;
            term = sum = order == 0 ? 1 : x / 2;
            for (int k = 1; term > sum * 1e-17; k++)
            {
                term *= quarter / (k * (double)(k + order));
                sum += term;
            }

            return sum * Math.Exp(-x);
        }

        term = sum = 1;
        for (int k = 1; k < 60 && Math.Abs(term) > 1e-17; k++)
        {
            double odd = (2 * k) - 1;
            term *= ((odd * odd) - (4 * order * order)) / (k * 8 * x);
            sum += term;
        }

        return sum / Math.Sqrt(2 * Math.PI * x);
    }

    /// <summary>exp(x) Kᵥ(x) = ∫ exp(-2x sinh²(t / 2)) cosh(νt) dt from 0 on, by the trapezoidal rule, whose error falls exponentially with the step here.</summary>
    private static double ScaledK(double order, double x)
    {
        if (double.IsInfinity(x))
        {
            return 0;
        }

        double step = Math.Min(0.15, 0.3 / Math.Sqrt(x)), sum = 0.5, term = 1;
        for (int k = 1; term > 1e-18; k++)
        {
            double t = k * step, half = Math.Sinh(t / 2);
            term = Math.Exp(-2 * x * half * half) * Math.Cosh(order * t);
            sum += term;
        }

        return sum * step;
    }

    private static double SmallK0(double x)
    {
        double quarter = x * x / 4, term = 1, harmonic = 0, i0 = 1, sum = 0;
        for (int k = 1; k < 30; k++)
        {
            term *= quarter / (k * (double)k);
            harmonic += 1.0 / k;
            i0 += term;
            sum += term * harmonic;
        }

        return sum - ((Math.Log(x / 2) + EulerMascheroni) * i0);
    }

    private static double SmallK1(double x)
    {
        double quarter = x * x / 4, term = 1, psi = 1 - (2 * EulerMascheroni), i1 = 1, sum = psi;
        for (int k = 1; k < 30; k++)
        {
            term *= quarter / (k * (double)(k + 1));
            psi += (1.0 / k) + (1.0 / (k + 1));
            i1 += term;
            sum += term * psi;
        }

        return (1 / x) + (Math.Log(x / 2) * x / 2 * i1) - (x / 4 * sum);
    }

    /// <summary>Ai is the solution of y″ = x y with these values at zero; each step sums Taylor's series of half a unit or less.</summary>
    private static double AiryBySteps(double x)
    {
        double at = 0, value = 0.35502805388781723926, slope = -0.25881940379280679841;
        while (at != x)
        {
            double step = Math.Clamp(x - at, -0.5, 0.5);
            double previous = 0, current = value, next = slope, power = 1, sum = 0, derivative = 0;
            for (int n = 0; n < 40; n++)
            {
                // Coefficients n - 1, n and n + 1; the next one follows from (n + 2) (n + 1) aₙ₊₂ = at aₙ + aₙ₋₁.
                double following = ((at * current) + previous) / ((n + 2.0) * (n + 1));
                sum += current * power;
                derivative += (n + 1) * next * power;
                power *= step;
                (previous, current, next) = (current, next, following);
            }

            (value, slope) = (sum, derivative);
            at = Math.Abs(x - at) <= 0.5 ? x : at + step;
        }

        return value;
    }

    private static double AiryFarBelow(double x, double zeta)
    {
        double term = 1, even = 1, odd = 0;
        for (int k = 1; k < 40; k++)
        {
            double next = term * ((6 * k) - 5) * ((6 * k) - 3) * ((6 * k) - 1) / (216.0 * k * ((2 * k) - 1) * zeta);
            if (next > term || next < 1e-18)
            {
                break;
            }

            term = next;
            double sign = k / 2 % 2 == 0 ? 1 : -1;
            (even, odd) = k % 2 == 0 ? (even + (sign * term), odd) : (even, odd + (sign * term));
        }

        double sine = Math.Sin(zeta), cosine = Math.Cos(zeta);
        return (((cosine + sine) * even) + ((sine - cosine) * odd)) / (Math.Sqrt(2 * Math.PI) * Math.Sqrt(Math.Sqrt(x)));
    }
}
