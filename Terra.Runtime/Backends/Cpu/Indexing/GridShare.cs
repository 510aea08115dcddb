namespace Terra.Runtime.Backends.Cpu;

/// <summary>Works through the rows of a part of a grid.</summary>
internal delegate void GridRows(ref GridWalk walk);

/// <summary>
/// Shares a grid among threads in slabs across one of its dimensions. Within a slab rows come in row-major order, so elements that agree in that dimension are
/// visited in the order of a single thread.
/// </summary>
internal static class GridShare
{
    private const long ElementsPerTask = 32768;

    /// <summary>A dimension of at least so many slices is worth sharing, the outermost first.</summary>
    private const long EnoughSlices = 16;

    /// <summary>Walks all rows.</summary>
    /// <param name="sizes">The grid.</param>
    /// <param name="kept">Dimensions whose order matters, which are therefore not cut.</param>
    /// <param name="first">Strides of the first operand, one a dimension.</param>
    /// <param name="second">Strides of the second operand.</param>
    /// <param name="third">Strides of the third operand; empty if there is none.</param>
    /// <param name="rows">Called once a slab, on any thread.</param>
    public static void Run(long[] sizes, Range kept, long[] first, long[] second, long[] third, GridRows rows)
    {
        long elements = sizes.Aggregate(1L, static (product, size) => product * size);
        int dimension = Dimension(sizes, kept);
        if (elements <= ElementsPerTask || dimension < 0)
        {
            var whole = new GridWalk(sizes, first, second, third);
            rows(ref whole);
            return;
        }

        long grain = Math.Max(dimension == sizes.Length - 1 ? EnoughSlices : 1, ElementsPerTask / (elements / sizes[dimension]));
        WorkerPool.Shared.For(sizes[dimension], grain, (from, to) =>
        {
            long[] slab = [.. sizes];
            slab[dimension] = to - from;
            var walk = new GridWalk(slab, first, second, third);
            walk.StartAt(from * first[dimension], from * second[dimension], third.Length == 0 ? 0 : from * third[dimension]);
            rows(ref walk);
        });
    }

    private static int Dimension(long[] sizes, Range kept)
    {
        (int keptFrom, int keptCount) = kept.GetOffsetAndLength(sizes.Length);
        int best = -1;
        for (int d = 0; d < sizes.Length; d++)
        {
            if ((d < keptFrom || d >= keptFrom + keptCount) && (best < 0 || (sizes[d] > sizes[best] && sizes[best] < EnoughSlices)))
            {
                best = d;
            }
        }

        return best;
    }
}
