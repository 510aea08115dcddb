using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>Views share the memory of the tensor they are taken of: writing one writes the other.</remarks>
    public partial class Tensor
    {
        /// <summary>
        /// A view of the whole tensor. To autograd it is a tensor of its own, with its own gradient, and no leaf where the tensor requires grad; one made in
        /// <c>no_grad</c> mode passes no gradient on.
        /// </summary>
        public Tensor alias() => new(Views.alias(Impl));

        /// <summary>The tensor itself, in another handle.</summary>
        internal Tensor SameTensor() => new(Impl.Alias());

        /// <summary>The same elements in other sizes, one of which may be -1.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The strides do not allow it, or the sizes do not fit.</exception>
        public Tensor view(params long[] shape) => new(Views.view(Impl, shape));

        /// <summary>The same elements in the sizes of another tensor.</summary>
        public Tensor view_as(Tensor other) => new(Views.view(Impl, other.shape));

        /// <summary>The same elements in other sizes, one of which may be -1: a view if the strides allow it, else a copy.</summary>
        public Tensor reshape(params long[] shape) => new(Composite.reshape(Impl, shape));

        /// <summary>Sizes and strides over the tensor's memory, whatever its own are, from element <paramref name="storageOffset"/> of the storage on.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">They reach beyond the storage, or a stride or size is negative.</exception>
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => new(Views.as_strided(Impl, size, strides, storageOffset));

        /// <summary>All elements in one dimension: a view if the strides allow it, else a copy.</summary>
        public Tensor ravel() => new(Composite.reshape(Impl, -1));

        /// <summary>The dimensions from <paramref name="start_dim"/> to <paramref name="end_dim"/> made one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => new(Composite.flatten(Impl, start_dim, end_dim));

        /// <summary>One dimension made several, one of which may be -1.</summary>
        public Tensor unflatten(long dim, params long[] sizes) => new(Composite.unflatten(Impl, dim, sizes));

        /// <inheritdoc cref="unflatten(long, long[])"/>
        public Tensor unflatten(long dim, Size sizes) => new(Composite.unflatten(Impl, dim, sizes.Shape));

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => new(Views.permute(Impl, permutation));

        /// <inheritdoc cref="permute(long[])"/>
        public Tensor permute(IEnumerable<long> permutation) => new(Views.permute(Impl, [.. permutation]));

        /// <summary>Two dimensions swapped.</summary>
        public Tensor transpose(long dim0, long dim1) => new(Views.transpose(Impl, dim0, dim1));

        /// <inheritdoc cref="transpose"/>
        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        /// <inheritdoc cref="transpose"/>
        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        /// <summary>A matrix transposed; vectors and scalars as they are.</summary>
        public Tensor t() => new(Views.t(Impl));

        /// <summary>The dimensions in reverse order.</summary>
        public Tensor T
        {
            get
            {
                var order = new long[Impl.Rank];
                for (int i = 0; i < order.Length; i++)
                {
                    order[i] = order.Length - 1 - i;
                }

                return new(Views.permute(Impl, order));
            }
        }

        /// <summary>The last two dimensions swapped.</summary>
        public Tensor mT => new(Views.transpose(Impl, -2, -1));

        /// <summary>Dimensions moved to other places; the others keep their order.</summary>
        public Tensor movedim(long[] source, long[] destination) => new(Views.movedim(Impl, source, destination));

        /// <inheritdoc cref="movedim"/>
        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        /// <summary>Dimensions of size 1 repeated to these sizes without copying; -1 keeps a size.</summary>
        public Tensor expand(params long[] sizes) => new(Views.expand(Impl, sizes));

        /// <inheritdoc cref="expand(long[])"/>
        public Tensor expand(long[] sizes, bool isImplicit = false) => new(Views.expand(Impl, sizes));

        /// <inheritdoc cref="expand(long[])"/>
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => new(Views.expand(Impl, sizes.ToArray()));

        /// <inheritdoc cref="expand(long[])"/>
        public Tensor expand(Size sizes, bool isImplicit = false) => new(Views.expand(Impl, sizes.Shape));

        /// <summary>Expanded to the sizes of another tensor.</summary>
        public Tensor expand_as(Tensor other) => new(Views.expand(Impl, other.shape));

        /// <inheritdoc cref="expand(long[])"/>
        public Tensor broadcast_to(params long[] shape) => new(Views.expand(Impl, shape));

        /// <summary>Without dimensions of size 1, or without one of them; a dimension of another size stays.</summary>
        public Tensor squeeze(long? dim = null) => new(dim is { } some ? Views.squeeze(Impl, some) : Views.squeeze(Impl));

        /// <summary>With a new dimension of size 1.</summary>
        public Tensor unsqueeze(long dim) => new(Views.unsqueeze(Impl, dim));

        /// <summary>One position of a dimension, which disappears.</summary>
        public Tensor select(long dim, long index) => new(Views.select(Impl, dim, index));

        /// <summary><paramref name="length"/> positions of a dimension from <paramref name="start"/> on.</summary>
        public Tensor narrow(long dim, long start, long length) => new(Views.narrow(Impl, dim, start, length));

        /// <summary>Every <paramref name="step"/>th position of a dimension from <paramref name="start"/> up to, not including, <paramref name="finish"/>.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => new(Views.slice(Impl, dim, start, finish, step));

        /// <summary>The diagonal of two dimensions, as the last dimension.</summary>
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => new(Views.diagonal(Impl, offset, dim1, dim2));

        /// <summary>Windows of a dimension, every <paramref name="step"/> positions one, along a new last dimension.</summary>
        public Tensor unfold(long dimension, long size, long step) => new(Views.unfold(Impl, dimension, size, step));

        /// <summary>Parts of a dimension, in as many chunks of equal size; the last may be smaller.</summary>
        public Tensor[] chunk(long chunks, long dim = 0) => Views.chunk(Impl, chunks, dim).Wrap();

        /// <summary>Parts of a dimension of this size each; the last may be smaller.</summary>
        public Tensor[] split(long size, int dim = 0) => Views.split(Impl, size, dim).Wrap();

        /// <summary>Parts of a dimension of these sizes.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => Views.split(Impl, sizes, dim).Wrap();

        /// <inheritdoc cref="split(long[], long)"/>
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Views.split(Impl, sizes.ToArray(), dim).Wrap();

        /// <summary>Parts of the first dimension of these sizes.</summary>
        public Tensor[] split(params long[] sizes) => Views.split(Impl, sizes).Wrap();

        /// <summary>The positions of a dimension, one tensor each.</summary>
        public Tensor[] unbind(long dimension = 0) => Views.unbind(Impl, dimension).Wrap();

        /// <summary>At least one dimension.</summary>
        public Tensor atleast_1d() => Impl.Rank == 0 ? view(1) : SameTensor();

        /// <summary>At least two dimensions, new ones in front.</summary>
        public Tensor atleast_2d() => Impl.Rank switch
        {
            0 => view(1, 1),
            1 => unsqueeze(0),
            _ => SameTensor(),
        };

        /// <summary>The tensor repeated along each dimension that many times, new leading dimensions included.</summary>
        public Tensor repeat(params long[] sizes) => new(Composite.repeat(Impl, sizes));

        /// <summary>The tensor repeated along its last dimensions that many times.</summary>
        public Tensor tile(long[] reps)
        {
            if (reps.Length >= Impl.Rank)
            {
                return repeat(reps);
            }

            var all = new long[Impl.Rank];
            Array.Fill(all, 1);
            reps.CopyTo(all, all.Length - reps.Length);
            return repeat(all);
        }
    }
}
