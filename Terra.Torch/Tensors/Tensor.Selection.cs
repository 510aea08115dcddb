using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A copy with slices of <paramref name="source"/> at the places a list of indices names.</summary>
        public Tensor index_copy(long dim, Tensor index, Tensor source) => new(IndexCopy(Impl, dim, index.Impl, source.Impl));

        /// <inheritdoc cref="index_copy"/>
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Overwrite(self => IndexCopy(self, dim, index.Impl, source.Impl));

        /// <summary>A copy with a number in the slices that a list of indices names.</summary>
        public Tensor index_fill(long dim, Tensor index, Scalar value) => new(IndexFill(Impl, dim, index.Impl, value.Value));

        /// <inheritdoc cref="index_fill"/>
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Overwrite(self => IndexFill(self, dim, index.Impl, value.Value));

        /// <summary>A copy with the first elements of <paramref name="value"/>, in order, where the mask is set.</summary>
        public Tensor masked_scatter(Tensor mask, Tensor value) => new(MaskedScatter(Impl, mask.Impl, value.Impl));

        /// <inheritdoc cref="masked_scatter"/>
        public Tensor masked_scatter_(Tensor mask, Tensor value) => Overwrite(self => MaskedScatter(self, mask.Impl, value.Impl));

        /// <summary>The elements of the flattened tensor that indices name.</summary>
        public Tensor take_along_dim(Tensor indices) => WrappedTensorDisposeScope(() => flatten().gather(0, indices.flatten()));

        /// <inheritdoc cref="take_along_dim(Tensor)"/>
        public Tensor take_along_dim(IEnumerable<long> indices) => WrappedTensorDisposeScope(() => take_along_dim(tensor([.. indices])));

        /// <inheritdoc cref="take_along_dim(Tensor, long)"/>
        public Tensor take_along_dim(IEnumerable<long> indices, long dim) => WrappedTensorDisposeScope(() => take_along_dim(tensor([.. indices]), dim));

        /// <summary>Each slice repeated as often as its number says, along a dimension or, without one, of the flattened tensor.</summary>
        /// <param name="repeats">One int64 number per slice, or one for all.</param>
        /// <param name="dim">The dimension.</param>
        /// <param name="output_size">The sum of the numbers, if it is known: then they need not be read.</param>
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => WrappedTensorDisposeScope(() =>
        {
            Tensor source = dim is null ? flatten() : this;
            long along = dim ?? 0;
            Tensor ends = repeats.expand(source.size((int)along)).cumsum(0);
            long total = output_size ?? (ends.numel() == 0 ? 0 : ends[-1].item<long>());
            return source.index_select(along, searchsorted(ends, arange(total), right: true));
        });

        /// <summary>A tensor that holds this one's last dimension on a diagonal of two new dimensions, and zeros elsewhere.</summary>
        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1)
        {
            int rank = (int)dim() + 1;
            long size = shape[^1] + Math.Abs(offset);
            long first = ShapeErrors.WrapDim(dim1, rank), second = ShapeErrors.WrapDim(dim2, rank);
            if (first == second)
            {
                throw ShapeErrors.Error($"diagonal dimensions cannot be identical {dim1}, {dim2}");
            }

            List<long> sizes = [.. shape[..^1]];
            sizes.Insert((int)Math.Min(first, second), size);
            sizes.Insert((int)Math.Max(first, second), size);
            var result = new Tensor(Aten.full([.. sizes], 0, Impl.DType));
            using TensorImpl diagonal = Views.diagonal(result.Impl, offset, dim1, dim2);
            Aten.copy_(diagonal, Impl);
            return result;
        }

        /// <summary>A matrix with the flattened tensor on a diagonal and zeros elsewhere.</summary>
        public Tensor diagflat(long offset = 0)
        {
            using Tensor flat = flatten();
            return flat.diag(offset);
        }

        /// <summary>A copy with a diagonal replaced.</summary>
        public Tensor diagonal_scatter(Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1)
        {
            var copy = new Tensor(Aten.clone(Impl));
            using TensorImpl target = Views.diagonal(copy.Impl, offset, dim1, dim2);
            Aten.copy_(target, src.Impl);
            return copy;
        }

        /// <summary>Whether each element is among the test elements.</summary>
        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) => WrappedTensorDisposeScope(() =>
        {
            Tensor found = unsqueeze(-1).eq(test_elements.flatten()).any(-1);
            return invert ? found.logical_not() : found;
        });

        /// <summary>Turned by 90 degrees k times, from the first of two dimensions towards the second.</summary>
        public Tensor rot90(long k = 1, (long, long)? dims = null)
        {
            (long first, long second) = dims ?? (0, 1);
            return (((k % 4) + 4) % 4) switch
            {
                1 => WrappedTensorDisposeScope(() => flip(second).transpose(first, second)),
                2 => flip(first, second),
                3 => WrappedTensorDisposeScope(() => flip(first).transpose(first, second)),
                _ => clone(),
            };
        }

        private static TensorImpl IndexCopy(TensorImpl self, long dim, TensorImpl index, TensorImpl source)
        {
            using TensorImpl spread = AlongDimension(index, dim, source.Sizes);
            return Aten.scatter(self, dim, spread, source);
        }

        private static TensorImpl IndexFill(TensorImpl self, long dim, TensorImpl index, ScalarValue value)
        {
            long[] sizes = self.Sizes.ToArray();
            if (sizes.Length > 0)
            {
                sizes[ShapeErrors.WrapDim(dim, sizes.Length)] = index.NumberOfElements;
            }

            using TensorImpl spread = AlongDimension(index, dim, sizes);
            return Aten.scatter(self, dim, spread, value);
        }

        /// <summary>A list of indices repeated over all other dimensions.</summary>
        private static TensorImpl AlongDimension(TensorImpl index, long dim, ReadOnlySpan<long> sizes)
        {
            if (sizes.Length == 0)
            {
                return Composite.reshape(index);
            }

            var alone = new long[sizes.Length];
            alone.AsSpan().Fill(1);
            alone[ShapeErrors.WrapDim(dim, sizes.Length)] = index.NumberOfElements;
            using TensorImpl view = Composite.reshape(index, alone);
            return Views.expand(view, sizes.ToArray());
        }

        private static TensorImpl MaskedScatter(TensorImpl self, TensorImpl mask, TensorImpl source)
        {
            using TensorImpl spread = Views.expand(mask, self.Sizes.ToArray());
            using TensorImpl flatMask = Composite.reshape(spread, -1);
            using TensorImpl counts = Aten.cumsum(flatMask, 0, null), places = Aten.sub(counts, 1, 1), inside = Aten.clamp_min(places, 0);
            using TensorImpl capped = Aten.clamp_max(inside, Math.Max(source.NumberOfElements - 1, 0));
            using TensorImpl flatSource = Composite.reshape(source, -1), taken = Aten.index_select(flatSource, 0, capped);
            using TensorImpl values = Views.view(taken, self.Sizes.ToArray());
            return Aten.where(spread, values, self);
        }
    }
}
