using System.Numerics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Matrix multiplication for float and double: c[i, j] = sum over p of a(p, i) * b(p, j). An element's sum runs in the order of p, in blocks of
/// <see cref="DepthBlock"/> whose sums are added one after another, each product by one fused multiply-add. That order depends on nothing but the
/// depth: not on strides, tiles, neighbours or the number of threads.
/// </summary>
/// <remarks>
/// The GotoBLAS scheme with the right operand's block resident in the second-level cache: for each depth block the left operand is packed
/// once into row tiles; tasks then take chunks of columns, pack them into panels, and run the register-blocked kernel over tiles and panels.
/// </remarks>
internal static unsafe class Gemm<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Products below this many run on the calling thread.</summary>
    private const long ParallelWork = 160 * 160 * 160;

    /// <summary>Panels of the right operand a task keeps in its second-level cache.</summary>
    private const long PanelsPerChunk = 4;

    /// <summary>An operand that is read at most this often is not packed, if it lies well in memory.</summary>
    private const long DirectReuse = 2;

    public static int DepthBlock => 2048 / sizeof(T);

    /// <summary>Runs the multiplication; all sizes may be zero (depth zero gives zeros).</summary>
    public static void Run(long rows, long columns, long depth, GemmSource<T> a, GemmSource<T> b, GemmTarget<T> c)
    {
        if (rows == 0 || columns == 0)
        {
            return;
        }

        var job = new Job(rows, columns, depth, a, b, c);
        if (job.PacksA)
        {
            using var packed = new Scratch<T>(rows * Math.Min(depth, DepthBlock));
            job.Run(packed.Pointer);
        }
        else
        {
            job.Run(null);
        }
    }

    /// <summary>One multiplication: how it is cut, and its parts.</summary>
    private sealed class Job
    {
        private readonly long _rows;
        private readonly long _columns;
        private readonly long _depth;
        private readonly GemmSource<T> _a;
        private readonly GemmSource<T> _b;
        private readonly GemmTarget<T> _c;
        private readonly long _rowTiles;
        private readonly long _panels;
        private readonly int _panelWidth;
        private readonly bool _directB;
        private readonly T* _aOrigin;
        private readonly long _aDepth;
        private readonly long _aRow;
        private readonly T* _bOrigin;
        private readonly long _bDepth;
        private long _columnChunks;
        private long _rowChunks;
        private T* _packedA;

        public Job(long rows, long columns, long depth, GemmSource<T> a, GemmSource<T> b, GemmTarget<T> c)
        {
            (_rows, _columns, _depth, _a, _b, _c) = (rows, columns, depth, a, b, c);
            _panelWidth = GemmMicroKernels<T>.MaxVectors * GemmMicroKernels<T>.Lanes;
            _rowTiles = CeilDiv(rows, GemmMicroKernels<T>.MaxRows);
            _panels = CeilDiv(columns, _panelWidth);
            bool aStrided = a.TryGetStrides(out _aOrigin, out _aDepth, out _aRow);
            PacksA = !aStrided || _panels > DirectReuse;
            _directB = b.TryGetStrides(out _bOrigin, out _bDepth, out long bColumn) && bColumn == 1 && _rowTiles <= DirectReuse;
            PlanChunks();
        }

        public bool PacksA { get; }

        public void Run(T* packedA)
        {
            _packedA = packedA;
            long p0 = 0;
            do
            {
                int depth = (int)Math.Min(_depth - p0, DepthBlock);
                long start = p0;
                bool parallel = (double)_rows * _columns * depth >= ParallelWork;
                if (PacksA)
                {
                    Each(_rowTiles, parallel, (from, to) => PackRows(from, to, start, depth));
                }

                Each(_columnChunks * _rowChunks, parallel, (from, to) => Chunks(from, to, start, depth));
                p0 += depth;
            }
            while (p0 < _depth);
        }

        private static void Each(long count, bool parallel, Action<long, long> body)
        {
            if (parallel)
            {
                WorkerPool.Shared.For(count, 1, body);
            }
            else
            {
                body(0, count);
            }
        }

        private void PlanChunks()
        {
            long wanted = (double)_rows * _columns * _depth < ParallelWork ? 1 : 2 * WorkerPool.Shared.NumThreads;
            long perChunk = Math.Clamp(_panels / wanted, 1, PanelsPerChunk);
            _columnChunks = CeilDiv(_panels, perChunk);
            _rowChunks = Math.Clamp(CeilDiv(wanted, _columnChunks), 1, _rowTiles);
        }

        private long TileStart(long tile) => tile * _rows / _rowTiles;

        private void PackRows(long fromTile, long toTile, long p0, int depth)
        {
            for (long tile = fromTile; tile < toTile; tile++)
            {
                long row = TileStart(tile);
                int rows = (int)(TileStart(tile + 1) - row);
                _a.Pack(p0, depth, row, rows, rows, _packedA + row * depth);
            }
        }

        private void Chunks(long from, long to, long p0, int depth)
        {
            long widest = CeilDiv(_panels, _columnChunks) * _panelWidth;
            using var packed = new Scratch<T>(widest * Math.Max(depth, 1));
            long packedChunk = -1;
            for (long chunk = from; chunk < to; chunk++)
            {
                long columnChunk = chunk / _rowChunks, rowChunk = chunk % _rowChunks;
                long firstPanel = columnChunk * _panels / _columnChunks, lastPanel = (columnChunk + 1) * _panels / _columnChunks;
                long firstTile = rowChunk * _rowTiles / _rowChunks, lastTile = (rowChunk + 1) * _rowTiles / _rowChunks;
                for (long panel = firstPanel; columnChunk != packedChunk && panel < lastPanel; panel++)
                {
                    if (!IsDirect(panel))
                    {
                        PanelColumns(panel, out long column, out int columns, out int width);
                        _b.Pack(p0, depth, column, columns, width, packed.Pointer + (panel - firstPanel) * _panelWidth * depth);
                    }
                }

                packedChunk = columnChunk;
                for (long tile = firstTile; tile < lastTile; tile++)
                {
                    Tiles(tile, firstPanel, lastPanel, p0, depth, packed.Pointer);
                }

                if (p0 + depth == _depth)
                {
                    long row = TileStart(firstTile), column = firstPanel * _panelWidth;
                    _c.Finish(row, TileStart(lastTile) - row, column, Math.Min(lastPanel * _panelWidth, _columns) - column);
                }
            }
        }

        private void PanelColumns(long panel, out long column, out int columns, out int width)
        {
            int lanes = GemmMicroKernels<T>.Lanes;
            column = panel * _panelWidth;
            columns = (int)Math.Min(_panelWidth, _columns - column);
            width = (columns + lanes - 1) / lanes * lanes;
        }

        private bool IsDirect(long panel)
        {
            PanelColumns(panel, out _, out int columns, out int width);
            return _directB && columns == width;
        }

        private void Tiles(long tile, long firstPanel, long lastPanel, long p0, int depth, T* packedB)
        {
            T* spill = stackalloc T[GemmMicroKernels<T>.MaxRows * _panelWidth];
            long row = TileStart(tile);
            int rows = (int)(TileStart(tile + 1) - row);
            T* a = PacksA ? _packedA + row * depth : _aOrigin + p0 * _aDepth + row * _aRow;
            bool accumulate = p0 > 0;
            for (long panel = firstPanel; panel < lastPanel; panel++)
            {
                PanelColumns(panel, out long column, out int columns, out int width);
                bool direct = IsDirect(panel);
                T* b = direct ? _bOrigin + p0 * _bDepth + column : packedB + (panel - firstPanel) * _panelWidth * depth;
                nint bDepth = (nint)((direct ? _bDepth : width) * sizeof(T));
                GemmMicroKernel kernel = GemmMicroKernels<T>.Get(rows, width / GemmMicroKernels<T>.Lanes, PacksA);
                long stride = 0;
                T* c = columns == width ? _c.Row(row, column, columns, out stride) : null;
                if (c != null)
                {
                    kernel((byte*)a, (nint)(_aRow * sizeof(T)), (nint)(_aDepth * sizeof(T)), (byte*)b, bDepth, depth, (byte*)c, (nint)(stride * sizeof(T)), accumulate ? 1 : 0);
                }
                else
                {
                    kernel((byte*)a, (nint)(_aRow * sizeof(T)), (nint)(_aDepth * sizeof(T)), (byte*)b, bDepth, depth, (byte*)spill, (nint)(width * sizeof(T)), 0);
                    _c.Put(row, rows, column, columns, spill, width, accumulate);
                }
            }
        }

        private static long CeilDiv(long a, long b) => (a + b - 1) / b;
    }
}
