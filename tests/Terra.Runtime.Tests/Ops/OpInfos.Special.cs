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
        yield return Two("heaviside", static (x, y) => x == 0 ? y : x > 0 ? 1 : 0) with { DTypes = s_numbers };
        yield return Two("bitwise_left_shift.Tensor", static (x, y) => (long)x << (int)y) with { DTypes = integers, Domain = (-100, 100), LastDomain = (0, 7), Extremes = Extremes.None };
        yield return Two("bitwise_right_shift.Tensor", static (x, y) => (long)x >> (int)y) with { DTypes = integers, Domain = (-100, 100), LastDomain = (0, 7), Extremes = Extremes.None };
        yield return new PointwiseInfo("nan_to_num", 1, static (x, s) => double.IsNaN(x[0]) ? s[0] : double.IsPositiveInfinity(x[0]) ? s[1] : double.IsNegativeInfinity(x[0]) ? s[2] : x[0])
        {
            Attrs = [Number(0.5), Number(100), Number(-200)], DTypes = s_numbers,
        };
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

    /// <summary>By bisection.</summary>
    private static double InverseErf(double x)
    {
        double low = -6, high = 6;
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = References.Erf(middle) < x ? (middle, high) : (low, middle);
        }

        return low;
    }
}
