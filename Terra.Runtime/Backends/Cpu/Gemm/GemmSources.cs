using System.Runtime.CompilerServices;

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

/// <summary>A matrix in memory.</summary>
internal abstract unsafe class MatrixSource<T>(void* origin) : GemmSource<T>
    where T : unmanaged
{
    /// <summary>Where the matrix begins; a batch of matrices is read by moving it.</summary>
    public void* Origin { get; set; } = origin;
}

/// <summary>A matrix in memory with any strides.</summary>
internal sealed unsafe class StridedSource<T>(T* origin, long depthStride, long stride) : MatrixSource<T>(origin)
    where T : unmanaged
{
    public override bool TryGetStrides(out T* first, out long perDepth, out long perElement)
    {
        first = (T*)Origin;
        perDepth = depthStride;
        perElement = stride;
        return true;
    }

    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        T* from = (T*)Origin + p0 * depthStride + x0 * stride;
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

/// <summary>A matrix in memory with any strides, of 16-bit floating-point numbers that become float32 as they are packed.</summary>
internal sealed unsafe class NarrowSource<TElements>(short* origin, long depthStride, long stride) : MatrixSource<float>(origin)
    where TElements : struct, IElements<short, float>
{
    /// <summary>Depths that are turned over at once: in the first-level cache, where tiles and panels are as wide as they are.</summary>
    private const int DepthsAtOnce = 128;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(long p0, int depth, long x0, int count, int width, float* destination)
    {
        short* from = (short*)Origin + (p0 * depthStride) + (x0 * stride);
        if (stride == 1)
        {
            for (int p = 0; p < depth; p++, from += depthStride, destination += width)
            {
                NarrowElements.Widen<TElements>(from, count, destination);
                new Span<float>(destination + count, width - count).Clear();
            }
        }
        else if (depthStride == 1)
        {
            using var rows = new Scratch<float>((long)count * DepthsAtOnce);
            for (int p = 0; p < depth; p += DepthsAtOnce)
            {
                int depths = Math.Min(DepthsAtOnce, depth - p);
                for (int x = 0; x < count; x++)
                {
                    NarrowElements.Widen<TElements>(from + (x * stride) + p, depths, rows.Pointer + ((long)x * depths));
                }

                new StridedSource<float>(rows.Pointer, 1, depths).Pack(0, depths, 0, count, width, destination + ((long)p * width));
            }
        }
        else
        {
            for (int p = 0; p < depth; p++, from += depthStride, destination += width)
            {
                for (int x = 0; x < width; x++)
                {
                    destination[x] = x < count ? TElements.Read(from + (x * stride)) : 0;
                }
            }
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
