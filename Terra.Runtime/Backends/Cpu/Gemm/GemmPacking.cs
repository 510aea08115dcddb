using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Copies of parts of matrices into the order in which GEMM's inner kernels read them.</summary>
internal static unsafe class GemmPacking
{
    /// <summary>How many depths before it is read a row is asked for.</summary>
    private const int DepthsAhead = 8;

    /// <summary>destination[p * width + x] = from[p * stride + x] for p &lt; rows and x &lt; count; zeros up to <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows<T>(T* from, long stride, int rows, int count, T* destination, int width)
        where T : unmanaged
    {
        int wide = 64 / sizeof(T), whole = count / wide * wide, rest = count - whole;
        Vector512<T> isThere = sizeof(T) == sizeof(float)
            ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(rest)).As<int, T>()
            : Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)rest)).As<long, T>();
        for (int p = 0; p < rows; p++)
        {
            int x = 0;
            for (; x < whole; x += wide)
            {
                Vector512.Load(from + x).Store(destination + x);
            }

            if (rest != 0 && x + wide <= width && (rows - 1 - p) * stride + rest >= wide)
            {
                // What is read too much belongs to later rows.
                (Vector512.Load(from + x) & isThere).Store(destination + x);
                x += wide;
            }

            for (; x < count; x++)
            {
                destination[x] = from[x];
            }

            for (; x < width; x++)
            {
                destination[x] = default;
            }

            from += stride;
            destination += width;
        }
    }

    /// <summary>As <see cref="CopyRows"/> without the zeros, for elements that lie anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GatherRows<T>(T* from, long rowStride, long stride, int rows, int count, T* destination, int width)
        where T : unmanaged
    {
        for (int x = 0; x < count; x++)
        {
            T* at = from + x * stride;
            for (int p = 0; p < rows; p++)
            {
                destination[(long)p * width + x] = at[p * rowStride];
            }
        }
    }

    /// <summary>Zeros the first <paramref name="count"/> elements of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ClearColumns<T>(T* destination, int rows, int count, int width)
        where T : unmanaged
    {
        for (int p = 0; p < rows; p++)
        {
            for (int x = 0; x < count; x++)
            {
                destination[x] = default;
            }

            destination += width;
        }
    }

    /// <summary>
    /// Packs row tiles of a left operand, or panels of a right one, whose rows (columns) lie side by side: tile after tile, in each depth after depth
    /// its rows. All tiles of a depth are read before the next depth, which lies far off in memory.
    /// </summary>
    /// <param name="from">The first row at the first depth.</param>
    /// <param name="tileStarts">First row of each tile, and behind the last the number of rows, counted from <paramref name="from"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackTiles<T>(T* from, long depthStride, int depth, ReadOnlySpan<int> tileStarts, T* destination)
        where T : unmanaged
    {
        int wide = 64 / sizeof(T), half = 32 / sizeof(T), quarter = 16 / sizeof(T), tiles = tileStarts.Length - 1;
        if (sizeof(T) == sizeof(float) && tileStarts[tiles] == tiles * 8 && tileStarts[1] == 8)
        {
            PackEights((float*)from, depthStride, depth, tiles, (float*)destination);
            return;
        }

        for (int p = 0; p < depth; p++)
        {
            for (int tile = 0; tile + 1 < tileStarts.Length; tile++)
            {
                int start = tileStarts[tile], rows = tileStarts[tile + 1] - start;
                T* source = from + start, to = destination + (long)start * depth + (long)p * rows;
                int x = 0;
                for (; x + wide <= rows; x += wide)
                {
                    Vector512.Load(source + x).Store(to + x);
                }

                if (x + half <= rows)
                {
                    Vector256.Load(source + x).Store(to + x);
                    x += half;
                }

                if (x + quarter <= rows)
                {
                    Vector128.Load(source + x).Store(to + x);
                    x += quarter;
                }

                for (; x < rows; x++)
                {
                    to[x] = source[x];
                }
            }

            from += depthStride;
        }
    }

    /// <summary>As <see cref="PackTiles"/>, all tiles of eight rows: two depths fill a cache line of a tile. Rows of depths to come are asked for early.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackEights(float* from, long depthStride, int depth, int tiles, float* destination)
    {
        int p = 0;
        for (; p + 2 <= depth; p += 2)
        {
            float* to = destination, ahead = from + DepthsAhead * depthStride;
            for (int tile = 0; tile < tiles; tile++)
            {
                if (Sse.IsSupported && tile % 2 == 0)
                {
                    Sse.Prefetch0(ahead + tile * 8);
                    Sse.Prefetch0(ahead + depthStride + tile * 8);
                }

                Vector512.Create(Vector256.Load(from + tile * 8), Vector256.Load(from + depthStride + tile * 8)).Store(to);
                to += depth * 8;
            }

            from += 2 * depthStride;
            destination += 16;
        }

        if (p < depth)
        {
            for (int tile = 0; tile < tiles; tile++)
            {
                Vector256.Load(from + tile * 8).Store(destination + (long)tile * depth * 8);
            }
        }
    }
}
