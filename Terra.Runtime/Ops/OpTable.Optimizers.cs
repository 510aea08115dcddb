using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

/// <content>Whole steps of optimizers over all parameters, and what is done to all gradients.</content>
public static partial class OpTable
{
    public static readonly OpDef _fused_adam_ = new(
        "aten::_fused_adam_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] exp_avgs, Tensor(c!)[] exp_avg_sqs, Tensor(d!)[] max_exp_avg_sqs, "
        + "float step, float lr, float beta1, float beta2, float weight_decay, float eps, bool amsgrad, bool maximize) -> ()",
        static call => OptimizerRules.Infer(call, true, true, call.Bool(6)))
    {
        Kernel = OptimizerKernels.Adam,
    };

    public static readonly OpDef _fused_adamw_ = new(
        "aten::_fused_adamw_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] exp_avgs, Tensor(c!)[] exp_avg_sqs, Tensor(d!)[] max_exp_avg_sqs, "
        + "float step, float lr, float beta1, float beta2, float weight_decay, float eps, bool amsgrad, bool maximize) -> ()",
        static call => OptimizerRules.Infer(call, true, true, call.Bool(6)))
    {
        Kernel = OptimizerKernels.AdamW,
    };

    public static readonly OpDef _fused_sgd_ = new(
        "aten::_fused_sgd_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] momentum_buffer_list, "
        + "float weight_decay, float momentum, float lr, float dampening, bool nesterov, bool maximize, bool is_first_step) -> ()",
        static call => OptimizerRules.Infer(call, call.Scalar(1).ToDouble() != 0))
    {
        Kernel = OptimizerKernels.Sgd,
        InferReadsScalars = true,
    };

    public static readonly OpDef _fused_rmsprop_ = new(
        "aten::_fused_rmsprop_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] square_avgs, Tensor(c!)[] momentum_buffer_list, Tensor(d!)[] grad_avgs, "
        + "float lr, float alpha, float eps, float weight_decay, float momentum, bool centered, bool maximize) -> ()",
        static call => OptimizerRules.Infer(call, true, call.Scalar(4).ToDouble() != 0, call.Bool(5)))
    {
        Kernel = OptimizerKernels.RmsProp,
        InferReadsScalars = true,
    };

    public static readonly OpDef _fused_adagrad_ = new(
        "aten::_fused_adagrad_(Tensor(a!)[] self, Tensor[] grads, Tensor(b!)[] state_sums, "
        + "float step, float lr, float lr_decay, float weight_decay, float eps) -> ()",
        static call => OptimizerRules.Infer(call, true))
    {
        Kernel = OptimizerKernels.Adagrad,
    };

    public static readonly OpDef _foreach_mul__Scalar = new(
        "aten::_foreach_mul_.Scalar(Tensor(a!)[] self, Scalar scalar) -> ()", OptimizerRules.InferForeach)
    {
        Kernel = OptimizerKernels.Multiply,
    };

    public static readonly OpDef _foreach_norm_stacked = new(
        "aten::_foreach_norm.stacked(Tensor[] self, Scalar ord) -> Tensor", OptimizerRules.InferNorms)
    {
        Kernel = NormKernels.Norms,
    };
}
