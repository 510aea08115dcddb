using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <content>Division with remainder, exact: the results are those of <see cref="ScalarMath"/>, bit by bit.</content>
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

    /// <summary>
    /// By floating-point division: of integers that the type holds exactly, the quotient is farther from the next integer than rounding takes it. Small integers
    /// take Float32, others Float64, where 64 bits of more than 2^51 are left to the scalar function. Zero where the divisor is zero.
    /// </summary>
    private static IrValue IntegerDivision(IrOp op, IrValue x, IrValue y)
    {
        bool isFloor = op is IrOp.FloorDiv or IrOp.Remainder;
        IrOp rounding = isFloor ? IrOp.Floor : IrOp.Trunc;
        IrValue quotient = x.Node.DType switch
        {
            DType.Int64 => WideQuotient(x, y, rounding),
            DType.Int32 => WideQuotient(x.Cast(DType.Int64), y.Cast(DType.Int64), rounding).Cast(DType.Int32),
            DType small => (x.Cast(DType.Float32) / y.Cast(DType.Float32)).Apply(rounding).Cast(small),
        };
        if (x.Node.DType == DType.Int64)
        {
            const long Limit = 1L << 51;
            IrValue limit = x.Like(Limit), isRare = (((x + limit) | (y + limit)) & x.Like(-2 * Limit)) != 0;
            quotient = isRare.Select(x.Where(isFloor ? IrOp.FloorDivWhere : IrOp.TruncDivWhere, isRare, y), quotient);
        }

        IrValue result = op is IrOp.FloorDiv or IrOp.TruncDiv ? quotient : x - (quotient * y);
        return (y == 0).Select(x.Like(0), result);
    }

    /// <summary>The rounded quotient of integers of less than 2^51.</summary>
    private static IrValue WideQuotient(IrValue x, IrValue y, IrOp rounding) => ToInteger((ToDouble(x) / ToDouble(y)).Apply(rounding));

    /// <summary>An integer of at most 2^51, in the low bits of a number so large that its last place is one: no width of vectors lacks the instructions.</summary>
    private static IrValue ToDouble(IrValue x) => (x + x.Like(DoubleMagicBits)).Bits(DType.Float64) - DoubleMagic;

    private static IrValue ToInteger(IrValue x)
    {
        IrValue bits = (x + DoubleMagic).Bits();
        return bits - bits.Like(DoubleMagicBits);
    }
}
