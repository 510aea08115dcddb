using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Functions that System.Math lacks, and what references of several families share, in float64.</summary>
internal static class References
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Softplus(double x) => x > 40 ? x : Log1p(Math.Exp(x));

    /// <summary>After Kahan: exact where exp(x) rounds.</summary>
    public static double Expm1(double x)
    {
        double u = Math.Exp(x);
        if (u == 1 || double.IsNaN(x))
        {
            return x;
        }

        double less = u - 1;
        return less == -1 || double.IsInfinity(u) ? less : less * x / Math.Log(u);
    }

    /// <summary>After Kahan: exact where 1 + x rounds.</summary>
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(u) ? x : Math.Log(u) * x / (u - 1);
    }

    /// <summary>The error function by its power series near zero and Lentz's continued fraction beyond.</summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x) || a > 6)
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        if (a < 3)
        {
            double sum = x, term = x;
            for (int n = 1; n < 200; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return sum * Math.Exp(-x * x) * 2 / Math.Sqrt(Math.PI);
        }

        double fraction = 0;
        for (int k = 120; k > 0; k--)
        {
            fraction = k / 2.0 / (a + fraction);
        }

        return Math.Sign(x) * (1 - (Math.Exp(-a * a) / (Math.Sqrt(Math.PI) * (a + fraction))));
    }

    /// <summary>A function of the elements along the given dimensions (all, if none is given), in row-major order.</summary>
    public static Nd Reduce(Nd x, long[] dims, bool keepdim, Func<double[], double> function)
    {
        bool[] reduced = ShapeRules.ReducedDims(dims, x.Rank);
        long[] outer = [.. x.Sizes.Select((size, d) => reduced[d] ? 1 : size)], inner = [.. x.Sizes.Select((size, d) => reduced[d] ? size : 1)];
        double[] values = [.. Nd.Indices(outer).Select(at => function([.. Nd.Indices(inner).Select(within => x[[.. at.Zip(within, static (a, b) => a + b)]])]))];
        return new Nd(keepdim ? outer : [.. x.Sizes.Where((_, d) => !reduced[d])], values);
    }

    /// <summary>The product of two matrices, or of two batches of them.</summary>
    public static Nd Product(Nd a, Nd b)
    {
        long depth = a.Sizes[^1];
        return Nd.Make([.. a.Sizes[..^1], b.Sizes[^1]], index =>
        {
            double sum = 0;
            long[] left = (long[])index.Clone(), right = (long[])index.Clone();
            for (long k = 0; k < depth; k++)
            {
                left[^1] = k;
                right[^2] = k;
                sum += a[left] * b[right];
            }

            return sum;
        });
    }
}
