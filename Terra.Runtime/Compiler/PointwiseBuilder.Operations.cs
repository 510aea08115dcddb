using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>The operations. Unary functions on integers or Bool first convert to Float32, as PyTorch's do, except those defined on them.</summary>
public sealed partial class PointwiseBuilder
{
    public IrNode Neg(IrNode x) => _graph.Add(IrOp.Neg, x.DType, x);

    public IrNode Abs(IrNode x) => x.DType is DType.Bool or DType.UInt8 ? x : _graph.Add(IrOp.Abs, x.DType, x);

    public IrNode Floor(IrNode x) => Rounding(IrOp.Floor, x);

    public IrNode Ceil(IrNode x) => Rounding(IrOp.Ceil, x);

    /// <summary>To the nearest integer, ties to even.</summary>
    public IrNode Round(IrNode x) => Rounding(IrOp.Round, x);

    public IrNode Trunc(IrNode x) => Rounding(IrOp.Trunc, x);

    public IrNode Sqrt(IrNode x) => Real(IrOp.Sqrt, x);

    public IrNode Exp(IrNode x) => Real(IrOp.Exp, x);

    public IrNode Exp2(IrNode x) => Real(IrOp.Exp2, x);

    public IrNode Expm1(IrNode x) => Real(IrOp.Expm1, x);

    public IrNode Log(IrNode x) => Real(IrOp.Log, x);

    public IrNode Log2(IrNode x) => Real(IrOp.Log2, x);

    public IrNode Log10(IrNode x) => Real(IrOp.Log10, x);

    public IrNode Log1p(IrNode x) => Real(IrOp.Log1p, x);

    public IrNode Sin(IrNode x) => Real(IrOp.Sin, x);

    public IrNode Cos(IrNode x) => Real(IrOp.Cos, x);

    public IrNode Tan(IrNode x) => Real(IrOp.Tan, x);

    public IrNode Asin(IrNode x) => Real(IrOp.Asin, x);

    public IrNode Acos(IrNode x) => Real(IrOp.Acos, x);

    public IrNode Atan(IrNode x) => Real(IrOp.Atan, x);

    public IrNode Sinh(IrNode x) => Real(IrOp.Sinh, x);

    public IrNode Cosh(IrNode x) => Real(IrOp.Cosh, x);

    public IrNode Tanh(IrNode x) => Real(IrOp.Tanh, x);

    public IrNode Erf(IrNode x) => Real(IrOp.Erf, x);

    /// <summary>The logarithm of the magnitude of the gamma function.</summary>
    public IrNode Lgamma(IrNode x) => Real(IrOp.Lgamma, x);

    /// <summary>The derivative of <see cref="Lgamma"/>.</summary>
    public IrNode Digamma(IrNode x) => Real(IrOp.Digamma, x);

    /// <summary>Bessel function of the first kind, order zero.</summary>
    public IrNode BesselJ0(IrNode x) => Real(IrOp.BesselJ0, x);

    /// <summary>Bessel function of the first kind, order one.</summary>
    public IrNode BesselJ1(IrNode x) => Real(IrOp.BesselJ1, x);

    /// <summary>Bessel function of the second kind, order zero.</summary>
    public IrNode BesselY0(IrNode x) => Real(IrOp.BesselY0, x);

    /// <summary>Bessel function of the second kind, order one.</summary>
    public IrNode BesselY1(IrNode x) => Real(IrOp.BesselY1, x);

    /// <summary>Modified Bessel function of the first kind, order zero.</summary>
    public IrNode ModifiedBesselI0(IrNode x) => Real(IrOp.ModifiedBesselI0, x);

    /// <summary>exp(-|x|) times that function.</summary>
    public IrNode ModifiedBesselI0e(IrNode x) => Real(IrOp.ModifiedBesselI0e, x);

    /// <summary>Modified Bessel function of the first kind, order one.</summary>
    public IrNode ModifiedBesselI1(IrNode x) => Real(IrOp.ModifiedBesselI1, x);

    /// <summary>exp(-|x|) times that function.</summary>
    public IrNode ModifiedBesselI1e(IrNode x) => Real(IrOp.ModifiedBesselI1e, x);

    /// <summary>Modified Bessel function of the second kind, order zero.</summary>
    public IrNode ModifiedBesselK0(IrNode x) => Real(IrOp.ModifiedBesselK0, x);

    /// <summary>exp(x) times that function.</summary>
    public IrNode ModifiedBesselK0e(IrNode x) => Real(IrOp.ModifiedBesselK0e, x);

    /// <summary>Modified Bessel function of the second kind, order one.</summary>
    public IrNode ModifiedBesselK1(IrNode x) => Real(IrOp.ModifiedBesselK1, x);

    /// <summary>exp(x) times that function.</summary>
    public IrNode ModifiedBesselK1e(IrNode x) => Real(IrOp.ModifiedBesselK1e, x);

    /// <summary>Airy's function.</summary>
    public IrNode AiryAi(IrNode x) => Real(IrOp.AiryAi, x);

    /// <summary>exp(x²) times the complementary error function.</summary>
    public IrNode Erfcx(IrNode x) => Real(IrOp.Erfcx, x);

    /// <summary>Quantile of the standard normal distribution.</summary>
    public IrNode Ndtri(IrNode x) => Real(IrOp.Ndtri, x);

    /// <summary>Hurwitz's zeta function Σ (q + k)^-x.</summary>
    public IrNode Zeta(IrNode x, IrNode q) => Real(IrOp.Zeta, x, q);

    /// <summary>The regularized lower incomplete gamma function P(a, x).</summary>
    public IrNode Igamma(IrNode a, IrNode x) => Real(IrOp.Igamma, a, x);

    /// <summary>The regularized upper incomplete gamma function Q(a, x).</summary>
    public IrNode Igammac(IrNode a, IrNode x) => Real(IrOp.Igammac, a, x);

    /// <summary>How a draw x of the gamma distribution of shape <paramref name="alpha"/> moves with it: -∂P(α, x)/∂α / p(x).</summary>
    public IrNode StandardGammaGrad(IrNode alpha, IrNode x) => Real(IrOp.StandardGammaGrad, alpha, x);

    /// <summary>Greatest common divisor of integers, in the promoted dtype.</summary>
    public IrNode Gcd(IrNode a, IrNode b) => Numeric(IrOp.Gcd, a, b);

    /// <summary>The same bits as another dtype of equal size.</summary>
    public IrNode Bitcast(IrNode x, DType dtype) => _graph.Add(IrOp.Bitcast, dtype, x);

    /// <summary>1 / x.</summary>
    public IrNode Reciprocal(IrNode x)
    {
        IrNode real = ToReal(x);
        return Div(Const(1.0, real.DType), real);
    }

    /// <summary>1 / sqrt(x).</summary>
    public IrNode Rsqrt(IrNode x) => Reciprocal(Sqrt(x));

    /// <summary>1 / (1 + exp(-x)).</summary>
    public IrNode Sigmoid(IrNode x) => Real(IrOp.Sigmoid, x);

    /// <summary>Share of the standard normal distribution below x, with an error relative to one.</summary>
    public IrNode NormalCdf(IrNode x) => Real(IrOp.NormalCdf, x);

    /// <summary>-1, 0 or 1; zero for NaN, as PyTorch's sign.</summary>
    public IrNode Sign(IrNode x)
    {
        if (x.DType == DType.Bool)
        {
            return x;
        }

        IrNode zero = Const(0, x.DType);
        return Sub(Cast(Gt(x, zero), x.DType), Cast(Lt(x, zero), x.DType));
    }

    /// <summary>Logical not of Bool, complement of integers.</summary>
    public IrNode Not(IrNode x) => _graph.Add(IrOp.Not, x.DType, x);

    /// <summary>Not zero, as Bool.</summary>
    public IrNode ToBool(IrNode x) => Cast(x, DType.Bool);

    /// <summary>Sum; on Bool, or.</summary>
    public IrNode Add(IrNode a, IrNode b) => Arithmetic(IrOp.Add, IrOp.Or, a, b);

    /// <summary>Difference; on Bool, exclusive or.</summary>
    public IrNode Sub(IrNode a, IrNode b) => Arithmetic(IrOp.Sub, IrOp.Xor, a, b);

    /// <summary>Product; on Bool, and.</summary>
    public IrNode Mul(IrNode a, IrNode b) => Arithmetic(IrOp.Mul, IrOp.And, a, b);

    /// <summary>True division: integers and Bool are converted to Float32.</summary>
    public IrNode Div(IrNode a, IrNode b)
    {
        DType dtype = DTypes.Promote(a.DType, b.DType);
        dtype = dtype.IsFloatingPoint() ? dtype : DType.Float32;
        return _graph.Add(IrOp.Div, dtype, Cast(a, dtype), Cast(b, dtype));
    }

    /// <summary>Quotient rounded toward zero, in the promoted dtype.</summary>
    public IrNode TruncDiv(IrNode a, IrNode b) => Numeric(IrOp.TruncDiv, a, b);

    /// <summary>Quotient rounded toward negative infinity, in the promoted dtype.</summary>
    public IrNode FloorDiv(IrNode a, IrNode b) => Numeric(IrOp.FloorDiv, a, b);

    /// <summary>Remainder with the divisor's sign.</summary>
    public IrNode Remainder(IrNode a, IrNode b) => Numeric(IrOp.Remainder, a, b);

    /// <summary>Remainder with the dividend's sign.</summary>
    public IrNode Fmod(IrNode a, IrNode b) => Numeric(IrOp.Fmod, a, b);

    /// <summary>a to the power b; of integers by squaring, zero for negative exponents except of 1 and -1.</summary>
    public IrNode Pow(IrNode a, IrNode b) => Numeric(IrOp.Pow, a, b);

    public IrNode Atan2(IrNode y, IrNode x)
    {
        DType dtype = DTypes.Promote(y.DType, x.DType);
        dtype = dtype.IsFloatingPoint() ? dtype : DType.Float32;
        return _graph.Add(IrOp.Atan2, dtype, Cast(y, dtype), Cast(x, dtype));
    }

    /// <summary>The larger; NaN if either is NaN; on Bool, or.</summary>
    public IrNode Max(IrNode a, IrNode b) => Arithmetic(IrOp.Max, IrOp.Or, a, b);

    /// <summary>The smaller; NaN if either is NaN; on Bool, and.</summary>
    public IrNode Min(IrNode a, IrNode b) => Arithmetic(IrOp.Min, IrOp.And, a, b);

    /// <summary>Logical on Bool, bitwise on integers.</summary>
    public IrNode And(IrNode a, IrNode b) => Arithmetic(IrOp.And, IrOp.And, a, b);

    public IrNode Or(IrNode a, IrNode b) => Arithmetic(IrOp.Or, IrOp.Or, a, b);

    public IrNode Xor(IrNode a, IrNode b) => Arithmetic(IrOp.Xor, IrOp.Xor, a, b);

    public IrNode ShiftLeft(IrNode a, IrNode b) => Numeric(IrOp.ShiftLeft, a, b);

    public IrNode ShiftRight(IrNode a, IrNode b) => Numeric(IrOp.ShiftRight, a, b);

    public IrNode Eq(IrNode a, IrNode b) => Comparison(IrOp.Eq, a, b);

    public IrNode Ne(IrNode a, IrNode b) => Comparison(IrOp.Ne, a, b);

    public IrNode Lt(IrNode a, IrNode b) => Comparison(IrOp.Lt, a, b);

    public IrNode Le(IrNode a, IrNode b) => Comparison(IrOp.Le, a, b);

    public IrNode Gt(IrNode a, IrNode b) => Comparison(IrOp.Gt, a, b);

    public IrNode Ge(IrNode a, IrNode b) => Comparison(IrOp.Ge, a, b);

    public IrNode IsNaN(IrNode x) => x.DType.IsFloatingPoint() ? Ne(x, x) : Const(false);

    public IrNode IsInf(IrNode x) =>
        x.DType.IsFloatingPoint() ? Eq(Abs(x), Const(double.PositiveInfinity, x.DType)) : Const(false);

    public IrNode IsFinite(IrNode x) =>
        x.DType.IsFloatingPoint() ? Lt(Abs(x), Const(double.PositiveInfinity, x.DType)) : Const(true);

    /// <summary><paramref name="a"/> where <paramref name="condition"/> is not zero, else <paramref name="b"/>; in their promoted dtype.</summary>
    public IrNode Where(IrNode condition, IrNode a, IrNode b)
    {
        DType dtype = DTypes.Promote(a.DType, b.DType);
        return _graph.Add(IrOp.Select, dtype, ToBool(condition), Cast(a, dtype), Cast(b, dtype));
    }

    /// <summary>Uniform in [0, 1): multiples of 2^-24 (Float32), 2^-53 (Float64), 2^-11 (Float16) or 2^-8 (BFloat16), which the dtype holds exactly.</summary>
    public IrNode RandomUniform(int attribute, DType dtype)
    {
        IrNode bits = RandomBits(attribute);
        if (dtype == DType.Float64)
        {
            IrNode high = Cast(And(ShiftRight(bits, Const(5, DType.Int32)), Const(0x7FFFFFF, DType.Int32)), DType.Float64);
            IrNode low = Cast(
                And(ShiftRight(RandomBits(attribute, 1), Const(6, DType.Int32)), Const(0x3FFFFFF, DType.Int32)), DType.Float64);
            return Mul(Add(Mul(high, Const(67108864.0, DType.Float64)), low), Const(1.0 / 9007199254740992.0, DType.Float64));
        }

        return dtype switch
        {
            DType.Float16 => UnitFraction(bits, 11),
            DType.BFloat16 => UnitFraction(bits, 8),
            _ => Cast(UnitFraction(bits), dtype),
        };
    }

    /// <summary>Standard normal by Box and Muller (1958): an element and its neighbour (index with the lowest bit flipped) share two uniforms.</summary>
    public IrNode RandomNormal(int attribute, DType dtype)
    {
        DType real = dtype == DType.Float64 ? DType.Float64 : DType.Float32;
        IrNode first = Cast(UnitFraction(RandomBits(attribute, 0, RandomWord.PairFirst)), real);
        IrNode second = Cast(UnitFraction(RandomBits(attribute, 0, RandomWord.PairSecond)), real);

        // 1 - u lies in (0, 1], so the logarithm is finite.
        IrNode radius = Sqrt(Mul(Const(-2.0, real), Log(Sub(Const(1.0, real), first))));
        IrNode odd = Ne(And(LinearIndex(), Const(1L, DType.Int64)), Const(0L, DType.Int64));
        IrNode turn = Sub(second, Where(odd, Const(0.25, real), Const(0.0, real)));
        return Cast(Mul(radius, Cos(Mul(Const(2 * Math.PI, real), turn))), dtype);
    }

    /// <summary>64 random bits as Int64.</summary>
    public IrNode RandomInt64(int attribute)
    {
        IrNode low = And(Cast(RandomBits(attribute), DType.Int64), Const(0xFFFFFFFFL, DType.Int64));
        IrNode high = ShiftLeft(Cast(RandomBits(attribute, 1), DType.Int64), Const(32L, DType.Int64));
        return Or(high, low);
    }

    private IrNode UnitFraction(IrNode bits, int digits = 24)
    {
        IrNode top = And(ShiftRight(bits, Const(32 - digits, DType.Int32)), Const((1 << digits) - 1, DType.Int32));
        return Mul(Cast(top, DType.Float32), Const(1.0 / (1 << digits), DType.Float32));
    }

    private IrNode ToReal(IrNode x) => x.DType.IsFloatingPoint() ? x : Cast(x, DType.Float32);

    private IrNode Real(IrOp op, IrNode x)
    {
        IrNode real = ToReal(x);
        return _graph.Add(op, real.DType, real);
    }

    private IrNode Real(IrOp op, IrNode a, IrNode b)
    {
        DType dtype = DTypes.Promote(a.DType, b.DType);
        dtype = dtype.IsFloatingPoint() ? dtype : DType.Float32;
        return _graph.Add(op, dtype, Cast(a, dtype), Cast(b, dtype));
    }

    private IrNode Rounding(IrOp op, IrNode x) => x.DType.IsFloatingPoint() ? _graph.Add(op, x.DType, x) : x;

    private IrNode Arithmetic(IrOp op, IrOp onBool, IrNode a, IrNode b)
    {
        DType dtype = DTypes.Promote(a.DType, b.DType);
        return _graph.Add(dtype == DType.Bool ? onBool : op, dtype, Cast(a, dtype), Cast(b, dtype));
    }

    private IrNode Numeric(IrOp op, IrNode a, IrNode b)
    {
        DType dtype = DTypes.Promote(a.DType, b.DType);
        dtype = dtype == DType.Bool ? DType.UInt8 : dtype;
        return _graph.Add(op, dtype, Cast(a, dtype), Cast(b, dtype));
    }

    private IrNode Comparison(IrOp op, IrNode a, IrNode b)
    {
        DType dtype = DTypes.Promote(a.DType, b.DType);
        return _graph.Add(op, DType.Bool, Cast(a, dtype), Cast(b, dtype));
    }
}
