using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Running extremes and binary search.</content>
public static partial class Aten
{
    /// <summary>The largest values so far along a dimension and (int64) where they are: of equals the last; NaN is largest.</summary>
    [TensorOp("aten::cummax")]
    public static TensorImpl[] cummax(TensorImpl self, long dim) => Eager.RunMany(new OpInvocation(OpTable.cummax).Add(self).Add(dim));

    /// <summary>The smallest values so far along a dimension and (int64) where they are: of equals the last; NaN is smallest.</summary>
    [TensorOp("aten::cummin")]
    public static TensorImpl[] cummin(TensorImpl self, long dim) => Eager.RunMany(new OpInvocation(OpTable.cummin).Add(self).Add(dim));

    /// <summary>
    /// For each value, how many elements of an ascending sequence [n] (or of its row's sequence [*, n]) are below it, or, to the right, up to
    /// it; int64, or int32 if wanted.
    /// </summary>
    [TensorOp("aten::searchsorted.Tensor")]
    public static TensorImpl searchsorted(TensorImpl sorted_sequence, TensorImpl self, bool out_int32, bool right) =>
        Eager.Run(new OpInvocation(OpTable.searchsorted_Tensor).Add(sorted_sequence).Add(self).Add(out_int32).Add(right));
}
