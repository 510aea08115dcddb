using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>Matrix product of [n, k] and [k, m].</summary>
    [TensorOp("aten::mm")]
    public static TensorImpl mm(TensorImpl self, TensorImpl mat2) => Eager.Run(new OpInvocation(OpTable.mm).Add(self).Add(mat2));

    /// <summary>Matrix products of [b, n, k] and [b, k, m].</summary>
    [TensorOp("aten::bmm")]
    public static TensorImpl bmm(TensorImpl self, TensorImpl mat2) => Eager.Run(new OpInvocation(OpTable.bmm).Add(self).Add(mat2));

    /// <summary>beta * self + alpha * (mat1 @ mat2); self broadcasts to [n, m]. With beta zero self is not read.</summary>
    [TensorOp("aten::addmm")]
    public static TensorImpl addmm(TensorImpl self, TensorImpl mat1, TensorImpl mat2, ScalarValue beta, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.addmm).Add(self).Add(mat1).Add(mat2).Add(beta).Add(alpha));

    /// <summary>beta * self + alpha * (batch1 @ batch2); self broadcasts to [b, n, m]. With beta zero self is not read.</summary>
    [TensorOp("aten::baddbmm")]
    public static TensorImpl baddbmm(TensorImpl self, TensorImpl batch1, TensorImpl batch2, ScalarValue beta, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.baddbmm).Add(self).Add(batch1).Add(batch2).Add(beta).Add(alpha));
}
