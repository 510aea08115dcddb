using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp.Modules;

/// <summary>
/// The update of one parameter that Adam (Kingma and Ba, 2015), its AMSGrad variant (Reddi et al., 2018) and AdamW (Loshchilov
/// and Hutter, 2019) share, in the order of PyTorch's single-tensor implementation.
/// </summary>
internal static class AdamUpdate
{
    /// <summary>Adds the gradient to the moments and moves the parameter.</summary>
    /// <param name="parameter">The parameter, changed in place.</param>
    /// <param name="gradient">Its gradient, with any weight decay of the L2 kind added.</param>
    /// <param name="average">Decaying average of the gradients, changed in place.</param>
    /// <param name="averageSquare">Decaying average of their squares, changed in place.</param>
    /// <param name="maximum">Greatest average of squares so far, changed in place; null without AMSGrad.</param>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="options">The decay rates of the moments and what is added to the denominator, all set.</param>
    internal static void Apply(
        TensorImpl parameter,
        TensorImpl gradient,
        TensorImpl average,
        TensorImpl averageSquare,
        TensorImpl? maximum,
        long step,
        double lr,
        AdamOptions options)
    {
        double beta1 = options.Beta1!.Value;
        double beta2 = options.Beta2!.Value;
        double eps = options.Eps!.Value;
        double stepSize = lr / (1 - Math.Pow(beta1, step));
        double correction = Math.Sqrt(1 - Math.Pow(beta2, step));

        Aten.mul_(average, (ScalarValue)beta1);
        Aten.add_(average, gradient, 1 - beta1);
        Aten.mul_(averageSquare, (ScalarValue)beta2);
        Aten.addcmul_(averageSquare, gradient, gradient, 1 - beta2);
        if (maximum is not null)
        {
            using TensorImpl greater = Aten.maximum(maximum, averageSquare);
            Aten.copy_(maximum, greater);
        }

        using TensorImpl root = Aten.sqrt(maximum ?? averageSquare);
        using TensorImpl denominator = Aten.div(root, (ScalarValue)correction);
        Aten.add_(denominator, (ScalarValue)eps, 1);
        Aten.addcdiv_(parameter, average, denominator, -stepSize);
    }
}
