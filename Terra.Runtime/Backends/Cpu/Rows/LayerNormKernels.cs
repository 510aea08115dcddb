using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Layer normalization, and the one by the root mean square: rows of consecutive elements are divided by their deviation from their mean, or from zero, then scaled and
/// shifted. Rows of the 16-bit floating-point types are turned into float32 and back one by one.
/// </summary>
internal static unsafe class LayerNormKernels
{
    private const long ElementsPerTask = 8192;

    /// <summary>native_layer_norm(input, normalized_shape, weight?, bias?, eps).</summary>
    public static void Forward(OpInvocation call) => Forward(call, call.OptionalInput(2), call.Outputs[1], call.Outputs[2]);

    /// <summary>_fused_rms_norm(input, normalized_shape, weight?, eps).</summary>
    public static void RootMeanSquare(OpInvocation call) => Forward(call, null, null, call.Outputs[1]);

    /// <summary>native_layer_norm_backward(grad, input, normalized_shape, mean, rstd, weight?, mask).</summary>
    public static void Backward(OpInvocation call) => Backward(call, call.Input(2), call.Input(3), call.OptionalInput(4));

    /// <summary>_fused_rms_norm_backward(grad, input, normalized_shape, rstd, weight?, mask).</summary>
    public static void RootMeanSquareBackward(OpInvocation call) => Backward(call, null, call.Input(2), call.OptionalInput(3));

    private static void Forward(OpInvocation call, TensorImpl? bias, TensorImpl? means, TensorImpl deviations)
    {
        switch (call.Input(0).DType)
        {
            case DType.Float64:
                Forward<double>(call, bias, means, deviations);
                break;
            case DType.Float32:
                Forward<float>(call, bias, means, deviations);
                break;
            default:
                ForwardNarrow(call, bias, means, deviations);
                break;
        }
    }

    private static void Backward(OpInvocation call, TensorImpl? means, TensorImpl deviations, TensorImpl? weight)
    {
        switch (call.Input(1).DType)
        {
            case DType.Float64:
                Backward<double, double>(call, means, deviations, weight);
                break;
            case DType.Float32:
                Backward<float, float>(call, means, deviations, weight);
                break;
            default:
                Backward<short, float>(call, means, deviations, weight);
                break;
        }
    }

    private static void Forward<T>(OpInvocation call, TensorImpl? biases, TensorImpl? centers, TensorImpl scales)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl input = call.Input(0);
        using var data = new ContiguousData<T>(input);
        using ContiguousData<T> weight = Optional<T>(call.OptionalInput(1)), bias = Optional<T>(biases);
        T* from = data.Pointer, to = (T*)call.Outputs[0].Pointer, scale = weight.Pointer, shift = bias.Pointer;
        T* means = centers is null ? null : (T*)centers.Pointer, deviations = (T*)scales.Pointer;
        T eps = T.CreateTruncating(call.Scalar(1).ToDouble());
        long rows = scales.NumberOfElements, width = rows == 0 ? 0 : input.NumberOfElements / rows;
        WorkerPool.Shared.For(rows, Grain(width), (first, end) =>
        {
            for (long r = first; r < end; r++)
            {
                T* x = from + r * width, y = to + r * width;
                RowMath.NormalizeAffine(x, scale, shift, y, width, Center(x, width, eps, means, deviations, r), deviations[r]);
            }
        });
    }

    private static void ForwardNarrow(OpInvocation call, TensorImpl? biases, TensorImpl? centers, TensorImpl scales)
    {
        TensorImpl input = call.Input(0), result = call.Outputs[0];
        using var data = new ContiguousData<short>(input);
        using TensorImpl? wideWeight = WidenedKernel.WidenOptional(call.OptionalInput(1)), wideBias = WidenedKernel.WidenOptional(biases);
        using ContiguousData<float> weight = Optional<float>(wideWeight), bias = Optional<float>(wideBias);
        short* from = data.Pointer, to = (short*)result.Pointer;
        float* scale = weight.Pointer, shift = bias.Pointer, means = centers is null ? null : (float*)centers.Pointer, deviations = (float*)scales.Pointer;
        float eps = (float)call.Scalar(1).ToDouble();
        long rows = scales.NumberOfElements, width = rows == 0 ? 0 : input.NumberOfElements / rows;
        RowConversion widen = new(input.DType, DType.Float32), round = new(DType.Float32, input.DType);
        WorkerPool.Shared.For(rows, Grain(width), (first, end) =>
        {
            using var row = new Scratch<float>(width);
            float* x = row.Pointer;
            for (long r = first; r < end; r++)
            {
                widen.Run(from + (r * width), x, width);
                RowMath.NormalizeAffine(x, scale, shift, x, width, Center(x, width, eps, means, deviations, r), deviations[r]);
                round.Run(x, to + (r * width), width);
            }
        });
    }

    /// <summary>What to subtract from a row, its mean or (without <paramref name="means"/>) zero, once its statistics are computed and noted.</summary>
    private static T Center<T>(T* x, long width, T eps, T* means, T* deviations, long row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (means == null)
        {
            deviations[row] = InverseDeviation(x, width, T.Zero, eps);
            return T.Zero;
        }

        Statistics(x, width, eps, out means[row], out deviations[row]);
        return means[row];
    }

    private static void Backward<TStored, T>(OpInvocation call, TensorImpl? means, TensorImpl deviations, TensorImpl? weights)
        where TStored : unmanaged
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        DType dtype = call.Input(1).DType;
        using var grads = new ContiguousData<TStored>(call.Input(0));
        using var data = new ContiguousData<TStored>(call.Input(1));
        using TensorImpl? wideMeans = WidenedKernel.WidenOptional(means), wideDeviations = WidenedKernel.Widen(deviations), wideWeights = WidenedKernel.WidenOptional(weights);
        using ContiguousData<T> mean = Optional<T>(wideMeans), rstd = Optional<T>(wideDeviations), weight = Optional<T>(wideWeights);
        new LayerNormGradient<T>
        {
            RowCount = deviations.NumberOfElements,
            Width = Width(call),
            Gradient = (nint)grads.Pointer,
            Input = (nint)data.Pointer,
            Means = (nint)mean.Pointer,
            Deviations = (nint)rstd.Pointer,
            Weight = (nint)weight.Pointer,
            InputGradient = Wanted(call, 0),
            WeightGradient = Wanted(call, 1),
            BiasGradient = Wanted(call, 2),
            Widen = dtype.IsNarrowFloat() ? new RowConversion(dtype, DType.Float32) : null,
            Round = dtype.IsNarrowFloat() ? new RowConversion(DType.Float32, dtype) : null,
        }.Run();
    }

    private static long Width(OpInvocation call)
    {
        long width = 1;
        foreach (long size in call.Ints(0))
        {
            width *= size;
        }

        return width;
    }

    /// <summary>Where a gradient goes, or zero if it is not wanted.</summary>
    private static nint Wanted(OpInvocation call, int result)
    {
        bool[] mask = call.Attrs[1].AsBools;
        return result < mask.Length && mask[result] ? call.Outputs[result].Pointer : 0;
    }

    /// <summary>The mean of a row, and one over its standard deviation.</summary>
    public static void Statistics<T>(T* row, long count, T eps, out T mean, out T deviation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        mean = Rows.Sum(row, count) / T.CreateTruncating(count);
        deviation = InverseDeviation(row, count, mean, eps);
    }

    /// <summary>One over the deviation of a row from a number.</summary>
    private static T InverseDeviation<T>(T* row, long count, T center, T eps)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        T.One / T.Sqrt(Rows.SumSquaredDifferences(row, count, center) / T.CreateTruncating(count) + eps);

    /// <summary>A tensor's elements, or a null pointer.</summary>
    public static ContiguousData<T> Optional<T>(TensorImpl? tensor)
        where T : unmanaged => tensor is null ? default : new ContiguousData<T>(tensor);

    /// <summary>Rows of a task.</summary>
    public static long Grain(long width) => Math.Max(1, ElementsPerTask / Math.Max(width, 1));
}
