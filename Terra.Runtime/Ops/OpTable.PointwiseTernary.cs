using Terra.Runtime.Autograd;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Selection, clamping and fused multiply-adds.</content>
public static partial class OpTable
{
    public static readonly OpDef where_self = Define(
        "aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor",
        static call => CheckCondition(call, TypePromotion.Of(call.Input(1), call.Input(2))),
        static (b, call) =>
        {
            DType dtype = TypePromotion.Of(call.Input(1), call.Input(2));
            return b.Where(b.Input(0), b.Cast(b.Input(1), dtype), b.Cast(b.Input(2), dtype));
        },
        new Derivative(
            static c =>
            [
                null,
                c.NeedsGrad(1) ? Aten.where(c.Call.Input(0), c.Grad(0)!, 0) : null,
                c.NeedsGrad(2) ? Aten.where(c.Call.Input(0), 0, c.Grad(0)!) : null,
            ],
            [0],
            []));

    public static readonly OpDef where_ScalarOther = Define(
        "aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor",
        static call => CheckCondition(call, TypePromotion.Of(call.Input(1), call.Scalar(0))),
        static (b, call) =>
        {
            DType dtype = TypePromotion.Of(call.Input(1), call.Scalar(0));
            return b.Where(b.Input(0), b.Cast(b.Input(1), dtype), b.Scalar(0, dtype));
        },
        new Derivative(static c => [null, Aten.where(c.Call.Input(0), c.Grad(0)!, 0)], [0], []));

    public static readonly OpDef where_ScalarSelf = Define(
        "aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor",
        static call => CheckCondition(call, TypePromotion.Of(call.Input(1), call.Scalar(0))),
        static (b, call) =>
        {
            DType dtype = TypePromotion.Of(call.Input(1), call.Scalar(0));
            return b.Where(b.Input(0), b.Scalar(0, dtype), b.Cast(b.Input(1), dtype));
        },
        new Derivative(static c => [null, Aten.where(c.Call.Input(0), 0, c.Grad(0)!)], [0], []));

    public static readonly OpDef masked_fill_Scalar = Define(
        "aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor",
        static call => call.Input(1).DType == DType.Bool
            ? call.Input(0).DType
            : throw ShapeErrors.Error($"masked_fill_ only supports boolean masks, but got mask with dtype {ShapeErrors.Name(call.Input(1).DType)}"),
        static (b, call) => b.Where(b.Input(1), b.Scalar(0, call.Input(0).DType), b.Input(0)),
        new Derivative(static c => [Aten.masked_fill(c.Grad(0)!, c.Call.Input(1), 0)], [1], []));

    public static readonly OpDef clamp = Define(
        "aten::clamp(Tensor self, Scalar? min, Scalar? max) -> Tensor",
        ClampDType,
        static (b, call) =>
        {
            DType dtype = ClampDType(call);
            IrNode x = b.Cast(b.Input(0), dtype);
            x = call.Attrs[0].Kind == AttrKind.None ? x : b.Max(x, b.Scalar(0, dtype));
            return call.Attrs[1].Kind == AttrKind.None ? x : b.Min(x, b.Scalar(1, dtype));
        },
        new Derivative(
            static c => [Aten.clamp_backward(c.Grad(0)!, c.Call.Input(0), c.Call.OptionalScalar(0), c.Call.OptionalScalar(1))], [0], []));

    public static readonly OpDef clamp_Tensor = Define(
        "aten::clamp.Tensor(Tensor self, Tensor? min, Tensor? max) -> Tensor",
        static call => call.OptionalInput(1) is null && call.OptionalInput(2) is null
            ? throw ShapeErrors.Error("torch.clamp: At least one of 'min' or 'max' must not be None")
            : OfInputs(call),
        static (b, call) =>
        {
            DType dtype = OfInputs(call);
            IrNode x = b.Cast(b.Input(0), dtype);
            x = b.HasInput(1) ? b.Max(x, b.Cast(b.Input(1), dtype)) : x;
            return b.HasInput(2) ? b.Min(x, b.Cast(b.Input(2), dtype)) : x;
        },
        new Derivative(ClampedShares, [0, 1, 2], []));

    public static readonly OpDef clamp_min = Define(
        "aten::clamp_min(Tensor self, Scalar min) -> Tensor",
        TensorAndScalarPromoted,
        OfTensorAndScalar(static (b, x, min) => b.Max(x, min)),
        new Derivative(static c => [Aten.clamp_backward(c.Grad(0)!, c.Call.Input(0), c.Call.Scalar(0), null)], [0], []));

    public static readonly OpDef clamp_max = Define(
        "aten::clamp_max(Tensor self, Scalar max) -> Tensor",
        TensorAndScalarPromoted,
        OfTensorAndScalar(static (b, x, max) => b.Min(x, max)),
        new Derivative(static c => [Aten.clamp_backward(c.Grad(0)!, c.Call.Input(0), null, c.Call.Scalar(0))], [0], []));

    public static readonly OpDef clamp_backward = Define(
        "aten::clamp_backward(Tensor grad_output, Tensor self, Scalar? min, Scalar? max) -> Tensor",
        SameAsFirst,
        static (b, call) =>
        {
            IrNode grad = b.Input(0), x = b.Input(1), zero = b.Const(0L, grad.DType);
            grad = call.Attrs[0].Kind == AttrKind.None ? grad : b.Where(b.Ge(x, b.Scalar(0, x.DType)), grad, zero);
            return call.Attrs[1].Kind == AttrKind.None ? grad : b.Where(b.Le(x, b.Scalar(1, x.DType)), grad, zero);
        },
        new Derivative(
            static c => [Aten.clamp_backward(c.Grad(0)!, c.Call.Input(1), c.Call.OptionalScalar(0), c.Call.OptionalScalar(1))], [1], []));

    public static readonly OpDef addcmul = Define(
        "aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, Scalar value) -> Tensor",
        OfInputs,
        static (b, call) =>
        {
            DType dtype = OfInputs(call);
            IrNode scaled = b.Mul(b.Scalar(0, dtype), b.Cast(b.Input(1), dtype));
            return b.Add(b.Cast(b.Input(0), dtype), b.Mul(scaled, b.Cast(b.Input(2), dtype)));
        },
        new Derivative(
            static c =>
            [
                c.NeedsGrad(0) ? c.Grad(0) : null,
                c.NeedsGrad(1) ? ScaledProduct(c.Grad(0)!, c.Call.Input(2), c.Call.Scalar(0)) : null,
                c.NeedsGrad(2) ? ScaledProduct(c.Grad(0)!, c.Call.Input(1), c.Call.Scalar(0)) : null,
            ],
            [1, 2],
            []));

    public static readonly OpDef addcdiv = Define(
        "aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, Scalar value) -> Tensor",
        static call => !call.Input(1).DType.IsFloatingPoint() && !call.Input(2).DType.IsFloatingPoint()
            ? throw ShapeErrors.Error("Integer division with addcdiv is no longer supported, and in a future release addcdiv will perform a true division of tensor1 and tensor2.")
            : OfInputs(call),
        static (b, call) =>
        {
            DType dtype = OfInputs(call);
            IrNode scaled = b.Mul(b.Scalar(0, dtype), b.Cast(b.Input(1), dtype));
            return b.Add(b.Cast(b.Input(0), dtype), b.Div(scaled, b.Cast(b.Input(2), dtype)));
        },
        new Derivative(
            static c =>
            [
                c.NeedsGrad(0) ? c.Grad(0) : null,
                c.NeedsGrad(1) ? ScaledQuotient(c.Grad(0)!, c.Call.Input(2), c.Call.Scalar(0)) : null,
                c.NeedsGrad(2) ? AddcdivDivisor(c.Grad(0)!, c.Call.Input(1), c.Call.Input(2), c.Call.Scalar(0)) : null,
            ],
            [1, 2],
            []));

    public static readonly OpDef lerp_Scalar = Define(
        "aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor",
        static call => call.Input(0).DType == call.Input(1).DType
            ? CheckFloating("lerp", call.Input(0).DType)
            : throw ShapeErrors.Error($"expected dtype {ShapeErrors.Name(call.Input(0).DType)} for `end` but got dtype {ShapeErrors.Name(call.Input(1).DType)}"),
        static (b, call) =>
        {
            // Exact at both ends: computed from the nearer one.
            DType dtype = call.Input(0).DType;
            IrNode self = b.Input(0), end = b.Input(1), weight = b.Scalar(0, dtype), difference = b.Sub(end, self);
            IrNode fromStart = b.Add(self, b.Mul(weight, difference));
            IrNode fromEnd = b.Sub(end, b.Mul(difference, b.Sub(b.Const(1.0, dtype), weight)));
            return b.Where(b.Lt(b.Abs(weight), b.Const(0.5, dtype)), fromStart, fromEnd);
        },
        new Derivative(
            static c =>
            [
                c.NeedsGrad(0) ? Aten.mul(c.Grad(0)!, 1 - c.Call.Scalar(0).ToDouble()) : null,
                c.NeedsGrad(1) ? Aten.mul(c.Grad(0)!, c.Call.Scalar(0)) : null,
            ],
            [],
            []));

    public static readonly OpDef masked_fill__Scalar = InPlace(masked_fill_Scalar);
    public static readonly OpDef clamp_ = InPlace(clamp);
    public static readonly OpDef clamp_min_ = InPlace(clamp_min);
    public static readonly OpDef clamp_max_ = InPlace(clamp_max);
    public static readonly OpDef addcmul_ = InPlace(addcmul);
    public static readonly OpDef addcdiv_ = InPlace(addcdiv);
    public static readonly OpDef lerp__Scalar = InPlace(lerp_Scalar);

    private static DType CheckCondition(OpInvocation call, DType result) =>
        call.Input(0).DType is DType.Bool or DType.UInt8
            ? result
            : throw ShapeErrors.Error($"where expected condition to be a boolean tensor, but got a tensor with dtype {ShapeErrors.Name(call.Input(0).DType)}");

    /// <summary>
    /// Each gradient goes to self where it is within both bounds (at them, too), to the upper bound where that is exceeded or below the lower one, and else to the lower
    /// bound; nowhere where any of them is NaN.
    /// </summary>
    private static TensorImpl?[] ClampedShares(BackwardContext c)
    {
        TensorImpl grad = c.Grad(0)!, self = c.Call.Input(0);
        TensorImpl? min = c.Call.OptionalInput(1), max = c.Call.OptionalInput(2);
        using TensorImpl? isLow = min is null ? null : Aten.lt(self, min), isHigh = max is null ? null : Aten.gt(self, max);
        using TensorImpl? isNotLow = min is null ? null : Aten.ge(self, min), isNotHigh = max is null ? null : Aten.le(self, max);
        using TensorImpl? isCrossed = min is null || max is null ? null : Aten.lt(max, min), isOrdered = min is null || max is null ? null : Aten.lt(min, max);
        return
        [
            c.NeedsGrad(0) ? Masked(isNotLow, isNotHigh, Aten.logical_and) : null,
            min is not null && c.NeedsGrad(1) ? Masked(isLow, isOrdered, Aten.logical_and) : null,
            max is not null && c.NeedsGrad(2) ? Masked(isHigh, isCrossed, Aten.logical_or) : null,
        ];

        TensorImpl Masked(TensorImpl? a, TensorImpl? b, Func<TensorImpl, TensorImpl, TensorImpl> combine)
        {
            using TensorImpl mask = a is null ? b!.Alias() : b is null ? a.Alias() : combine(a, b);
            return Aten.where(mask, grad, 0);
        }
    }

    private static DType ClampDType(OpInvocation call)
    {
        ScalarValue? min = call.OptionalScalar(0), max = call.OptionalScalar(1);
        if (min is null && max is null)
        {
            throw ShapeErrors.Error("torch.clamp: At least one of 'min' or 'max' must not be None");
        }

        var promotion = new TypePromotion();
        promotion.Add(call.Input(0));
        if (min is { } low)
        {
            promotion.Add(low);
        }

        if (max is { } high)
        {
            promotion.Add(high);
        }

        return promotion.Result;
    }

    private static TensorImpl ScaledProduct(TensorImpl grad, TensorImpl factor, ScalarValue scale)
    {
        using TensorImpl scaled = Aten.mul(factor, scale);
        return Aten.mul(grad, scaled);
    }

    private static TensorImpl ScaledQuotient(TensorImpl grad, TensorImpl divisor, ScalarValue scale)
    {
        using TensorImpl quotient = Aten.div(grad, divisor);
        return Aten.mul(quotient, scale);
    }

    /// <summary><c>-grad * value * tensor1 / tensor2^2</c>.</summary>
    private static TensorImpl AddcdivDivisor(TensorImpl grad, TensorImpl tensor1, TensorImpl tensor2, ScalarValue value)
    {
        using TensorImpl squared = Aten.mul(tensor2, tensor2), scaled = Aten.mul(tensor1, value), slope = Aten.div(scaled, squared), product = Aten.mul(grad, slope);
        return Aten.neg(product);
    }
}
