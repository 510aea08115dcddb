using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef max_pool2d_with_indices = new(
        "aten::max_pool2d_with_indices(Tensor self, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode) -> (Tensor, Tensor)",
        PoolingRules.Max)
    {
        Kernel = PoolingKernels.Max,
        Derivative = PoolingRules.MaxDerivative,
        SavedInputs = [0],
        SavedOutputs = [1],
    };

    public static readonly OpDef max_pool2d_with_indices_backward = new(
        "aten::max_pool2d_with_indices_backward(Tensor grad_output, Tensor indices, int[] input_size) -> Tensor",
        static call => PoolingRules.Backward(call, 0))
    {
        Kernel = PoolingKernels.MaxBackward,
        Derivative = SecondDerivatives.MaxPool,
        SavedInputs = [1],
    };

    public static readonly OpDef avg_pool2d = new(
        "aten::avg_pool2d(Tensor self, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override) -> Tensor",
        PoolingRules.Average)
    {
        Kernel = PoolingKernels.Average,
        Derivative = PoolingRules.AverageDerivative,
        SavedInputs = [0],
    };

    public static readonly OpDef avg_pool2d_backward = new(
        "aten::avg_pool2d_backward(Tensor grad_output, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override, int[] input_size) -> Tensor",
        static call => PoolingRules.Backward(call, 6))
    {
        Kernel = PoolingKernels.AverageBackward,
        Derivative = SecondDerivatives.AveragePool,
    };

    public static readonly OpDef _adaptive_avg_pool2d = new("aten::_adaptive_avg_pool2d(Tensor self, int[] output_size) -> Tensor", PoolingRules.Adaptive)
    {
        Kernel = PoolingKernels.Adaptive,
        Derivative = PoolingRules.AdaptiveDerivative,
        SavedInputs = [0],
    };

    public static readonly OpDef _adaptive_avg_pool2d_backward = new(
        "aten::_adaptive_avg_pool2d_backward(Tensor grad_output, int[] input_size) -> Tensor",
        static call => PoolingRules.Backward(call, 0))
    {
        Kernel = PoolingKernels.AdaptiveBackward,
        Derivative = SecondDerivatives.AdaptivePool,
    };
}
