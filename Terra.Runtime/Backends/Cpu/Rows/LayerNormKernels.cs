using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Layer normalization: rows of consecutive elements are normalized, then scaled and shifted. Rows of the 16-bit floating-point types are turned into float32 and back
/// one by one.
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

    /// <summary>The mean of a row, and one over its standard deviation.</summary>
    public static void Statistics<T>(T* row, long count, T eps, out T mean, out T deviation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T n = T.CreateTruncating(count);
        mean = Rows.Sum(row, count) / n;
        deviation = T.One / T.Sqrt(Rows.SumSquaredDifferences(row, count, mean) / n + eps);
    }

    /// <summary>A tensor's elements, or a null pointer.</summary>
    public static ContiguousData<T> Optional<T>(TensorImpl? tensor)
        where T : unmanaged => tensor is null ? default : new ContiguousData<T>(tensor);

    /// <summary>Rows of a task.</summary>
    public static long Grain(long width) => Math.Max(1, ElementsPerTask / Math.Max(width, 1));
}
