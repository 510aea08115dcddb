using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Copies and fills.</content>
public static partial class Aten
{
    /// <summary>A contiguous copy in another dtype (or the same).</summary>
    [TensorOp("aten::_to_copy")]
    public static TensorImpl _to_copy(TensorImpl self, DType dtype) =>
        Eager.Run(new OpInvocation(OpTable._to_copy).Add(self).Add(dtype));

    /// <summary>A contiguous copy.</summary>
    [TensorOp("aten::clone")]
    public static TensorImpl clone(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.clone).Add(self));

    /// <summary>Writes <paramref name="src"/>, broadcast and converted, into <paramref name="self"/>.</summary>
    [TensorOp("aten::copy_")]
    public static TensorImpl copy_(TensorImpl self, TensorImpl src) =>
        Eager.Run(new OpInvocation(OpTable.copy_).Add(self).Add(src));

    /// <summary>Sets every element.</summary>
    [TensorOp("aten::fill_.Scalar")]
    public static TensorImpl fill_(TensorImpl self, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.fill__Scalar).Add(self).Add(value));

    /// <summary>Sets every element to zero.</summary>
    [TensorOp("aten::zero_")]
    public static TensorImpl zero_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.zero_).Add(self));
}
