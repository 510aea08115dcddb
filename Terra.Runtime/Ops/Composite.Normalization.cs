using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Composite
{
    /// <summary>
    /// Batch normalization of [n, c, ...]: in training by the batch's statistics, moving the running ones; else by the running ones, or by the
    /// batch's where there are none.
    /// </summary>
    public static TensorImpl batch_norm(
        TensorImpl input, TensorImpl? weight, TensorImpl? bias, TensorImpl? running_mean, TensorImpl? running_var, bool training, double momentum, double eps)
    {
        if (!training && running_mean is not null && running_var is not null)
        {
            return Aten._native_batch_norm_legit_no_training(input, weight, bias, running_mean, running_var, eps);
        }

        TensorImpl[] results = Aten._native_batch_norm_legit(
            input, weight, bias, training ? running_mean : null, training ? running_var : null, momentum, eps);
        results[1].Dispose();
        results[2].Dispose();
        return results[0];
    }
}
