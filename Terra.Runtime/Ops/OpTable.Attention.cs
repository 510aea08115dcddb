using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

/// <content>Attention.</content>
public static partial class OpTable
{
    public static readonly OpDef _scaled_dot_product_flash_attention_for_cpu = new(
        "aten::_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, Tensor? attn_mask, bool is_causal, Scalar scale, float dropout_p, Philox generator) -> (Tensor, Tensor)",
        AttentionRules.Infer)
    {
        Kernel = AttentionKernels.Forward,
        Derivative = AttentionRules.Backward,
        SavedInputs = [0, 1, 2, 3],
        SavedOutputs = [0, 1],
        NonDifferentiable = [1],
    };

    public static readonly OpDef _scaled_dot_product_flash_attention_for_cpu_backward = new(
        "aten::_scaled_dot_product_flash_attention_for_cpu_backward(Tensor grad_out, Tensor query, Tensor key, Tensor value, Tensor out, Tensor logsumexp, "
        + "Tensor? attn_mask, bool is_causal, Scalar scale, float dropout_p, Philox generator) -> (Tensor, Tensor, Tensor)",
        AttentionRules.InferBackward)
    {
        Kernel = AttentionKernels.Backward,
        Derivative = AttentionSecondDerivative.Backward,
        SavedInputs = [0, 1, 2, 3, 6],
    };
}
