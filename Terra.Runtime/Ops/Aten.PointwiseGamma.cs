using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>The gamma function's family.</content>
public static partial class Aten
{
    /// <summary>The logarithm of the magnitude of the gamma function.</summary>
    [TensorOp("aten::lgamma")]
    public static TensorImpl lgamma(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.lgamma).Add(self));

    /// <summary>The derivative of <see cref="lgamma"/>.</summary>
    [TensorOp("aten::digamma")]
    public static TensorImpl digamma(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.digamma).Add(self));

    /// <summary>The derivative of <see cref="digamma"/> of order <paramref name="n"/>.</summary>
    [TensorOp("aten::polygamma")]
    public static TensorImpl polygamma(long n, TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.polygamma).Add(n).Add(self));
}
