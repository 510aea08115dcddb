using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Functions of one operand. Derivatives after PyTorch's derivatives.yaml.</content>
public static partial class OpTable
{
    private const double Ln2 = 0.693147180559945309417;
    private const double Ln10 = 2.302585092994045684018;

    public static readonly OpDef neg = Define(
        "aten::neg(Tensor self) -> Tensor",
        static call => call.Input(0).DType == DType.Bool
            ? throw ShapeErrors.Error("Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.")
            : call.Input(0).DType,
        static (b, _) => b.Neg(b.Input(0)),
        Derivative.FromGrad(Aten.neg));

    public static readonly OpDef abs = Unary("abs", static (b, x) => b.Abs(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl sign = Aten.sign(x);
        return Aten.mul(grad, sign);
    }));

    public static readonly OpDef exp = FloatUnary("exp", static (b, x) => b.Exp(x), Derivative.FromResult(Aten.mul));

    public static readonly OpDef exp2 = FloatUnary("exp2", static (b, x) => b.Exp2(x), Derivative.FromResult(static (grad, y) =>
    {
        using TensorImpl product = Aten.mul(grad, y);
        return Aten.mul(product, Ln2);
    }));

    public static readonly OpDef expm1 = FloatUnary("expm1", static (b, x) => b.Expm1(x), Derivative.FromResult(static (grad, y) =>
    {
        using TensorImpl slope = Aten.add(y, 1, 1);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef log = FloatUnary("log", static (b, x) => b.Log(x), Derivative.FromInput(Aten.div));

    public static readonly OpDef log2 = FloatUnary("log2", static (b, x) => b.Log2(x), Derivative.FromInput(static (grad, x) => DivideByScaled(grad, x, Ln2)));

    public static readonly OpDef log10 = FloatUnary("log10", static (b, x) => b.Log10(x), Derivative.FromInput(static (grad, x) => DivideByScaled(grad, x, Ln10)));

    public static readonly OpDef log1p = FloatUnary("log1p", static (b, x) => b.Log1p(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl shifted = Aten.add(x, 1, 1);
        return Aten.div(grad, shifted);
    }));

    public static readonly OpDef sqrt = FloatUnary("sqrt", static (b, x) => b.Sqrt(x), Derivative.FromResult(static (grad, y) => DivideByScaled(grad, y, 2)));

    public static readonly OpDef rsqrt = FloatUnary("rsqrt", static (b, x) => b.Rsqrt(x), Derivative.FromResult(static (grad, y) =>
    {
        using TensorImpl squared = Aten.mul(y, y), cubed = Aten.mul(squared, y), scaled = Aten.mul(grad, -0.5);
        return Aten.mul(scaled, cubed);
    }));

    /// <summary>Truth values are squared as integers, like powers of them.</summary>
    public static readonly OpDef square = Define(
        "aten::square(Tensor self) -> Tensor",
        SquareDType,
        static (b, call) =>
        {
            IrNode x = b.Cast(b.Input(0), SquareDType(call));
            return b.Mul(x, x);
        },
        Derivative.FromInput(static (grad, x) =>
        {
            using TensorImpl twice = Aten.mul(x, 2);
            return Aten.mul(grad, twice);
        }));

    public static readonly OpDef reciprocal = FloatUnary("reciprocal", static (b, x) => b.Reciprocal(x), Derivative.FromResult(static (grad, y) =>
    {
        using TensorImpl squared = Aten.mul(y, y), negative = Aten.neg(grad);
        return Aten.mul(negative, squared);
    }));

    public static readonly OpDef sin = FloatUnary("sin", static (b, x) => b.Sin(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = Aten.cos(x);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef cos = FloatUnary("cos", static (b, x) => b.Cos(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl sine = Aten.sin(x), slope = Aten.neg(sine);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef tan = FloatUnary("tan", static (b, x) => b.Tan(x), Derivative.FromResult(static (grad, y) =>
    {
        using TensorImpl squared = Aten.mul(y, y), slope = Aten.add(squared, 1, 1);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef asin = FloatUnary("asin", static (b, x) => b.Asin(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = ArcSlope(x);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef acos = FloatUnary("acos", static (b, x) => b.Acos(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = ArcSlope(x), negative = Aten.neg(slope);
        return Aten.mul(grad, negative);
    }));

    public static readonly OpDef atan = FloatUnary("atan", static (b, x) => b.Atan(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl squared = Aten.mul(x, x), divisor = Aten.add(squared, 1, 1);
        return Aten.div(grad, divisor);
    }));

    public static readonly OpDef sinh = FloatUnary("sinh", static (b, x) => b.Sinh(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = Aten.cosh(x);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef cosh = FloatUnary("cosh", static (b, x) => b.Cosh(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = Aten.sinh(x);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef tanh = FloatUnary("tanh", static (b, x) => b.Tanh(x), Derivative.FromResult(Aten.tanh_backward));

    public static readonly OpDef erf = FloatUnary("erf", static (b, x) => b.Erf(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl squared = Aten.mul(x, x), negative = Aten.neg(squared), bell = Aten.exp(negative), slope = Aten.mul(bell, 2 / Math.Sqrt(Math.PI));
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef floor = Unary("floor", static (b, x) => b.Floor(x), Derivative.Zero);

    public static readonly OpDef ceil = Unary("ceil", static (b, x) => b.Ceil(x), Derivative.Zero);

    public static readonly OpDef round = Unary("round", static (b, x) => b.Round(x), Derivative.Zero);

    public static readonly OpDef round_decimals = Define(
        "aten::round.decimals(Tensor self, int decimals) -> Tensor",
        SameAsFirst,
        static (b, call) =>
        {
            Compiler.IrNode x = b.Input(0);
            long decimals = call.Int(0);
            if (!x.DType.IsFloatingPoint() || decimals == 0)
            {
                return b.Round(x);
            }

            Compiler.IrNode power = b.Const(Math.Pow(10, Math.Abs(decimals)), x.DType);
            return decimals > 0 ? b.Div(b.Round(b.Mul(x, power)), power) : b.Mul(b.Round(b.Div(x, power)), power);
        },
        Derivative.Zero);

    public static readonly OpDef trunc = Unary("trunc", static (b, x) => b.Trunc(x), Derivative.Zero);

    public static readonly OpDef frac = Unary("frac", static (b, x) => b.Sub(x, b.Trunc(x)), Derivative.Identity);

    public static readonly OpDef sign = Unary("sign", static (b, x) => b.Sign(x), Derivative.Zero);

    public static readonly OpDef neg_ = InPlace(neg);
    public static readonly OpDef abs_ = InPlace(abs);
    public static readonly OpDef exp_ = InPlace(exp);
    public static readonly OpDef exp2_ = InPlace(exp2);
    public static readonly OpDef expm1_ = InPlace(expm1);
    public static readonly OpDef log_ = InPlace(log);
    public static readonly OpDef log2_ = InPlace(log2);
    public static readonly OpDef log10_ = InPlace(log10);
    public static readonly OpDef log1p_ = InPlace(log1p);
    public static readonly OpDef sqrt_ = InPlace(sqrt);
    public static readonly OpDef rsqrt_ = InPlace(rsqrt);
    public static readonly OpDef square_ = InPlace(square);
    public static readonly OpDef reciprocal_ = InPlace(reciprocal);
    public static readonly OpDef sin_ = InPlace(sin);
    public static readonly OpDef cos_ = InPlace(cos);
    public static readonly OpDef tan_ = InPlace(tan);
    public static readonly OpDef asin_ = InPlace(asin);
    public static readonly OpDef acos_ = InPlace(acos);
    public static readonly OpDef atan_ = InPlace(atan);
    public static readonly OpDef sinh_ = InPlace(sinh);
    public static readonly OpDef cosh_ = InPlace(cosh);
    public static readonly OpDef tanh_ = InPlace(tanh);
    public static readonly OpDef erf_ = InPlace(erf);
    public static readonly OpDef floor_ = InPlace(floor);
    public static readonly OpDef ceil_ = InPlace(ceil);
    public static readonly OpDef round_ = InPlace(round);
    public static readonly OpDef round__decimals = InPlace(round_decimals);
    public static readonly OpDef trunc_ = InPlace(trunc);
    public static readonly OpDef frac_ = InPlace(frac);
    public static readonly OpDef sign_ = InPlace(sign);

    /// <summary><c>grad / (divisor * scale)</c>.</summary>
    private static TensorImpl DivideByScaled(TensorImpl grad, TensorImpl divisor, double scale)
    {
        using TensorImpl scaled = Aten.mul(divisor, scale);
        return Aten.div(grad, scaled);
    }

    /// <summary><c>1 / sqrt(1 - x^2)</c>.</summary>
    private static TensorImpl ArcSlope(TensorImpl x)
    {
        using TensorImpl squared = Aten.mul(x, x), rest = Aten.rsub(squared, 1, 1);
        return Aten.rsqrt(rest);
    }

    private static DType SquareDType(OpInvocation call) => call.Input(0).DType == DType.Bool ? DType.Int64 : call.Input(0).DType;
}
