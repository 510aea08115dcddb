using System.Numerics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Where a GEMM writes its result.</summary>
internal abstract unsafe class GemmTarget<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>The address of element (row, column) if the next <paramref name="columns"/> columns lie side by side there, else null.</summary>
    public abstract T* Row(long row, long column, int columns, out long rowStride);

    /// <summary>Writes, or with <paramref name="accumulate"/> adds, a tile whose columns do not lie side by side.</summary>
    public abstract void Put(long row, int rows, long column, int columns, T* tile, int tileWidth, bool accumulate);

    /// <summary>Called once for each block of the result when its sums are complete.</summary>
    public virtual void Finish(long row, long rows, long column, long columns)
    {
    }
}

/// <summary>Pixels of a plane in lines: <c>Lines</c> of <c>Length</c> pixels each, whose first pixels and neighbours lie so many elements apart.</summary>
internal readonly record struct PixelGrid(long Lines, long Length, long LineStride, long Step);

/// <summary>
/// Images as the columns of a matrix: column n * pixels + i is pixel i (of those in the grid) of image n, row r is channel r. A bias of one
/// number a channel is added at the end.
/// </summary>
internal sealed unsafe class ImageTarget<T>(T* origin, long channelStride, long imageStride, PixelGrid grid, T* bias) : GemmTarget<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Whole planes.</summary>
    public ImageTarget(T* origin, long pixels, long imageStride, T* bias)
        : this(origin, pixels, imageStride, new PixelGrid(1, pixels, pixels, 1), bias)
    {
    }

    public override T* Row(long row, long column, int columns, out long rowStride)
    {
        rowStride = channelStride;
        return grid.Step == 1 && column % grid.Length + columns <= grid.Length ? At(column) + row * channelStride : null;
    }

    public override void Put(long row, int rows, long column, int columns, T* tile, int tileWidth, bool accumulate)
    {
        for (int done = 0; done < columns;)
        {
            int run = (int)Math.Min(columns - done, grid.Length - (column + done) % grid.Length);
            for (int r = 0; r < rows; r++)
            {
                T* to = At(column + done) + (row + r) * channelStride;
                T* from = tile + r * tileWidth + done;
                for (long c = 0; c < run; c++)
                {
                    T* at = to + c * grid.Step;
                    *at = accumulate ? *at + from[c] : from[c];
                }
            }

            done += run;
        }
    }

    public override void Finish(long row, long rows, long column, long columns)
    {
        if (bias == null)
        {
            return;
        }

        for (long done = 0; done < columns;)
        {
            long run = Math.Min(columns - done, grid.Length - (column + done) % grid.Length);
            for (long r = row; r < row + rows; r++)
            {
                T* to = At(column + done) + r * channelStride;
                T add = bias[r];
                for (long c = 0; c < run; c++)
                {
                    to[c * grid.Step] += add;
                }
            }

            done += run;
        }
    }

    private T* At(long column)
    {
        long line = column / grid.Length;
        return origin + line / grid.Lines * imageStride + line % grid.Lines * grid.LineStride + column % grid.Length * grid.Step;
    }
}
