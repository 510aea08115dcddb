using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef _native_batch_norm_legit = new(
        "aten::_native_batch_norm_legit(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!)? running_mean, Tensor(b!)? running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor)",
        NormalizationRules.BatchTraining)
    {
        Kernel = BatchNormKernels.Training,
        Derivative = NormalizationRules.BatchTrainingDerivative,
        SavedInputs = [0, 1],
        SavedOutputs = [1, 2],
        NonDifferentiable = [1, 2],
    };

    public static readonly OpDef _native_batch_norm_legit_no_training = new(
        "aten::_native_batch_norm_legit_no_training(Tensor input, Tensor? weight, Tensor? bias, Tensor running_mean, Tensor running_var, float eps) -> Tensor",
        NormalizationRules.BatchInference)
    {
        Kernel = BatchNormKernels.Inference,
        Pointwise = NormalizationRules.BatchInferenceElement,
        ChannelInputs = [1, 2, 3, 4],
        Derivative = NormalizationRules.BatchInferenceDerivative,
        SavedInputs = [0, 1, 3, 4],
    };

    public static readonly OpDef native_batch_norm_backward = new(
        "aten::native_batch_norm_backward(Tensor grad_out, Tensor input, Tensor? weight, Tensor? running_mean, Tensor? running_var, Tensor? save_mean, Tensor? save_invstd, bool train, float eps, bool[] output_mask) -> (Tensor, Tensor, Tensor)",
        NormalizationRules.BatchBackward)
    {
        Kernel = BatchNormKernels.Backward,
        Derivative = NormalizationSecondDerivatives.Batch,
        SavedInputs = [0, 1, 2, 3, 4, 5, 6],
    };

    public static readonly OpDef native_layer_norm = new(
        "aten::native_layer_norm(Tensor input, int[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)",
        NormalizationRules.Layer)
    {
        TakesNarrowFloats = true,
        Kernel = LayerNormKernels.Forward,
        Derivative = NormalizationRules.LayerDerivative,
        SavedInputs = [0, 1],
        SavedOutputs = [1, 2],
        NonDifferentiable = [1, 2],
    };

    public static readonly OpDef native_layer_norm_backward = new(
        "aten::native_layer_norm_backward(Tensor grad_out, Tensor input, int[] normalized_shape, Tensor mean, Tensor rstd, Tensor? weight, bool[] output_mask) -> (Tensor, Tensor, Tensor)",
        NormalizationRules.LayerBackward)
    {
        TakesNarrowFloats = true,
        Kernel = LayerNormKernels.Backward,
        Derivative = NormalizationSecondDerivatives.Layer,
        SavedInputs = [0, 1, 2, 3, 4],
    };

    public static readonly OpDef _fused_rms_norm = new(
        "aten::_fused_rms_norm(Tensor input, int[] normalized_shape, Tensor? weight, float eps) -> (Tensor, Tensor)",
        NormalizationRules.RootMeanSquare)
    {
        TakesNarrowFloats = true,
        Kernel = LayerNormKernels.RootMeanSquare,
        Derivative = NormalizationRules.RootMeanSquareDerivative,
        SavedInputs = [0, 1],
        SavedOutputs = [1],
        NonDifferentiable = [1],
    };

    public static readonly OpDef _fused_rms_norm_backward = new(
        "aten::_fused_rms_norm_backward(Tensor grad_out, Tensor input, int[] normalized_shape, Tensor rstd, Tensor? weight, bool[] output_mask) -> (Tensor, Tensor)",
        NormalizationRules.RootMeanSquareBackward)
    {
        TakesNarrowFloats = true,
        Kernel = LayerNormKernels.RootMeanSquareBackward,
        Derivative = NormalizationSecondDerivatives.RootMeanSquare,
        SavedInputs = [0, 1, 2, 3],
    };

    public static readonly OpDef native_group_norm = new(
        "aten::native_group_norm(Tensor input, Tensor? weight, Tensor? bias, int group, float eps) -> (Tensor, Tensor, Tensor)",
        NormalizationRules.Group)
    {
        Kernel = GroupNormKernels.Forward,
        Derivative = NormalizationRules.GroupDerivative,
        SavedInputs = [0, 1],
        SavedOutputs = [1, 2],
        NonDifferentiable = [1, 2],
    };

    public static readonly OpDef native_group_norm_backward = new(
        "aten::native_group_norm_backward(Tensor grad_out, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, int group, bool[] output_mask) -> (Tensor, Tensor, Tensor)",
        NormalizationRules.GroupBackward)
    {
        Kernel = GroupNormKernels.Backward,
        Derivative = NormalizationSecondDerivatives.Group,
        SavedInputs = [0, 1, 2, 3, 4],
    };
}
