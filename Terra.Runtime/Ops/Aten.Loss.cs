using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>(self - target)² of elements that broadcast; reduction 0 none, 1 their mean, 2 their sum.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Neither is of a floating-point dtype, or their shapes do not broadcast.</exception>
    [TensorOp("aten::mse_loss")]
    public static TensorImpl mse_loss(TensorImpl self, TensorImpl target, long reduction) =>
        Eager.Run(new OpInvocation(OpTable.mse_loss).Add(self).Add(target).Add(reduction));

    /// <summary>d² / (2 beta) where d = |self - target| is below beta, d - beta / 2 elsewhere (Girshick, 2015); reductions as those of <see cref="mse_loss"/>.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Neither is of a floating-point dtype, or their shapes do not broadcast.</exception>
    [TensorOp("aten::smooth_l1_loss")]
    public static TensorImpl smooth_l1_loss(TensorImpl self, TensorImpl target, long reduction, double beta) =>
        Eager.Run(new OpInvocation(OpTable.smooth_l1_loss).Add(self).Add(target).Add(reduction).Add(beta));

    /// <summary>d² / 2 where d = |self - target| is below delta, delta (d - delta / 2) elsewhere (Huber, 1964); reductions as those of <see cref="mse_loss"/>.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Neither is of a floating-point dtype, or their shapes do not broadcast.</exception>
    [TensorOp("aten::huber_loss")]
    public static TensorImpl huber_loss(TensorImpl self, TensorImpl target, long reduction, double delta) =>
        Eager.Run(new OpInvocation(OpTable.huber_loss).Add(self).Add(target).Add(reduction).Add(delta));

    /// <summary>
    /// Negative log likelihood of int64 targets [n] under log probabilities [n, classes] (or one target and [classes]), with class weights
    /// [classes]; reduction 0 none, 1 mean (over the weights), 2 sum. The second result is the sum of the weights.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A target is no class and not <paramref name="ignore_index"/>.</exception>
    [TensorOp("aten::nll_loss_forward")]
    public static TensorImpl[] nll_loss_forward(TensorImpl self, TensorImpl target, TensorImpl? weight, long reduction, long ignore_index) =>
        Eager.RunMany(new OpInvocation(OpTable.nll_loss_forward).Add(self).Add(target).Add(weight).Add(reduction).Add(ignore_index));

    /// <summary>The gradient of nll_loss_forward, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::nll_loss_backward")]
    public static TensorImpl nll_loss_backward(
        TensorImpl grad_output, TensorImpl target, TensorImpl? weight, TensorImpl total_weight, long reduction, long ignore_index, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable.nll_loss_backward)
            .Add(grad_output).Add(target).Add(weight).Add(total_weight).Add(reduction).Add(ignore_index).Add(input_size));

    /// <summary>-(y log x + (1 - y) log(1 - x)) element by element, the logarithms at least -100.</summary>
    [TensorOp("aten::_binary_cross_entropy")]
    public static TensorImpl _binary_cross_entropy(TensorImpl self, TensorImpl target) =>
        Eager.Run(new OpInvocation(OpTable._binary_cross_entropy).Add(self).Add(target));
}
