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

    /// <summary>
    /// Called before the last sums of a block of the result. True if something that finishing it takes is now on its way from memory, which small blocks hide best.
    /// </summary>
    public virtual bool Expect(long row, long rows, long column, long columns) => false;

    /// <summary>Called once for each block of the result when its sums are complete.</summary>
    public virtual void Finish(long row, long rows, long column, long columns)
    {
    }
}
