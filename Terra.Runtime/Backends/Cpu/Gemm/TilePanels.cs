namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A right operand packed once into panels as wide as the register tiles, for many small products with it on any thread: where a matrix of weights meets
/// one batch after another. Give it back by disposing.
/// </summary>
internal sealed unsafe class TilePanels<T> : IDisposable
    where T : unmanaged
{
    private readonly int _depth;
    private readonly int _vectors;
    private readonly int _panels;
    private Scratch<T> _packed;

    /// <summary>Packs element (p, x) of a source, for p up to <paramref name="depth"/> and x up to <paramref name="columns"/>.</summary>
    public TilePanels(GemmSource<T> source, long depth, long columns)
    {
        int lanes = GemmMicroKernels<T>.Lanes;
        _depth = checked((int)depth);
        _vectors = checked((int)((columns + lanes - 1) / lanes));
        _panels = (_vectors + GemmMicroKernels<T>.MaxVectors - 1) / GemmMicroKernels<T>.MaxVectors;
        _packed = new Scratch<T>((long)_vectors * lanes * depth);
        WorkerPool.Shared.For(_panels, Math.Max(1, 65536 / Math.Max(1, depth * lanes * GemmMicroKernels<T>.MaxVectors)), (from, to) =>
        {
            for (int panel = (int)from; panel < to; panel++)
            {
                long column = (long)Start(panel) * lanes;
                int width = (Start(panel + 1) - Start(panel)) * lanes;
                source.Pack(0, _depth, column, (int)Math.Min(width, columns - column), width, _packed.Pointer + (column * _depth));
            }
        });
    }

    /// <summary>Columns of the results: those of the operand, rounded up to whole vectors.</summary>
    public int Width => _vectors * GemmMicroKernels<T>.Lanes;

    /// <summary>c = a times the operand, added to what c holds where <paramref name="accumulate"/> says so.</summary>
    /// <param name="a">Left operand, its rows contiguous.</param>
    /// <param name="aRow">Elements from row to row of the left operand.</param>
    /// <param name="c">Result, its rows contiguous and <see cref="Width"/> long.</param>
    /// <param name="cRow">Elements from row to row of the result.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="accumulate">Add to the result instead of overwriting it.</param>
    public void Multiply(T* a, long aRow, T* c, long cRow, int rows, bool accumulate)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            int lanes = GemmMicroKernels<T>.Lanes, width = (Start(panel + 1) - Start(panel)) * lanes;
            long column = (long)Start(panel) * lanes;
            TileProduct<T>.Run(a, aRow, 1, _packed.Pointer + (column * _depth), width, c + column, cRow, rows, width, _depth, accumulate);
        }
    }

    public void Dispose() => _packed.Dispose();

    /// <summary>The first vector of a panel.</summary>
    private int Start(int panel) => (int)((long)panel * _vectors / _panels);
}
