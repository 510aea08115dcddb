using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>Rows of weight [n, width] by int64 or int32 indices; rows at <paramref name="padding_idx"/> get no gradient (-1: none such).</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">An index is no row.</exception>
    [TensorOp("aten::embedding")]
    public static TensorImpl embedding(TensorImpl weight, TensorImpl indices, long padding_idx, bool scale_grad_by_freq = false) =>
        Eager.Run(new OpInvocation(OpTable.embedding).Add(weight).Add(indices).Add(padding_idx).Add(scale_grad_by_freq));

    /// <summary>The gradient of embedding's weight, [num_weights, width].</summary>
    [TensorOp("aten::embedding_dense_backward")]
    public static TensorImpl embedding_dense_backward(TensorImpl grad_output, TensorImpl indices, long num_weights, long padding_idx) =>
        Eager.Run(new OpInvocation(OpTable.embedding_dense_backward).Add(grad_output).Add(indices).Add(num_weights).Add(padding_idx));

    /// <summary>result[i][j] = self[index[i][j]][j] for dimension 0, and so on; the result has the sizes of the int64 index.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">An index is outside the dimension; negative ones are.</exception>
    [TensorOp("aten::gather")]
    public static TensorImpl gather(TensorImpl self, long dim, TensorImpl index) =>
        Eager.Run(new OpInvocation(OpTable.gather).Add(self).Add(dim).Add(index));

    /// <summary>A copy of self with src's elements at the places the index names; of several for one place the last stands.</summary>
    [TensorOp("aten::scatter.src")]
    public static TensorImpl scatter(TensorImpl self, long dim, TensorImpl index, TensorImpl src) =>
        Eager.Run(new OpInvocation(OpTable.scatter_src).Add(self).Add(dim).Add(index).Add(src));

    [TensorOp("aten::scatter_.src")]
    public static TensorImpl scatter_(TensorImpl self, long dim, TensorImpl index, TensorImpl src) =>
        Eager.Run(new OpInvocation(OpTable.scatter_src_).Add(self).Add(dim).Add(index).Add(src));

    /// <summary>A copy of self with a number at the places the index names.</summary>
    [TensorOp("aten::scatter.value")]
    public static TensorImpl scatter(TensorImpl self, long dim, TensorImpl index, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.scatter_value).Add(self).Add(dim).Add(index).Add(value));

    [TensorOp("aten::scatter_.value")]
    public static TensorImpl scatter_(TensorImpl self, long dim, TensorImpl index, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.scatter_value_).Add(self).Add(dim).Add(index).Add(value));

    /// <summary>A copy of self with src's elements added at the places the index names, in the order of the index.</summary>
    [TensorOp("aten::scatter_add")]
    public static TensorImpl scatter_add(TensorImpl self, long dim, TensorImpl index, TensorImpl src) =>
        Eager.Run(new OpInvocation(OpTable.scatter_add).Add(self).Add(dim).Add(index).Add(src));

    [TensorOp("aten::scatter_add_")]
    public static TensorImpl scatter_add_(TensorImpl self, long dim, TensorImpl index, TensorImpl src) =>
        Eager.Run(new OpInvocation(OpTable.scatter_add_).Add(self).Add(dim).Add(index).Add(src));

    /// <summary>The slices of self along a dimension that a list (int64 or int32, one dimension) names.</summary>
    [TensorOp("aten::index_select")]
    public static TensorImpl index_select(TensorImpl self, long dim, TensorImpl index) =>
        Eager.Run(new OpInvocation(OpTable.index_select).Add(self).Add(dim).Add(index));

    /// <summary>A copy of self with alpha * source's slices added to the slices a list names, in the order of the list.</summary>
    [TensorOp("aten::index_add")]
    public static TensorImpl index_add(TensorImpl self, long dim, TensorImpl index, TensorImpl source, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.index_add).Add(self).Add(dim).Add(index).Add(source).Add(alpha));

    [TensorOp("aten::index_add_")]
    public static TensorImpl index_add_(TensorImpl self, long dim, TensorImpl index, TensorImpl source, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.index_add_).Add(self).Add(dim).Add(index).Add(source).Add(alpha));

    /// <summary>
    /// Advanced indexing with int64 tensors that broadcast together, one for each of the (ascending) dimensions <paramref name="dims"/>; negative
    /// indices count from the end. Their broadcast dimensions stand where the indexed ones stood if those are neighbours, else in front.
    /// <see cref="AdvancedIndexing"/> takes masks and gaps.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">An index is outside its dimension.</exception>
    [TensorOp("aten::index.Tensor")]
    public static TensorImpl index(TensorImpl self, long[] dims, TensorImpl[] indices) =>
        Eager.Run(new OpInvocation(OpTable.index).Add(self).Add(dims).Add(indices));

    /// <summary>A copy of self with values (broadcast to what <see cref="index"/> gives) written or added at the places indexed.</summary>
    [TensorOp("aten::index_put")]
    public static TensorImpl index_put(TensorImpl self, TensorImpl values, long[] dims, bool accumulate, TensorImpl[] indices) =>
        Eager.Run(new OpInvocation(OpTable.index_put).Add(self).Add(values).Add(dims).Add(accumulate).Add(indices));

    [TensorOp("aten::index_put_")]
    public static TensorImpl index_put_(TensorImpl self, TensorImpl values, long[] dims, bool accumulate, TensorImpl[] indices) =>
        Eager.Run(new OpInvocation(OpTable.index_put_).Add(self).Add(values).Add(dims).Add(accumulate).Add(indices));

    /// <summary>int64 [n, rank]: the positions of the elements that are not zero.</summary>
    [TensorOp("aten::nonzero")]
    public static TensorImpl nonzero(TensorImpl self) => Eager.Run(new OpInvocation(OpTable.nonzero).Add(self));

    /// <summary>[n]: the elements of self, broadcast with the bool mask, where the mask is set.</summary>
    [TensorOp("aten::masked_select")]
    public static TensorImpl masked_select(TensorImpl self, TensorImpl mask) => Eager.Run(new OpInvocation(OpTable.masked_select).Add(self).Add(mask));

    /// <summary>How often each number from zero to the greatest, or to <paramref name="minlength"/> - 1, occurs in an int64 vector.</summary>
    [TensorOp("aten::_bincount")]
    public static TensorImpl _bincount(TensorImpl self, long minlength) => Eager.Run(new OpInvocation(OpTable._bincount).Add(self).Add(minlength));
}
