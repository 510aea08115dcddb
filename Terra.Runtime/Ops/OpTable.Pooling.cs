using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

/// <content>Pooling over the last two or three dimensions: each op is a function of their number.</content>
public static partial class OpTable
{
    public static readonly OpDef max_pool2d_with_indices = MaxPool(2);
    public static readonly OpDef max_pool2d_with_indices_backward = MaxPoolBackward(2);
    public static readonly OpDef avg_pool2d = AveragePool(2);
    public static readonly OpDef avg_pool2d_backward = AveragePoolBackward(2);
    public static readonly OpDef _adaptive_avg_pool2d = AdaptiveAveragePool(2);
    public static readonly OpDef _adaptive_avg_pool2d_backward = AdaptiveAveragePoolBackward(2);
    public static readonly OpDef adaptive_max_pool2d = AdaptiveMaxPool(2);
    public static readonly OpDef fractional_max_pool2d = FractionalMaxPool(2);

    public static readonly OpDef max_pool3d_with_indices = MaxPool(3);
    public static readonly OpDef max_pool3d_with_indices_backward = MaxPoolBackward(3);
    public static readonly OpDef avg_pool3d = AveragePool(3);
    public static readonly OpDef avg_pool3d_backward = AveragePoolBackward(3);
    public static readonly OpDef _adaptive_avg_pool3d = AdaptiveAveragePool(3);
    public static readonly OpDef _adaptive_avg_pool3d_backward = AdaptiveAveragePoolBackward(3);
    public static readonly OpDef adaptive_max_pool3d = AdaptiveMaxPool(3);
    public static readonly OpDef fractional_max_pool3d = FractionalMaxPool(3);

    private static OpDef MaxPool(int dimensions) => new(
        $"aten::max_pool{dimensions}d_with_indices(Tensor self, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode) -> (Tensor, Tensor)",
        PoolingRules.Max(dimensions))
    {
        Kernel = PoolingKernels.Max(dimensions),
        Derivative = PoolingRules.MaxDerivative(dimensions),
        SavedOutputs = [1],
    };

    private static OpDef MaxPoolBackward(int dimensions) => new(
        $"aten::max_pool{dimensions}d_with_indices_backward(Tensor grad_output, Tensor indices, int[] input_size) -> Tensor",
        PoolingRules.Backward(dimensions, 0))
    {
        Kernel = PoolingKernels.MaxBackward(dimensions),
        Derivative = SecondDerivatives.MaxPool(dimensions),
        SavedInputs = [1],
    };

    private static OpDef AveragePool(int dimensions) => new(
        $"aten::avg_pool{dimensions}d(Tensor self, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override) -> Tensor",
        PoolingRules.Average(dimensions))
    {
        Kernel = PoolingKernels.Average(dimensions),
        Derivative = PoolingRules.AverageDerivative(dimensions),
    };

    private static OpDef AveragePoolBackward(int dimensions) => new(
        $"aten::avg_pool{dimensions}d_backward(Tensor grad_output, int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, int[]? divisor_override, int[] input_size) -> Tensor",
        PoolingRules.Backward(dimensions, 6))
    {
        Kernel = PoolingKernels.AverageBackward(dimensions),
        Derivative = SecondDerivatives.AveragePool(dimensions),
    };

    private static OpDef AdaptiveAveragePool(int dimensions) => new(
        $"aten::_adaptive_avg_pool{dimensions}d(Tensor self, int[] output_size) -> Tensor", PoolingRules.Adaptive(dimensions))
    {
        Kernel = PoolingKernels.Adaptive(dimensions),
        Derivative = PoolingRules.AdaptiveDerivative(dimensions),
    };

    private static OpDef AdaptiveAveragePoolBackward(int dimensions) => new(
        $"aten::_adaptive_avg_pool{dimensions}d_backward(Tensor grad_output, int[] input_size) -> Tensor", PoolingRules.Backward(dimensions, 0))
    {
        Kernel = PoolingKernels.AdaptiveBackward(dimensions),
        Derivative = SecondDerivatives.AdaptivePool(dimensions),
    };

    private static OpDef AdaptiveMaxPool(int dimensions) => new(
        $"aten::adaptive_max_pool{dimensions}d(Tensor self, int[] output_size) -> (Tensor, Tensor)", PoolingRules.AdaptiveMax(dimensions))
    {
        Kernel = PoolingKernels.AdaptiveMax(dimensions),
        Derivative = PoolingRules.MaxDerivative(dimensions),
        SavedOutputs = [1],
    };

    private static OpDef FractionalMaxPool(int dimensions) => new(
        $"aten::fractional_max_pool{dimensions}d(Tensor self, int[] kernel_size, int[] output_size, Tensor random_samples) -> (Tensor, Tensor)", PoolingRules.FractionalMax(dimensions))
    {
        Kernel = FractionalMaxPoolKernels.Max(dimensions),
        Derivative = PoolingRules.MaxDerivative(dimensions),
        SavedOutputs = [1],
    };
}
