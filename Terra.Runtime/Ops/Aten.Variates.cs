using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Draws from distributions whose parameters are tensors. Element i of a result depends only on its parameters, the Philox state and i.</content>
public static partial class Aten
{
    /// <summary>Draws of the Poisson distribution with each element as the rate.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A rate is negative or NaN, or the dtype is no floating-point type.</exception>
    [TensorOp("aten::poisson")]
    public static TensorImpl poisson(TensorImpl self, PhiloxState generator) => Eager.Run(new OpInvocation(OpTable.poisson).Add(self).Add(generator));

    /// <summary>Numbers of successes in <paramref name="count"/> trials of probability <paramref name="prob"/>, tensors of equal sizes; NaN where either is.</summary>
    [TensorOp("aten::binomial")]
    public static TensorImpl binomial(TensorImpl count, TensorImpl prob, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.binomial).Add(count).Add(prob).Add(generator));

    /// <summary>Draws of the gamma distribution with each element as the shape and rate one; they move with the shape (<see cref="_standard_gamma_grad"/>).</summary>
    [TensorOp("aten::_standard_gamma")]
    public static TensorImpl _standard_gamma(TensorImpl self, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable._standard_gamma).Add(self).Add(generator));

    /// <summary>How draws <paramref name="output"/> of the gamma distribution move with the shape <paramref name="self"/> where their quantiles stay.</summary>
    [TensorOp("aten::_standard_gamma_grad")]
    public static TensorImpl _standard_gamma_grad(TensorImpl self, TensorImpl output) =>
        Eager.Run(new OpInvocation(OpTable._standard_gamma_grad).Add(self).Add(output));
}
