using Terra.Runtime.Autograd;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Arithmetic of two operands. Derivatives after PyTorch's derivatives.yaml and FunctionsManual.cpp.</content>
public static partial class OpTable
{
    public static readonly OpDef add_Tensor = Define(
        "aten::add.Tensor(Tensor self, Tensor other, Scalar alpha) -> Tensor",
        static call => CheckAlpha(TensorsPromoted(call), call.Scalar(0)),
        static (b, call) => WithAlpha(b, call, b.Add),
        Derivative.OfTwo(static c => c.Grad(0), static c => Derivative.MultiplyUnlessOne(c.Grad(0)!, c.Call.Scalar(0)), []));

    public static readonly OpDef add_Scalar = Define(
        "aten::add.Scalar(Tensor self, Scalar other, Scalar alpha) -> Tensor",
        static call => CheckAlpha(TensorAndScalarPromoted(call), call.Scalar(1)),
        static (b, call) => WithScalarAndAlpha(b, call, b.Add),
        Derivative.Identity);

    public static readonly OpDef sub_Tensor = Define(
        "aten::sub.Tensor(Tensor self, Tensor other, Scalar alpha) -> Tensor",
        static call => CheckAlpha(CheckSubtraction(TensorsPromoted(call), call.Input(0).DType, call.Input(1).DType), call.Scalar(0)),
        static (b, call) => WithAlpha(b, call, b.Sub),
        Derivative.OfTwo(static c => c.Grad(0), static c => NegativeScaled(c.Grad(0)!, c.Call.Scalar(0)), []));

    public static readonly OpDef sub_Scalar = Define(
        "aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha) -> Tensor",
        static call => CheckAlpha(CheckSubtraction(TensorAndScalarPromoted(call), call.Input(0).DType, call.Scalar(0).Category), call.Scalar(1)),
        static (b, call) => WithScalarAndAlpha(b, call, b.Sub),
        Derivative.Identity);

    public static readonly OpDef rsub_Scalar = Define(
        "aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha) -> Tensor",
        static call => CheckAlpha(CheckSubtraction(TensorAndScalarPromoted(call), call.Input(0).DType, call.Scalar(0).Category), call.Scalar(1)),
        static (b, call) =>
        {
            DType dtype = TensorAndScalarPromoted(call);
            return b.Sub(b.Scalar(0, dtype), b.Mul(b.Cast(b.Input(0), dtype), b.Scalar(1, dtype)));
        },
        new Derivative(static c => [NegativeScaled(c.Grad(0)!, c.Call.Scalar(1))], [], []));

    public static readonly OpDef mul_Tensor = Define(
        "aten::mul.Tensor(Tensor self, Tensor other) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Mul(x, y)),
        Derivative.OfTwo(static c => Aten.mul(c.Grad(0)!, c.Call.Input(1)), static c => Aten.mul(c.Grad(0)!, c.Call.Input(0)), [0, 1]));

    public static readonly OpDef mul_Scalar = Define(
        "aten::mul.Scalar(Tensor self, Scalar other) -> Tensor",
        TensorAndScalarPromoted,
        OfTensorAndScalar(static (b, x, y) => b.Mul(x, y)),
        new Derivative(static c => [Aten.mul(c.Grad(0)!, c.Call.Scalar(0))], [], []));

    public static readonly OpDef div_Tensor = Define(
        "aten::div.Tensor(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors(static (b, x, y) => b.Div(x, y)),
        Derivative.OfTwo(DivisionNumerator, DivisionDivisor, [1], [0]));

    public static readonly OpDef div_Scalar = Define(
        "aten::div.Scalar(Tensor self, Scalar other) -> Tensor",
        FloatOfTensorAndScalar,
        OfFloatTensorAndScalar(static (b, x, y) => b.Div(x, y)),
        new Derivative(static c => [Aten.div(c.Grad(0)!, c.Call.Scalar(0))], [], []));

    public static readonly OpDef div_Tensor_mode = IntegerDivision.Checked(Define(
        "aten::div.Tensor_mode(Tensor self, Tensor other, str? rounding_mode) -> Tensor",
        static call => RoundingMode(call, 0) is null ? FloatOfTensors(call) : TensorsPromoted(call),
        static (b, call) => Division(RoundingMode(call, 0), ofTensors: true)(b, call),
        Derivative.OfTwo(
            static c => RoundingMode(c.Call, 0) is null ? DivisionNumerator(c) : Derivative.ZerosLike(c.Call.Input(0)),
            static c => RoundingMode(c.Call, 0) is null ? DivisionDivisor(c) : Derivative.ZerosLike(c.Call.Input(1)),
            [1],
            [0])));

    public static readonly OpDef div_Scalar_mode = IntegerDivision.Checked(Define(
        "aten::div.Scalar_mode(Tensor self, Scalar other, str? rounding_mode) -> Tensor",
        static call => RoundingMode(call, 1) is null ? FloatOfTensorAndScalar(call) : TensorAndScalarPromoted(call),
        static (b, call) => Division(RoundingMode(call, 1), ofTensors: false)(b, call),
        new Derivative(
            static c => [RoundingMode(c.Call, 1) is null ? Aten.div(c.Grad(0)!, c.Call.Scalar(0)) : Derivative.ZerosLike(c.Call.Input(0))], [], [])));

    public static readonly OpDef floor_divide_Tensor = IntegerDivision.Checked(Define(
        "aten::floor_divide.Tensor(Tensor self, Tensor other) -> Tensor", TensorsPromoted, OfTensors(static (b, x, y) => b.FloorDiv(x, y))));

    public static readonly OpDef floor_divide_Scalar = IntegerDivision.Checked(Define(
        "aten::floor_divide.Scalar(Tensor self, Scalar other) -> Tensor", TensorAndScalarPromoted, OfTensorAndScalar(static (b, x, y) => b.FloorDiv(x, y))));

    public static readonly OpDef remainder_Tensor = IntegerDivision.Checked(Define(
        "aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Remainder(x, y)),
        Derivative.OfTwo(static c => c.Grad(0), static c => RemainderDivisor(c, "floor"), [0, 1])));

    public static readonly OpDef remainder_Scalar = IntegerDivision.Checked(Define(
        "aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor",
        TensorAndScalarPromoted,
        OfTensorAndScalar(static (b, x, y) => b.Remainder(x, y)),
        Derivative.Identity));

    public static readonly OpDef fmod_Tensor = IntegerDivision.Checked(Define(
        "aten::fmod.Tensor(Tensor self, Tensor other) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Fmod(x, y)),
        Derivative.OfTwo(static c => c.Grad(0), static c => RemainderDivisor(c, "trunc"), [0, 1])));

    public static readonly OpDef fmod_Scalar = IntegerDivision.Checked(Define(
        "aten::fmod.Scalar(Tensor self, Scalar other) -> Tensor",
        TensorAndScalarPromoted,
        OfTensorAndScalar(static (b, x, y) => b.Fmod(x, y)),
        Derivative.Identity));

    public static readonly OpDef pow_Tensor_Tensor = Define(
        "aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Pow(x, y)),
        Derivative.OfTwo(PowerBase, static c => PowerExponent(c.Grad(0)!, c.Call.Input(0), c.Call.Input(1), c.Call.Outputs[0]), [0, 1], [0]));

    public static readonly OpDef pow_Tensor_Scalar = Define(
        "aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor",
        static call => CheckIntegerPower(TensorAndScalarPromoted(call), call.Scalar(0)),
        OfTensorAndScalar(static (b, x, y) => b.Pow(x, y)),
        new Derivative(static c => [PowerBase(c.Grad(0)!, c.Call.Input(0), c.Call.Scalar(0))], [0], []),
        readsScalars: true);

    public static readonly OpDef pow_Scalar = Define(
        "aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor",
        TensorAndScalarPromoted,
        OfTensorAndScalar(static (b, x, y) => b.Pow(y, x)),
        new Derivative(static c => [PowerExponent(c.Grad(0)!, c.Call.Scalar(0), c.Call.Input(0), c.Call.Outputs[0])], [0], [0]));

    public static readonly OpDef maximum = Define(
        "aten::maximum(Tensor self, Tensor other) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Max(x, y)),
        Derivative.OfTwo(
            static c => ExtremumGradient(c.Grad(0)!, c.Call.Input(0), c.Call.Input(1), ofMaximum: true),
            static c => ExtremumGradient(c.Grad(0)!, c.Call.Input(1), c.Call.Input(0), ofMaximum: true),
            [0, 1]));

    public static readonly OpDef minimum = Define(
        "aten::minimum(Tensor self, Tensor other) -> Tensor",
        TensorsPromoted,
        OfTensors(static (b, x, y) => b.Min(x, y)),
        Derivative.OfTwo(
            static c => ExtremumGradient(c.Grad(0)!, c.Call.Input(0), c.Call.Input(1), ofMaximum: false),
            static c => ExtremumGradient(c.Grad(0)!, c.Call.Input(1), c.Call.Input(0), ofMaximum: false),
            [0, 1]));

    public static readonly OpDef atan2 = Define(
        "aten::atan2(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors(static (b, x, y) => b.Atan2(x, y)),
        Derivative.OfTwo(
            static c => AngleGradient(c.Grad(0)!, c.Call.Input(0), c.Call.Input(1), c.Call.Input(1)),
            static c =>
            {
                using TensorImpl toOther = AngleGradient(c.Grad(0)!, c.Call.Input(0), c.Call.Input(1), c.Call.Input(0));
                return Aten.neg(toOther);
            },
            [0, 1]));

    public static readonly OpDef add__Tensor = InPlace(add_Tensor);
    public static readonly OpDef add__Scalar = InPlace(add_Scalar);
    public static readonly OpDef sub__Tensor = InPlace(sub_Tensor);
    public static readonly OpDef sub__Scalar = InPlace(sub_Scalar);
    public static readonly OpDef mul__Tensor = InPlace(mul_Tensor);
    public static readonly OpDef mul__Scalar = InPlace(mul_Scalar);
    public static readonly OpDef div__Tensor = InPlace(div_Tensor);
    public static readonly OpDef div__Scalar = InPlace(div_Scalar);
    public static readonly OpDef div__Tensor_mode = InPlace(div_Tensor_mode);
    public static readonly OpDef div__Scalar_mode = InPlace(div_Scalar_mode);
    public static readonly OpDef floor_divide__Tensor = InPlace(floor_divide_Tensor);
    public static readonly OpDef floor_divide__Scalar = InPlace(floor_divide_Scalar);
    public static readonly OpDef remainder__Tensor = InPlace(remainder_Tensor);
    public static readonly OpDef remainder__Scalar = InPlace(remainder_Scalar);
    public static readonly OpDef fmod__Tensor = InPlace(fmod_Tensor);
    public static readonly OpDef fmod__Scalar = InPlace(fmod_Scalar);
    public static readonly OpDef pow__Tensor = InPlace(pow_Tensor_Tensor, "aten::pow_.Tensor");
    public static readonly OpDef pow__Scalar = InPlace(pow_Tensor_Scalar, "aten::pow_.Scalar");
    public static readonly OpDef atan2_ = InPlace(atan2);

    private static DType CheckAlpha(DType result, ScalarValue alpha)
    {
        if (alpha.Category == DType.Bool && result != DType.Bool)
        {
            throw ShapeErrors.Error("Boolean alpha only supported for Boolean results.");
        }

        if (alpha.Category == DType.Float64 && !result.IsFloatingPoint())
        {
            throw ShapeErrors.Error("For integral input tensors, argument alpha must not be a floating point number.");
        }

        return result;
    }

    private static DType CheckSubtraction(DType result, DType self, DType other)
    {
        if (self == DType.Bool && other == DType.Bool)
        {
            throw ShapeErrors.Error("Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.");
        }

        if (self == DType.Bool || other == DType.Bool)
        {
            throw ShapeErrors.Error("Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.");
        }

        return result;
    }

    private static DType CheckIntegerPower(DType result, ScalarValue exponent) =>
        !result.IsFloatingPoint() && exponent.ToInt64() < 0
            ? throw ShapeErrors.Error("Integers to negative integer powers are not allowed.")
            : result;

    private static IrNode WithAlpha(PointwiseBuilder b, OpInvocation call, Func<IrNode, IrNode, IrNode> combine)
    {
        DType dtype = TensorsPromoted(call);
        return combine(b.Cast(b.Input(0), dtype), b.Mul(b.Cast(b.Input(1), dtype), b.Scalar(0, dtype)));
    }

    private static IrNode WithScalarAndAlpha(PointwiseBuilder b, OpInvocation call, Func<IrNode, IrNode, IrNode> combine)
    {
        DType dtype = TensorAndScalarPromoted(call);
        return combine(b.Cast(b.Input(0), dtype), b.Mul(b.Scalar(0, dtype), b.Scalar(1, dtype)));
    }

    private static string? RoundingMode(OpInvocation call, int attribute)
    {
        string? mode = call.Attrs[attribute].Kind == AttrKind.None ? null : call.Attrs[attribute].AsString;
        return mode is null or "trunc" or "floor"
            ? mode
            : throw ShapeErrors.Error($"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'");
    }

    private static PointwiseRule Division(string? mode, bool ofTensors)
    {
        if (mode is null)
        {
            BinaryExpression quotient = static (b, x, y) => b.Div(x, y);
            return ofTensors ? OfFloatTensors(quotient) : OfFloatTensorAndScalar(quotient);
        }

        BinaryExpression rounded = mode == "trunc" ? static (b, x, y) => b.TruncDiv(x, y) : static (b, x, y) => b.FloorDiv(x, y);
        return ofTensors ? OfTensors(rounded) : OfTensorAndScalar(rounded);
    }

    private static TensorImpl NegativeScaled(TensorImpl grad, ScalarValue scale)
    {
        if (scale.ToDouble() == 1)
        {
            return Aten.neg(grad);
        }

        using TensorImpl negative = Aten.neg(grad);
        return Aten.mul(negative, scale);
    }

    private static TensorImpl DivisionNumerator(BackwardContext c) => Aten.div(c.Grad(0)!, c.Call.Input(1));

    /// <summary><c>-grad * result / other</c>.</summary>
    private static TensorImpl DivisionDivisor(BackwardContext c)
    {
        using TensorImpl slope = Aten.div(c.Call.Outputs[0], c.Call.Input(1)), negative = Aten.neg(slope);
        return Aten.mul(c.Grad(0)!, negative);
    }

    /// <summary><c>-grad * round(self / other)</c>.</summary>
    private static TensorImpl RemainderDivisor(BackwardContext c, string roundingMode)
    {
        using TensorImpl quotient = Aten.div(c.Call.Input(0), c.Call.Input(1), roundingMode), negative = Aten.neg(c.Grad(0)!);
        return Aten.mul(negative, quotient);
    }

    private static TensorImpl PowerBase(TensorImpl grad, TensorImpl self, ScalarValue exponent)
    {
        if (exponent.ToDouble() == 0)
        {
            return Derivative.ZerosLike(self);
        }

        ScalarValue less = exponent.Category == DType.Float64 ? exponent.ToDouble() - 1 : exponent.ToInt64() - 1;
        using TensorImpl power = Aten.pow(self, less), slope = Aten.mul(power, exponent);
        return Aten.mul(grad, slope);
    }

    private static TensorImpl PowerBase(BackwardContext c)
    {
        TensorImpl self = c.Call.Input(0), exponent = c.Call.Input(1);
        using TensorImpl less = Aten.sub(exponent, 1, 1), power = Aten.pow(self, less), slope = Aten.mul(exponent, power);
        using TensorImpl product = Aten.mul(c.Grad(0)!, slope), isZero = Aten.eq(exponent, 0);
        return Aten.where(isZero, 0.0, product);
    }

    private static TensorImpl PowerExponent(TensorImpl grad, TensorImpl self, TensorImpl exponent, TensorImpl result)
    {
        using TensorImpl baseIsZero = Aten.eq(self, 0), notNegative = Aten.ge(exponent, 0), vanishes = Aten.logical_and(baseIsZero, notNegative);
        using TensorImpl logarithm = Aten.log(self), slope = Aten.mul(result, logarithm), finite = Aten.where(vanishes, 0.0, slope);
        return Aten.mul(grad, finite);
    }

    private static TensorImpl PowerExponent(TensorImpl grad, ScalarValue self, TensorImpl exponent, TensorImpl result)
    {
        using TensorImpl slope = Aten.mul(result, Math.Log(self.ToDouble()));
        if (self.ToDouble() != 0)
        {
            return Aten.mul(grad, slope);
        }

        using TensorImpl notNegative = Aten.ge(exponent, 0), finite = Aten.where(notNegative, 0.0, slope);
        return Aten.mul(grad, finite);
    }

    /// <summary>The part of an extremum's gradient that goes to one operand: none where it lost, half where both are equal, else all.</summary>
    private static TensorImpl ExtremumGradient(TensorImpl grad, TensorImpl own, TensorImpl rival, bool ofMaximum)
    {
        using TensorImpl equal = Aten.eq(own, rival), half = Aten.mul(grad, 0.5), shared = Aten.where(equal, half, grad);
        using TensorImpl lost = ofMaximum ? Aten.lt(own, rival) : Aten.gt(own, rival);
        return Aten.masked_fill(shared, lost, 0);
    }

    /// <summary><c>grad * side / (self^2 + other^2)</c>.</summary>
    private static TensorImpl AngleGradient(TensorImpl grad, TensorImpl self, TensorImpl other, TensorImpl side)
    {
        using TensorImpl selfSquared = Aten.mul(self, self), otherSquared = Aten.mul(other, other), sum = Aten.add(selfSquared, otherSquared, 1);
        using TensorImpl slope = Aten.div(side, sum);
        return Aten.mul(grad, slope);
    }
}
