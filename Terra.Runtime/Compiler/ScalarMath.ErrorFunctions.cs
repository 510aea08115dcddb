namespace Terra.Runtime.Compiler;

/// <content>The logistic function, the normal distribution's shares and quantiles, and the scaled complementary error function.</content>
public static partial class ScalarMath
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static float Sigmoid(float x) => (float)Sigmoid((double)x);

    /// <summary>(1 + erf(x / √2)) / 2.</summary>
    public static double NormalCdf(double x) => 0.5 * (1 + Erf(x * Math.Sqrt(0.5)));

    public static float NormalCdf(float x) => (float)NormalCdf((double)x);

    /// <summary>exp(x²) erfc(x): the power series of exp(x²) erf(x) up to one, Laplace's continued fraction beyond; reflection below zero.</summary>
    public static double Erfcx(double x)
    {
        if (x < 0)
        {
            return (2 * Math.Exp(x * x)) - Erfcx(-x);
        }

        if (x < 1)
        {
            double term = x, sum = x;
            for (int k = 1; term > sum * 1e-17; k++)
            {
                term *= 2 * x * x / ((2 * k) + 1);
                sum += term;
            }

            return Math.Exp(x * x) - (2 / Math.Sqrt(Math.PI) * sum);
        }

        double fraction = x;
        for (int k = 25 + (int)(200 / (x * x)); k > 0; k--)
        {
            fraction = x + (k / 2.0 / fraction);
        }

        return 1 / (Math.Sqrt(Math.PI) * fraction);
    }

    public static float Erfcx(float x) => (float)Erfcx((double)x);

    /// <summary>
    /// The value up to which the standard normal distribution has share p: Hastings' approximation (Abramowitz and Stegun, 26.2.23), then Newton's method on the
    /// logarithm of the share. ±∞ at the ends, NaN beyond.
    /// </summary>
    public static double Ndtri(double p)
    {
        if (!(p > 0 && p < 1))
        {
            return p == 0 ? double.NegativeInfinity : p == 1 ? double.PositiveInfinity : double.NaN;
        }

        double tail = Math.Min(p, 1 - p), logarithm = Math.Log(tail), t = Math.Sqrt(-2 * logarithm);
        double z = t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
        for (int step = 0; step < 3; step++)
        {
            double scaled = Erfcx(z / Math.Sqrt(2)), difference = Math.Log(scaled / 2) - (z * z / 2) - logarithm;
            z += difference * scaled / Math.Sqrt(2 / Math.PI);
        }

        return p < 0.5 ? -z : z;
    }

    public static float Ndtri(float p) => (float)Ndtri((double)p);
}
