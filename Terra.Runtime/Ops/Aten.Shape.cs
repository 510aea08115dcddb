using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>Tensors one after another along a dimension; they have the same sizes otherwise, and their dtypes are promoted.</summary>
    [TensorOp("aten::cat")]
    public static TensorImpl cat(TensorImpl[] tensors, long dim) => Eager.Run(new OpInvocation(OpTable.cat).Add(tensors).Add(dim));

    /// <summary>The lower triangle of matrices [..., n, m] up to a diagonal, zeros above.</summary>
    [TensorOp("aten::tril")]
    public static TensorImpl tril(TensorImpl self, long diagonal) => Eager.Run(new OpInvocation(OpTable.tril).Add(self).Add(diagonal));

    /// <summary>The upper triangle of matrices [..., n, m] from a diagonal on, zeros below.</summary>
    [TensorOp("aten::triu")]
    public static TensorImpl triu(TensorImpl self, long diagonal) => Eager.Run(new OpInvocation(OpTable.triu).Add(self).Add(diagonal));

    /// <summary>A copy with the order along some dimensions reversed.</summary>
    [TensorOp("aten::flip")]
    public static TensorImpl flip(TensorImpl self, long[] dims) => Eager.Run(new OpInvocation(OpTable.flip).Add(self).Add(dims));

    /// <summary>
    /// A copy with a number around it. <paramref name="pad"/>: how many before and after, pair by pair from the last dimension on; negative ones crop.
    /// </summary>
    [TensorOp("aten::constant_pad_nd")]
    public static TensorImpl constant_pad_nd(TensorImpl self, long[] pad, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.constant_pad_nd).Add(self).Add(pad).Add(value));

    /// <summary>A border of the tensor's own elements: pairs of widths (before, after), the last dimension's first, and a <see cref="PadMode"/>.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A width is negative or more than the dimension can show.</exception>
    [TensorOp("aten::_pad_enum")]
    public static TensorImpl _pad_enum(TensorImpl self, long[] pad, long mode) =>
        Eager.Run(new OpInvocation(OpTable._pad_enum).Add(self).Add(pad).Add(mode));

    /// <summary>The gradient of _pad_enum, of size <paramref name="input_size"/>: each element's own and those of its copies, in the order of the border.</summary>
    [TensorOp("aten::_pad_enum_backward")]
    public static TensorImpl _pad_enum_backward(TensorImpl grad_output, long[] pad, long mode, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable._pad_enum_backward).Add(grad_output).Add(pad).Add(mode).Add(input_size));

    /// <summary>Values sorted along a dimension and (int64) where they were. Always stable; NaN counts as largest.</summary>
    [TensorOp("aten::sort")]
    public static TensorImpl[] sort(TensorImpl self, long dim, bool descending, bool stable) =>
        Eager.RunMany(new OpInvocation(OpTable.sort).Add(self).Add(dim).Add(descending).Add(stable));

    /// <summary>The k largest (or smallest) values along a dimension, always sorted, and (int64) where they were.</summary>
    [TensorOp("aten::topk")]
    public static TensorImpl[] topk(TensorImpl self, long k, long dim, bool largest, bool sorted) =>
        Eager.RunMany(new OpInvocation(OpTable.topk).Add(self).Add(k).Add(dim).Add(largest).Add(sorted));

    /// <summary>[n, c, h, w] scaled to <paramref name="output_size"/>, each pixel a copy of its nearest.</summary>
    [TensorOp("aten::upsample_nearest2d")]
    public static TensorImpl upsample_nearest2d(TensorImpl self, long[] output_size) =>
        Eager.Run(new OpInvocation(OpTable.upsample_nearest2d).Add(self).Add(output_size));

    /// <summary>The gradient of upsample_nearest2d, of size <paramref name="input_size"/>.</summary>
    [TensorOp("aten::upsample_nearest2d_backward")]
    public static TensorImpl upsample_nearest2d_backward(TensorImpl grad_output, long[] output_size, long[] input_size) =>
        Eager.Run(new OpInvocation(OpTable.upsample_nearest2d_backward).Add(grad_output).Add(output_size).Add(input_size));
}
