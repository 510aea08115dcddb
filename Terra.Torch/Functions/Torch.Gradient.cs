namespace TorchSharp;

public static partial class torch
{
    /// <summary>Estimates of the slopes along dimensions, by central differences inside and one-sided ones at the ends.</summary>
    /// <param name="input">Values at evenly spaced points.</param>
    /// <param name="spacing">The distance of the points.</param>
    /// <param name="dim">The dimension; null for all, one after another.</param>
    /// <param name="edge_order">The order of the differences at the ends: 1 or 2.</param>
    /// <returns>A tensor for each dimension.</returns>
    /// <exception cref="ArgumentException">The order is neither, or a dimension is too small for it.</exception>
    public static ICollection<Tensor> gradient(Tensor input, int spacing = 1, long? dim = null, int edge_order = 1) =>
        gradient(input, spacing, dim is { } one ? [one] : null, edge_order);

    /// <inheritdoc cref="gradient(Tensor, int, long?, int)"/>
    /// <param name="dims">The dimensions; null for all.</param>
    public static ICollection<Tensor> gradient(Tensor input, int spacing = 1, long[]? dims = null, int edge_order = 1)
    {
        if (edge_order is not (1 or 2))
        {
            throw new ArgumentException($"torch.gradient only supports edge_order=1 and edge_order=2, but got {edge_order}", nameof(edge_order));
        }

        return Array.ConvertAll(dims ?? [.. Enumerable.Range(0, (int)input.dim()).Select(static d => (long)d)], d => Slopes(input, d, spacing, edge_order));
    }

    private static Tensor Slopes(Tensor input, long dim, double spacing, int edgeOrder)
    {
        long length = input.size((int)dim);
        if (length < edgeOrder + 1)
        {
            throw new ArgumentException($"torch.gradient expected each dimension size to be at least edge_order+1, but dimension {dim} has {length}", nameof(input));
        }

        return WrappedTensorDisposeScope(() =>
        {
            Tensor At(long index) => input.narrow(dim, index < 0 ? index + length : index, 1);
            Tensor inside = (input.narrow(dim, 2, length - 2) - input.narrow(dim, 0, length - 2)) / (2 * spacing);
            Tensor first = edgeOrder == 1 ? (At(1) - At(0)) / spacing : ((-3 * At(0)) + (4 * At(1)) - At(2)) / (2 * spacing);
            Tensor last = edgeOrder == 1 ? (At(-1) - At(-2)) / spacing : ((3 * At(-1)) - (4 * At(-2)) + At(-3)) / (2 * spacing);
            return cat([first, inside, last], dim);
        });
    }
}
