using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Bilinear and bicubic interpolation of the last two dimensions, and their gradients, plane by plane in row-major order.</summary>
internal static unsafe class InterpolationKernels
{
    private const long ElementsPerTask = 8192;

    /// <summary>upsample_bilinear2d, upsample_bicubic2d(self, output_size, align_corners, scales_h, scales_w).</summary>
    public static KernelRule Forward(bool cubic) => call =>
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Forward<double>(call, cubic);
        }
        else
        {
            Forward<float>(call, cubic);
        }
    };

    /// <summary>upsample_bilinear2d_backward, upsample_bicubic2d_backward(grad, output_size, input_size, align_corners, scales_h, scales_w).</summary>
    public static KernelRule Backward(bool cubic) => call =>
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Backward<double>(call, cubic);
        }
        else
        {
            Backward<float>(call, cubic);
        }
    };

    private static (InterpolationAxis Rows, InterpolationAxis Columns) Axes(OpInvocation call, TensorImpl small, TensorImpl large, int attribute, bool cubic)
    {
        bool align = call.Bool(attribute);
        return (
            InterpolationAxis.Create(small.Sizes[2], large.Sizes[2], cubic, align, call.OptionalScalar(attribute + 1)?.ToDouble()),
            InterpolationAxis.Create(small.Sizes[3], large.Sizes[3], cubic, align, call.OptionalScalar(attribute + 2)?.ToDouble()));
    }

    private static void Forward<T>(OpInvocation call, bool cubic)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl self = call.Input(0), result = call.Outputs[0];
        if (result.NumberOfElements == 0)
        {
            return;
        }

        using var input = new ContiguousData<T>(self);
        T* from = input.Pointer, to = (T*)result.Pointer;
        (InterpolationAxis rows, InterpolationAxis columns) = Axes(call, self, result, 1, cubic);
        LineInterpolation<T> across = LineInterpolation<T>.Forward(columns);
        T[] weights = Array.ConvertAll(rows.Weights, T.CreateTruncating);
        long outPixels = rows.Count * columns.Count;
        WorkerPool.Shared.For(self.Sizes[0] * self.Sizes[1], Math.Max(1, ElementsPerTask / outPixels), (first, end) =>
        {
            // Lines of the source, interpolated along x, that the rows in reach need; each is computed once.
            using var lines = new Scratch<T>(rows.Size * columns.Count);
            using var padded = new Scratch<T>(across.PaddedSize);
            new Span<T>(padded.Pointer, across.PaddedSize).Clear();
            for (long plane = first; plane < end; plane++)
            {
                for (long line = 0; line < rows.Size; line++)
                {
                    Unsafe.CopyBlockUnaligned(padded.Pointer, from + (plane * rows.Size + line) * columns.Size, (uint)(columns.Size * sizeof(T)));
                    across.Run(padded.Pointer, lines.Pointer + line * columns.Count);
                }

                T* target = to + plane * outPixels;
                for (long row = 0; row < rows.Count; row++, target += columns.Count)
                {
                    Combine(lines.Pointer, rows.Positions, weights, row * rows.Taps, rows.Taps, columns.Count, target);
                }
            }
        });
    }

    /// <summary>to = the weighted sum of some lines, term by term.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine<T>(T* lines, long[] positions, T[] weights, long firstTerm, int terms, long count, T* to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        long i = 0;
        for (; i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
        {
            Vector512<T> sum = Vector512<T>.Zero;
            for (long t = firstTerm; t < firstTerm + terms; t++)
            {
                sum += Vector512.Create(weights[t]) * Vector512.Load(lines + (positions[t] * count) + i);
            }

            sum.Store(to + i);
        }

        for (; i < count; i++)
        {
            T sum = T.Zero;
            for (long t = firstTerm; t < firstTerm + terms; t++)
            {
                sum += weights[t] * lines[(positions[t] * count) + i];
            }

            to[i] = sum;
        }
    }

    private static void Backward<T>(OpInvocation call, bool cubic)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl grad = call.Input(0), result = call.Outputs[0];
        if (result.NumberOfElements == 0)
        {
            return;
        }

        using var input = new ContiguousData<T>(grad);
        T* from = input.Pointer, to = (T*)result.Pointer;
        (InterpolationAxis rows, InterpolationAxis columns) = Axes(call, result, grad, 2, cubic);
        LineInterpolation<T> across = LineInterpolation<T>.Backward(columns);
        T[] weights = Array.ConvertAll(rows.Weights, T.CreateTruncating);
        long outPixels = rows.Count * columns.Count, pixels = rows.Size * columns.Size;
        WorkerPool.Shared.For(result.Sizes[0] * result.Sizes[1], Math.Max(1, ElementsPerTask / Math.Max(outPixels, 1)), (first, end) =>
        {
            using var lines = new Scratch<T>((rows.Size * columns.Count) + across.PaddedSize);
            for (long plane = first; plane < end; plane++)
            {
                new Span<T>(lines.Pointer, checked((int)((rows.Size * columns.Count) + across.PaddedSize))).Clear();
                T* source = from + plane * outPixels;
                for (long row = 0; row < rows.Count; row++, source += columns.Count)
                {
                    for (int t = 0; t < rows.Taps; t++)
                    {
                        AddScaled(source, weights[row * rows.Taps + t], lines.Pointer + rows.Positions[row * rows.Taps + t] * columns.Count, columns.Count);
                    }
                }

                T* target = to + plane * pixels;
                for (long line = 0; line < rows.Size; line++)
                {
                    across.Run(lines.Pointer + line * columns.Count, target + line * columns.Size);
                }
            }
        });
    }

    /// <summary>to += weight * from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled<T>(T* from, T weight, T* to, long count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> weights = Vector512.Create(weight);
        long i = 0;
        for (; i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
        {
            (Vector512.Load(to + i) + (weights * Vector512.Load(from + i))).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] += weight * from[i];
        }
    }
}
