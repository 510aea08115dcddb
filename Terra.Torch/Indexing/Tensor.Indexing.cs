using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>
    /// Reading by positions and slices gives a view; by tensors, a copy. Writing works on the elements that reading would give, with
    /// the value broadcast and converted to them.
    /// </remarks>
    public partial class Tensor
    {
        /// <summary>What an index expression names, one entry for each of the first dimensions.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There are too many entries, or a position is out of range.</exception>
        public Tensor this[params TensorIndex[] indices]
        {
            get => new(Index(indices));
            set => Assign(indices, value.Impl, false);
        }

        /// <summary>The elements at the positions that integer tensors name, or where bool tensors are true; one for each of the first dimensions.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There are too many entries, or a position is out of range.</exception>
        public Tensor this[params Tensor[] indices]
        {
            get => new(Index(Entries(indices)));
            set => Assign(Entries(indices), value.Impl, false);
        }

        /// <summary>What is at a position of the first dimension.</summary>
        public Tensor this[long i1]
        {
            get => new(Views.select(Impl, 0, i1));
            set => AssignAt([i1], value.Impl);
        }

        /// <summary>What is at positions of the first dimensions.</summary>
        public Tensor this[long i1, long i2]
        {
            get => new(At([i1, i2]));
            set => AssignAt([i1, i2], value.Impl);
        }

        /// <inheritdoc cref="this[long, long]"/>
        public Tensor this[long i1, long i2, long i3]
        {
            get => new(At([i1, i2, i3]));
            set => AssignAt([i1, i2, i3], value.Impl);
        }

        /// <inheritdoc cref="this[long, long]"/>
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => new(At([i1, i2, i3, i4]));
            set => AssignAt([i1, i2, i3, i4], value.Impl);
        }

        /// <inheritdoc cref="this[long, long]"/>
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => new(At([i1, i2, i3, i4, i5]));
            set => AssignAt([i1, i2, i3, i4, i5], value.Impl);
        }

        /// <inheritdoc cref="this[long, long]"/>
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => new(At([i1, i2, i3, i4, i5, i6]));
            set => AssignAt([i1, i2, i3, i4, i5, i6], value.Impl);
        }

        /// <inheritdoc cref="this[long, long]"/>
        public Tensor this[params long[] indices]
        {
            get => new(At(indices));
            set => AssignAt(indices, value.Impl);
        }

        /// <inheritdoc cref="this[TensorIndex[]]"/>
        public Tensor index(params TensorIndex[] indices) => new(Index(indices));

        /// <inheritdoc cref="this[Tensor[]]"/>
        public Tensor index(params Tensor[] indices) => new(Index(Entries(indices)));

        /// <summary>Writes, or adds if <paramref name="accumulate"/>, a value to what an index expression names.</summary>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            Assign(indices, value.Impl, accumulate);
            return this;
        }

        /// <summary>Writes a value to what an index expression names.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            Assign(indices, value.Impl, false);
            return this;
        }

        /// <inheritdoc cref="index_put_(Tensor, TensorIndex[], bool)"/>
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false)
        {
            Assign(Entries(indices), value.Impl, accumulate);
            return this;
        }

        /// <inheritdoc cref="index_put_(Tensor, TensorIndex[])"/>
        public Tensor index_put_(Tensor value, params Tensor[] indices)
        {
            Assign(Entries(indices), value.Impl, false);
            return this;
        }

        /// <inheritdoc cref="index_put_(Tensor, TensorIndex[])"/>
        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using TensorImpl number = Aten.full([], value.Value, Impl.DType);
            Assign(indices, number, false);
            return this;
        }

        /// <inheritdoc cref="index_put_(Tensor, TensorIndex[])"/>
        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Entries(indices));

        private static TensorIndex[] Entries(Tensor[] indices) => Array.ConvertAll(indices, TensorIndex.Tensor);

        private TensorImpl At(ReadOnlySpan<long> indices)
        {
            TensorImpl at = Views.select(Impl, 0, indices[0]);
            for (int i = 1; i < indices.Length; i++)
            {
                using TensorImpl outer = at;
                at = Views.select(outer, 0, indices[i]);
            }

            return at;
        }

        private void AssignAt(ReadOnlySpan<long> indices, TensorImpl value)
        {
            using TensorImpl target = At(indices);
            Aten.copy_(target, value);
        }

        private TensorImpl Index(TensorIndex[] entries)
        {
            IndexExpression expression = IndexExpression.Apply(Impl, entries);
            if (expression.Indices is not { } indices)
            {
                return expression.View;
            }

            using TensorImpl view = expression.View;
            return AdvancedIndexing.index(view, indices);
        }

        private void Assign(TensorIndex[] entries, TensorImpl value, bool accumulate)
        {
            IndexExpression expression = IndexExpression.Apply(Impl, entries);
            using TensorImpl target = expression.View;
            if (expression.Indices is { } indices)
            {
                if (!accumulate && value.NumberOfElements == 1 && TryMask(target, indices) is { } mask)
                {
                    FillWhere(target, mask, value);
                }
                else if (value.DType != target.DType)
                {
                    using TensorImpl converted = Aten._to_copy(value, target.DType);
                    AdvancedIndexing.index_put_(target, indices, converted, accumulate);
                }
                else
                {
                    AdvancedIndexing.index_put_(target, indices, value, accumulate);
                }
            }
            else if (accumulate)
            {
                Aten.add_(target, value, 1);
            }
            else
            {
                Aten.copy_(target, value);
            }
        }

        /// <summary>The mask, broadcastable to the target, if it is all that indexes it; null if not.</summary>
        private static TensorImpl? TryMask(TensorImpl target, TensorImpl?[] indices)
        {
            int dim = indices.Length - 1;
            for (int i = 0; i < dim; i++)
            {
                if (indices[i] is not null)
                {
                    return null;
                }
            }

            TensorImpl mask = indices[dim]!;
            if (mask.DType != DType.Bool || dim + mask.Rank > target.Rank || !target.Sizes.Slice(dim, mask.Rank).SequenceEqual(mask.Sizes))
            {
                return null;
            }

            var sizes = new long[target.Rank - dim];
            Array.Fill(sizes, 1);
            mask.Sizes.CopyTo(sizes);
            return Composite.reshape(mask, sizes);
        }

        /// <summary>Writes one value where a mask is set: what the positions of the mask would do, without reading them.</summary>
        private static void FillWhere(TensorImpl target, TensorImpl mask, TensorImpl value)
        {
            using TensorImpl condition = mask;
            using TensorImpl number = Composite.reshape(value, []);
            using TensorImpl converted = Aten._to_copy(number, target.DType);
            using TensorImpl merged = Aten.where(condition, converted, target);
            Aten.copy_(target, merged);
        }
    }
}
