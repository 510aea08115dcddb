using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Group normalization: the channels of a group are normalized together as one row, then each is scaled and shifted.</summary>
internal static unsafe class GroupNormKernels
{
    /// <summary>native_group_norm(input, weight?, bias?, groups, eps).</summary>
    public static void Forward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Forward<double>(call);
        }
        else
        {
            Forward<float>(call);
        }
    }

    /// <summary>native_group_norm_backward(grad, input, mean, rstd, weight?, groups, mask).</summary>
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
        using ContiguousData<T> weight = LayerNormKernels.Optional<T>(call.OptionalInput(1)), bias = LayerNormKernels.Optional<T>(call.OptionalInput(2));
        T* from = data.Pointer, to = (T*)call.Outputs[0].Pointer, scale = weight.Pointer, shift = bias.Pointer;
        T* means = (T*)call.Outputs[1].Pointer, deviations = (T*)call.Outputs[2].Pointer;
        T eps = T.CreateTruncating(call.Scalar(1).ToDouble());
        var groups = new GroupSizes(input, call.Int(0));
        WorkerPool.Shared.For(groups.Rows, LayerNormKernels.Grain(groups.Width), (first, end) =>
        {
            for (long r = first; r < end; r++)
            {
                T* x = from + r * groups.Width, y = to + r * groups.Width;
                LayerNormKernels.Statistics(x, groups.Width, eps, out means[r], out deviations[r]);
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

    /// <summary>
    /// Each channel of an image is summed once, with and without its distance from the mean: weighted by the channels' scales, these are the sums of a group's gradient; over the
    /// images, in order, they are the gradients of scale and shift.
    /// </summary>
    private static void Backward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool[] mask = call.Attrs[1].AsBools;
        using var grads = new ContiguousData<T>(call.Input(0));
        using var data = new ContiguousData<T>(call.Input(1));
        using ContiguousData<T> mean = new(call.Input(2)), rstd = new(call.Input(3)), weight = LayerNormKernels.Optional<T>(call.OptionalInput(4));
        T* grad = grads.Pointer, input = data.Pointer, means = mean.Pointer, deviations = rstd.Pointer, scale = weight.Pointer;
        T* gradient = mask[0] ? (T*)call.Outputs[0].Pointer : null;
        T* weightGradient = mask[1] ? (T*)call.Outputs[1].Pointer : null, biasGradient = mask[2] ? (T*)call.Outputs[2].Pointer : null;
        var groups = new GroupSizes(call.Input(1), call.Int(0));
        long planes = groups.Rows * groups.Channels, channels = groups.Groups * groups.Channels;
        using var channelSums = new Scratch<T>(planes);
        using var channelDots = new Scratch<T>(planes);
        T* sums = channelSums.Pointer, dots = channelDots.Pointer;
        WorkerPool.Shared.For(groups.Rows, LayerNormKernels.Grain(groups.Width), (first, end) =>
        {
            for (long r = first; r < end; r++)
            {
                long firstPlane = r * groups.Channels;
                T* scales = scale == null ? null : scale + (r % groups.Groups * groups.Channels);
                T sum = T.Zero, dot = T.Zero;
                for (long c = 0; c < groups.Channels; c++)
                {
                    long plane = firstPlane + c, at = plane * groups.Pixels;
                    sums[plane] = Rows.Sum(grad + at, groups.Pixels);
                    dots[plane] = Rows.DotCentered(input + at, grad + at, groups.Pixels, means[r]);
                    sum += scales == null ? sums[plane] : sums[plane] * scales[c];
                    dot += scales == null ? dots[plane] : dots[plane] * scales[c];
                }

                T count = T.CreateTruncating(groups.Width);
                var slope = new NormalizationSlope<T>(means[r], dot * deviations[r] * deviations[r] / count, sum / count, deviations[r]);
                for (long c = 0; gradient != null && c < groups.Channels; c++)
                {
                    long at = (firstPlane + c) * groups.Pixels;
                    T* scaled = grad + at;
                    if (scales != null)
                    {
                        RowMath.Affine(scaled, gradient + at, groups.Pixels, scales[c], T.Zero);
                        scaled = gradient + at;
                    }

                    RowMath.NormalizationGradient(scaled, input + at, gradient + at, groups.Pixels, slope);
                }
            }
        });

        for (long channel = 0; channel < channels && (mask[1] || mask[2]); channel++)
        {
            T weights = T.Zero, biases = T.Zero;
            for (long n = 0; n < groups.Batch; n++)
            {
                weights += dots[(n * channels) + channel] * deviations[(n * groups.Groups) + (channel / groups.Channels)];
                biases += sums[(n * channels) + channel];
            }

            if (weightGradient != null)
            {
                weightGradient[channel] = weights;
            }

            if (biasGradient != null)
            {
                biasGradient[channel] = biases;
            }
        }
    }

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
