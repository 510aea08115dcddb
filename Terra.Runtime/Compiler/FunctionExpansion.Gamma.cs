using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <content>The logarithm of the gamma function.</content>
internal static partial class FunctionExpansion
{
    /// <summary>
    /// In Float64: Stirling's series, after eight steps upward of what is less than eight; a Taylor polynomial around the zeros 1 and 2, where the series cancels. Negative arguments are left
    /// to the scalar function.
    /// </summary>
    private static IrValue Lgamma(IrValue x)
    {
        IrValue wide = x.Cast(DType.Float64), isSmall = wide < 8.0;
        IrValue z = isSmall.Select(wide + 8, wide), u = wide * (wide + 7);
        IrValue product = isSmall.Select(u * (u + 6) * ((u + 10) * (u + 12)), wide.Like(1.0));
        IrValue inverse = wide.Like(1.0) / z;
        IrValue series = (inverse * inverse).Polynomial(1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12) * inverse;
        IrValue result = (((z - 0.5) * DoubleLog(z)) - z) + 0.91893853320467274 + (series - DoubleLog(product));

        IrValue fromOne = wide - 1, fromTwo = wide - 2;
        IrValue aroundOne = fromOne.Polynomial(-0.20738555102867398, 0.27058080842778454, -0.40068563438653143, 0.82246703342411322, -0.57721566490153286) * fromOne;
        IrValue aroundTwo = fromTwo.Polynomial(-0.0073855510286739853, 0.020580808427784548, -0.067352301053198095, 0.32246703342411322, 0.42278433509846714) * fromTwo;
        result = (fromOne.Abs() < 0.0078125).Select(aroundOne, result);
        result = (fromTwo.Abs() < 0.0078125).Select(aroundTwo, result);
        result = (wide == double.PositiveInfinity).Select(wide, result);
        IrValue isNegative = x < 0.0;
        return isNegative.Select(x.Where(IrOp.LgammaWhere, isNegative), result.Cast(DType.Float32));
    }
}
