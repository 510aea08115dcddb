using System.Numerics;
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
        using var input = new ContiguousData<T>(self);
        T* from = input.Pointer, to = (T*)result.Pointer;
        (InterpolationAxis rows, InterpolationAxis columns) = Axes(call, self, result, 1, cubic);
        T[] rowWeights = Array.ConvertAll(rows.Weights, T.CreateTruncating), columnWeights = Array.ConvertAll(columns.Weights, T.CreateTruncating);
        long outPixels = rows.Count * columns.Count;
        WorkerPool.Shared.For(self.Sizes[0] * self.Sizes[1], Math.Max(1, ElementsPerTask / Math.Max(outPixels, 1)), (first, end) =>
        {
            // Lines of the source, interpolated along x, that the rows in reach need; each is computed once.
            using var lines = new Scratch<T>(rows.Size * columns.Count);
            for (long plane = first; plane < end; plane++)
            {
                for (long line = 0; line < rows.Size; line++)
                {
                    Across(from + (plane * rows.Size + line) * columns.Size, columns, columnWeights, lines.Pointer + line * columns.Count);
                }

                T* target = to + plane * outPixels;
                for (long row = 0; row < rows.Count; row++, target += columns.Count)
                {
                    new Span<T>(target, (int)columns.Count).Clear();
                    for (int t = 0; t < rows.Taps; t++)
                    {
                        T weight = rowWeights[row * rows.Taps + t];
                        T* line = lines.Pointer + rows.Positions[row * rows.Taps + t] * columns.Count;
                        for (long i = 0; i < columns.Count; i++)
                        {
                            target[i] += weight * line[i];
                        }
                    }
                }
            }
        });
    }

    private static void Across<T>(T* from, InterpolationAxis columns, T[] weights, T* to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = 0;
        for (long i = 0; i < columns.Count; i++)
        {
            T sum = T.Zero;
            for (int t = 0; t < columns.Taps; t++, at++)
            {
                sum += weights[at] * from[columns.Positions[at]];
            }

            to[i] = sum;
        }
    }

    private static void Backward<T>(OpInvocation call, bool cubic)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl grad = call.Input(0), result = call.Outputs[0];
        using var input = new ContiguousData<T>(grad);
        T* from = input.Pointer, to = (T*)result.Pointer;
        (InterpolationAxis rows, InterpolationAxis columns) = Axes(call, result, grad, 2, cubic);
        T[] rowWeights = Array.ConvertAll(rows.Weights, T.CreateTruncating), columnWeights = Array.ConvertAll(columns.Weights, T.CreateTruncating);
        long outPixels = rows.Count * columns.Count, pixels = rows.Size * columns.Size;
        WorkerPool.Shared.For(result.Sizes[0] * result.Sizes[1], Math.Max(1, ElementsPerTask / Math.Max(outPixels, 1)), (first, end) =>
        {
            using var lines = new Scratch<T>(rows.Size * columns.Count);
            for (long plane = first; plane < end; plane++)
            {
                new Span<T>(lines.Pointer, checked((int)(rows.Size * columns.Count))).Clear();
                T* source = from + plane * outPixels;
                for (long row = 0; row < rows.Count; row++, source += columns.Count)
                {
                    for (int t = 0; t < rows.Taps; t++)
                    {
                        T weight = rowWeights[row * rows.Taps + t];
                        T* line = lines.Pointer + rows.Positions[row * rows.Taps + t] * columns.Count;
                        for (long i = 0; i < columns.Count; i++)
                        {
                            line[i] += weight * source[i];
                        }
                    }
                }

                T* target = to + plane * pixels;
                new Span<T>(target, checked((int)pixels)).Clear();
                for (long line = 0; line < rows.Size; line++)
                {
                    Collect(lines.Pointer + line * columns.Count, columns, columnWeights, target + line * columns.Size);
                }
            }
        });
    }

    private static void Collect<T>(T* from, InterpolationAxis columns, T[] weights, T* to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = 0;
        for (long i = 0; i < columns.Count; i++)
        {
            for (int t = 0; t < columns.Taps; t++, at++)
            {
                to[columns.Positions[at]] += weights[at] * from[i];
            }
        }
    }
}
