namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Products of matrices that lie in the caches, on the calling thread and without packing: the building block of kernels that multiply block
/// by block. An element's sum runs in the order of the depth.
/// </summary>
internal static unsafe class TileProduct<T>
    where T : unmanaged
{
    /// <summary>c[i, j] = sum over p of a[i, p] * b[p, j], added to what c holds where <paramref name="accumulate"/> says so.</summary>
    /// <param name="a">Left operand, element (i, p) at <c>a[i * aRow + p * aDepth]</c>.</param>
    /// <param name="aRow">Elements from row to row of the left operand.</param>
    /// <param name="aDepth">Elements from column to column of the left operand.</param>
    /// <param name="b">Right operand, its rows contiguous.</param>
    /// <param name="bRow">Elements from row to row of the right operand.</param>
    /// <param name="c">Result, its rows contiguous.</param>
    /// <param name="cRow">Elements from row to row of the result.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result: a multiple of the lanes of a 64-byte vector.</param>
    /// <param name="depth">How many products an element sums.</param>
    /// <param name="accumulate">Add to the result instead of overwriting it.</param>
    public static void Run(T* a, long aRow, long aDepth, T* b, long bRow, T* c, long cRow, int rows, int columns, int depth, bool accumulate)
    {
        int vectors = columns / GemmMicroKernels<T>.Lanes;
        int panels = CeilDiv(vectors, GemmMicroKernels<T>.MaxVectors), tiles = CeilDiv(rows, GemmMicroKernels<T>.MaxRows);
        for (int panel = 0; panel < panels; panel++)
        {
            int vector = panel * vectors / panels, width = ((panel + 1) * vectors / panels) - vector;
            long column = (long)vector * GemmMicroKernels<T>.Lanes;
            for (int tile = 0; tile < tiles; tile++)
            {
                int row = tile * rows / tiles, height = ((tile + 1) * rows / tiles) - row;
                GemmMicroKernel kernel = GemmMicroKernels<T>.Get(height, width, packed: false);
                kernel(
                    (byte*)(a + (row * aRow)),
                    (nint)(aRow * sizeof(T)),
                    (nint)(aDepth * sizeof(T)),
                    (byte*)(b + column),
                    (nint)(bRow * sizeof(T)),
                    depth,
                    (byte*)(c + (row * cRow) + column),
                    (nint)(cRow * sizeof(T)),
                    accumulate ? 1 : 0);
            }
        }
    }

    private static int CeilDiv(int a, int b) => (a + b - 1) / b;
}
