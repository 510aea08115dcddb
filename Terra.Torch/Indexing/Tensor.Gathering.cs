using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>result[i][j] = this[index[i][j]][j] for dimension 0, and so on; the result has the sizes of the index.</summary>
        public Tensor gather(long dim, Tensor index) => new(Aten.gather(Impl, dim, index.Impl));

        /// <summary>A copy with the source's elements at the places the index names.</summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) => new(Aten.scatter(Impl, dim, index.Impl, src.Impl));

        /// <inheritdoc cref="scatter"/>
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Mutated(Aten.scatter_(Impl, dim, index.Impl, src.Impl));

        /// <summary>A copy with the source's elements added at the places the index names.</summary>
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => new(Aten.scatter_add(Impl, dim, index.Impl, src.Impl));

        /// <inheritdoc cref="scatter_add"/>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Mutated(Aten.scatter_add_(Impl, dim, index.Impl, src.Impl));

        /// <summary>The positions of a dimension that a list names.</summary>
        public Tensor index_select(long dim, Tensor index) => new(Aten.index_select(Impl, dim, index.Impl));

        /// <summary>A copy with <paramref name="alpha"/> × the source's slices added at the positions a list names.</summary>
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            new(Aten.index_add(Impl, dim, index.Impl, source.Impl, alpha.Value));

        /// <inheritdoc cref="index_add"/>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Mutated(Aten.index_add_(Impl, dim, index.Impl, source.Impl, alpha.Value));

        /// <summary>A copy with a value where the mask is set.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => new(Aten.masked_fill(Impl, mask.Impl, value.Value));

        /// <inheritdoc cref="masked_fill"/>
        public Tensor masked_fill_(Tensor mask, Scalar value) => Mutated(Aten.masked_fill_(Impl, mask.Impl, value.Value));

        /// <summary>The elements where the mask is set, in one dimension.</summary>
        public Tensor masked_select(Tensor mask) => new(Aten.masked_select(Impl, mask.Impl));

        /// <summary>The positions of the elements that are not zero, a row each.</summary>
        public Tensor nonzero() => new(Aten.nonzero(Impl));

        /// <inheritdoc cref="nonzero"/>
        public Tensor argwhere() => nonzero();

        /// <summary>The elements of this where the condition holds, else those of <paramref name="y"/>; broadcast.</summary>
        public Tensor where(Tensor condition, Tensor y) => new(Aten.where(condition.Impl, Impl, y.Impl));

        /// <summary>The matrices' lower triangles, zeros above.</summary>
        public Tensor tril(long diagonal = 0) => new(Aten.tril(Impl, diagonal));

        /// <summary>The matrices' upper triangles, zeros below.</summary>
        public Tensor triu(long diagonal = 0) => new(Aten.triu(Impl, diagonal));

        /// <summary>The tensor with these dimensions reversed, a copy.</summary>
        public Tensor flip(params long[] dims) => new(Aten.flip(Impl, [.. dims]));

        /// <summary>The tensor with its columns reversed.</summary>
        public Tensor fliplr() => new(Aten.flip(Impl, [1]));

        /// <summary>The tensor with its rows reversed.</summary>
        public Tensor flipud() => new(Aten.flip(Impl, [0]));

        /// <summary>The elements at positions in row-major order, in the sizes of the index.</summary>
        public Tensor take(Tensor index)
        {
            using TensorImpl flat = Composite.reshape(Impl, -1);
            using TensorImpl list = Composite.reshape(index.Impl, -1);
            using TensorImpl taken = Aten.index(flat, [0], [list]);
            return new(Views.view(taken, index.shape));
        }

        /// <summary>The elements along a dimension, sorted, and where they were.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Aten.sort(Impl, dim, descending, stable).WrapPair();

        /// <summary>Where the elements along a dimension are in sorted order.</summary>
        public Tensor argsort(long dim = -1, bool descending = false)
        {
            TensorImpl[] sorted = Aten.sort(Impl, dim, descending, false);
            sorted[0].Dispose();
            return new(sorted[1]);
        }

        /// <summary>The first dimension sorted.</summary>
        public Tensor msort()
        {
            TensorImpl[] sorted = Aten.sort(Impl, 0, false, false);
            sorted[1].Dispose();
            return new(sorted[0]);
        }

        /// <summary>The greatest (or smallest) <paramref name="k"/> elements along a dimension, and where they are.</summary>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Aten.topk(Impl, k, dim, largest, sorted).WrapPair();

        /// <summary>For each dimension, the indices of the elements that are not zero.</summary>
        public IList<Tensor> nonzero_as_list() => torch.where(this);
    }
}
