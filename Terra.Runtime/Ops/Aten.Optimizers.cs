using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Whole steps of optimizers over all parameters, and what is done to all gradients. Lists have one tensor a parameter, or none.</content>
public static partial class Aten
{
    /// <summary>
    /// One step of Adam: changes the parameters <paramref name="self"/> and their moments. <paramref name="max_exp_avg_sqs"/> is empty without AMSGrad.
    /// All tensors have one floating-point dtype, and those of a parameter its sizes.
    /// </summary>
    [TensorOp("aten::_fused_adam_")]
    public static TensorImpl[] _fused_adam_(
        TensorImpl[] self,
        TensorImpl[] grads,
        TensorImpl[] exp_avgs,
        TensorImpl[] exp_avg_sqs,
        TensorImpl[] max_exp_avg_sqs,
        double step,
        double lr,
        double beta1,
        double beta2,
        double weight_decay,
        double eps,
        bool amsgrad,
        bool maximize) =>
        Eager.RunMany(new OpInvocation(OpTable._fused_adam_)
            .Add(self).Add(grads).Add(exp_avgs).Add(exp_avg_sqs).Add(max_exp_avg_sqs)
            .Add(step).Add(lr).Add(beta1).Add(beta2).Add(weight_decay).Add(eps).Add(amsgrad).Add(maximize));

    /// <summary>One step of AdamW: <see cref="_fused_adam_"/> with the weight decay decoupled from the gradient.</summary>
    [TensorOp("aten::_fused_adamw_")]
    public static TensorImpl[] _fused_adamw_(
        TensorImpl[] self,
        TensorImpl[] grads,
        TensorImpl[] exp_avgs,
        TensorImpl[] exp_avg_sqs,
        TensorImpl[] max_exp_avg_sqs,
        double step,
        double lr,
        double beta1,
        double beta2,
        double weight_decay,
        double eps,
        bool amsgrad,
        bool maximize) =>
        Eager.RunMany(new OpInvocation(OpTable._fused_adamw_)
            .Add(self).Add(grads).Add(exp_avgs).Add(exp_avg_sqs).Add(max_exp_avg_sqs)
            .Add(step).Add(lr).Add(beta1).Add(beta2).Add(weight_decay).Add(eps).Add(amsgrad).Add(maximize));

    /// <summary>
    /// One step of SGD: changes the parameters <paramref name="self"/> and their momentum. <paramref name="momentum_buffer_list"/> is empty without
    /// momentum; at the first step it is overwritten with the gradients.
    /// </summary>
    [TensorOp("aten::_fused_sgd_")]
    public static TensorImpl[] _fused_sgd_(
        TensorImpl[] self,
        TensorImpl[] grads,
        TensorImpl[] momentum_buffer_list,
        double weight_decay,
        double momentum,
        double lr,
        double dampening,
        bool nesterov,
        bool maximize,
        bool is_first_step) =>
        Eager.RunMany(new OpInvocation(OpTable._fused_sgd_)
            .Add(self).Add(grads).Add(momentum_buffer_list)
            .Add(weight_decay).Add(momentum).Add(lr).Add(dampening).Add(nesterov).Add(maximize).Add(is_first_step));

    /// <summary>
    /// One step of RMSprop: changes the parameters <paramref name="self"/> and their state. <paramref name="momentum_buffer_list"/> is empty without momentum,
    /// <paramref name="grad_avgs"/> if not centered.
    /// </summary>
    [TensorOp("aten::_fused_rmsprop_")]
    public static TensorImpl[] _fused_rmsprop_(
        TensorImpl[] self,
        TensorImpl[] grads,
        TensorImpl[] square_avgs,
        TensorImpl[] momentum_buffer_list,
        TensorImpl[] grad_avgs,
        double lr,
        double alpha,
        double eps,
        double weight_decay,
        double momentum,
        bool centered,
        bool maximize) =>
        Eager.RunMany(new OpInvocation(OpTable._fused_rmsprop_)
            .Add(self).Add(grads).Add(square_avgs).Add(momentum_buffer_list).Add(grad_avgs)
            .Add(lr).Add(alpha).Add(eps).Add(weight_decay).Add(momentum).Add(centered).Add(maximize));

    /// <summary>One step of Adagrad: changes the parameters <paramref name="self"/> and the sums of their squared gradients.</summary>
    [TensorOp("aten::_fused_adagrad_")]
    public static TensorImpl[] _fused_adagrad_(
        TensorImpl[] self,
        TensorImpl[] grads,
        TensorImpl[] state_sums,
        double step,
        double lr,
        double lr_decay,
        double weight_decay,
        double eps) =>
        Eager.RunMany(new OpInvocation(OpTable._fused_adagrad_)
            .Add(self).Add(grads).Add(state_sums).Add(step).Add(lr).Add(lr_decay).Add(weight_decay).Add(eps));

    /// <summary>Multiplies every tensor of the list by <paramref name="scalar"/>, in place.</summary>
    [TensorOp("aten::_foreach_mul_.Scalar")]
    public static TensorImpl[] _foreach_mul_(TensorImpl[] self, ScalarValue scalar) =>
        Eager.RunMany(new OpInvocation(OpTable._foreach_mul__Scalar).Add(self).Add(scalar));

    /// <summary>The vector norm of each tensor of the list, of order <paramref name="ord"/>: a tensor of as many elements.</summary>
    [TensorOp("aten::_foreach_norm.stacked")]
    public static TensorImpl _foreach_norm(TensorImpl[] self, ScalarValue ord) =>
        Eager.Run(new OpInvocation(OpTable._foreach_norm_stacked).Add(self).Add(ord));
}
