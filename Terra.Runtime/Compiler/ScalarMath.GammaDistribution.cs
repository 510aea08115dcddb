namespace Terra.Runtime.Compiler;

/// <content>The gamma distribution.</content>
public static partial class ScalarMath
{
    /// <summary>More terms than any series here takes for shapes below <see cref="LargeShape"/>.</summary>
    private const int MostTerms = 100_000;

    /// <summary>From here on the distribution is close to a normal one.</summary>
    private const double LargeShape = 1e7;

    /// <summary>
    /// How a draw x of the gamma distribution of shape α moves with α where its quantile stays: -∂P(α, x)/∂α / p(x), the implicit reparameterization (Figurnov, Mohamed
    /// and Mnih, NeurIPS 2018). Up to α + 1 it is x Σ xⁿ / (α … (α + n)) · (ψ(α + n + 1) - log x), beyond it comes from the continued fraction of Γ(α, x) and its
    /// derivative by α. In both, all terms but the first few have one sign. For large shapes it is that of Wilson and Hilferty's cube of a normal variable (PNAS 17, 1931).
    /// </summary>
    public static double StandardGammaGrad(double alpha, double x)
    {
        if (!(alpha > 0) || !(x >= 0) || double.IsInfinity(alpha) || double.IsInfinity(x))
        {
            return double.NaN;
        }

        if (alpha >= LargeShape)
        {
            double root = Math.Cbrt(x / alpha), ninth = 1 / (9 * alpha);
            return (root * root * root) + (3 * root * root * (ninth - ((root - 1 + ninth) / 2)));
        }

        return x == 0 ? 0 : x <= alpha + 1 ? LowerGammaGrad(alpha, x) : UpperGammaGrad(alpha, x);
    }

    public static float StandardGammaGrad(float alpha, float x) => (float)StandardGammaGrad((double)alpha, x);

    private static double LowerGammaGrad(double alpha, double x)
    {
        double logarithm = Math.Log(x), slope = Digamma(alpha + 1), term = 1 / alpha, sum = 0;
        for (int n = 0; n < MostTerms; n++)
        {
            double part = term * (slope - logarithm);
            sum += part;
            if (n > 0 && Math.Abs(part) <= Math.Abs(sum) * 1e-17)
            {
                break;
            }

            slope += 1 / (alpha + n + 1);
            term *= x / (alpha + n + 1);
        }

        return x * sum;
    }

    /// <summary>
    /// ∂J/∂α + (log x - ψ(α)) J with J = x^(1 - α) eˣ Γ(α, x), which is x times Legendre's continued fraction, evaluated after Lentz with its derivative beside it.
    /// </summary>
    private static double UpperGammaGrad(double alpha, double x)
    {
        double b = x + 1 - alpha, slopeOfB = -1;
        double c = double.PositiveInfinity, slopeOfC = 0;
        double d = 1 / b, slopeOfD = -slopeOfB / (b * b);
        double fraction = d, slope = slopeOfD;
        for (int n = 1; n < MostTerms; n++)
        {
            double a = n * (alpha - n), slopeOfA = n;
            b += 2;
            double denominator = b + (a * d), slopeOfDenominator = slopeOfB + (slopeOfA * d) + (a * slopeOfD);
            d = 1 / denominator;
            slopeOfD = -slopeOfDenominator * d * d;
            double ratio = a / c, slopeOfRatio = (slopeOfA - (ratio * slopeOfC)) / c;
            c = b + ratio;
            slopeOfC = slopeOfB + slopeOfRatio;
            double factor = c * d, slopeOfFactor = (slopeOfC * d) + (c * slopeOfD);
            slope = (slope * factor) + (fraction * slopeOfFactor);
            fraction *= factor;
            if (Math.Abs(factor - 1) <= 1e-16 && Math.Abs(fraction * slopeOfFactor) <= Math.Abs(slope) * 1e-16)
            {
                break;
            }
        }

        return x * (slope + ((Math.Log(x) - Digamma(alpha)) * fraction));
    }
}
