namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// One operand of a GEMM, as a matrix of elements (p, x): p is the depth that is summed over, x the row of the left operand or the column of
/// the right one. The matrix need not exist in memory: convolution's patches do not.
/// </summary>
internal abstract unsafe class GemmSource<T>
    where T : unmanaged
{
    /// <summary>
    /// Writes the elements with p0 ≤ p &lt; p0 + depth and x0 ≤ x &lt; x0 + count to
    /// <c>destination[(p - p0) * width + (x - x0)]</c>, and zeros for the rest of each row of <paramref name="width"/>.
    /// </summary>
    public abstract void Pack(long p0, int depth, long x0, int count, int width, T* destination);

    /// <summary>Where the elements lie, if that is a matter of two strides: element (p, x) at <c>origin[p * depthStride + x * stride]</c>.</summary>
    public virtual bool TryGetStrides(out T* origin, out long depthStride, out long stride)
    {
        origin = null;
        depthStride = stride = 0;
        return false;
    }
}

/// <summary>A matrix in memory with any strides.</summary>
internal sealed unsafe class StridedSource<T>(T* origin, long depthStride, long stride) : GemmSource<T>
    where T : unmanaged
{
    public override bool TryGetStrides(out T* first, out long perDepth, out long perElement)
    {
        first = Origin;
        perDepth = depthStride;
        perElement = stride;
        return true;
    }

    /// <summary>Where the matrix begins; a batch of matrices is read by moving it.</summary>
    public T* Origin { get; set; } = origin;

    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        T* from = Origin + p0 * depthStride + x0 * stride;
        if (stride == 1)
        {
            GemmPacking.CopyRows(from, depthStride, depth, count, destination, width);
            return;
        }

        if (depthStride == 1 && width * sizeof(T) % 64 == 0 && (width - count) * sizeof(T) < 64)
        {
            MatrixTranspose.RunPadded(from, stride, count, depth, destination, width);
            return;
        }

        if (count < width)
        {
            GemmPacking.ClearColumns(destination + count, depth, width - count, width);
        }

        if (depthStride == 1)
        {
            MatrixTranspose.Run(from, stride, count, depth, destination, width);
        }
        else
        {
            GemmPacking.GatherRows(from, depthStride, stride, depth, count, destination, width);
        }
    }
}

/// <summary>Another source with depth and the other index exchanged.</summary>
internal sealed unsafe class TransposedSource<T>(GemmSource<T> inner) : GemmSource<T>
    where T : unmanaged
{
    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        using var rows = new Scratch<T>((long)count * depth);
        inner.Pack(x0, count, p0, depth, depth, rows.Pointer);
        new StridedSource<T>(rows.Pointer, 1, depth).Pack(0, depth, 0, count, width, destination);
    }
}
