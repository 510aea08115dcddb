using System.Numerics;
using System.Runtime.CompilerServices;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>One multiplication: how it is cut into tiles, what is copied before, and which parts threads share.</summary>
/// <remarks>
/// The GotoBLAS scheme with the right operand resident in the second-level cache: row tiles of the left operand meet panels of columns of the
/// right one in a register-blocked kernel. Operands that lie well in memory are read where they are. Otherwise the left one is packed first, by
/// all threads, or, where each row is of use to one task only, by that; the right one by each task for its own columns, or, where there are too few
/// columns to go round, first too.
/// </remarks>
internal sealed unsafe class GemmJob<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Products below this many run on the calling thread.</summary>
    private const double ParallelWork = 1 << 20;

    /// <summary>Copies below this many elements are made by the calling thread.</summary>
    private const long ParallelCopy = 1 << 15;

    /// <summary>Parts into which a product is cut for each thread, so that threads that come late or are slow hold up nobody.</summary>
    private const long PartsPerThread = 4;

    /// <summary>The same where each part reads the whole left operand.</summary>
    private const long ColumnPartsPerThread = 3;

    /// <summary>Panels of the right operand that stay in the second-level cache.</summary>
    private const long PanelsPerChunk = 6;

    /// <summary>A right operand that is read at most this often is not copied, if its columns lie side by side.</summary>
    private const long DirectReads = 3;

    /// <summary>A right operand is not copied either if its rows are closer together than this, or do not fall onto the same few sets of the caches...</summary>
    private const long CloseBytes = 2 << 10;

    /// <summary>... and a block of depths of it leaves room in the second-level cache.</summary>
    private const long DirectBytes = 512 << 10;

    /// <summary>A left operand whose rows are contiguous is not copied for fewer panels than this.</summary>
    private const long DirectPanels = 32;

    /// <summary>A left operand whose depths are far apart is not copied if a block of them is about as large as the first-level cache.</summary>
    private const long CachedBytes = 64 << 10;

    /// <summary>Rows of the left operand that a task packs for itself stay in the second-level cache.</summary>
    private const long OwnBytes = 512 << 10;

    /// <summary>
    /// Even few columns are dealt out to threads if each gets so many vectors of them and a block of depths of the left operand fits into its second-level cache:
    /// what one core has packed takes longer to reach another core than to pack again.
    /// </summary>
    private const long LeastVectorsPerThread = 2;

    /// <summary>What threads share is packed for all depths at once if it is not more than this.</summary>
    private const long SharedBytes = 16 << 20;

    /// <summary>Tiles or panels that are packed together. Their blocks often lie in the same sets of the first-level cache, so they must be fewer than its ways.</summary>
    private const int TilesPerCopy = 4;

    private readonly long _rows;
    private readonly long _columns;
    private readonly long _depth;
    private readonly GemmSource<T> _a;
    private readonly GemmSource<T> _b;
    private readonly GemmTarget<T> _c;
    private readonly int _tileRows;
    private readonly long _rowTiles;
    private readonly long _vectors;
    private readonly ColumnPanels _panels;
    private readonly long _shortTile;
    private readonly long _tallTiles;
    private readonly bool _parallel;
    private readonly bool _packA;
    private readonly bool _ownA;
    private readonly bool _directB;
    private readonly bool _shareB;
    private readonly bool _packB;
    private readonly long _columnChunks;
    private readonly long _rowChunks;
    private T* _aOrigin;
    private long _aDepth;
    private long _aRow;
    private T* _bOrigin;
    private long _bDepth;
    private long _bColumn;
    private T* _packedA;
    private T* _packedB;

    public GemmJob(long rows, long columns, long depth, GemmSource<T> a, GemmSource<T> b, GemmTarget<T> c)
    {
        (_rows, _columns, _depth, _a, _b, _c) = (rows, columns, depth, a, b, c);
        _vectors = CeilDiv(columns, Lanes);
        int across = TileVectors(rows, _vectors);
        long panels = CeilDiv(_vectors, across);
        _panels = new ColumnPanels(_vectors, panels, 1);
        _parallel = (double)rows * columns * depth >= ParallelWork && WorkerPool.Shared.NumThreads > 1;

        long block = Math.Min(depth, Gemm<T>.DepthBlock);
        _packA = !a.TryGetStrides(out _, out long aDepth, out long aRow)
            || !(panels <= 2 || (aDepth == 1 && panels < DirectPanels) || (aRow == 1 && block * aDepth * sizeof(T) <= CachedBytes));
        _tileRows = TileRows(across, _packA);
        _rowTiles = CeilDiv(rows, _tileRows);
        (_shortTile, _tallTiles) = Math.DivRem(rows, _rowTiles);
        _directB = b.TryGetStrides(out _, out long bDepth, out long bColumn) && bColumn == 1
            && (_rowTiles <= DirectReads
                || (block * columns * sizeof(T) <= DirectBytes && (bDepth * sizeof(T) <= CloseBytes || bDepth * sizeof(T) % (CloseBytes / 2) != 0)));
        int threads = _parallel ? WorkerPool.Shared.NumThreads : 1;
        bool fewColumns = panels < PartsPerThread * threads
            && (_vectors < LeastVectorsPerThread * threads || rows * block * sizeof(T) > OwnBytes);
        _shareB = _parallel && (_directB || fewColumns);
        _packB = _shareB && !(_directB && columns % Lanes == 0);
        if (_shareB)
        {
            _columnChunks = _rowTiles < 2 * threads ? panels : CeilDiv(panels, 2 * PanelsPerChunk);
            _rowChunks = Math.Min(CeilDiv(PartsPerThread * threads, _columnChunks), _rowTiles);
            if (_packA && _columnChunks == 1)
            {
                _ownA = true;
                _rowChunks = Math.Clamp(rows * block * sizeof(T) / OwnBytes, _rowChunks, _rowTiles);
            }

            return;
        }

        _rowChunks = 1;
        if (_parallel)
        {
            panels = Math.Min(CeilDiv(panels, threads) * threads, _vectors);
            _panels = new ColumnPanels(_vectors, panels, threads);
            long perChunk = Math.Clamp(panels / (ColumnPartsPerThread * threads), 1, PanelsPerChunk);
            _columnChunks = Math.Min(CeilDiv(CeilDiv(panels, perChunk), threads) * threads, panels);
        }
        else
        {
            _columnChunks = CeilDiv(panels, PanelsPerChunk);
        }
    }

    private static int Lanes => GemmMicroKernels<T>.Lanes;

    /// <summary>Runs it, reading the operands from where they are now.</summary>
    public void Run()
    {
        _a.TryGetStrides(out _aOrigin, out _aDepth, out _aRow);
        _b.TryGetStrides(out _bOrigin, out _bDepth, out _bColumn);
        long together = (_packA && !_ownA ? _rows : 0) + (_packB ? _vectors * Lanes : 0);
        long span = together * _depth * sizeof(T) <= SharedBytes ? _depth : Gemm<T>.DepthBlock;
        using var packedA = new Scratch<T>(_packA && !_ownA ? _rows * span : 0);
        using var packedB = new Scratch<T>(_packB ? _vectors * Lanes * span : 0);
        _packedA = packedA.Pointer;
        _packedB = packedB.Pointer;
        long start = 0;
        do
        {
            long from = start, end = Math.Min(start + span, _depth);
            Prepare(from, end);
            Each(_columnChunks * _rowChunks, _parallel, (first, last) => Chunks(first, last, from, end));
            start = end;
        }
        while (start < _depth);
    }

    /// <summary>Vectors across a tile: as wide as leaves rows enough to hide the latency of a multiply-add.</summary>
    private static int TileVectors(long rows, long vectors)
    {
        int widest = GemmMicroKernels<T>.MaxVectors;
        if (vectors > widest && rows <= GemmMicroKernels<T>.MaxRowsOf(widest + 1))
        {
            return widest + 1;
        }

        if (rows > GemmMicroKernels<T>.MaxRowsOf(widest) && rows <= GemmMicroKernels<T>.MaxRowsOf(widest - 1))
        {
            return (int)Math.Min(vectors, widest - 1);
        }

        return vectors <= widest ? (int)vectors : vectors == widest + 1 ? (widest + 1) / 2 : widest;
    }

    /// <summary>Rows of a tile: as many as registers allow, but eight, a vector, rather than a few more where they are packed.</summary>
    private static int TileRows(int across, bool packed)
    {
        int most = GemmMicroKernels<T>.MaxRowsOf(across);
        return packed && most is > 8 and < 12 ? 8 : most;
    }

    private static long CeilDiv(long a, long b) => (a + b - 1) / b;

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

    /// <summary>Packs what all tasks share, for a range of depths.</summary>
    private void Prepare(long start, long end)
    {
        if (_packA && !_ownA)
        {
            Each(CeilDiv(_rowTiles, TilesPerCopy), _parallel && _rows * (end - start) >= ParallelCopy, (from, to) =>
            {
                for (long p0 = start; p0 < end; p0 += Gemm<T>.DepthBlock)
                {
                    PackRows(from * TilesPerCopy, Math.Min(to * TilesPerCopy, _rowTiles), p0, DepthAt(p0, end), SharedA(p0 - start));
                }
            });
        }

        if (_packB)
        {
            Each(_panels.Count, !_directB && _columns * (end - start) >= ParallelCopy, (from, to) =>
            {
                for (long p0 = start; p0 < end; p0 += Gemm<T>.DepthBlock)
                {
                    int depth = DepthAt(p0, end);
                    PackColumns(from, to, p0, depth, SharedB(p0 - start) + PanelStart(from) * depth);
                }
            });
        }
    }

    private static int DepthAt(long p0, long end) => (int)Math.Min(end - p0, Gemm<T>.DepthBlock);

    /// <summary>Where the rows of a block of depths are packed.</summary>
    private T* SharedA(long depthsBefore) => _packedA + depthsBefore * _rows;

    /// <summary>Where the columns of a block of depths are packed, if tasks share them.</summary>
    private T* SharedB(long depthsBefore) => _packedB + depthsBefore * _vectors * Lanes;

    /// <summary>A tile's first row: tiles are as equal as they can be, the taller ones first.</summary>
    private long TileStart(long tile) => tile * _shortTile + Math.Min(tile, _tallTiles);

    /// <summary>A panel's first column.</summary>
    private long PanelStart(long panel) => _panels.Start(panel) * Lanes;

    private void PackRows(long fromTile, long toTile, long p0, int depth, T* destination)
    {
        if (_aRow == 1 && _aOrigin != null)
        {
            PackContiguous(_aOrigin + p0 * _aDepth, _aDepth, depth, fromTile, toTile, TileStart, destination + TileStart(fromTile) * depth);
            return;
        }

        for (long tile = fromTile; tile < toTile; tile++)
        {
            long row = TileStart(tile);
            int rows = (int)(TileStart(tile + 1) - row);
            _a.Pack(p0, depth, row, rows, rows, destination + row * depth);
        }
    }

    /// <summary>Packs the panels that are not read where they are.</summary>
    private void PackColumns(long fromPanel, long toPanel, long p0, int depth, T* destination)
    {
        long first = PanelStart(fromPanel), panel = fromPanel;
        if (_bColumn == 1 && _bOrigin != null)
        {
            long whole = PanelStart(toPanel) <= _columns ? toPanel : toPanel - 1;
            if (!_directB)
            {
                PackContiguous(_bOrigin + p0 * _bDepth, _bDepth, depth, fromPanel, whole, PanelStart, destination);
            }

            panel = whole;
        }

        for (; panel < toPanel; panel++)
        {
            long column = PanelStart(panel), end = PanelStart(panel + 1);
            _b.Pack(p0, depth, column, (int)(Math.Min(end, _columns) - column), (int)(end - column), destination + (column - first) * depth);
        }
    }

    private static void PackContiguous(T* origin, long depthStride, int depth, long from, long to, Func<long, long> startOf, T* destination)
    {
        Span<int> starts = stackalloc int[TilesPerCopy + 1];
        long first = startOf(from);
        for (long tile = from; tile < to; tile += TilesPerCopy)
        {
            long start = startOf(tile);
            int tiles = (int)Math.Min(TilesPerCopy, to - tile);
            for (int i = 0; i <= tiles; i++)
            {
                starts[i] = (int)(startOf(tile + i) - start);
            }

            GemmPacking.PackTiles(origin + start, depthStride, depth, starts[..(tiles + 1)], destination + (start - first) * depth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Chunks(long from, long to, long start, long end)
    {
        long columns = CeilDiv(_panels.Count, _columnChunks) * _panels.Widest * Lanes;
        using var packed = new Scratch<T>(_shareB ? 0 : columns * Math.Clamp(end - start, 1, Gemm<T>.DepthBlock));
        using var packedRows = new Scratch<T>(_ownA ? CeilDiv(_rowTiles, _rowChunks) * _tileRows * Math.Min(end - start, Gemm<T>.DepthBlock) : 0);
        for (long chunk = from; chunk < to; chunk++)
        {
            long columnChunk = chunk / _rowChunks, rowChunk = chunk % _rowChunks;
            long firstPanel = columnChunk * _panels.Count / _columnChunks, lastPanel = (columnChunk + 1) * _panels.Count / _columnChunks;
            long firstTile = rowChunk * _rowTiles / _rowChunks, lastTile = (rowChunk + 1) * _rowTiles / _rowChunks;
            long p0 = start;
            do
            {
                int depth = DepthAt(p0, end);
                T* b = _shareB ? SharedB(p0 - start) + PanelStart(firstPanel) * depth : packed.Pointer;
                if (!_shareB)
                {
                    PackColumns(firstPanel, lastPanel, p0, depth, b);
                }

                T* a = _ownA ? packedRows.Pointer - TileStart(firstTile) * depth : SharedA(p0 - start);
                if (_ownA)
                {
                    PackRows(firstTile, lastTile, p0, depth, a);
                }

                for (long tile = firstTile; tile < lastTile; tile++)
                {
                    Tile(tile, firstPanel, lastPanel, p0, depth, a, b);
                }

                p0 += depth;
            }
            while (p0 < end);
        }
    }

    /// <summary>A row tile and a run of panels.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tile(long tile, long firstPanel, long lastPanel, long p0, int depth, T* packedA, T* packedB)
    {
        T* spill = stackalloc T[_tileRows * (int)_panels.Widest * Lanes];
        long row = TileStart(tile);
        int rows = (int)(TileStart(tile + 1) - row);
        T* a = _packA ? packedA + row * depth : _aOrigin + p0 * _aDepth + row * _aRow;
        nint aRow = (nint)(_aRow * sizeof(T)), aDepth = (nint)(_aDepth * sizeof(T));
        int accumulate = p0 > 0 ? 1 : 0;
        long first = PanelStart(firstPanel), column = first;
        for (long panel = firstPanel; panel < lastPanel;)
        {
            // Panels of the same width with all their columns run together, where the result's columns lie side by side that far.
            var width = (int)(PanelStart(panel + 1) - column);
            long last = _panels.EndOfWidth(panel, lastPanel);
            last = PanelStart(last) > _columns ? Math.Max(last - 1, panel + 1) : last;
            last = p0 + depth == _depth && _c.Expect(row, rows, column, Math.Min(width, _columns - column)) ? panel + 1 : last;
            long end = PanelStart(last);
            bool whole = end <= _columns;
            long stride = 0;
            T* c = whole ? _c.Row(row, column, (int)(end - column), out stride) : null;
            if (c == null && last > panel + 1)
            {
                (last, end) = (panel + 1, column + width);
                c = _c.Row(row, column, width, out stride);
            }

            bool direct = _directB && whole;
            T* b = direct ? _bOrigin + p0 * _bDepth + column : packedB + (column - first) * depth;
            nint bDepth = (nint)((direct ? _bDepth : width) * sizeof(T)), bPanel = (nint)width * sizeof(T) * (direct ? 1 : depth);
            GemmMicroKernel kernel = GemmMicroKernels<T>.Get(rows, width / Lanes, _packA);
            if (c != null)
            {
                kernel((byte*)a, aRow, aDepth, (byte*)b, bDepth, depth, (byte*)c, (nint)(stride * sizeof(T)), accumulate, (nint)(last - panel), bPanel);
            }
            else
            {
                kernel((byte*)a, aRow, aDepth, (byte*)b, bDepth, depth, (byte*)spill, width * sizeof(T), 0);
                _c.Put(row, rows, column, (int)(Math.Min(end, _columns) - column), spill, width, accumulate != 0);
            }

            (panel, column) = (last, end);
        }

        if (p0 + depth == _depth)
        {
            _c.Finish(row, rows, first, Math.Min(column, _columns) - first);
        }
    }
}
