using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Losses.</content>
public static partial class OpTable
{
    public static readonly OpDef mse_loss = DistanceLoss(
        "aten::mse_loss(Tensor self, Tensor target, int reduction) -> Tensor",
        static (b, distance) => b.Mul(distance, distance),
        static (c, difference) => Aten.mul(difference, 2));

    public static readonly OpDef smooth_l1_loss = DistanceLoss(
        "aten::smooth_l1_loss(Tensor self, Tensor target, int reduction, float beta) -> Tensor",
        static (b, distance) =>
        {
            IrNode beta = b.Scalar(1, distance.DType), half = b.Const(0.5, distance.DType);
            return b.Where(b.Lt(distance, beta), b.Mul(b.Mul(distance, distance), b.Div(half, beta)), b.Sub(distance, b.Mul(half, beta)));
        },
        static (c, difference) =>
        {
            double beta = c.Call.Scalar(1).ToDouble();
            using TensorImpl bounded = Aten.clamp(difference, -beta, beta);
            return Aten.div(bounded, beta);
        });

    public static readonly OpDef huber_loss = DistanceLoss(
        "aten::huber_loss(Tensor self, Tensor target, int reduction, float delta) -> Tensor",
        static (b, distance) =>
        {
            IrNode delta = b.Scalar(1, distance.DType), half = b.Const(0.5, distance.DType);
            return b.Where(b.Lt(distance, delta), b.Mul(b.Mul(distance, distance), half), b.Mul(delta, b.Sub(distance, b.Mul(half, delta))));
        },
        static (c, difference) => Aten.clamp(difference, -c.Call.Scalar(1).ToDouble(), c.Call.Scalar(1).ToDouble()));

    public static readonly OpDef nll_loss_forward = new(
        "aten::nll_loss_forward(Tensor self, Tensor target, Tensor? weight, int reduction, int ignore_index) -> (Tensor, Tensor)",
        LossRules.NllForward)
    {
        TakesNarrowFloats = true,
        Kernel = LossKernels.Forward,
        Derivative = LossRules.NllDerivative,
        SavedInputs = [0, 1, 2],
        SavedOutputs = [1],
        NonDifferentiable = [1],
        CheckData = LossKernels.CheckTargets,
        CheckedInputs = [1],
    };

    public static readonly OpDef nll_loss_backward = new(
        "aten::nll_loss_backward(Tensor grad_output, Tensor target, Tensor? weight, Tensor total_weight, int reduction, int ignore_index, int[] input_size) -> Tensor",
        LossRules.NllBackward)
    {
        TakesNarrowFloats = true,
        Kernel = LossKernels.Backward,
        Derivative = SecondDerivatives.Nll,
        SavedInputs = [1, 2],
    };

    public static readonly OpDef _binary_cross_entropy = PointwiseOps.Define(
        "aten::_binary_cross_entropy(Tensor self, Tensor target) -> Tensor",
        static call =>
        {
            ShapeRules.CheckFloats(call, 0, 1);
            return PointwiseOps.TensorsPromoted(call);
        },
        PointwiseOps.OfFloatTensors(static (b, x, y) =>
        {
            IrNode one = b.Const(1.0, x.DType), least = b.Const(-100.0, x.DType);
            return b.Sub(b.Mul(b.Sub(y, one), b.Max(b.Log1p(b.Neg(x)), least)), b.Mul(y, b.Max(b.Log(x), least)));
        }),
        Derivative.OfTwo(static c => LossRules.ProbabilityGradient(c), static c => LossRules.TargetGradient(c), [0, 1]));

    /// <summary>A loss that is a function of the distance of two elements.</summary>
    /// <param name="schema">self, target and the reduction come first.</param>
    /// <param name="expression">The loss of a distance.</param>
    /// <param name="slope">Its derivative by self, from self less target.</param>
    private static OpDef DistanceLoss(string schema, PointwiseOps.UnaryExpression expression, Func<BackwardContext, TensorImpl, TensorImpl> slope)
    {
        PointwiseManyRule rule = (b, call) =>
        {
            DType dtype = PointwiseOps.TensorsPromoted(call);
            return [expression(b, b.Abs(b.Sub(b.Cast(b.Input(0), dtype), b.Cast(b.Input(1), dtype))))];
        };
        return Leaf(schema, LossRules.OfElements, call => ElementLoss.Run(call, rule), new Derivative(c => LossRules.DistanceGradients(c, slope), [0, 1], []));
    }
}
