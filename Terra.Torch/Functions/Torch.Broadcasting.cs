using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The sizes that tensors of these sizes are broadcast to.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">They cannot be broadcast together.</exception>
    public static Size broadcast_shapes(params long[][] shapes)
    {
        long[] all = [];
        foreach (long[] shape in shapes)
        {
            all = Broadcast(all, shape);
        }

        return new Size(all);
    }

    /// <summary>The tensors, expanded to the sizes they are broadcast to.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">They cannot be broadcast together.</exception>
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors)
    {
        long[] all = broadcast_shapes(Array.ConvertAll(tensors, tensor => tensor.shape)).Shape;
        return Array.ConvertAll(tensors, tensor => tensor.expand(all));
    }

    /// <summary>Grids of coordinates: one tensor for each vector, which varies along its own dimension.</summary>
    /// <param name="indexing"><c>ij</c>, or <c>xy</c> for the second vector along the first dimension and the first along the second.</param>
    /// <exception cref="ArgumentException">The indexing is neither.</exception>
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        if (indexing is not ("ij" or "xy"))
        {
            throw new ArgumentException($"'{indexing}' is not an indexing: expected 'ij' or 'xy'", nameof(indexing));
        }

        Tensor[] vectors = tensors.ToArray();
        bool swap = indexing == "xy" && vectors.Length > 1;
        if (swap)
        {
            (vectors[0], vectors[1]) = (vectors[1], vectors[0]);
        }

        long[] sizes = Array.ConvertAll(vectors, vector => vector.numel());
        var grids = new Tensor[vectors.Length];
        for (int i = 0; i < grids.Length; i++)
        {
            var own = new long[sizes.Length];
            Array.Fill(own, 1);
            own[i] = -1;
            using TensorImpl line = Composite.reshape(vectors[i].Impl, own);
            grids[i] = new(Views.expand(line, sizes));
        }

        if (swap)
        {
            (grids[0], grids[1]) = (grids[1], grids[0]);
        }

        return grids;
    }

    private static long[] Broadcast(long[] a, long[] b)
    {
        var sizes = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= sizes.Length; i++)
        {
            long left = i <= a.Length ? a[^i] : 1, right = i <= b.Length ? b[^i] : 1;
            sizes[^i] = left == 1 || left == right ? right : right == 1 ? left : throw ShapeErrors.NotBroadcastable(a, b);
        }

        return sizes;
    }
}
