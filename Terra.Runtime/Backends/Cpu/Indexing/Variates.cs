using Terra.Runtime.Compiler;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>One draw of a distribution, by the algorithms that ATen uses, too.</summary>
internal static class Variates
{
    /// <summary>From here on draws are by rejection, below by counting.</summary>
    private const double Many = 10;

    /// <summary>Marsaglia and Tsang (ACM TOMS 26, 2000); a shape below one is raised by one first. NaN for a shape that is not positive.</summary>
    public static double StandardGamma(double shape, ref ElementStream random)
    {
        if (!(shape > 0) || double.IsInfinity(shape))
        {
            return shape == 0 ? 0 : double.IsPositiveInfinity(shape) ? shape : double.NaN;
        }

        double scale = 1;
        if (shape < 1)
        {
            scale = Math.Pow(1 - random.Uniform(), 1 / shape);
            shape++;
        }

        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x, v;
            do
            {
                x = random.Normal();
                v = 1 + (c * x);
            }
            while (v <= 0);

            v = v * v * v;
            double u = 1 - random.Uniform(), square = x * x;
            if (u < 1 - (0.0331 * square * square) || Math.Log(u) < (0.5 * square) + (d * (1 - v + Math.Log(v))))
            {
                return scale * d * v;
            }
        }
    }

    /// <summary>By Knuth's products of uniforms, or Hörmann's transformed rejection PTRS (Insurance: Mathematics and Economics 12, 1993).</summary>
    public static double Poisson(double rate, ref ElementStream random)
    {
        if (rate >= Many)
        {
            return double.IsInfinity(rate) ? rate : PoissonByRejection(rate, ref random);
        }

        double limit = Math.Exp(-rate), product = 1;
        for (int count = 0; ; count++)
        {
            product *= random.Uniform();
            if (product <= limit)
            {
                return rate == 0 ? 0 : count;
            }
        }
    }

    /// <summary>By counting how many gaps between successes fit, or Hörmann's transformed rejection BTRS (Journal of Statistical Computation and Simulation 46, 1993).</summary>
    public static double Binomial(double count, double probability, ref ElementStream random)
    {
        if (double.IsNaN(count) || double.IsNaN(probability))
        {
            return double.NaN;
        }

        if (count <= 0 || probability <= 0)
        {
            return 0;
        }

        if (probability >= 1)
        {
            return count;
        }

        return probability <= 0.5 ? Successes(count, probability, ref random) : count - Successes(count, 1 - probability, ref random);
    }

    private static double PoissonByRejection(double rate, ref ElementStream random)
    {
        double logarithm = Math.Log(rate), b = 0.931 + (2.53 * Math.Sqrt(rate)), a = -0.059 + (0.02483 * b);
        double inverse = 1.1239 + (1.1328 / (b - 3.4)), bound = 0.9277 - (3.6224 / (b - 2));
        while (true)
        {
            double u = random.Uniform() - 0.5, v = random.Uniform(), margin = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / margin) + b) * u) + rate + 0.43);
            if (margin >= 0.07 && v <= bound)
            {
                return k;
            }

            if (k >= 0 && (margin >= 0.013 || v <= margin)
                && Math.Log(v) + Math.Log(inverse) - Math.Log((a / (margin * margin)) + b) <= (k * logarithm) - rate - ScalarMath.Lgamma(k + 1))
            {
                return k;
            }
        }
    }

    private static double Successes(double count, double probability, ref ElementStream random)
    {
        if (count * probability >= Many)
        {
            return SuccessesByRejection(count, probability, ref random);
        }

        // The trials up to and with each success are geometrically distributed.
        double perTrial = ScalarMath.Log1p(-probability), trials = 0;
        for (int successes = 0; ; successes++)
        {
            trials += Math.Ceiling(Math.Log(1 - random.Uniform()) / perTrial) is var gap && gap > 1 ? gap : 1;
            if (trials > count)
            {
                return successes;
            }
        }
    }

    private static double SuccessesByRejection(double count, double probability, ref ElementStream random)
    {
        double deviation = Math.Sqrt(count * probability * (1 - probability)), b = 1.15 + (2.53 * deviation);
        double a = -0.0873 + (0.0248 * b) + (0.01 * probability), c = (count * probability) + 0.5, bound = 0.92 - (4.2 / b);
        double odds = probability / (1 - probability), alpha = (2.83 + (5.1 / b)) * deviation, mode = Math.Floor((count + 1) * probability);
        while (true)
        {
            double u = random.Uniform() - 0.5, v = random.Uniform(), margin = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / margin) + b) * u) + c);
            if (margin >= 0.07 && v <= bound)
            {
                return k;
            }

            if (k >= 0 && k <= count && Math.Log(v * alpha / ((a / (margin * margin)) + b)) <= LogRatio(count, odds, k, mode))
            {
                return k;
            }
        }
    }

    /// <summary>The logarithm of the probability of k successes over that of the mode.</summary>
    private static double LogRatio(double count, double odds, double k, double mode) =>
        ScalarMath.Lgamma(mode + 1) + ScalarMath.Lgamma(count - mode + 1) - ScalarMath.Lgamma(k + 1) - ScalarMath.Lgamma(count - k + 1) + ((k - mode) * Math.Log(odds));
}
