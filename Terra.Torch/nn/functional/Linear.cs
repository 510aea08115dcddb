using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>x Wᵀ + b over the last dimension.</summary>
            /// <param name="input">(*, in).</param>
            /// <param name="weights">(out, in).</param>
            /// <param name="bias">(out), or null.</param>
            /// <returns>(*, out).</returns>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                new(Composite.linear(input.Impl, weights.Impl, bias?.Impl));
        }
    }
}
