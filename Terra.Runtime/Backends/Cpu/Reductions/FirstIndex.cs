using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>The second half of arg-reductions: where, in row-major order of the reduced dimensions, a known value occurs first.</summary>
internal static unsafe class FirstIndex
{
    private const int Chunk = 1024;

    /// <param name="producer">Converts the input to the dtype of <paramref name="values"/>.</param>
    /// <param name="input">What was reduced.</param>
    /// <param name="reduced">For each dimension of the input, whether it is reduced.</param>
    /// <param name="values">Contiguous; each occurs among the elements it stands for. NaN stands for the first NaN.</param>
    /// <param name="indices">Contiguous Int64, one for each value.</param>
    public static void Find(PointwiseProgram producer, TensorImpl input, ReadOnlySpan<bool> reduced, TensorImpl values, TensorImpl indices)
    {
        if (values.NumberOfElements == 0)
        {
            return;
        }

        ReductionSource source = ReductionSource.Create(PointwiseKernel.Get(producer), [input], input.Sizes, reduced, null);
        switch (values.DType)
        {
            case DType.Float32:
                Find(source, (float*)values.Pointer, (long*)indices.Pointer);
                break;
            case DType.Float64:
                Find(source, (double*)values.Pointer, (long*)indices.Pointer);
                break;
            case DType.Int64:
                Find(source, (long*)values.Pointer, (long*)indices.Pointer);
                break;
            default:
                Find(source, (int*)values.Pointer, (long*)indices.Pointer);
                break;
        }
    }

    private static void Find<T>(ReductionSource source, T* values, long* indices)
        where T : unmanaged, INumber<T>
    {
        long grain = Math.Max(1, PointwiseKernel.ParallelGrain / Math.Max(1, source.Rows * source.Columns));
        var (valuesAddress, indicesAddress) = ((nint)values, (nint)indices);
        WorkerPool.Shared.For(source.Outer, grain, (from, to) =>
        {
            for (long outer = from; outer < to; outer++)
            {
                long first = outer * source.Columns;
                if (source.ByColumns)
                {
                    FindInColumns(source, outer, (T*)valuesAddress + first, (long*)indicesAddress + first);
                }
                else
                {
                    ((long*)indicesAddress)[outer] = FindInRun(source, outer, ((T*)valuesAddress)[outer]);
                }
            }
        });
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long FindInRun<T>(ReductionSource source, long outer, T value)
        where T : unmanaged, INumber<T>
    {
        T* buffer = stackalloc T[Chunk + 64];
        for (long start = 0; start < source.Rows; start += Chunk)
        {
            long count = Math.Min(Chunk, source.Rows - start), first = (outer * source.Rows) + start;
            T* data = (T*)source.InPlace(first, count);
            if (data is null)
            {
                source.Read(first, first + count, (byte*)buffer);
                data = buffer;
            }

            for (int i = 0; i < count; i++)
            {
                if (data[i] == value || T.IsNaN(data[i]))
                {
                    return start + i;
                }
            }
        }

        return 0;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindInColumns<T>(ReductionSource source, long outer, T* values, long* indices)
        where T : unmanaged, INumber<T>
    {
        T* buffer = stackalloc T[Chunk + 64];
        new Span<long>(indices, (int)source.Columns).Fill(-1);
        for (long row = 0; row < source.Rows; row++)
        {
            for (long start = 0; start < source.Columns; start += Chunk)
            {
                long count = Math.Min(Chunk, source.Columns - start);
                long first = (((outer * source.Rows) + row) * source.Columns) + start;
                T* data = (T*)source.InPlace(first, count);
                if (data is null)
                {
                    source.Read(first, first + count, (byte*)buffer);
                    data = buffer;
                }

                for (int i = 0; i < count; i++)
                {
                    if (indices[start + i] < 0 && (data[i] == values[start + i] || T.IsNaN(data[i])))
                    {
                        indices[start + i] = row;
                    }
                }
            }
        }
    }
}
