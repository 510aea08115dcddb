using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <content>Division with remainder of floating-point values, exact: the results are those of <see cref="ScalarMath"/>, bit by bit.</content>
internal static partial class FunctionExpansion
{
    /// <summary>
    /// |x| = Whole · |y| + Rest with 0 ≤ Rest &lt; |y|, where not <see cref="IsRare"/>.
    /// </summary>
    private readonly record struct Division(IrValue Whole, IrValue Rest, IrValue IsRare);

    /// <summary>
    /// A quotient of less than 2^21 (2^50 of Float64), rounded and cut off, is the right integer or the next one; the fused multiply-add that tells which has no rounding error,
    /// for a remainder is a multiple of the operands' last places and less than the divisor. Larger quotients are rare, and left to the scalar function.
    /// </summary>
    private static Division Divide(IrValue x, IrValue y)
    {
        IrValue dividend = x.Abs(), divisor = y.Abs(), quotient = dividend / divisor;
        IrValue cut = quotient.Apply(IrOp.Trunc), rest = (-cut).Fma(divisor, dividend);
        IrValue whole = (rest < 0f).Select(cut - 1f, cut);
        rest = (rest < 0f).Select(rest + divisor, rest);

        // Also where the divisor is infinite.
        rest = (cut == 0f).Select(dividend, rest);
        return new Division(whole, rest, quotient > (x.Node.DType == DType.Float32 ? 2097152f : 1125899906842624f));
    }

    private static IrValue Fmod(IrValue x, IrValue y)
    {
        Division division = Divide(x, y);
        return division.IsRare.Select(x.Where(IrOp.FmodWhere, division.IsRare, y), division.Rest.WithSignOf(x));
    }

    private static IrValue Remainder(IrValue x, IrValue y)
    {
        IrValue rest = Fmod(x, y);
        IrValue moved = rest.HasOtherSignThan(y).Select(rest + y, rest);
        return (rest == 0f).Select(rest, moved);
    }

    private static IrValue FloorDiv(IrValue x, IrValue y)
    {
        Division division = Divide(x, y);
        IrValue below = (division.Rest == 0f).Select(division.Whole, division.Whole + 1f);
        IrValue magnitude = x.HasOtherSignThan(y).Select(below, division.Whole);
        return division.IsRare.Select(x.Where(IrOp.FloorDivWhere, division.IsRare, y), magnitude.WithSignOf(x, y));
    }
}
