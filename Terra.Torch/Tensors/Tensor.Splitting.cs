using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Parts along a dimension: so many, of nearly equal sizes, the larger ones first.</summary>
        public Tensor[] tensor_split(long size, long dim = 0)
        {
            long total = this.size((int)dim);
            var sizes = new long[size];
            for (long i = 0; i < size; i++)
            {
                sizes[i] = (total / size) + (i < total % size ? 1 : 0);
            }

            return Views.split(Impl, sizes, dim).Wrap();
        }

        /// <summary>Parts along a dimension, cut at positions.</summary>
        public Tensor[] tensor_split(long[] sizes, long dim = 0)
        {
            long total = size((int)dim);
            var parts = new Tensor[sizes.Length + 1];
            long start = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                long end = i == sizes.Length ? total : sizes[i];
                parts[i] = slice(dim, start, end, 1);
                start = end;
            }

            return parts;
        }

        /// <summary>Parts along a dimension: so many (a scalar), or cut at positions (a vector). The tensor is read.</summary>
        public Tensor[] tensor_split(Tensor indices, long dim = 0) =>
            indices.dim() == 0 ? tensor_split(indices.item<long>(), dim) : tensor_split(indices.data<long>().ToArray(), dim);

        /// <summary>Parts of equal sizes from left to right: along the second dimension, of a vector along its only one.</summary>
        /// <exception cref="ArgumentException">The size is not divisible.</exception>
        public Tensor[] hsplit(long size) => EqualParts(size, dim() == 1 ? 0 : 1, 1);

        /// <inheritdoc cref="hsplit(long)"/>
        public Tensor[] hsplit(params long[] sizes) => tensor_split(sizes, dim() == 1 ? 0 : 1);

        /// <inheritdoc cref="hsplit(long)"/>
        public Tensor[] hsplit(Tensor indices) => tensor_split(indices, dim() == 1 ? 0 : 1);

        /// <summary>Parts of equal sizes from top to bottom: along the first dimension.</summary>
        /// <exception cref="ArgumentException">The size is not divisible.</exception>
        public Tensor[] vsplit(long size) => EqualParts(size, 0, 2);

        /// <inheritdoc cref="vsplit(long)"/>
        public Tensor[] vsplit(params long[] sizes) => tensor_split(sizes, 0);

        /// <inheritdoc cref="vsplit(long)"/>
        public Tensor[] vsplit(Tensor indices) => tensor_split(indices, 0);

        /// <summary>Parts of equal sizes along the third dimension.</summary>
        /// <exception cref="ArgumentException">The size is not divisible.</exception>
        public Tensor[] dsplit(long size) => EqualParts(size, 2, 3);

        /// <inheritdoc cref="dsplit(long)"/>
        public Tensor[] dsplit(params long[] sizes) => tensor_split(sizes, 2);

        /// <inheritdoc cref="dsplit(long)"/>
        public Tensor[] dsplit(Tensor indices) => tensor_split(indices, 2);

        /// <summary>A view with at least three dimensions: a vector becomes (1, n, 1), a matrix (n, m, 1).</summary>
        public Tensor atleast_3d() => Impl.Rank switch
        {
            0 => view(1, 1, 1),
            1 => view(1, Impl.Sizes[0], 1),
            2 => unsqueeze(-1),
            _ => SameTensor(),
        };

        /// <summary>Adds a dimension of size one to this tensor object.</summary>
        public Tensor unsqueeze_(long dim) => Become(Views.unsqueeze(Impl, dim));

        /// <summary>Removes a dimension of size one, or all of them, from this tensor object.</summary>
        public Tensor squeeze_(long? dim = null) => Become(dim is { } some ? Views.squeeze(Impl, some) : Views.squeeze(Impl));

        /// <summary>Exchanges two dimensions of this tensor object.</summary>
        public Tensor transpose_(long dim0, long dim1) => Become(Views.transpose(Impl, dim0, dim1));

        /// <inheritdoc cref="roll(long[], long[])"/>
        public Tensor roll(long[] shifts)
        {
            if (shifts.Length != 1)
            {
                throw ShapeErrors.Error($"shifts and dimensions must align. shifts: {shifts.Length}, dims:0");
            }

            return roll(shifts[0]);
        }

        /// <inheritdoc cref="roll(long[], long[])"/>
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) =>
            dims.IsEmpty ? roll(shifts.ToArray()) : roll(shifts.ToArray(), dims.ToArray());

        private Tensor[] EqualParts(long parts, long dim, int leastRank)
        {
            if (this.dim() < leastRank || size((int)dim) % parts != 0)
            {
                throw new ArgumentException($"a tensor of sizes ({string.Join(", ", shape)}) does not split into {parts} equal parts along dimension {dim}", nameof(parts));
            }

            return split(size((int)dim) / parts, (int)dim);
        }

        /// <summary>Lets this object stand for a view of its tensor.</summary>
        private Tensor Become(TensorImpl view)
        {
            Impl.Dispose();
            _impl = view;
            return this;
        }
    }
}
