using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A matrix times a vector, for float and double: result[i] = sum over p of a(i, p) * x(p). The products of an element are summed in as many lanes
/// as a 64-byte vector has, product p in lane p modulo that, each by one fused multiply-add, and the lanes as a tree: the same order whichever
/// way the matrix lies in memory, on every vector width and for every number of threads. Matrix and vector may be stored in a narrower type.
/// </summary>
[SkipLocalsInit]
internal static unsafe class MatrixVector<T, TStored, TElements>
    where T : unmanaged, INumber<T>
    where TStored : unmanaged
    where TElements : struct, IElements<TStored, T>
{
    /// <summary>Elements of the matrix that are worth a thread.</summary>
    private const long ElementsPerPart = 1 << 15;

    /// <summary>Most results whose lanes are kept at once: they fit into the second-level cache, and each row's piece is long enough to be foreseen.</summary>
    private const int ColumnBlock = 2048;

    /// <summary>Depths that are summed at once where results lie side by side, and rows that are copied at once.</summary>
    private const int Together = 8;

    private static int Lanes => Vector512<T>.Count;

    /// <summary>Computes <paramref name="count"/> results, of contiguous memory, each a sum over <paramref name="depth"/> products.</summary>
    /// <param name="a">Element (i, p) lies at <c>a[i * aStride + p * aDepth]</c>.</param>
    /// <param name="x">Element p lies at <c>x[p * xStride]</c>.</param>
    /// <param name="finish">The results as a matrix of one row, finished range by range.</param>
    public static void Run(TStored* a, long aStride, long aDepth, TStored* x, long xStride, long count, long depth, T* result, MatrixTarget<T> finish)
    {
        if (count == 1 && aDepth == 1 && xStride == 1)
        {
            *result = Dot(a, x, depth);
            finish.Finish(0, 1, 0, 1);
            return;
        }

        using var vector = new Scratch<T>(Math.Max((depth + Lanes - 1) / Lanes * Lanes, Lanes));
        T* factors = vector.Pointer;
        Factors(x, xStride, depth, factors);
        bool columns = aStride == 1 && aDepth != 1;
        long grain = ElementsPerPart / Math.Max(depth, 1) / Lanes * Lanes;
        if (columns)
        {
            // As wide as it can be: a part reads a piece of each row, and longer pieces are foreseen better.
            long threads = WorkerPool.Shared.NumThreads, each = (count + threads * Lanes - 1) / (threads * Lanes) * Lanes;
            grain = Math.Max(grain, Math.Clamp(each, 4 * Lanes, ColumnBlock));
        }

        grain = Math.Max(grain, Together);
        WorkerPool.Shared.For(count, grain, (from, to) =>
        {
            if (columns)
            {
                for (long i = from; i < to; i += ColumnBlock)
                {
                    Columns(a + i, aDepth, factors, (int)Math.Min(ColumnBlock, to - i), depth, result + i);
                }
            }
            else
            {
                Rows(a, aStride, aDepth, factors, from, to, depth, result);
            }

            finish.Finish(0, 1, from, to - from);
        });
    }

    /// <summary>The vector, contiguous and made up to whole vectors by zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Factors(TStored* x, long stride, long depth, T* factors)
    {
        long p = 0;
        for (; stride == 1 && p + Lanes <= depth; p += Lanes)
        {
            TElements.Load(x + p).Store(factors + p);
        }

        for (; p < depth || p % Lanes != 0; p++)
        {
            factors[p] = p < depth ? TElements.Read(x + p * stride) : T.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), sum.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), sum.AsDouble()).As<double, T>();

    /// <summary>The sum of the lanes: halves onto each other until one is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Tree(Vector512<T> lanes)
    {
        Vector256<T> half = lanes.GetLower() + lanes.GetUpper();
        Vector128<T> quarter = half.GetLower() + half.GetUpper();
        if (sizeof(T) == sizeof(float))
        {
            Vector128<float> four = quarter.AsSingle();
            quarter = (four + Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3))).As<float, T>();
        }

        return quarter[0] + quarter[1];
    }

    /// <summary>Rows that are contiguous, four at a time; others by way of a contiguous copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(TStored* a, long aStride, long aDepth, T* x, long from, long to, long depth, T* result)
    {
        using var copies = new Scratch<TStored>(aDepth == 1 ? Lanes : Together * (depth + Lanes));
        for (long i = from; i < to; i += Together)
        {
            int rows = (int)Math.Min(Together, to - i);
            TStored* origin = a + i * aStride;
            long stride = aStride;
            if (aDepth != 1)
            {
                stride = depth;
                MatrixGather(origin, aStride, aDepth, rows, depth, copies.Pointer);
                origin = copies.Pointer;
            }

            int r = 0;
            for (; r + 4 <= rows; r += 4)
            {
                FourRows(origin + r * stride, stride, x, depth, result + i + r);
            }

            for (; r < rows; r++)
            {
                result[i + r] = Row(origin + r * stride, x, depth);
            }
        }
    }

    private static void MatrixGather(TStored* from, long rowStride, long stride, int rows, long columns, TStored* to)
    {
        for (int r = 0; r < rows; r++)
        {
            for (long c = 0; c < columns; c++)
            {
                to[r * columns + c] = from[r * rowStride + c * stride];
            }
        }
    }

    /// <summary>
    /// Four rows, two vectors of each at a time, one after the other into the same sum. More rows at once would be more streams than processors foresee.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(TStored* a, long stride, T* x, long depth, T* result)
    {
        Vector512<T> s0 = default, s1 = default, s2 = default, s3 = default;
        long p = 0;
        for (; p + 2 * Lanes <= depth; p += 2 * Lanes)
        {
            TStored* next = a + p + Lanes;
            Vector512<T> factor = Vector512.Load(x + p), nextFactor = Vector512.Load(x + p + Lanes);
            s0 = MultiplyAdd(TElements.Load(a + p), factor, s0);
            s1 = MultiplyAdd(TElements.Load(a + p + stride), factor, s1);
            s2 = MultiplyAdd(TElements.Load(a + p + 2 * stride), factor, s2);
            s3 = MultiplyAdd(TElements.Load(a + p + 3 * stride), factor, s3);
            s0 = MultiplyAdd(TElements.Load(next), nextFactor, s0);
            s1 = MultiplyAdd(TElements.Load(next + stride), nextFactor, s1);
            s2 = MultiplyAdd(TElements.Load(next + 2 * stride), nextFactor, s2);
            s3 = MultiplyAdd(TElements.Load(next + 3 * stride), nextFactor, s3);
        }

        if (p + Lanes <= depth)
        {
            Vector512<T> factor = Vector512.Load(x + p);
            s0 = MultiplyAdd(TElements.Load(a + p), factor, s0);
            s1 = MultiplyAdd(TElements.Load(a + p + stride), factor, s1);
            s2 = MultiplyAdd(TElements.Load(a + p + 2 * stride), factor, s2);
            s3 = MultiplyAdd(TElements.Load(a + p + 3 * stride), factor, s3);
            p += Lanes;
        }

        int rest = (int)(depth - p);
        result[0] = Tree(Rest(a + p, x + p, rest, s0));
        result[1] = Tree(Rest(a + p + stride, x + p, rest, s1));
        result[2] = Tree(Rest(a + p + 2 * stride, x + p, rest, s2));
        result[3] = Tree(Rest(a + p + 3 * stride, x + p, rest, s3));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Row(TStored* a, T* x, long depth)
    {
        Vector512<T> sum = default;
        long p = 0;
        for (; p + Lanes <= depth; p += Lanes)
        {
            sum = MultiplyAdd(TElements.Load(a + p), Vector512.Load(x + p), sum);
        }

        return Tree(Rest(a + p, x + p, (int)(depth - p), sum));
    }

    /// <summary>As <see cref="Row"/>, of a vector that is not copied: it is read only once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Dot(TStored* a, TStored* x, long depth)
    {
        Vector512<T> sum = default;
        long p = 0;
        for (; p + Lanes <= depth; p += Lanes)
        {
            sum = MultiplyAdd(TElements.Load(a + p), TElements.Load(x + p), sum);
        }

        int rest = (int)(depth - p);
        return Tree(rest == 0 ? sum : MultiplyAdd(Part(a + p, rest), Part(x + p, rest), sum));
    }

    /// <summary>The last products, fewer than there are lanes: the other lanes add a product of zeros.</summary>
    private static Vector512<T> Rest(TStored* a, T* x, int count, Vector512<T> sum) =>
        count == 0 ? sum : MultiplyAdd(Part(a, count), Vector512.Load(x), sum);

    private static Vector512<T> Part(TStored* from, int count)
    {
        TStored* all = stackalloc TStored[Lanes];
        new Span<TStored>(all, Lanes).Clear();
        for (int i = 0; i < count; i++)
        {
            all[i] = from[i];
        }

        return TElements.Load(all);
    }

    /// <summary>Results that lie side by side in each depth: their sums are kept lane by lane in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(TStored* a, long aDepth, T* x, int count, long depth, T* result)
    {
        int width = (count + Lanes - 1) / Lanes * Lanes;
        using var scratch = new Scratch<T>(Lanes * width);
        T* sums = scratch.Pointer;
        new Span<T>(sums, Lanes * width).Clear();
        long p = 0;
        for (long block = Lanes * Together; p + block <= depth; p += block)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                AddEightRows(a + (p + lane) * aDepth, aDepth * Lanes, x + p + lane, count, sums + lane * width, (depth - 1 - p - lane) * aDepth);
            }
        }

        for (; p < depth; p++)
        {
            AddRow(a + p * aDepth, x[p], count, sums + p % Lanes * width, (depth - 1 - p) * aDepth);
        }

        long rest = depth % Lanes;
        for (long lane = rest == 0 ? Lanes : rest; lane < Lanes; lane++)
        {
            for (int i = 0; i < width; i += Lanes)
            {
                (Vector512.Load(sums + lane * width + i) + Vector512<T>.Zero).Store(sums + lane * width + i);
            }
        }

        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half * width; i += Lanes)
            {
                (Vector512.Load(sums + i) + Vector512.Load(sums + half * width + i)).Store(sums + i);
            }
        }

        new ReadOnlySpan<T>(sums, count).CopyTo(new Span<T>(result, count));
    }

    /// <summary>Adds a depth's products to one lane of the sums.</summary>
    /// <param name="behind">So many elements from the row's first to the last row's first: what may be read behind the row. The sums it goes into are nobody's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(TStored* a, T x, int count, T* sum, long behind)
    {
        Vector512<T> factor = Vector512.Create(x);
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            MultiplyAdd(TElements.Load(a + i), factor, Vector512.Load(sum + i)).Store(sum + i);
        }

        if (i < count)
        {
            Vector512<T> last = behind + count - i >= Lanes ? TElements.Load(a + i) : Part(a + i, count - i);
            MultiplyAdd(last, factor, Vector512.Load(sum + i)).Store(sum + i);
        }
    }

    /// <summary>As <see cref="AddRow"/> for eight depths of the same lane, one after another, so that sums are read and written once for all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddEightRows(TStored* a, long stride, T* x, int count, T* sum, long behind)
    {
        TStored* a4 = a + 4 * stride;
        Vector512<T> x0 = Vector512.Create(x[0]), x1 = Vector512.Create(x[Lanes]), x2 = Vector512.Create(x[2 * Lanes]), x3 = Vector512.Create(x[3 * Lanes]);
        Vector512<T> x4 = Vector512.Create(x[4 * Lanes]), x5 = Vector512.Create(x[5 * Lanes]), x6 = Vector512.Create(x[6 * Lanes]), x7 = Vector512.Create(x[7 * Lanes]);
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector512<T> s = MultiplyAdd(TElements.Load(a + i), x0, Vector512.Load(sum + i));
            s = MultiplyAdd(TElements.Load(a + i + stride), x1, s);
            s = MultiplyAdd(TElements.Load(a + i + 2 * stride), x2, s);
            s = MultiplyAdd(TElements.Load(a + i + 3 * stride), x3, s);
            s = MultiplyAdd(TElements.Load(a4 + i), x4, s);
            s = MultiplyAdd(TElements.Load(a4 + i + stride), x5, s);
            s = MultiplyAdd(TElements.Load(a4 + i + 2 * stride), x6, s);
            s = MultiplyAdd(TElements.Load(a4 + i + 3 * stride), x7, s);
            s.Store(sum + i);
        }

        if (i < count)
        {
            for (int r = 0; r < Together; r++)
            {
                AddRow(a + i + r * stride, x[r * Lanes], count - i, sum + i, behind - r * stride);
            }
        }
    }
}
