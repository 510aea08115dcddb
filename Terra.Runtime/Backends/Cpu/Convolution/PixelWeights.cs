namespace Terra.Runtime.Backends.Cpu;

/// <summary>The weights of convolutions whose vectors run over pixels, as <see cref="PixelKernels{T}"/> read them: [group, tile of results, term, result of the tile].</summary>
internal static unsafe class PixelWeights<T>
    where T : unmanaged
{
    private const long ElementsPerTask = 1 << 16;

    /// <summary>Tiles of a group's results that are at most so tall.</summary>
    public static long Tiles(long results, int tileRows) => (results + tileRows - 1) / tileRows;

    /// <summary>A tile's first result: tiles are as equal as they can be.</summary>
    public static long TileStart(long tile, long tiles, long results) => tile * results / tiles;

    /// <summary>Packs [group, result, term], or with <paramref name="turned"/> (for a data gradient) [group, term, result].</summary>
    public static void Pack(T* weight, long groups, long terms, long results, int tileRows, bool turned, T* packed)
    {
        long tiles = Tiles(results, tileRows);
        WorkerPool.Shared.For(groups * tiles, Math.Max(1, ElementsPerTask / Math.Max(1, tileRows * terms)), (from, to) =>
        {
            for (long i = from; i < to; i++)
            {
                long row = TileStart(i % tiles, tiles, results), rows = TileStart(i % tiles + 1, tiles, results) - row;
                T* source = weight + i / tiles * results * terms, target = packed + (i / tiles * results + row) * terms;
                if (turned)
                {
                    PixelLines<T>.Copy(source + row, results, terms, rows, target, rows);
                }
                else
                {
                    MatrixTranspose.Run(source + row * terms, terms, rows, terms, target, rows);
                }
            }
        });
    }
}
