using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef max_pool2d_with_indices = new(
        "aten::max_pool2d_with_indices(Tensor self, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode) -> (Tensor, Tensor)",
        PoolingRules.Max(2))
    {
        Kernel = PoolingKernels.Max(2),
        Derivative = PoolingRules.MaxDerivative,
        SavedOutputs = [1],
    };

    public static readonly OpDef max_pool2d_with_indices_backward = new(
        "aten::max_pool2d_with_indices_backward(Tensor grad_output, Tensor indices, int[] input_size) -> Tensor",
        PoolingRules.Backward(2, 0))
    {
        Kernel = PoolingKernels.MaxBackward(2),
        Derivative = SecondDerivatives.MaxPool(2),
        SavedInputs = [1],
    };

    public static readonly OpDef avg_pool2d = new(
        "aten::avg_pool2d(Tensor self, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override) -> Tensor",
        PoolingRules.Average(2))
    {
        Kernel = PoolingKernels.Average(2),
        Derivative = PoolingRules.AverageDerivative,
    };

    public static readonly OpDef avg_pool2d_backward = new(
        "aten::avg_pool2d_backward(Tensor grad_output, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override, int[] input_size) -> Tensor",
        PoolingRules.Backward(2, 6))
    {
        Kernel = PoolingKernels.AverageBackward(2),
        Derivative = SecondDerivatives.AveragePool,
    };

    public static readonly OpDef _adaptive_avg_pool2d = new("aten::_adaptive_avg_pool2d(Tensor self, int[] output_size) -> Tensor", PoolingRules.Adaptive(2))
    {
        Kernel = PoolingKernels.Adaptive(2),
        Derivative = PoolingRules.AdaptiveDerivative,
    };

    public static readonly OpDef _adaptive_avg_pool2d_backward = new(
        "aten::_adaptive_avg_pool2d_backward(Tensor grad_output, int[] input_size) -> Tensor",
        PoolingRules.Backward(2, 0))
    {
        Kernel = PoolingKernels.AdaptiveBackward(2),
        Derivative = SecondDerivatives.AdaptivePool,
    };

    public static readonly OpDef adaptive_max_pool2d = new("aten::adaptive_max_pool2d(Tensor self, int[] output_size) -> (Tensor, Tensor)", PoolingRules.AdaptiveMax(2))
    {
        Kernel = PoolingKernels.AdaptiveMax(2),
        Derivative = PoolingRules.MaxDerivative,
        SavedOutputs = [1],
    };

    public static readonly OpDef max_pool3d_with_indices = new(
        "aten::max_pool3d_with_indices(Tensor self, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode) -> (Tensor, Tensor)",
        PoolingRules.Max(3))
    {
        Kernel = PoolingKernels.Max(3),
        Derivative = PoolingRules.Max3dDerivative,
        SavedOutputs = [1],
    };

    public static readonly OpDef max_pool3d_with_indices_backward = new(
        "aten::max_pool3d_with_indices_backward(Tensor grad_output, Tensor indices, int[] input_size) -> Tensor",
        PoolingRules.Backward(3, 0))
    {
        Kernel = PoolingKernels.MaxBackward(3),
        Derivative = SecondDerivatives.MaxPool(3),
        SavedInputs = [1],
    };

    public static readonly OpDef avg_pool3d = new(
        "aten::avg_pool3d(Tensor self, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override) -> Tensor",
        PoolingRules.Average(3))
    {
        Kernel = PoolingKernels.Average(3),
        Derivative = PoolingRules.Average3dDerivative,
    };

    public static readonly OpDef avg_pool3d_backward = new(
        "aten::avg_pool3d_backward(Tensor grad_output, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override, int[] input_size) -> Tensor",
        PoolingRules.Backward(3, 6))
    {
        Kernel = PoolingKernels.AverageBackward(3),
        Derivative = SecondDerivatives.AveragePool3d,
    };

    public static readonly OpDef _adaptive_avg_pool3d = new("aten::_adaptive_avg_pool3d(Tensor self, int[] output_size) -> Tensor", PoolingRules.Adaptive(3))
    {
        Kernel = PoolingKernels.Adaptive(3),
        Derivative = PoolingRules.Adaptive3dDerivative,
    };

    public static readonly OpDef _adaptive_avg_pool3d_backward = new(
        "aten::_adaptive_avg_pool3d_backward(Tensor grad_output, int[] input_size) -> Tensor",
        PoolingRules.Backward(3, 0))
    {
        Kernel = PoolingKernels.AdaptiveBackward(3),
        Derivative = SecondDerivatives.AdaptivePool3d,
    };

    public static readonly OpDef adaptive_max_pool3d = new("aten::adaptive_max_pool3d(Tensor self, int[] output_size) -> (Tensor, Tensor)", PoolingRules.AdaptiveMax(3))
    {
        Kernel = PoolingKernels.AdaptiveMax(3),
        Derivative = PoolingRules.Max3dDerivative,
        SavedOutputs = [1],
    };
}
