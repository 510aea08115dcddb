using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Activation functions and their gradients, after the formulas of ATen/native/cpu/Activation.cpp.</content>
public static partial class OpTable
{
    private const double SqrtHalf = 0.70710678118654752440;
    private const double TwoOverSqrtPi = 1.12837916709551257390;
    private const double TanhInner = 0.79788456080286535588;
    private const double TanhCube = 0.044715;

    public static readonly OpDef sigmoid = FloatUnary("sigmoid", static (b, x) => b.Sigmoid(x), Derivative.FromResult(Aten.sigmoid_backward));

    public static readonly OpDef relu = Define(
        "aten::relu(Tensor self) -> Tensor",
        static call => call.Input(0).DType == DType.Bool ? throw ShapeErrors.Error("Boolean inputs not supported for relu") : call.Input(0).DType,
        static (b, call) => b.Max(b.Input(0), b.Const(0L, call.Input(0).DType)),
        Derivative.FromResult(static (grad, y) => Aten.threshold_backward(grad, y, 0)));

    public static readonly OpDef silu = FloatUnary("silu", static (b, x) => b.Mul(x, b.Sigmoid(x)), Derivative.FromInput(Aten.silu_backward));

    public static readonly OpDef mish = FloatUnary("mish", static (b, x) => b.Mul(x, TanhOfSoftplus(b, x)), Derivative.FromInput(Aten.mish_backward));

    public static readonly OpDef hardswish = FloatUnary(
        "hardswish", static (b, x) => b.Div(b.Mul(x, ClampedShift(b, x)), b.Const(6.0, x.DType)), Derivative.FromInput(Aten.hardswish_backward));

    public static readonly OpDef hardsigmoid = FloatUnary(
        "hardsigmoid", static (b, x) => b.Div(ClampedShift(b, x), b.Const(6.0, x.DType)), Derivative.FromInput(Aten.hardsigmoid_backward));

    public static readonly OpDef log_sigmoid = FloatUnary(
        "log_sigmoid",
        static (b, x) => b.Sub(b.Min(x, b.Const(0.0, x.DType)), b.Log1p(b.Exp(b.Neg(b.Abs(x))))),
        Derivative.FromInput(Aten.log_sigmoid_backward));

    public static readonly OpDef gelu = Define(
        "aten::gelu(Tensor self, str approximate) -> Tensor",
        FloatOfFirst,
        static (b, call) => FloatExpression(ByTanh(call) ? GeluByTanh : GeluByErf)(b, call),
        new Derivative(static c => [Aten.gelu_backward(c.Grad(0)!, c.Call.Input(0), c.Call.Attrs[0].AsString)], [0], []));

    public static readonly OpDef softplus = Define(
        "aten::softplus(Tensor self, Scalar beta, Scalar threshold) -> Tensor",
        FloatOfFirst,
        FloatExpression(static (b, x) =>
        {
            IrNode beta = b.Scalar(0, x.DType), scaled = b.Mul(x, beta);
            return b.Where(b.Gt(scaled, b.Scalar(1, x.DType)), x, b.Div(b.Log1p(b.Exp(scaled)), beta));
        }),
        new Derivative(static c => [Aten.softplus_backward(c.Grad(0)!, c.Call.Input(0), c.Call.Scalar(0), c.Call.Scalar(1))], [0], []));

    public static readonly OpDef leaky_relu = Define(
        "aten::leaky_relu(Tensor self, Scalar negative_slope) -> Tensor",
        FloatOfFirst,
        FloatExpression(static (b, x) => b.Where(b.Gt(x, b.Const(0.0, x.DType)), x, b.Mul(x, b.Scalar(0, x.DType)))),
        new Derivative(static c => [Aten.leaky_relu_backward(c.Grad(0)!, c.Call.Input(0), c.Call.Scalar(0), false)], [0], []));

    public static readonly OpDef elu = Define(
        "aten::elu(Tensor self, Scalar alpha, Scalar scale, Scalar input_scale) -> Tensor",
        FloatOfFirst,
        FloatExpression(static (b, x) =>
        {
            IrNode scale = b.Scalar(1, x.DType);
            IrNode negative = b.Mul(b.Expm1(b.Mul(x, b.Scalar(2, x.DType))), b.Mul(b.Scalar(0, x.DType), scale));
            return b.Where(b.Le(x, b.Const(0.0, x.DType)), negative, b.Mul(x, scale));
        }),
        new Derivative(
            static c => [Aten.elu_backward(c.Grad(0)!, c.Call.Input(0), c.Call.Scalar(0), c.Call.Scalar(1), c.Call.Scalar(2), false)], [0], []));

    public static readonly OpDef hardtanh = Define(
        "aten::hardtanh(Tensor self, Scalar min_val, Scalar max_val) -> Tensor",
        static call => call.Input(0).DType switch
        {
            DType.Bool => throw ShapeErrors.Error("Bool inputs not supported for hardtanh"),
            DType.UInt8 when call.Scalar(0).ToDouble() < 0 || call.Scalar(1).ToDouble() < 0 =>
                throw ShapeErrors.Error("cannot do hardtanh on an unsigned type with negative limits"),
            DType dtype => dtype,
        },
        static (b, call) => b.Min(b.Max(b.Input(0), b.Scalar(0, call.Input(0).DType)), b.Scalar(1, call.Input(0).DType)),
        new Derivative(static c => [Aten.hardtanh_backward(c.Grad(0)!, c.Call.Outputs[0], c.Call.Scalar(0), c.Call.Scalar(1))], [], [0]),
        readsScalars: true);

    public static readonly OpDef hardtanh_backward = Define(
        "aten::hardtanh_backward(Tensor grad_output, Tensor self, Scalar min_val, Scalar max_val) -> Tensor",
        static call =>
        {
            ShapeRules.CheckFloats(call, 0, 1);
            return SameAsFirst(call);
        },
        static (b, call) =>
        {
            IrNode grad = b.Input(0), x = b.Input(1);
            return b.Where(b.Or(b.Le(x, b.Scalar(0, x.DType)), b.Ge(x, b.Scalar(1, x.DType))), b.Const(0L, grad.DType), grad);
        },
        new Derivative(static c => [Aten.hardtanh_backward(c.Grad(0)!, c.Call.Input(1), c.Call.Scalar(0), c.Call.Scalar(1))], [1], []));

    public static readonly OpDef threshold_backward = Define(
        "aten::threshold_backward(Tensor grad_output, Tensor self, Scalar threshold) -> Tensor",
        static call => TensorsPromoted(call) is var dtype && dtype != DType.Bool ? dtype : throw ShapeErrors.NotImplemented("threshold", dtype),
        OfTensors(static (b, grad, x) => b.Where(b.Le(x, b.Scalar(0, x.DType)), b.Const(0L, grad.DType), grad)),
        new Derivative(static c => [Aten.threshold_backward(c.Grad(0)!, c.Call.Input(1), c.Call.Scalar(0))], [1], []));

    public static readonly OpDef sigmoid_backward = Backward(
        "aten::sigmoid_backward(Tensor grad_output, Tensor output) -> Tensor",
        static (b, grad, y) => b.Mul(b.Mul(grad, b.Sub(b.Const(1.0, y.DType), y)), y),
        Derivative.OfTwo(
            static c => Aten.sigmoid_backward(c.Grad(0)!, c.Call.Input(1)),
            static c =>
            {
                using TensorImpl twice = Aten.mul(c.Call.Input(1), -2), slope = Aten.add(twice, 1, 1), grads = Aten.mul(c.Grad(0)!, c.Call.Input(0));
                return Aten.mul(grads, slope);
            },
            [0, 1]));

    public static readonly OpDef tanh_backward = Backward(
        "aten::tanh_backward(Tensor grad_output, Tensor output) -> Tensor",
        static (b, grad, y) => b.Mul(grad, b.Sub(b.Const(1.0, y.DType), b.Mul(y, y))),
        Derivative.OfTwo(
            static c => Aten.tanh_backward(c.Grad(0)!, c.Call.Input(1)),
            static c =>
            {
                using TensorImpl slope = Aten.mul(c.Call.Input(1), -2), grads = Aten.mul(c.Grad(0)!, c.Call.Input(0));
                return Aten.mul(grads, slope);
            },
            [0, 1]));

    public static readonly OpDef gelu_backward = Define(
        "aten::gelu_backward(Tensor grad_output, Tensor self, str approximate) -> Tensor",
        FloatOfTensors,
        static (b, call) => OfFloatTensors(ByTanh(call) ? GeluGradientByTanh : GeluGradientByErf)(b, call),
        ActivationGradients.Of(static c => Aten.gelu_backward(c.Grad(0)!, c.Call.Input(1), c.Call.Attrs[0].AsString), ActivationGradients.Gelu));

    public static readonly OpDef silu_backward = Backward(
        "aten::silu_backward(Tensor grad_output, Tensor self) -> Tensor",
        static (b, grad, x) =>
        {
            IrNode one = b.Const(1.0, x.DType), sigmoid = b.Sigmoid(x);
            return b.Mul(b.Mul(grad, sigmoid), b.Add(one, b.Mul(x, b.Sub(one, sigmoid))));
        },
        ActivationGradients.Of(static c => Aten.silu_backward(c.Grad(0)!, c.Call.Input(1)), ActivationGradients.Silu));

    public static readonly OpDef mish_backward = Backward(
        "aten::mish_backward(Tensor grad_output, Tensor self) -> Tensor",
        static (b, grad, x) =>
        {
            IrNode tanh = TanhOfSoftplus(b, x);
            IrNode slope = b.Mul(b.Mul(x, b.Sigmoid(x)), b.Sub(b.Const(1.0, x.DType), b.Mul(tanh, tanh)));
            return b.Mul(grad, b.Add(tanh, slope));
        },
        ActivationGradients.Of(static c => Aten.mish_backward(c.Grad(0)!, c.Call.Input(1)), ActivationGradients.Mish));

    public static readonly OpDef hardswish_backward = Backward(
        "aten::hardswish_backward(Tensor grad_output, Tensor self) -> Tensor",
        static (b, grad, x) =>
        {
            IrNode three = b.Const(3.0, x.DType);
            IrNode inside = b.Mul(grad, b.Add(b.Div(x, three), b.Const(0.5, x.DType)));
            return b.Where(b.Lt(x, b.Neg(three)), b.Const(0.0, grad.DType), b.Where(b.Le(x, three), inside, grad));
        },
        ActivationGradients.Of(static c => Aten.hardswish_backward(c.Grad(0)!, c.Call.Input(1)), ActivationGradients.Hardswish));

    public static readonly OpDef hardsigmoid_backward = Backward(
        "aten::hardsigmoid_backward(Tensor grad_output, Tensor self) -> Tensor",
        static (b, grad, x) =>
        {
            IrNode three = b.Const(3.0, x.DType);
            return b.Where(
                b.And(b.Gt(x, b.Neg(three)), b.Lt(x, three)), b.Mul(grad, b.Const(1.0 / 6.0, x.DType)), b.Const(0.0, grad.DType));
        },
        new Derivative(static c => [Aten.hardsigmoid_backward(c.Grad(0)!, c.Call.Input(1))], [1], []));

    public static readonly OpDef log_sigmoid_backward = Backward(
        "aten::log_sigmoid_backward(Tensor grad_output, Tensor self) -> Tensor",
        static (b, grad, x) =>
        {
            IrNode one = b.Const(1.0, x.DType), zero = b.Const(0.0, x.DType), negative = b.Lt(x, zero);
            IrNode z = b.Exp(b.Neg(b.Abs(x))), ratio = b.Div(z, b.Add(one, z));
            return b.Mul(grad, b.Where(negative, b.Sub(one, ratio), ratio));
        },
        ActivationGradients.Of(static c => Aten.log_sigmoid_backward(c.Grad(0)!, c.Call.Input(1)), ActivationGradients.LogSigmoid));

    public static readonly OpDef softplus_backward = Backward(
        "aten::softplus_backward(Tensor grad_output, Tensor self, Scalar beta, Scalar threshold) -> Tensor",
        static (b, grad, x) =>
        {
            IrNode scaled = b.Mul(x, b.Scalar(0, x.DType)), z = b.Exp(scaled);
            return b.Where(b.Gt(scaled, b.Scalar(1, x.DType)), grad, b.Div(b.Mul(grad, z), b.Add(z, b.Const(1.0, x.DType))));
        },
        ActivationGradients.Of(static c => Aten.softplus_backward(c.Grad(0)!, c.Call.Input(1), c.Call.Scalar(0), c.Call.Scalar(1)), ActivationGradients.Softplus));

    public static readonly OpDef leaky_relu_backward = Backward(
        "aten::leaky_relu_backward(Tensor grad_output, Tensor self, Scalar negative_slope, bool self_is_result) -> Tensor",
        static (b, grad, x) => b.Where(b.Gt(x, b.Const(0.0, x.DType)), grad, b.Mul(grad, b.Scalar(0, x.DType))),
        new Derivative(
            static c => [Aten.leaky_relu_backward(c.Grad(0)!, c.Call.Input(1), c.Call.Scalar(0), c.Call.Bool(1))], [1], []));

    public static readonly OpDef elu_backward = Define(
        "aten::elu_backward(Tensor grad_output, Tensor self_or_result, Scalar alpha, Scalar scale, Scalar input_scale, bool is_result) -> Tensor",
        FloatOfTensors,
        static (b, call) => OfFloatTensors(call.Bool(3) ? EluGradientOfResult : EluGradientOfInput)(b, call),
        ActivationGradients.Of(static c => Aten.elu_backward(c.Grad(0)!, c.Call.Input(1), c.Call.Scalar(0), c.Call.Scalar(1), c.Call.Scalar(2), c.Call.Bool(3)), ActivationGradients.Elu));

    public static readonly OpDef sigmoid_ = InPlace(sigmoid);
    public static readonly OpDef relu_ = InPlace(relu);
    public static readonly OpDef silu_ = InPlace(silu);
    public static readonly OpDef mish_ = InPlace(mish);
    public static readonly OpDef hardswish_ = InPlace(hardswish);
    public static readonly OpDef hardsigmoid_ = InPlace(hardsigmoid);
    public static readonly OpDef gelu_ = InPlace(gelu);
    public static readonly OpDef leaky_relu_ = InPlace(leaky_relu);
    public static readonly OpDef hardtanh_ = InPlace(hardtanh);
    public static readonly OpDef elu_ = InPlace(elu);

    private static OpDef Backward(string schema, BinaryExpression expression, Derivative? derivative = null) =>
        Define(schema, FloatOfTensors, OfFloatTensors(expression), derivative);

    private static bool ByTanh(OpInvocation call)
    {
        string approximate = call.Attrs[0].AsString;
        return approximate == "tanh" || (approximate == "none" ? false : throw ShapeErrors.Error("approximate argument must be either none or tanh."));
    }

    /// <summary><c>min(max(x + 3, 0), 6)</c>.</summary>
    private static IrNode ClampedShift(PointwiseBuilder b, IrNode x) =>
        b.Min(b.Max(b.Add(x, b.Const(3.0, x.DType)), b.Const(0.0, x.DType)), b.Const(6.0, x.DType));

    private static IrNode TanhOfSoftplus(PointwiseBuilder b, IrNode x) => b.Tanh(b.Log1p(b.Exp(x)));

    private static IrNode GeluByErf(PointwiseBuilder b, IrNode x) => b.Mul(x, b.NormalCdf(x));

    private static IrNode GeluByTanh(PointwiseBuilder b, IrNode x) =>
        b.Mul(b.Mul(b.Const(0.5, x.DType), x), b.Add(b.Const(1.0, x.DType), b.Tanh(GeluTanhArgument(b, x))));

    private static IrNode GeluTanhArgument(PointwiseBuilder b, IrNode x) =>
        b.Mul(b.Const(TanhInner, x.DType), b.Add(x, b.Mul(b.Const(TanhCube, x.DType), b.Mul(b.Mul(x, x), x))));

    private static IrNode GeluGradientByErf(PointwiseBuilder b, IrNode grad, IrNode x)
    {
        DType dtype = x.DType;
        IrNode half = b.Const(0.5, dtype);
        IrNode pdf = b.Mul(b.Const(TwoOverSqrtPi * SqrtHalf * 0.5, dtype), b.Exp(b.Mul(b.Neg(half), b.Mul(x, x))));
        return b.Mul(grad, b.Add(b.NormalCdf(x), b.Mul(x, pdf)));
    }

    private static IrNode GeluGradientByTanh(PointwiseBuilder b, IrNode grad, IrNode x)
    {
        DType dtype = x.DType;
        IrNode one = b.Const(1.0, dtype), half = b.Const(0.5, dtype);
        IrNode tanh = b.Tanh(GeluTanhArgument(b, x));
        IrNode inner = b.Mul(b.Const(TanhInner, dtype), b.Add(one, b.Mul(b.Const(3 * TanhCube, dtype), b.Mul(x, x))));
        IrNode left = b.Mul(half, b.Add(one, tanh));
        IrNode right = b.Mul(b.Mul(b.Mul(half, x), b.Sub(one, b.Mul(tanh, tanh))), inner);
        return b.Mul(grad, b.Add(left, right));
    }

    private static IrNode EluGradientOfInput(PointwiseBuilder b, IrNode grad, IrNode x)
    {
        IrNode scale = b.Scalar(1, x.DType), inputScale = b.Scalar(2, x.DType), negativeScale = b.Mul(b.Scalar(0, x.DType), scale);
        IrNode negative = b.Mul(b.Mul(b.Mul(grad, inputScale), negativeScale), b.Exp(b.Mul(x, inputScale)));
        return b.Where(b.Le(x, b.Const(0.0, x.DType)), negative, b.Mul(grad, scale));
    }

    private static IrNode EluGradientOfResult(PointwiseBuilder b, IrNode grad, IrNode y)
    {
        IrNode scale = b.Scalar(1, y.DType), negativeScale = b.Mul(b.Scalar(0, y.DType), scale);
        IrNode negative = b.Mul(b.Mul(grad, b.Scalar(2, y.DType)), b.Add(y, negativeScale));
        return b.Where(b.Le(y, b.Const(0.0, y.DType)), negative, b.Mul(grad, scale));
    }
}
