using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>The incomplete gamma functions.</content>
public static partial class Aten
{
    /// <summary>The regularized lower incomplete gamma function P(self, other); NaN for negative arguments.</summary>
    [TensorOp("aten::igamma")]
    public static TensorImpl igamma(TensorImpl self, TensorImpl other) => Eager.Run(new OpInvocation(OpTable.igamma).Add(self).Add(other));

    /// <summary>The regularized upper incomplete gamma function Q(self, other) = 1 - P(self, other); NaN for negative arguments.</summary>
    [TensorOp("aten::igammac")]
    public static TensorImpl igammac(TensorImpl self, TensorImpl other) => Eager.Run(new OpInvocation(OpTable.igammac).Add(self).Add(other));
}
