using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <content>Inverse tangents.</content>
internal static partial class FunctionExpansion
{
    /// <summary>Two factors whose product is π/2 to within 2·10^-14.</summary>
    private const float HalfPiFirst = 0.933189452f, HalfPiSecond = 1.68325555f;

    private static IrValue Atan(IrValue x)
    {
        IrValue magnitude = x.Abs(), r = AtanPolynomial((magnitude > 1f).Select(x.Like(1f) / magnitude, magnitude));
        return (magnitude > 1f).Select(x.Like(HalfPiFirst).Fma(x.Like(HalfPiSecond), -r), r).WithSignOf(x);
    }

    /// <summary>The angle between the nearer axis and (x, y), turned over where that is the y-axis and where x is negative, a zero included; NaN if either is NaN.</summary>
    private static IrValue Atan2(IrValue y, IrValue x)
    {
        IrValue rise = y.Abs(), run = x.Abs();

        // Of two zeros the quotient is zero, of two infinities one.
        IrValue larger = x.Like(float.Epsilon).NativeMax(run.NativeMax(rise)), smaller = run.NativeMin(rise);
        IrValue r = AtanPolynomial(smaller.Compare(IrOp.Eq, larger).Select(x.Like(1f), smaller / larger));
        r = rise.Compare(IrOp.Gt, run).Select(x.Like(HalfPiFirst).Fma(x.Like(HalfPiSecond), -r), r);
        r = (x.Bits(DType.Int32) < 0).Select(x.Like(2 * HalfPiFirst).Fma(x.Like(HalfPiSecond), -r), r);
        r = r.WithSignOf(y);
        return y.IsNaN().Select(y, x.IsNaN().Select(x, r));
    }

    /// <summary>The arc tangent from 0 to 1 (N. Juffa's atanf).</summary>
    private static IrValue AtanPolynomial(IrValue x)
    {
        IrValue s = x * x;
        IrValue r = s.Polynomial(
            2.78569828e-3f, -1.58660226e-2f, 4.24722321e-2f, -7.49753043e-2f, 1.06448799e-1f, -1.42070308e-1f, 1.99934542e-1f, -3.33331466e-1f);
        return (r * s).Fma(x, x);
    }
}
