namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The images of a convolution in the layout its matrix products read and write: row-major [image, channel, pixel], or with the images innermost,
/// [channel, pixel, image]. In small images rows are too short to be copied quickly; what a tap reads of all images lies side by side in the second layout.
/// </summary>
internal unsafe struct ConvolutionImages<T> : IDisposable
    where T : unmanaged
{
    private readonly T* _rowMajor;
    private readonly long _batch;
    private readonly long _perImage;
    private readonly bool _innermost;
    private Scratch<T> _turned;

    private ConvolutionImages(T* rowMajor, long batch, long perImage, bool innermost)
    {
        (_batch, _perImage, _innermost) = (batch, perImage, innermost);
        Pointer = _rowMajor = rowMajor;
        if (innermost)
        {
            _turned = new Scratch<T>(batch * perImage);
            Pointer = _turned.Pointer;
        }
    }

    public T* Pointer { get; }

    /// <summary>Images to be read, given row-major.</summary>
    public static ConvolutionImages<T> Read(T* rowMajor, long batch, long perImage, bool innermost)
    {
        var images = new ConvolutionImages<T>(rowMajor, batch, perImage, innermost);
        if (innermost)
        {
            ImagesInnermost.Turn(rowMajor, batch, perImage, images.Pointer);
        }

        return images;
    }

    /// <summary>Images to be written; <see cref="WriteBack"/> puts them where the row-major result is.</summary>
    public static ConvolutionImages<T> ForResult(T* rowMajor, long batch, long perImage, bool innermost) => new(rowMajor, batch, perImage, innermost);

    public readonly void WriteBack()
    {
        if (_innermost)
        {
            ImagesInnermost.Turn(Pointer, _perImage, _batch, _rowMajor);
        }
    }

    public void Dispose() => _turned.Dispose();
}

/// <summary>When a convolution has the images innermost, and how they get there.</summary>
internal static unsafe class ImagesInnermost
{
    private const long LeastBatch = 16;
    private const long WidestImage = 16;

    /// <summary>Columns of a block that stays in the first-level cache while it is turned.</summary>
    private const long Block = 64;
    private const long ElementsPerTask = 131072;

    /// <summary>Whether the rows of the images are short, and the batch is long enough to make up for it.</summary>
    public static bool Pays(ConvolutionGeometry g) =>
        g.KernelPixels > 1 && g.OutWidth <= WidestImage && g.Batch >= Math.Max(LeastBatch, 2 * g.OutWidth);

    /// <summary>The transpose of a row-major matrix.</summary>
    public static void Turn<T>(T* from, long rows, long columns, T* to)
        where T : unmanaged
    {
        bool wide = columns >= rows;
        long length = wide ? columns : rows, blocks = (length + Block - 1) / Block;
        WorkerPool.Shared.For(blocks, Math.Max(1, ElementsPerTask / (Block * Math.Max(1, Math.Min(rows, columns)))), (first, end) =>
        {
            for (long block = first; block < end; block++)
            {
                long at = block * Block, count = Math.Min(Block, length - at);
                if (wide)
                {
                    MatrixTranspose.Run(from + at, columns, rows, count, to + at * rows, rows);
                }
                else
                {
                    MatrixTranspose.Run(from + at * columns, columns, count, columns, to + at, rows);
                }
            }
        });
    }
}
