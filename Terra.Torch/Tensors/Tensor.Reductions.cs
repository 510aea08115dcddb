using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>Reductions take dimension numbers, negative ones counting from the last; without any they reduce all dimensions.</remarks>
    public partial class Tensor
    {
        /// <summary>The sum of all elements; integers and bools are summed as int64 unless told otherwise.</summary>
        public Tensor sum(ScalarType? type = null) => new(Aten.sum(Impl, [], false, type.Native()));

        /// <summary>Sums over these dimensions.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => new(Aten.sum(Impl, [.. dim], keepdim, type.Native()));

        /// <inheritdoc cref="sum(long[], bool, ScalarType?)"/>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            new(Aten.sum(Impl, dim.ToArray(), keepdim, type.Native()));

        /// <summary>Sums over this dimension.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => new(Aten.sum(Impl, [dim], keepdim, type.Native()));

        /// <inheritdoc cref="sum(long[], bool, ScalarType?)"/>
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            new(Aten.sum(Impl, [dim0, dim1], keepdim, type.Native()));

        /// <inheritdoc cref="sum(long[], bool, ScalarType?)"/>
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            new(Aten.sum(Impl, [dim0, dim1, dim2], keepdim, type.Native()));

        /// <summary>The mean of all elements.</summary>
        public Tensor mean() => new(Aten.mean(Impl, [], false, null));

        /// <summary>Means over these dimensions.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            new(Aten.mean(Impl, [.. dimensions], keepdim, type.Native()));

        /// <summary>The product of all elements.</summary>
        public Tensor prod(ScalarType? type = null) => new(Aten.prod(Impl, [], false, type.Native()));

        /// <summary>Products over this dimension.</summary>
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => new(Aten.prod(Impl, [dim], keepdim, type.Native()));

        /// <summary>The greatest element.</summary>
        public Tensor max() => new(Aten.amax(Impl, [], false));

        /// <inheritdoc cref="maximum"/>
        public Tensor max(Tensor other) => maximum(other);

        /// <summary>The greatest element along a dimension, and where it is.</summary>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Aten.max(Impl, dim, keepdim).WrapPair();

        /// <summary>The smallest element.</summary>
        public Tensor min() => new(Aten.amin(Impl, [], false));

        /// <inheritdoc cref="minimum"/>
        public Tensor min(Tensor other) => minimum(other);

        /// <summary>The smallest element along a dimension, and where it is.</summary>
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Aten.min(Impl, dim, keepdim).WrapPair();

        /// <summary>The greatest elements over these dimensions.</summary>
        public Tensor amax(params long[] dims) => new(Aten.amax(Impl, [.. dims], false));

        /// <inheritdoc cref="amax(long[])"/>
        /// <param name="out">The tensor to write the result to and return.</param>
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Aten.amax(Impl, [.. dims], keepdim));

        /// <inheritdoc cref="amax(long[], bool, Tensor)"/>
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Aten.amax(Impl, dims.ToArray(), keepdim));

        /// <inheritdoc cref="amin(long[])"/>
        /// <param name="out">The tensor to write the result to and return.</param>
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Aten.amin(Impl, [.. dims], keepdim));

        /// <inheritdoc cref="amin(long[], bool, Tensor)"/>
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Aten.amin(Impl, dims.ToArray(), keepdim));

        /// <summary>The smallest elements over these dimensions.</summary>
        public Tensor amin(params long[] dims) => new(Aten.amin(Impl, [.. dims], false));

        /// <summary>The smallest and the greatest element, over one dimension or all.</summary>
        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false)
        {
            long[] dims = dim is { } some ? [some] : [];
            return (new(Aten.amin(Impl, dims, keepdim)), new(Aten.amax(Impl, dims, keepdim)));
        }

        /// <summary>The position of the greatest element in row-major order.</summary>
        public Tensor argmax() => new(Aten.argmax(Impl, null, false));

        /// <summary>Where the greatest element along a dimension is; the first of equal ones.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => new(Aten.argmax(Impl, [dim], keepdim));

        /// <summary>The position of the smallest element in row-major order.</summary>
        public Tensor argmin() => new(Aten.argmin(Impl, null, false));

        /// <summary>Where the smallest element along a dimension is; the first of equal ones.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => new(Aten.argmin(Impl, [dim], keepdim));

        /// <summary>Whether no element is zero.</summary>
        public Tensor all() => new(Aten.all(Impl, [], false));

        /// <summary>Whether no element along a dimension is zero.</summary>
        public Tensor all(long dim, bool keepdim = false) => new(Aten.all(Impl, [dim], keepdim));

        /// <summary>Whether an element is not zero.</summary>
        public Tensor any() => new(Aten.any(Impl, [], false));

        /// <summary>Whether an element along a dimension is not zero.</summary>
        public Tensor any(long dim, bool keepdim = false) => new(Aten.any(Impl, [dim], keepdim));

        /// <summary>The number of elements that are not zero, over these dimensions or all.</summary>
        public Tensor count_nonzero(long[]? dims = null)
        {
            using TensorImpl nonzero = Aten.ne(Impl, 0);
            return new(Aten.sum(nonzero, dims is null ? [] : [.. dims], false, null));
        }

        /// <summary>The logarithm of the sum of exp(x) along a dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false)
        {
            using TensorImpl self = Impl.DType.IsFloatingPoint() ? Impl.Alias() : Aten._to_copy(Impl, TypePromotion.ToFloat(Impl.DType));
            return new(Aten.logsumexp(self, [dim], keepdim));
        }

        /// <summary>Running sums along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => new(Aten.cumsum(Impl, dim, type.Native()));

        /// <summary>Running products along a dimension.</summary>
        public Tensor cumprod(long dim, ScalarType? type = null) => new(Aten.cumprod(Impl, dim, type.Native()));

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2) => new(Composite.norm(Impl, p, [], false));

        /// <summary>The p-norms along a dimension.</summary>
        public Tensor norm(int dim, bool keepdim = false, float p = 2) => new(Composite.norm(Impl, p, [dim], keepdim));

        /// <summary>The p-norm of the difference.</summary>
        public Tensor dist(Tensor other, float p = 2)
        {
            using TensorImpl difference = Aten.sub(Impl, other.Impl, 1);
            return new(Composite.norm(difference, p, [], false));
        }

        /// <summary>The sum of the elements that are numbers.</summary>
        public Tensor nansum()
        {
            using TensorImpl nan = Aten.isnan(Impl);
            using TensorImpl numbers = Aten.masked_fill(Impl, nan, 0);
            return new(Aten.sum(numbers, [], false, null));
        }

        private static Tensor Into(Tensor? target, TensorImpl result)
        {
            if (target is null)
            {
                return new(result);
            }

            using TensorImpl computed = result;
            return target.Mutated(Aten.copy_(target.Impl, computed));
        }
    }
}
