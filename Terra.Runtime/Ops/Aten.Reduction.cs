using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Reductions. An empty list of dimensions means all of them.</content>
public static partial class Aten
{
    /// <summary>Sum; of integers and bools in int64.</summary>
    [TensorOp("aten::sum.dim_IntList")]
    public static TensorImpl sum(TensorImpl self, long[] dim, bool keepdim, DType? dtype) =>
        Eager.Run(new OpInvocation(OpTable.sum_dim_IntList).Add(self).Add(dim).Add(keepdim).Add(dtype));

    /// <summary>Mean of floating-point numbers; NaN over nothing.</summary>
    [TensorOp("aten::mean.dim")]
    public static TensorImpl mean(TensorImpl self, long[] dim, bool keepdim, DType? dtype) =>
        Eager.Run(new OpInvocation(OpTable.mean_dim).Add(self).Add(dim).Add(keepdim).Add(dtype));

    /// <summary>Product; of integers and bools in int64.</summary>
    [TensorOp("aten::prod.dim_IntList")]
    public static TensorImpl prod(TensorImpl self, long[] dim, bool keepdim, DType? dtype) =>
        Eager.Run(new OpInvocation(OpTable.prod_dim_IntList).Add(self).Add(dim).Add(keepdim).Add(dtype));

    /// <summary>Variance, divided by <c>max(0, n - correction)</c>.</summary>
    [TensorOp("aten::var.correction")]
    public static TensorImpl var(TensorImpl self, long[] dim, long correction, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.var_correction).Add(self).Add(dim).Add(correction).Add(keepdim));

    /// <summary>Largest element; NaN if any is NaN.</summary>
    [TensorOp("aten::amax")]
    public static TensorImpl amax(TensorImpl self, long[] dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.amax).Add(self).Add(dim).Add(keepdim));

    /// <summary>Smallest element; NaN if any is NaN.</summary>
    [TensorOp("aten::amin")]
    public static TensorImpl amin(TensorImpl self, long[] dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.amin).Add(self).Add(dim).Add(keepdim));

    /// <summary>Largest element along a dimension: {values, int64 indices}; the first of equals.</summary>
    [TensorOp("aten::max.dim")]
    public static TensorImpl[] max(TensorImpl self, long dim, bool keepdim) =>
        Eager.RunMany(new OpInvocation(OpTable.max_dim).Add(self).Add(dim).Add(keepdim));

    /// <summary>Smallest element along a dimension: {values, int64 indices}; the first of equals.</summary>
    [TensorOp("aten::min.dim")]
    public static TensorImpl[] min(TensorImpl self, long dim, bool keepdim) =>
        Eager.RunMany(new OpInvocation(OpTable.min_dim).Add(self).Add(dim).Add(keepdim));

    /// <summary>Position of the largest element along one dimension, or in the flattened tensor.</summary>
    [TensorOp("aten::argmax")]
    public static TensorImpl argmax(TensorImpl self, long[]? dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.argmax).Add(self).Add(dim).Add(keepdim));

    /// <summary>Position of the smallest element along one dimension, or in the flattened tensor.</summary>
    [TensorOp("aten::argmin")]
    public static TensorImpl argmin(TensorImpl self, long[]? dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.argmin).Add(self).Add(dim).Add(keepdim));

    /// <summary>Whether every element is nonzero, as bool.</summary>
    [TensorOp("aten::all.dims")]
    public static TensorImpl all(TensorImpl self, long[] dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.all_dims).Add(self).Add(dim).Add(keepdim));

    /// <summary>Whether any element is nonzero, as bool.</summary>
    [TensorOp("aten::any.dims")]
    public static TensorImpl any(TensorImpl self, long[] dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.any_dims).Add(self).Add(dim).Add(keepdim));

    /// <summary><c>log(sum(exp(self)))</c>, without overflow.</summary>
    [TensorOp("aten::logsumexp")]
    public static TensorImpl logsumexp(TensorImpl self, long[] dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.logsumexp).Add(self).Add(dim).Add(keepdim));

    /// <summary>The root of the sum of squares; its gradient where that is zero is zero.</summary>
    [TensorOp("aten::frobenius_norm.dim")]
    public static TensorImpl frobenius_norm(TensorImpl self, long[] dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.frobenius_norm_dim).Add(self).Add(dim).Add(keepdim));

    /// <summary>Running sum along a dimension; of integers and bools in int64.</summary>
    [TensorOp("aten::cumsum")]
    public static TensorImpl cumsum(TensorImpl self, long dim, DType? dtype) =>
        Eager.Run(new OpInvocation(OpTable.cumsum).Add(self).Add(dim).Add(dtype));

    /// <summary>Running product along a dimension; of integers and bools in int64.</summary>
    [TensorOp("aten::cumprod")]
    public static TensorImpl cumprod(TensorImpl self, long dim, DType? dtype) =>
        Eager.Run(new OpInvocation(OpTable.cumprod).Add(self).Add(dim).Add(dtype));

    /// <summary>Gradient of prod: the product of the other elements, right with zeros too.</summary>
    [TensorOp("aten::prod_backward")]
    public static TensorImpl prod_backward(TensorImpl grad_output, TensorImpl self, long[] dim, bool keepdim) =>
        Eager.Run(new OpInvocation(OpTable.prod_backward).Add(grad_output).Add(self).Add(dim).Add(keepdim));

    /// <summary>Gradient of cumsum.</summary>
    [TensorOp("aten::cumsum_backward")]
    public static TensorImpl cumsum_backward(TensorImpl grad_output, long dim) =>
        Eager.Run(new OpInvocation(OpTable.cumsum_backward).Add(grad_output).Add(dim));

    /// <summary>Gradient of cumprod, right with zeros too.</summary>
    [TensorOp("aten::cumprod_backward")]
    public static TensorImpl cumprod_backward(TensorImpl grad_output, TensorImpl self, long dim) =>
        Eager.Run(new OpInvocation(OpTable.cumprod_backward).Add(grad_output).Add(self).Add(dim));
}
