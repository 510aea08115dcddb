using Terra.Runtime.Autograd;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Bessel functions and others of their kind, with derivatives after Abramowitz and Stegun, chapter 9.</content>
public static partial class OpTable
{
    public static readonly OpDef special_bessel_j0 = FloatUnary("special_bessel_j0", static (b, x) => b.BesselJ0(x), Derivative.FromInput(static (grad, x) => MinusTimes(grad, Aten.special_bessel_j1(x))));

    public static readonly OpDef special_bessel_j1 = FloatUnary("special_bessel_j1", static (b, x) => b.BesselJ1(x), new Derivative(
        static c => [LowerMinusShare(c.Grad(0)!, c.Call.Input(0), Aten.special_bessel_j0(c.Call.Input(0)), c.Call.Outputs[0], atZero: 0.5)], [0], [0]));

    public static readonly OpDef special_bessel_y0 = FloatUnary("special_bessel_y0", static (b, x) => b.BesselY0(x), Derivative.FromInput(static (grad, x) => MinusTimes(grad, Aten.special_bessel_y1(x))));

    public static readonly OpDef special_bessel_y1 = FloatUnary("special_bessel_y1", static (b, x) => b.BesselY1(x), new Derivative(
        static c => [LowerMinusShare(c.Grad(0)!, c.Call.Input(0), Aten.special_bessel_y0(c.Call.Input(0)), c.Call.Outputs[0], atZero: null)], [0], [0]));

    public static readonly OpDef i0 = FloatUnary("i0", static (b, x) => b.ModifiedBesselI0(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = Aten.special_i1(x);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef special_i0e = FloatUnary("special_i0e", static (b, x) => b.ModifiedBesselI0e(x), new Derivative(
        static c =>
        {
            using TensorImpl sign = Aten.sign(c.Call.Input(0)), decay = Aten.mul(sign, c.Call.Outputs[0]), growth = Aten.special_i1e(c.Call.Input(0)), slope = Aten.sub(growth, decay, 1);
            return [Aten.mul(c.Grad(0)!, slope)];
        },
        [0],
        [0]));

    public static readonly OpDef special_i1 = FloatUnary("special_i1", static (b, x) => b.ModifiedBesselI1(x), new Derivative(
        static c => [LowerMinusShare(c.Grad(0)!, c.Call.Input(0), Aten.i0(c.Call.Input(0)), c.Call.Outputs[0], atZero: 0.5)], [0], [0]));

    public static readonly OpDef special_i1e = FloatUnary("special_i1e", static (b, x) => b.ModifiedBesselI1e(x), new Derivative(
        static c =>
        {
            using TensorImpl growth = LowerMinusShare(c.Grad(0)!, c.Call.Input(0), Aten.special_i0e(c.Call.Input(0)), c.Call.Outputs[0], atZero: 0.5);
            using TensorImpl sign = Aten.sign(c.Call.Input(0)), decay = Aten.mul(sign, c.Call.Outputs[0]), lost = Aten.mul(c.Grad(0)!, decay);
            return [Aten.sub(growth, lost, 1)];
        },
        [0],
        [0]));

    public static readonly OpDef special_modified_bessel_k0 = FloatUnary(
        "special_modified_bessel_k0", static (b, x) => b.ModifiedBesselK0(x), Derivative.FromInput(static (grad, x) => MinusTimes(grad, Aten.special_modified_bessel_k1(x))));

    public static readonly OpDef special_modified_bessel_k1 = FloatUnary("special_modified_bessel_k1", static (b, x) => b.ModifiedBesselK1(x), new Derivative(
        static c =>
        {
            using TensorImpl lower = Aten.special_modified_bessel_k0(c.Call.Input(0));
            return [LowerMinusShare(c.Grad(0)!, c.Call.Input(0), Aten.neg(lower), c.Call.Outputs[0], atZero: null)];
        },
        [0],
        [0]));

    public static readonly OpDef special_scaled_modified_bessel_k0 = FloatUnary("special_scaled_modified_bessel_k0", static (b, x) => b.ModifiedBesselK0e(x), new Derivative(
        static c =>
        {
            using TensorImpl higher = Aten.special_scaled_modified_bessel_k1(c.Call.Input(0)), slope = Aten.sub(c.Call.Outputs[0], higher, 1);
            return [Aten.mul(c.Grad(0)!, slope)];
        },
        [0],
        [0]));

    public static readonly OpDef special_scaled_modified_bessel_k1 = FloatUnary("special_scaled_modified_bessel_k1", static (b, x) => b.ModifiedBesselK1e(x), new Derivative(
        static c =>
        {
            using TensorImpl lower = Aten.special_scaled_modified_bessel_k0(c.Call.Input(0));
            return [LowerMinusShare(c.Grad(0)!, c.Call.Input(0), Aten.sub(c.Call.Outputs[0], lower, 1), c.Call.Outputs[0], atZero: null)];
        },
        [0],
        [0]));

    public static readonly OpDef special_airy_ai = FloatUnary("special_airy_ai", static (b, x) => b.AiryAi(x));

    public static readonly OpDef special_erfcx = FloatUnary("special_erfcx", static (b, x) => b.Erfcx(x), new Derivative(
        static c =>
        {
            using TensorImpl product = Aten.mul(c.Call.Input(0), c.Call.Outputs[0]), twice = Aten.mul(product, 2), slope = Aten.sub(twice, (ScalarValue)(2 / Math.Sqrt(Math.PI)), 1);
            return [Aten.mul(c.Grad(0)!, slope)];
        },
        [0],
        [0]));

    public static readonly OpDef special_ndtri = FloatUnary("special_ndtri", static (b, x) => b.Ndtri(x), Derivative.FromResult(static (grad, y) =>
    {
        using TensorImpl squared = Aten.mul(y, y), half = Aten.mul(squared, 0.5), grown = Aten.exp(half), slope = Aten.mul(grown, Math.Sqrt(2 * Math.PI));
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef special_zeta = Define(
        "aten::special_zeta(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors(static (b, x, q) => b.Zeta(x, q)),
        Derivative.OfTwo(
            static _ => throw ShapeErrors.Error("the derivative of special_zeta by its first argument is not known; detach that"),
            static c =>
            {
                using TensorImpl order = Aten.add(c.Call.Input(0), 1, 1), next = Aten.special_zeta(order, c.Call.Input(1)), slope = Aten.mul(c.Call.Input(0), next);
                return MinusTimes(c.Grad(0)!, slope.Alias());
            },
            [0, 1]));

    /// <summary>-grad · slope, which is disposed of.</summary>
    private static TensorImpl MinusTimes(TensorImpl grad, TensorImpl slope)
    {
        using (slope)
        {
            using TensorImpl product = Aten.mul(grad, slope);
            return Aten.neg(product);
        }
    }

    /// <summary>grad · (lower - own / x); at zero, where a limit is given, grad times that. The lower is disposed of.</summary>
    private static TensorImpl LowerMinusShare(TensorImpl grad, TensorImpl x, TensorImpl lower, TensorImpl own, double? atZero)
    {
        using (lower)
        {
            using TensorImpl isZero = Aten.eq(x, 0), away = atZero is null ? x.Alias() : Aten.masked_fill(x, isZero, 1), share = Aten.div(own, away), slope = Aten.sub(lower, share, 1);
            using TensorImpl whole = atZero is { } limit ? Aten.masked_fill(slope, isZero, limit) : slope.Alias();
            return Aten.mul(grad, whole);
        }
    }
}
