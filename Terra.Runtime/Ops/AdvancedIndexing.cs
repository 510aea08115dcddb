using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// tensor[i, mask, null, j] as programs write it: one entry a dimension, null for a full slice, integer tensors, and bool (or byte) masks that
/// take as many dimensions as they have. Composed of leaf ops: masks become positions by nonzero.
/// </summary>
public static class AdvancedIndexing
{
    /// <summary>The elements picked; see <see cref="Aten.index"/> for the order of the result's dimensions.</summary>
    public static TensorImpl index(TensorImpl self, TensorImpl?[] indices)
    {
        using var resolved = new Resolved(self, indices);
        return Aten.index(self, resolved.Dims, resolved.Indices);
    }

    /// <summary>Writes values, broadcast to the elements picked; with <paramref name="accumulate"/> adds them.</summary>
    public static TensorImpl index_put_(TensorImpl self, TensorImpl?[] indices, TensorImpl values, bool accumulate)
    {
        using var resolved = new Resolved(self, indices);
        return Aten.index_put_(self, values, resolved.Dims, accumulate, resolved.Indices);
    }

    /// <summary>A copy of self with values written, see <see cref="index_put_"/>.</summary>
    public static TensorImpl index_put(TensorImpl self, TensorImpl?[] indices, TensorImpl values, bool accumulate)
    {
        using var resolved = new Resolved(self, indices);
        return Aten.index_put(self, values, resolved.Dims, accumulate, resolved.Indices);
    }

    /// <summary>int64 index tensors with the dimensions they are for; those made here are disposed with it.</summary>
    private sealed class Resolved : IDisposable
    {
        private readonly List<TensorImpl> _made = [];

        public Resolved(TensorImpl self, TensorImpl?[] indices)
        {
            List<TensorImpl> tensors = [];
            List<long> dims = [];
            int dim = 0;
            foreach (TensorImpl? index in indices)
            {
                if (index is null)
                {
                    dim++;
                }
                else if (index.DType is DType.Bool or DType.UInt8)
                {
                    AddMask(self, index, ref dim, tensors, dims);
                }
                else
                {
                    tensors.Add(index.DType == DType.Int64 ? index : Keep(Aten._to_copy(index, DType.Int64)));
                    dims.Add(dim++);
                }
            }

            if (dim > self.Rank)
            {
                throw ShapeErrors.Error($"too many indices for tensor of dimension {self.Rank}");
            }

            (Indices, Dims) = ([.. tensors], [.. dims]);
        }

        public TensorImpl[] Indices { get; }

        public long[] Dims { get; }

        public void Dispose() => _made.ForEach(static tensor => tensor.Dispose());

        private void AddMask(TensorImpl self, TensorImpl mask, ref int dim, List<TensorImpl> tensors, List<long> dims)
        {
            for (int d = 0; d < mask.Rank; d++)
            {
                if (dim + d >= self.Rank || self.Sizes[dim + d] != mask.Sizes[d])
                {
                    throw ShapeErrors.Error(
                        $"The shape of the mask {ShapeErrors.Text(mask.Sizes)} at index {d} does not match the shape of the indexed tensor {ShapeErrors.Text(self.Sizes)} at index {dim + d}");
                }
            }

            TensorImpl positions = Keep(Aten.nonzero(mask));
            for (int d = 0; d < mask.Rank; d++)
            {
                tensors.Add(Keep(Views.select(positions, 1, d)));
                dims.Add(dim++);
            }
        }

        private TensorImpl Keep(TensorImpl tensor)
        {
            _made.Add(tensor);
            return tensor;
        }
    }
}
