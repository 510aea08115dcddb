using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// softmax, log_softmax and their gradients, row by row; rows along an outer dimension are gathered into contiguous ones first. Rows of the 16-bit
/// floating-point types are turned into float32 and back one by one.
/// </summary>
internal static unsafe class SoftmaxKernels
{
    private const long ElementsPerTask = 8192;
    private const long RowsPerBlock = 16;

    /// <summary>16-bit elements of a cache line.</summary>
    private const long NarrowRowsPerBlock = 32;

    private delegate void RowRule<T>(T* first, T* second, T* result, long count)
        where T : unmanaged;

    public static void Softmax(OpInvocation call) => Run(call, SoftmaxRow, SoftmaxRow);

    public static void LogSoftmax(OpInvocation call) => Run(call, LogSoftmaxRow, LogSoftmaxRow);

    public static void SoftmaxBackward(OpInvocation call) => Run(call, SoftmaxBackwardRow, SoftmaxBackwardRow);

    public static void LogSoftmaxBackward(OpInvocation call) => Run(call, LogSoftmaxBackwardRow, LogSoftmaxBackwardRow);

    private static void Run(OpInvocation call, RowRule<float> single, RowRule<double> twice)
    {
        TensorImpl result = call.Outputs[0];
        if (result.DType == DType.Float64)
        {
            Run(call, twice);
        }
        else if (result.DType == DType.Float32)
        {
            Run(call, single);
        }
        else
        {
            RunNarrow(call, single);
        }
    }

    /// <summary>Rows of a 16-bit type.</summary>
    private static void RunNarrow(OpInvocation call, RowRule<float> rule)
    {
        TensorImpl result = call.Outputs[0];
        if (result.NumberOfElements == 0)
        {
            return;
        }

        using var first = new ContiguousData<short>(call.Input(0));
        using ContiguousData<short> second = call.Inputs.Length > 1 ? new ContiguousData<short>(call.Input(1)) : default;
        short* a = first.Pointer, b = second.Pointer, to = (short*)result.Pointer;
        RowConversion widen = new(result.DType, DType.Float32), round = new(DType.Float32, result.DType);
        (long count, long inner) = Lines(call);
        if (inner > 1)
        {
            RunNarrowBlocks(a, b, to, result.NumberOfElements / count, count, inner, rule, widen, round);
            return;
        }

        WorkerPool.Shared.For(result.NumberOfElements / count, Math.Max(1, ElementsPerTask / count), (from, end) =>
        {
            using var rows = new Scratch<float>(3 * count);
            float* x = rows.Pointer, other = x + count, y = other + count;
            for (long row = from; row < end; row++)
            {
                widen.Run(a + (row * count), x, count);
                if (b != null)
                {
                    widen.Run(b + (row * count), other, count);
                }

                rule(x, other, y, count);
                round.Run(y, to + (row * count), count);
            }
        });
    }

    /// <summary>Rows of a 16-bit type whose elements lie <paramref name="inner"/> apart: neighbouring ones are turned into contiguous ones, converted one by one, and back.</summary>
    private static void RunNarrowBlocks(
        short* a, short* b, short* to, long rows, long count, long inner, RowRule<float> rule, RowConversion widen, RowConversion round)
    {
        // Rows a multiple of the page apart would fall onto few sets of the first-level cache.
        long blocks = (inner + NarrowRowsPerBlock - 1) / NarrowRowsPerBlock, stride = count + NarrowRowsPerBlock, size = stride * NarrowRowsPerBlock;
        WorkerPool.Shared.For(rows / inner * blocks, Math.Max(1, ElementsPerTask / size), (from, end) =>
        {
            using var narrow = new Scratch<short>(2 * size);
            using var wide = new Scratch<float>(3 * count);
            short* first = narrow.Pointer, second = first + size;
            float* x = wide.Pointer, other = x + count, y = other + count;
            for (long block = from; block < end; block++)
            {
                long column = block % blocks * NarrowRowsPerBlock, at = (block / blocks * inner * count) + column, width = Math.Min(NarrowRowsPerBlock, inner - column);
                MatrixTranspose.Run(a + at, inner, count, width, first, stride);
                if (b != null)
                {
                    MatrixTranspose.Run(b + at, inner, count, width, second, stride);
                }

                for (long row = 0; row < width; row++)
                {
                    widen.Run(first + (row * stride), x, count);
                    if (b != null)
                    {
                        widen.Run(second + (row * stride), other, count);
                    }

                    rule(x, other, y, count);
                    round.Run(y, first + (row * stride), count);
                }

                MatrixTranspose.Run(first, stride, width, count, to + at, inner);
            }
        });
    }

    /// <summary>The length of a row, and how far apart its elements lie.</summary>
    private static (long Count, long Inner) Lines(OpInvocation call)
    {
        TensorImpl result = call.Outputs[0];
        int dim = ShapeErrors.WrapDim(call.Int(0), result.Rank);
        long count = result.Rank == 0 ? 1 : result.Sizes[dim], inner = 1;
        for (int d = dim + 1; d < result.Rank; d++)
        {
            inner *= result.Sizes[d];
        }

        return (count, inner);
    }

    private static void Run<T>(OpInvocation call, RowRule<T> rule)
        where T : unmanaged
    {
        TensorImpl result = call.Outputs[0];
        using var first = new ContiguousData<T>(call.Input(0));
        using ContiguousData<T> second = call.Inputs.Length > 1 ? new ContiguousData<T>(call.Input(1)) : default;
        (long count, long inner) = Lines(call);
        if (result.NumberOfElements == 0)
        {
            return;
        }

        T* a = first.Pointer, b = second.Pointer, to = (T*)result.Pointer;
        long rows = result.NumberOfElements / count;
        if (inner == 1)
        {
            WorkerPool.Shared.For(rows, Math.Max(1, ElementsPerTask / count), (from, end) =>
            {
                for (long row = from; row < end; row++)
                {
                    rule(a + row * count, b == null ? null : b + row * count, to + row * count, count);
                }
            });
            return;
        }

        long blocks = (inner + RowsPerBlock - 1) / RowsPerBlock;
        WorkerPool.Shared.For(rows / inner * blocks, Math.Max(1, ElementsPerTask / (count * RowsPerBlock)), (from, end) =>
        {
            using var buffer = new Scratch<T>(3 * count * RowsPerBlock);
            for (long block = from; block < end; block++)
            {
                long first = block % blocks * RowsPerBlock, at = block / blocks * inner * count + first;
                StridedRows(a, b, to, at, Math.Min(RowsPerBlock, inner - first), count, inner, rule, buffer.Pointer);
            }
        });
    }

    /// <summary>Neighbouring rows whose elements lie <paramref name="inner"/> apart: turned into contiguous ones and back.</summary>
    private static void StridedRows<T>(T* a, T* b, T* to, long at, long rows, long count, long inner, RowRule<T> rule, T* buffer)
        where T : unmanaged
    {
        T* first = buffer, second = first + count * RowsPerBlock, result = second + count * RowsPerBlock;
        MatrixTranspose.Run(a + at, inner, count, rows, first, count);
        if (b != null)
        {
            MatrixTranspose.Run(b + at, inner, count, rows, second, count);
        }

        for (long row = 0; row < rows; row++)
        {
            rule(first + row * count, second + row * count, result + row * count, count);
        }

        MatrixTranspose.Run(result, count, rows, count, to + at, inner);
    }

    private static void SoftmaxRow<T>(T* x, T* unused, T* y, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T sum = Rows.Exp(x, y, count, Rows.MaxNumber(x, count));
        RowMath.Scale(y, y, count, T.One / sum);
    }

    private static void LogSoftmaxRow<T>(T* x, T* unused, T* y, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = Rows.MaxNumber(x, count);
        T log = T.Log(Rows.SumExp(x, count, max));
        RowMath.SubtractTwice(x, y, count, max, log);
    }

    /// <summary>grad_input = (grad - sum(grad * output)) * output.</summary>
    private static void SoftmaxBackwardRow<T>(T* grad, T* output, T* result, long count)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        RowMath.CenteredProduct(grad, output, result, count, Rows.Dot(grad, output, count));

    /// <summary>grad_input = grad - exp(output) * sum(grad).</summary>
    private static void LogSoftmaxBackwardRow<T>(T* grad, T* output, T* result, long count)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        RowMath.SubtractExp(grad, output, result, count, Rows.Sum(grad, count));
}
