using System.Numerics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Matrix multiplication for float and double: c[i, j] = sum over p of a(p, i) * b(p, j). An element's sum runs in the order of p, in blocks of
/// <see cref="DepthBlock"/> whose sums are added one after another, each product by one fused multiply-add. That order depends on nothing but the
/// depth: not on strides, tiles, neighbours or the number of threads.
/// </summary>
internal static unsafe class Gemm<T>
    where T : unmanaged, INumber<T>
{
    public static int DepthBlock => 2048 / sizeof(T);

    /// <summary>Runs the multiplication; all sizes may be zero (depth zero gives zeros).</summary>
    public static void Run(long rows, long columns, long depth, GemmSource<T> a, GemmSource<T> b, GemmTarget<T> c)
    {
        if (rows != 0 && columns != 0)
        {
            new GemmJob<T>(rows, columns, depth, a, b, c).Run();
        }
    }
}
