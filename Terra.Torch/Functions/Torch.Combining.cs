namespace TorchSharp;

public static partial class torch
{
    /// <summary>Matrices along the diagonal of one of zeros.</summary>
    public static Tensor block_diag(params Tensor[] tensors) => WrappedTensorDisposeScope(() =>
    {
        Tensor[] blocks = Array.ConvertAll(tensors, block => block.atleast_2d());
        long width = blocks.Sum(block => block.size(1)), before = 0;
        var rows = new Tensor[blocks.Length];
        for (int i = 0; i < blocks.Length; i++)
        {
            rows[i] = nn.functional.pad(blocks[i], [before, width - before - blocks[i].size(1)]);
            before += blocks[i].size(1);
        }

        return cat(rows);
    });

    /// <summary>All combinations of one element of each vector, as rows.</summary>
    public static Tensor cartesian_prod(params Tensor[] tensors) => WrappedTensorDisposeScope(() =>
        tensors.Length == 1 ? tensors[0].SameTensor() : stack(meshgrid(tensors).Select(grid => grid.flatten()), -1));

    /// <inheritdoc cref="cartesian_prod(Tensor[])"/>
    public static Tensor cartesian_prod(IList<Tensor> tensors) => cartesian_prod([.. tensors]);

    /// <inheritdoc cref="cartesian_prod(Tensor[])"/>
    public static Tensor cartesian_prod(ReadOnlySpan<Tensor> tensors) => cartesian_prod(tensors.ToArray());

    /// <summary>All combinations of r elements of a vector in their order, as rows.</summary>
    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false)
    {
        long count = input.numel();
        List<long> picked = [];
        var current = new long[r];
        Extend(0, 0);
        return WrappedTensorDisposeScope(() => input.index_select(0, tensor(picked)).view(-1, r));

        void Extend(int position, long from)
        {
            if (position == r)
            {
                picked.AddRange(current);
                return;
            }

            for (long i = from; i < count; i++)
            {
                current[position] = i;
                Extend(position + 1, with_replacement ? i : i + 1);
            }
        }
    }

    /// <summary>Tensors side by side along the second dimension, vectors as columns.</summary>
    public static Tensor column_stack(params Tensor[] tensors) => WrappedTensorDisposeScope(() =>
        hstack(Array.ConvertAll(tensors, part => part.dim() <= 1 ? part.reshape(-1, 1) : part)));

    /// <inheritdoc cref="column_stack(Tensor[])"/>
    public static Tensor column_stack(IList<Tensor> tensors) => column_stack([.. tensors]);

    /// <inheritdoc cref="column_stack(Tensor[])"/>
    public static Tensor column_stack(ReadOnlySpan<Tensor> tensors) => column_stack(tensors.ToArray());

    /// <inheritdoc cref="vstack(Tensor[])"/>
    public static Tensor row_stack(params Tensor[] tensors) => vstack(tensors);

    /// <inheritdoc cref="vstack(Tensor[])"/>
    public static Tensor row_stack(IList<Tensor> tensors) => vstack(tensors);

    /// <inheritdoc cref="vstack(Tensor[])"/>
    public static Tensor row_stack(ReadOnlySpan<Tensor> tensors) => vstack(tensors);

    /// <summary>Tensors behind one another along the third dimension.</summary>
    public static Tensor dstack(params Tensor[] tensors) => WrappedTensorDisposeScope(() => cat(Array.ConvertAll(tensors, part => part.atleast_3d()), 2));

    /// <inheritdoc cref="dstack(Tensor[])"/>
    public static Tensor dstack(IList<Tensor> tensors) => dstack([.. tensors]);

    /// <inheritdoc cref="dstack(Tensor[])"/>
    public static Tensor dstack(ReadOnlySpan<Tensor> tensors) => dstack(tensors.ToArray());

    /// <inheritdoc cref="dstack(Tensor[])"/>
    public static Tensor dstack(IEnumerable<Tensor> tensors) => dstack([.. tensors]);

    /// <summary>Each tensor with at least one dimension.</summary>
    public static IEnumerable<Tensor> atleast_1d(params Tensor[] input) => Array.ConvertAll(input, part => part.atleast_1d());

    /// <summary>Each tensor with at least two dimensions.</summary>
    public static IEnumerable<Tensor> atleast_2d(params Tensor[] input) => Array.ConvertAll(input, part => part.atleast_2d());

    /// <summary>Each tensor with at least three dimensions.</summary>
    public static IEnumerable<Tensor> atleast_3d(params Tensor[] input) => Array.ConvertAll(input, part => part.atleast_3d());

    /// <summary>The positions in the lower triangle of a matrix up to a diagonal: (2, n), rows and columns, in row-major order.</summary>
    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        TriangleIndices(row, col, (i, j) => j - i <= offset, dtype, device);

    /// <summary>The positions in the upper triangle of a matrix from a diagonal on: (2, n), rows and columns, in row-major order.</summary>
    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        TriangleIndices(row, col, (i, j) => j - i >= offset, dtype, device);

    /// <summary>Distances of all pairs of rows: (*, n, d) and (*, m, d) to (*, n, m), by the p-norm.</summary>
    /// <param name="x1">(*, n, d).</param>
    /// <param name="x2">(*, m, d).</param>
    /// <param name="p">The norm's degree.</param>
    /// <param name="compute_mode">How Euclidean distances may be computed; they are always computed from the differences.</param>
    public static Tensor cdist(Tensor x1, Tensor x2, double p = 2, compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary) =>
        WrappedTensorDisposeScope(() =>
        {
            Tensor difference = x1.unsqueeze(-2) - x2.unsqueeze(-3);
            return double.IsPositiveInfinity(p) && difference.requires_grad ? LargestMagnitude(difference) : difference.norm(-1, false, (float)p);
        });

    /// <summary>The largest magnitude along the last dimension; each element of that magnitude gets the whole gradient, as PyTorch's cdist has it.</summary>
    private static Tensor LargestMagnitude(Tensor x)
    {
        Tensor magnitudes = x.abs(), known = magnitudes.detach(), largest = known.amax([-1], true);
        return largest.squeeze(-1) + (magnitudes - known).nan_to_num(0, 0, 0).masked_fill(known.ne(largest), 0).sum(-1L);
    }

    private static Tensor TriangleIndices(long rows, long columns, Func<long, long, bool> isInside, ScalarType dtype, Device? device)
    {
        List<long> indices = [], second = [];
        for (long i = 0; i < rows; i++)
        {
            for (long j = 0; j < columns; j++)
            {
                if (isInside(i, j))
                {
                    indices.Add(i);
                    second.Add(j);
                }
            }
        }

        indices.AddRange(second);
        return tensor(indices, [2, second.Count], dtype, device);
    }
}
