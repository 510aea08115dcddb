using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
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
}
