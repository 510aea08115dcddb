using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Inverse hyperbolic and other functions that models use now and then. Derivatives after PyTorch's derivatives.yaml.</content>
public static partial class OpTable
{
    public static readonly OpDef asinh = FloatUnary("asinh", Asinh, Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl squared = Aten.mul(x, x), shifted = Aten.add(squared, 1, 1), root = Aten.sqrt(shifted);
        return Aten.div(grad, root);
    }));

    public static readonly OpDef acosh = FloatUnary("acosh", Acosh, Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl squared = Aten.mul(x, x), shifted = Aten.sub(squared, 1, 1), root = Aten.sqrt(shifted);
        return Aten.div(grad, root);
    }));

    public static readonly OpDef atanh = FloatUnary("atanh", Atanh, Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl squared = Aten.mul(x, x), negated = Aten.neg(squared), complement = Aten.add(negated, 1, 1);
        return Aten.div(grad, complement);
    }));

    public static readonly OpDef erfinv = FloatUnary("erfinv", Erfinv, Derivative.FromResult(static (grad, y) =>
    {
        using TensorImpl squared = Aten.mul(y, y), grown = Aten.exp(squared), slope = Aten.mul(grown, Math.Sqrt(Math.PI) / 2);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef hypot = Define(
        "aten::hypot(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors(Hypot),
        new Derivative(
            static c => [c.NeedsGrad(0) ? Proportion(c.Grad(0)!, c.Call.Input(0), c.Call.Outputs[0]) : null, c.NeedsGrad(1) ? Proportion(c.Grad(0)!, c.Call.Input(1), c.Call.Outputs[0]) : null],
            [0, 1],
            [0]));

    public static readonly OpDef copysign = Define(
        "aten::copysign.Tensor(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors(static (b, x, y) => b.Where(IsNegative(b, y), b.Neg(b.Abs(x)), b.Abs(x))),
        new Derivative(static c => [c.NeedsGrad(0) ? Share(c.Grad(0)!, c.Call.Outputs[0], c.Call.Input(0)) : null, null], [0], [0]));

    public static readonly OpDef fmax = Define(
        "aten::fmax(Tensor self, Tensor other) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Where(b.IsNaN(y), x, b.Where(b.Ge(x, y), x, y))),
        ChosenOperand(static (x, y) => Aten.ge(x, y)));

    public static readonly OpDef fmin = Define(
        "aten::fmin(Tensor self, Tensor other) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Where(b.IsNaN(y), x, b.Where(b.Le(x, y), x, y))),
        ChosenOperand(static (x, y) => Aten.le(x, y)));

    public static readonly OpDef logaddexp = Define(
        "aten::logaddexp(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors(static (b, x, y) =>
        {
            // Equal infinities have no difference to speak of.
            IrNode same = b.And(b.Eq(x, y), b.IsInf(x));
            IrNode sum = b.Add(b.Max(x, y), b.Log1p(b.Exp(b.Neg(b.Abs(b.Sub(x, y))))));
            return b.Where(same, x, sum);
        }),
        new Derivative(
            static c => [c.NeedsGrad(0) ? Weighted(c.Grad(0)!, c.Call.Input(0), c.Call.Outputs[0]) : null, c.NeedsGrad(1) ? Weighted(c.Grad(0)!, c.Call.Input(1), c.Call.Outputs[0]) : null],
            [0, 1],
            [0]));

    public static readonly OpDef xlogy_Tensor = Define(
        "aten::xlogy.Tensor(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors(static (b, x, y) => b.Where(b.And(b.Eq(x, b.Const(0.0, x.DType)), b.Not(b.IsNaN(y))), b.Const(0.0, x.DType), b.Mul(x, b.Log(y)))),
        Derivative.OfTwo(
            static c =>
            {
                // At x = 0 PyTorch's derivative is zero where y is not positive, else log(y).
                using TensorImpl isZero = Aten.eq(c.Call.Input(0), 0), isNotPositive = Aten.le(c.Call.Input(1), 0), masked = Aten.logical_and(isZero, isNotPositive);
                using TensorImpl log = Aten.log(c.Call.Input(1)), slope = Aten.masked_fill(log, masked, 0.0);
                return Aten.mul(c.Grad(0)!, slope);
            },
            static c => Proportion(c.Grad(0)!, c.Call.Input(0), c.Call.Input(1)),
            [0, 1]));

    /// <summary>-x log x; the derivative at zero is infinite.</summary>
    public static readonly OpDef special_entr = FloatUnary(
        "special_entr",
        static (b, x) =>
        {
            IrNode zero = b.Const(0.0, x.DType);
            return b.Where(b.Lt(x, zero), b.Const(double.NegativeInfinity, x.DType), b.Where(b.Eq(x, zero), zero, b.Neg(b.Mul(x, b.Log(x)))));
        },
        Derivative.FromInput(static (grad, x) =>
        {
            using TensorImpl log = Aten.log(x), less = Aten.add(log, 1, 1), slope = Aten.neg(less);
            return Aten.mul(grad, slope);
        }));

    /// <summary>log(x / (1 - x)), x limited to [eps, 1 - eps] unless eps is negative.</summary>
    public static readonly OpDef logit = Define(
        "aten::logit(Tensor self, float eps) -> Tensor",
        FloatOfFirst,
        static (b, call) =>
        {
            DType dtype = FloatOfFirst(call);
            IrNode x = b.Cast(b.Input(0), dtype), one = b.Const(1.0, dtype), eps = b.Scalar(0, dtype), limited = b.Min(b.Max(x, eps), b.Sub(one, eps));
            x = b.Where(b.Ge(eps, b.Const(0.0, dtype)), limited, x);
            return b.Log(b.Div(x, b.Sub(one, x)));
        },
        new Derivative(
            static c =>
            {
                // Beyond the limits zero, or NaN where there are none.
                double eps = c.Call.Scalar(0).ToDouble(), margin = Math.Max(eps, 0);
                TensorImpl x = c.Call.Input(0);
                using TensorImpl less = Aten.lt(x, margin), more = Aten.gt(x, 1 - margin), outside = Aten.logical_or(less, more);
                using TensorImpl negated = Aten.neg(x), rest = Aten.add(negated, 1, 1), product = Aten.mul(x, rest), variance = Aten.abs(product), slope = Aten.div(c.Grad(0)!, variance);
                return [Aten.masked_fill(slope, outside, eps < 0 ? double.NaN : 0)];
            },
            [0],
            []));

    public static readonly OpDef heaviside = Define(
        "aten::heaviside(Tensor self, Tensor values) -> Tensor",
        static call => call.Input(0).DType == call.Input(1).DType
            ? call.Input(0).DType
            : throw ShapeErrors.Error("heaviside is not yet implemented for tensors with different dtypes."),
        static (b, call) =>
        {
            IrNode x = b.Input(0);
            DType dtype = call.Input(0).DType;
            IrNode zero = dtype == DType.Bool ? b.Const(false) : b.Const(0L, dtype);
            IrNode one = dtype == DType.Bool ? b.Const(true) : b.Const(1L, dtype);
            return b.Where(b.Eq(x, zero), b.Input(1), b.Where(b.Gt(x, zero), one, zero));
        });

    public static readonly OpDef bitwise_left_shift_Tensor = Define(
        "aten::bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor", IntegersPromoted, OfTensors(static (b, x, y) => b.ShiftLeft(x, y)));

    public static readonly OpDef bitwise_right_shift_Tensor = Define(
        "aten::bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor", IntegersPromoted, OfTensors(static (b, x, y) => b.ShiftRight(x, y)));

    public static readonly OpDef nan_to_num = Define(
        "aten::nan_to_num(Tensor self, float nan, float posinf, float neginf) -> Tensor",
        SameAsFirst,
        static (b, call) =>
        {
            IrNode x = b.Input(0);
            DType dtype = call.Input(0).DType;
            if (!dtype.IsFloatingPoint())
            {
                return x;
            }

            IrNode infinity = b.Const(double.PositiveInfinity, dtype);
            IrNode finite = b.Where(b.Eq(x, infinity), b.Scalar(1, dtype), b.Where(b.Eq(x, b.Neg(infinity)), b.Scalar(2, dtype), x));
            return b.Where(b.IsNaN(x), b.Scalar(0, dtype), finite);
        },
        Derivative.FromInput(static (grad, x) =>
        {
            using TensorImpl finite = Aten.isfinite(x);
            return Aten.mul(grad, finite);
        }));

    private static DType IntegersPromoted(OpInvocation call) => TensorsPromoted(call) is var dtype && !dtype.IsFloatingPoint() && dtype != DType.Bool
        ? dtype
        : throw ShapeErrors.Error($"\"{call.Op.Name["aten::".Length..]}\" not implemented for '{ShapeErrors.Name(TensorsPromoted(call))}'");

    /// <summary>Negative or -0 (whose reciprocal is -∞); a NaN's sign is its sign bit, which no comparison shows: it counts as positive.</summary>
    private static IrNode IsNegative(PointwiseBuilder b, IrNode x)
    {
        IrNode zero = b.Const(0.0, x.DType);
        return b.Or(b.Lt(x, zero), b.And(b.Eq(x, zero), b.Lt(b.Reciprocal(x), zero)));
    }

    /// <summary>sign(x) · log(|x| + √(x² + 1)), by log1p near zero and without squares of large numbers.</summary>
    private static IrNode Asinh(PointwiseBuilder b, IrNode x)
    {
        IrNode one = b.Const(1.0, x.DType), magnitude = b.Abs(x), squared = b.Mul(x, x);
        IrNode small = b.Log1p(b.Add(magnitude, b.Div(squared, b.Add(one, b.Sqrt(b.Add(squared, one))))));
        IrNode large = b.Add(b.Log(magnitude), b.Const(Ln2, x.DType));
        IrNode result = b.Where(b.Gt(magnitude, b.Const(1e8, x.DType)), large, small);
        return b.Where(IsNegative(b, x), b.Neg(result), result);
    }

    /// <summary>log(x + √(x² - 1)), by log1p near one and without squares of large numbers.</summary>
    private static IrNode Acosh(PointwiseBuilder b, IrNode x)
    {
        IrNode excess = b.Sub(x, b.Const(1.0, x.DType));
        IrNode small = b.Log1p(b.Add(excess, b.Sqrt(b.Add(b.Add(excess, excess), b.Mul(excess, excess)))));
        IrNode large = b.Add(b.Log(x), b.Const(Ln2, x.DType));
        IrNode result = b.Where(b.Gt(x, b.Const(1e8, x.DType)), large, small);
        return b.Where(b.Lt(x, b.Const(1.0, x.DType)), b.Const(double.NaN, x.DType), result);
    }

    /// <summary>log((1 + x) / (1 - x)) / 2, by log1p of the magnitude.</summary>
    private static IrNode Atanh(PointwiseBuilder b, IrNode x)
    {
        IrNode magnitude = b.Abs(x);
        IrNode ratio = b.Div(b.Add(magnitude, magnitude), b.Sub(b.Const(1.0, x.DType), magnitude));
        IrNode result = b.Mul(b.Const(0.5, x.DType), b.Log1p(ratio));
        return b.Where(IsNegative(b, x), b.Neg(result), result);
    }

    /// <summary>
    /// Giles' approximation in single precision (GPU Computing Gems 2, 2011), then two steps of Newton's method; ±∞ at ±1, NaN beyond.
    /// </summary>
    private static IrNode Erfinv(PointwiseBuilder b, IrNode x)
    {
        DType dtype = x.DType;
        IrNode one = b.Const(1.0, dtype);
        IrNode w = b.Neg(b.Log(b.Mul(b.Sub(one, x), b.Add(one, x))));
        IrNode central = Polynomial(b, b.Sub(w, b.Const(2.5, dtype)), 2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941);
        IrNode outer = Polynomial(b, b.Sub(b.Sqrt(w), b.Const(3.0, dtype)), -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682);
        IrNode y = b.Mul(b.Where(b.Lt(w, b.Const(5.0, dtype)), central, outer), x);
        for (int step = 0; step < 2; step++)
        {
            IrNode slope = b.Mul(b.Const(2 / Math.Sqrt(Math.PI), dtype), b.Exp(b.Neg(b.Mul(y, y))));
            y = b.Sub(y, b.Div(b.Sub(b.Erf(y), x), slope));
        }

        IrNode magnitude = b.Abs(x), infinity = b.Const(double.PositiveInfinity, dtype);
        IrNode limit = b.Where(b.Lt(x, b.Const(0.0, dtype)), b.Neg(infinity), infinity);
        IrNode inside = b.Where(b.Eq(magnitude, one), limit, y);
        return b.Where(b.Gt(magnitude, one), b.Const(double.NaN, dtype), inside);
    }

    private static IrNode Polynomial(PointwiseBuilder b, IrNode x, params double[] coefficients)
    {
        IrNode value = b.Const(coefficients[0], x.DType);
        for (int i = 1; i < coefficients.Length; i++)
        {
            value = b.Add(b.Mul(value, x), b.Const(coefficients[i], x.DType));
        }

        return value;
    }

    /// <summary>The larger magnitude times √(1 + ratio²), which does not overflow early.</summary>
    private static IrNode Hypot(PointwiseBuilder b, IrNode x, IrNode y)
    {
        IrNode zero = b.Const(0.0, x.DType), one = b.Const(1.0, x.DType);
        IrNode large = b.Max(b.Abs(x), b.Abs(y)), small = b.Min(b.Abs(x), b.Abs(y));
        IrNode ratio = b.Div(small, b.Where(b.Eq(large, zero), one, large));
        IrNode infinite = b.Or(b.IsInf(x), b.IsInf(y));
        return b.Where(infinite, b.Const(double.PositiveInfinity, x.DType), b.Mul(large, b.Sqrt(b.Add(one, b.Mul(ratio, ratio)))));
    }

    /// <summary>grad · part / whole, and zero where whole is zero.</summary>
    private static TensorImpl Share(TensorImpl grad, TensorImpl part, TensorImpl whole)
    {
        using TensorImpl ratio = Aten.div(part, whole), isZero = Aten.eq(whole, 0), safe = Aten.masked_fill(ratio, isZero, 0.0);
        return Aten.mul(grad, safe);
    }

    /// <summary>grad · part / whole.</summary>
    private static TensorImpl Proportion(TensorImpl grad, TensorImpl part, TensorImpl whole)
    {
        using TensorImpl ratio = Aten.div(part, whole);
        return Aten.mul(grad, ratio);
    }

    /// <summary>grad · exp(part - whole).</summary>
    private static TensorImpl Weighted(TensorImpl grad, TensorImpl part, TensorImpl whole)
    {
        using TensorImpl difference = Aten.sub(part, whole, 1), weight = Aten.exp(difference);
        return Aten.mul(grad, weight);
    }

    /// <summary>The gradient goes to the operand that was chosen: the first where the comparison holds or the second is NaN.</summary>
    private static Derivative ChosenOperand(Func<TensorImpl, TensorImpl, TensorImpl> comparison) => Derivative.OfTwo(
        c =>
        {
            using TensorImpl first = FirstIsChosen(c.Call, comparison), rest = Aten.logical_not(first);
            return Aten.masked_fill(c.Grad(0)!, rest, 0.0);
        },
        c =>
        {
            using TensorImpl first = FirstIsChosen(c.Call, comparison);
            return Aten.masked_fill(c.Grad(0)!, first, 0.0);
        },
        [0, 1]);

    private static TensorImpl FirstIsChosen(OpInvocation call, Func<TensorImpl, TensorImpl, TensorImpl> comparison)
    {
        using TensorImpl holds = comparison(call.Input(0), call.Input(1)), isNaN = Aten.isnan(call.Input(1));
        return Aten.logical_or(holds, isNaN);
    }
}
