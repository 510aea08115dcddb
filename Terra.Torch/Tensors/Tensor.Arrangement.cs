using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>Copies with elements in other places.</remarks>
    public partial class Tensor
    {
        /// <summary>Elements moved along dimensions, those that fall off the end coming in at the start.</summary>
        public Tensor roll(long[] shifts, long[] dims)
        {
            if (shifts.Length != dims.Length)
            {
                throw ShapeErrors.Error($"shifts and dimensions must align. shifts: {shifts.Length}, dims:{dims.Length}");
            }

            TensorImpl rolled = Views.view(Impl, shape);
            for (int i = 0; i < dims.Length; i++)
            {
                using TensorImpl before = rolled;
                rolled = Roll(before, shifts[i], WrapDim(dims[i]));
            }

            using TensorImpl view = rolled;
            return new(dims.Length == 0 ? Aten.clone(view) : view.Alias());
        }

        /// <inheritdoc cref="roll(long[], long[])"/>
        public Tensor roll(long shifts, long? dims = null)
        {
            if (dims is { } dim)
            {
                return new(Roll(Impl, shifts, WrapDim(dim)));
            }

            using TensorImpl flat = Composite.reshape(Impl, -1);
            using TensorImpl rolled = Roll(flat, shifts, 0);
            return new(Views.view(rolled, shape));
        }

        /// <inheritdoc cref="roll(long[], long[])"/>
        public Tensor roll((long, long) shifts, (long, long) dims) => roll([shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);

        /// <inheritdoc cref="roll(long[], long[])"/>
        public Tensor roll((long, long, long) shifts, (long, long, long) dims) =>
            roll([shifts.Item1, shifts.Item2, shifts.Item3], [dims.Item1, dims.Item2, dims.Item3]);

        /// <summary>Each element repeated, along a dimension or, without one, of the flattened tensor.</summary>
        /// <param name="output_size">The size of the result's dimension, which follows from the sizes; it is not needed.</param>
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            using TensorImpl source = dim is null ? Composite.reshape(Impl, -1) : Impl.Alias();
            int at = dim is { } some ? WrapDim(some) : 0;
            long[] sizes = source.Sizes.ToArray();
            using TensorImpl apart = Views.unsqueeze(source, at + 1);
            using TensorImpl repeated = Views.expand(apart, [.. sizes[..(at + 1)], repeats, .. sizes[(at + 1)..]]);
            sizes[at] *= repeats;
            return new(Composite.reshape(repeated, sizes));
        }

        /// <summary>The elements that an index names along a dimension, see <see cref="gather"/>.</summary>
        public Tensor take_along_dim(Tensor indices, long dim) => gather(dim, indices);

        /// <summary>A matrix with this vector on a diagonal and zeros elsewhere, or a matrix's diagonal.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is neither vector nor matrix.</exception>
        public Tensor diag(long diagonal = 0)
        {
            switch (Impl.Rank)
            {
                case 1:
                    long size = Impl.Sizes[0] + Math.Abs(diagonal);
                    var matrix = new Tensor(Aten.full([size, size], 0, Impl.DType));
                    using (TensorImpl target = Views.diagonal(matrix.Impl, diagonal))
                    {
                        Aten.copy_(target, Impl);
                    }

                    return matrix;
                case 2:
                    using (TensorImpl view = Views.diagonal(Impl, diagonal))
                    {
                        return new(Aten.clone(view));
                    }

                default:
                    throw ShapeErrors.Error("diag(): Supports 1D or 2D tensors. Got " + Impl.Rank + "D");
            }
        }

        /// <summary>A copy with one position of a dimension replaced.</summary>
        public Tensor select_scatter(Tensor src, long dim, long index)
        {
            var copy = new Tensor(Aten.clone(Impl));
            using TensorImpl target = Views.select(copy.Impl, dim, index);
            Aten.copy_(target, src.Impl);
            return copy;
        }

        /// <summary>A copy with a slice of a dimension replaced.</summary>
        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1)
        {
            var copy = new Tensor(Aten.clone(Impl));
            using TensorImpl target = Views.slice(copy.Impl, dim, start ?? 0, end ?? long.MaxValue, step);
            Aten.copy_(target, src.Impl);
            return copy;
        }

        /// <summary>Zeros above the matrices' diagonals.</summary>
        public Tensor tril_(long diagonal = 0)
        {
            using TensorImpl lower = Aten.tril(Impl, diagonal);
            return Mutated(Aten.copy_(Impl, lower));
        }

        /// <summary>Zeros below the matrices' diagonals.</summary>
        public Tensor triu_(long diagonal = 0)
        {
            using TensorImpl upper = Aten.triu(Impl, diagonal);
            return Mutated(Aten.copy_(Impl, upper));
        }

        private static TensorImpl Roll(TensorImpl self, long shift, int dim)
        {
            long size = self.Rank == 0 ? 0 : self.Sizes[dim];
            long start = size == 0 ? 0 : (((-shift) % size) + size) % size;
            if (start == 0)
            {
                return Aten.clone(self);
            }

            using TensorImpl tail = Views.narrow(self, dim, start, size - start);
            using TensorImpl head = Views.narrow(self, dim, 0, start);
            return Aten.cat([tail, head], dim);
        }
    }
}
