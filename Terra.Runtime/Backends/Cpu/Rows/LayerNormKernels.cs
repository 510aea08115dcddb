using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Layer and group normalization: rows of consecutive elements are normalized, then scaled and shifted. Layer normalization turns rows of the 16-bit floating-point
/// types into float32 and back one by one.
/// </summary>
internal static unsafe class LayerNormKernels
{
    private const long ElementsPerTask = 8192;

    /// <summary>native_layer_norm(input, normalized_shape, weight?, bias?, eps).</summary>
    public static void Forward(OpInvocation call)
    {
        switch (call.Input(0).DType)
        {
            case DType.Float64:
                Forward<double>(call);
                break;
            case DType.Float32:
                Forward<float>(call);
                break;
            default:
                ForwardNarrow(call);
                break;
        }
    }

    /// <summary>native_layer_norm_backward(grad, input, normalized_shape, mean, rstd, weight?, mask).</summary>
    public static void Backward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Backward<double>(call);
        }
        else
        {
            Backward<float>(call);
        }
    }

    /// <summary>native_group_norm(input, weight?, bias?, groups, eps).</summary>
    public static void GroupForward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            GroupForward<double>(call);
        }
        else
        {
            GroupForward<float>(call);
        }
    }

    /// <summary>native_group_norm_backward(grad, input, mean, rstd, weight?, groups, mask).</summary>
    public static void GroupBackward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            GroupBackward<double>(call);
        }
        else
        {
            GroupBackward<float>(call);
        }
    }

    private static void Forward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl input = call.Input(0);
        using var data = new ContiguousData<T>(input);
        using ContiguousData<T> weight = Optional<T>(call.OptionalInput(1)), bias = Optional<T>(call.OptionalInput(2));
        T* from = data.Pointer, to = (T*)call.Outputs[0].Pointer, scale = weight.Pointer, shift = bias.Pointer;
        T* means = (T*)call.Outputs[1].Pointer, deviations = (T*)call.Outputs[2].Pointer;
        T eps = T.CreateTruncating(call.Scalar(1).ToDouble());
        long rows = call.Outputs[1].NumberOfElements, width = rows == 0 ? 0 : input.NumberOfElements / rows;
        WorkerPool.Shared.For(rows, Grain(width), (first, end) =>
        {
            for (long r = first; r < end; r++)
            {
                T* x = from + r * width, y = to + r * width;
                Statistics(x, width, eps, out means[r], out deviations[r]);
                RowMath.NormalizeAffine(x, scale, shift, y, width, means[r], deviations[r]);
            }
        });
    }

    private static void ForwardNarrow(OpInvocation call)
    {
        TensorImpl input = call.Input(0), result = call.Outputs[0];
        using var data = new ContiguousData<short>(input);
        using TensorImpl? wideWeight = Widened(call.OptionalInput(1)), wideBias = Widened(call.OptionalInput(2));
        using ContiguousData<float> weight = Optional<float>(wideWeight), bias = Optional<float>(wideBias);
        short* from = data.Pointer, to = (short*)result.Pointer;
        float* scale = weight.Pointer, shift = bias.Pointer, means = (float*)call.Outputs[1].Pointer, deviations = (float*)call.Outputs[2].Pointer;
        float eps = (float)call.Scalar(1).ToDouble();
        long rows = call.Outputs[1].NumberOfElements, width = rows == 0 ? 0 : input.NumberOfElements / rows;
        RowConversion widen = new(input.DType, DType.Float32), round = new(DType.Float32, input.DType);
        WorkerPool.Shared.For(rows, Grain(width), (first, end) =>
        {
            using var row = new Scratch<float>(width);
            float* x = row.Pointer;
            for (long r = first; r < end; r++)
            {
                widen.Run(from + (r * width), x, width);
                Statistics(x, width, eps, out means[r], out deviations[r]);
                RowMath.NormalizeAffine(x, scale, shift, x, width, means[r], deviations[r]);
                round.Run(x, to + (r * width), width);
            }
        });
    }

    private static TensorImpl? Widened(TensorImpl? tensor) => tensor is null ? null : WidenedKernel.Widen(tensor);

    private static void Backward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool[] mask = call.Attrs[1].AsBools;
        using var grads = new ContiguousData<T>(call.Input(0));
        using var data = new ContiguousData<T>(call.Input(1));
        using ContiguousData<T> mean = new(call.Input(2)), rstd = new(call.Input(3)), weight = Optional<T>(call.OptionalInput(4));
        long rows = call.Input(2).NumberOfElements, width = 1;
        foreach (long size in call.Ints(0))
        {
            width *= size;
        }

        new LayerNormGradient<T>
        {
            RowCount = rows,
            Width = width,
            Gradient = (nint)grads.Pointer,
            Input = (nint)data.Pointer,
            Means = (nint)mean.Pointer,
            Deviations = (nint)rstd.Pointer,
            Weight = (nint)weight.Pointer,
            InputGradient = mask[0] ? call.Outputs[0].Pointer : 0,
            WeightGradient = mask[1] ? call.Outputs[1].Pointer : 0,
            BiasGradient = mask[2] ? call.Outputs[2].Pointer : 0,
        }.Run();
    }

    /// <summary>x's gradient of (x - mean(x)) * rstd(x).</summary>
    private static void RowGradient<T>(T* grad, T* x, T* to, long width, T mean, T deviation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(width);
        T sum = Rows.Sum(grad, width), dot = Rows.DotCentered(x, grad, width, mean);
        RowMath.NormalizationGradient(
            grad, x, to, width, new NormalizationSlope<T>(mean, dot * deviation * deviation / count, sum / count, deviation));
    }

    private static void GroupForward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl input = call.Input(0);
        using var data = new ContiguousData<T>(input);
        using ContiguousData<T> weight = Optional<T>(call.OptionalInput(1)), bias = Optional<T>(call.OptionalInput(2));
        T* from = data.Pointer, to = (T*)call.Outputs[0].Pointer, scale = weight.Pointer, shift = bias.Pointer;
        T* means = (T*)call.Outputs[1].Pointer, deviations = (T*)call.Outputs[2].Pointer;
        T eps = T.CreateTruncating(call.Scalar(1).ToDouble());
        var groups = new GroupSizes(input, call.Int(0));
        WorkerPool.Shared.For(groups.Rows, Grain(groups.Width), (first, end) =>
        {
            for (long r = first; r < end; r++)
            {
                T* x = from + r * groups.Width, y = to + r * groups.Width;
                Statistics(x, groups.Width, eps, out means[r], out deviations[r]);
                RowMath.Normalize(x, y, groups.Width, means[r], deviations[r]);
                for (long c = 0; c < groups.Channels && (scale != null || shift != null); c++)
                {
                    long channel = r % groups.Groups * groups.Channels + c;
                    T* plane = y + c * groups.Pixels;
                    RowMath.Affine(plane, plane, groups.Pixels, scale == null ? T.One : scale[channel], shift == null ? T.Zero : shift[channel]);
                }
            }
        });
    }

    private static void GroupBackward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool[] mask = call.Attrs[1].AsBools;
        using var grads = new ContiguousData<T>(call.Input(0));
        using var data = new ContiguousData<T>(call.Input(1));
        using ContiguousData<T> mean = new(call.Input(2)), rstd = new(call.Input(3)), weight = Optional<T>(call.OptionalInput(4));
        T* grad = grads.Pointer, input = data.Pointer, means = mean.Pointer, deviations = rstd.Pointer, scale = weight.Pointer;
        var groups = new GroupSizes(call.Input(1), call.Int(0));
        if (mask[0])
        {
            T* to = (T*)call.Outputs[0].Pointer;
            WorkerPool.Shared.For(groups.Rows, Grain(groups.Width), (first, end) =>
            {
                using var scaled = new Scratch<T>(groups.Width);
                for (long r = first; r < end; r++)
                {
                    for (long c = 0; c < groups.Channels; c++)
                    {
                        T factor = scale == null ? T.One : scale[r % groups.Groups * groups.Channels + c];
                        RowMath.Affine(grad + r * groups.Width + c * groups.Pixels, scaled.Pointer + c * groups.Pixels, groups.Pixels, factor, T.Zero);
                    }

                    RowGradient(scaled.Pointer, input + r * groups.Width, to + r * groups.Width, groups.Width, means[r], deviations[r]);
                }
            });
        }

        T* weightGrad = mask[1] ? (T*)call.Outputs[1].Pointer : null, biasGrad = mask[2] ? (T*)call.Outputs[2].Pointer : null;
        WorkerPool.Shared.For(mask[1] || mask[2] ? groups.Groups * groups.Channels : 0, Grain(groups.Batch * groups.Pixels), (first, end) =>
        {
            for (long channel = first; channel < end; channel++)
            {
                T weights = T.Zero, biases = T.Zero;
                for (long n = 0; n < groups.Batch; n++)
                {
                    long r = n * groups.Groups + channel / groups.Channels, at = (n * groups.Groups * groups.Channels + channel) * groups.Pixels;
                    weights += Rows.DotCentered(input + at, grad + at, groups.Pixels, means[r]) * deviations[r];
                    biases += Rows.Sum(grad + at, groups.Pixels);
                }

                if (weightGrad != null)
                {
                    weightGrad[channel] = weights;
                }

                if (biasGrad != null)
                {
                    biasGrad[channel] = biases;
                }
            }
        });
    }

    private static void Statistics<T>(T* row, long count, T eps, out T mean, out T deviation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T n = T.CreateTruncating(count);
        mean = Rows.Sum(row, count) / n;
        deviation = T.One / T.Sqrt(Rows.SumSquaredDifferences(row, count, mean) / n + eps);
    }

    private static ContiguousData<T> Optional<T>(TensorImpl? tensor)
        where T : unmanaged => tensor is null ? default : new ContiguousData<T>(tensor);

    private static long Grain(long width) => Math.Max(1, ElementsPerTask / Math.Max(width, 1));

    /// <summary>How [n, c, ...] falls into rows of one group each.</summary>
    private readonly struct GroupSizes
    {
        public GroupSizes(TensorImpl input, long groups)
        {
            (Groups, Batch) = (groups, input.Sizes[0]);
            Channels = input.Sizes[1] / groups;
            Pixels = 1;
            foreach (long size in input.Sizes[2..])
            {
                Pixels *= size;
            }
        }

        public long Groups { get; }

        public long Batch { get; }

        /// <summary>Channels in a group.</summary>
        public long Channels { get; }

        public long Pixels { get; }

        public long Rows => Batch * Groups;

        public long Width => Channels * Pixels;
    }
}
