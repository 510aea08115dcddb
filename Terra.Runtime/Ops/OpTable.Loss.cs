using Terra.Runtime.Backends.Cpu;

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
}
