using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef _softmax = new("aten::_softmax(Tensor self, int dim) -> Tensor", SoftmaxRules.SameAsFirst)
    {
        TakesNarrowFloats = true,
        Kernel = SoftmaxKernels.Softmax,
        Derivative = SoftmaxRules.Softmax,
        SavedOutputs = [0],
    };

    public static readonly OpDef _softmax_backward_data = new(
        "aten::_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor",
        SoftmaxRules.SameAsFirst)
    {
        TakesNarrowFloats = true,
        Kernel = SoftmaxKernels.SoftmaxBackward,
        Derivative = SecondDerivatives.Softmax,
        SavedInputs = [0, 1],
    };

    public static readonly OpDef _log_softmax = new("aten::_log_softmax(Tensor self, int dim) -> Tensor", SoftmaxRules.SameAsFirst)
    {
        TakesNarrowFloats = true,
        Kernel = SoftmaxKernels.LogSoftmax,
        Derivative = SoftmaxRules.LogSoftmax,
        SavedOutputs = [0],
    };

    public static readonly OpDef _log_softmax_backward_data = new(
        "aten::_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor",
        SoftmaxRules.SameAsFirst)
    {
        TakesNarrowFloats = true,
        Kernel = SoftmaxKernels.LogSoftmaxBackward,
        Derivative = SecondDerivatives.LogSoftmax,
        SavedInputs = [0, 1],
    };
}
