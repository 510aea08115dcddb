using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Pooling over the last two dimensions, plane by plane, and its gradients, which each plane gathers or scatters in row-major order.</summary>
internal static unsafe class PoolingKernels
{
    private const long ElementsPerTask = 16384;

    /// <summary>Elements per task where a pass costs little more than the memory it touches.</summary>
    private const long FastElementsPerTask = 131072;

    /// <summary>max_pool2d_with_indices: the largest element of each window (a NaN wins) and its position in the plane.</summary>
    public static void Max(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Max<double>(call);
        }
        else
        {
            Max<float>(call);
        }
    }

    /// <summary>max_pool2d_with_indices_backward(grad, indices, input_size).</summary>
    public static void MaxBackward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            MaxBackward<double>(call);
        }
        else
        {
            MaxBackward<float>(call);
        }
    }

    /// <summary>avg_pool2d.</summary>
    public static void Average(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Average<double>(call.Input(0), call.Outputs[0], PoolWindows.Average(call, call.Input(0)), backward: false);
        }
        else
        {
            Average<float>(call.Input(0), call.Outputs[0], PoolWindows.Average(call, call.Input(0)), backward: false);
        }
    }

    /// <summary>avg_pool2d_backward(grad, ..., input_size).</summary>
    public static void AverageBackward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Average<double>(call.Input(0), call.Outputs[0], PoolWindows.Average(call, call.Outputs[0]), backward: true);
        }
        else
        {
            Average<float>(call.Input(0), call.Outputs[0], PoolWindows.Average(call, call.Outputs[0]), backward: true);
        }
    }

    /// <summary>_adaptive_avg_pool2d.</summary>
    public static void Adaptive(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Average<double>(call.Input(0), call.Outputs[0], PoolWindows.Adaptive(call.Input(0), call.Outputs[0]), backward: false);
        }
        else
        {
            Average<float>(call.Input(0), call.Outputs[0], PoolWindows.Adaptive(call.Input(0), call.Outputs[0]), backward: false);
        }
    }

    /// <summary>_adaptive_avg_pool2d_backward(grad, input_size).</summary>
    public static void AdaptiveBackward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Average<double>(call.Input(0), call.Outputs[0], PoolWindows.Adaptive(call.Outputs[0], call.Input(0)), backward: true);
        }
        else
        {
            Average<float>(call.Input(0), call.Outputs[0], PoolWindows.Adaptive(call.Outputs[0], call.Input(0)), backward: true);
        }
    }

    private static void Max<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        PoolWindows windows = PoolWindows.Max(call, call.Input(0));
        using var input = new ContiguousData<T>(call.Input(0));
        T* source = input.Pointer, values = (T*)call.Outputs[0].Pointer;
        long* indices = (long*)call.Outputs[1].Pointer;
        WholeWindowMaxPool? whole = typeof(T) == typeof(float) ? WholeWindowMaxPool.TryCreate(windows) : null;
        EachPlane(call.Input(0), windows, whole is null ? ElementsPerTask : FastElementsPerTask, (from, to) =>
        {
            long plane = from;
            for (; whole is not null && plane + whole.Planes <= to; plane += whole.Planes)
            {
                long at = plane * windows.OutHeight * windows.OutWidth;
                whole.Run((float*)source + plane * windows.Height * windows.Width, (float*)values + at, indices + at);
            }

            for (; plane < to; plane++)
            {
                long at = plane * windows.OutHeight * windows.OutWidth;
                MaxPlane(source + plane * windows.Height * windows.Width, values + at, indices + at, windows);
            }
        });
    }

    private static void MaxPlane<T>(T* source, T* values, long* indices, PoolWindows windows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (long y = 0; y < windows.OutHeight; y++)
        {
            PoolRange rows = windows.Rows[y];
            for (long x = 0; x < windows.OutWidth; x++)
            {
                PoolRange columns = windows.Columns[x];
                T best = T.NegativeInfinity;
                long index = rows.Start * windows.Width + columns.Start;
                for (long row = rows.Start; row < rows.End; row += rows.Step)
                {
                    for (long column = columns.Start; column < columns.End; column += columns.Step)
                    {
                        T value = source[row * windows.Width + column];
                        if (value > best || T.IsNaN(value))
                        {
                            best = value;
                            index = row * windows.Width + column;
                        }
                    }
                }

                *values++ = best;
                *indices++ = index;
            }
        }
    }

    private static void MaxBackward<T>(OpInvocation call)
        where T : unmanaged, INumber<T>
    {
        TensorImpl self = call.Outputs[0], gradient = call.Input(0);
        using var input = new ContiguousData<T>(gradient);
        using var positions = new ContiguousData<long>(call.Input(1));
        T* grad = input.Pointer, result = (T*)self.Pointer;
        long* indices = positions.Pointer;
        long inPixels = self.Sizes[^1] * self.Sizes[^2], outPixels = gradient.Sizes[^1] * gradient.Sizes[^2];
        WorkerPool.Shared.For(Planes(self), Math.Max(1, FastElementsPerTask / Math.Max(inPixels, 1)), (from, to) =>
        {
            for (long plane = from; plane < to; plane++)
            {
                T* target = result + plane * inPixels;
                new Span<T>(target, checked((int)inPixels)).Clear();
                for (long i = plane * outPixels; i < (plane + 1) * outPixels; i++)
                {
                    target[indices[i]] += grad[i];
                }
            }
        });
    }

    private static void Average<T>(TensorImpl source, TensorImpl result, PoolWindows windows, bool backward)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var input = new ContiguousData<T>(source);
        T* from = input.Pointer, to = (T*)result.Pointer;
        EachPlane(backward ? result : source, windows, ElementsPerTask, (first, last) =>
        {
            for (long plane = first; plane < last; plane++)
            {
                long big = plane * windows.Height * windows.Width, small = plane * windows.OutHeight * windows.OutWidth;
                if (backward)
                {
                    AveragePlaneBackward(from + small, to + big, windows);
                }
                else
                {
                    AveragePlane(from + big, to + small, windows);
                }
            }
        });
    }

    private static void AveragePlane<T>(T* source, T* values, PoolWindows windows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (long y = 0; y < windows.OutHeight; y++)
        {
            PoolRange rows = windows.Rows[y];
            for (long x = 0; x < windows.OutWidth; x++)
            {
                PoolRange columns = windows.Columns[x];
                T sum = T.Zero;
                for (long row = rows.Start; row < rows.End; row++)
                {
                    for (long column = columns.Start; column < columns.End; column++)
                    {
                        sum += source[row * windows.Width + column];
                    }
                }

                *values++ = sum / T.CreateTruncating(windows.Divisor(rows, columns));
            }
        }
    }

    private static void AveragePlaneBackward<T>(T* grad, T* target, PoolWindows windows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        new Span<T>(target, checked((int)(windows.Height * windows.Width))).Clear();
        for (long y = 0; y < windows.OutHeight; y++)
        {
            PoolRange rows = windows.Rows[y];
            for (long x = 0; x < windows.OutWidth; x++)
            {
                PoolRange columns = windows.Columns[x];
                T share = *grad++ / T.CreateTruncating(windows.Divisor(rows, columns));
                for (long row = rows.Start; row < rows.End; row++)
                {
                    for (long column = columns.Start; column < columns.End; column++)
                    {
                        target[row * windows.Width + column] += share;
                    }
                }
            }
        }
    }

    private static long Planes(TensorImpl tensor)
    {
        long planes = 1;
        foreach (long size in tensor.Sizes[..^2])
        {
            planes *= size;
        }

        return planes;
    }

    private static void EachPlane(TensorImpl large, PoolWindows windows, long perTask, Action<long, long> body) =>
        WorkerPool.Shared.For(Planes(large), Math.Max(1, perTask / Math.Max(windows.Height * windows.Width, 1)), body);
}
