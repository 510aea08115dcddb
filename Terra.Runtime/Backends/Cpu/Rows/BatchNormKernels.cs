using System.Numerics;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Batch normalization over [n, c, ...]: statistics of a channel are sums over its planes. Variances are sums of squared
/// differences to the mean (two passes). Small planes that do not fill
/// vectors are first brought together, channel by channel.
/// </summary>
internal static unsafe class BatchNormKernels
{
    private const long ElementsPerTask = 131072;
    private const long SmallPlane = 32;

    /// <summary>_native_batch_norm_legit(input, weight?, bias?, running_mean?, running_var?, momentum, eps): training.</summary>
    public static void Training(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Training<double>(call);
        }
        else
        {
            Training<float>(call);
        }
    }

    /// <summary>_native_batch_norm_legit_no_training(input, weight?, bias?, running_mean, running_var, eps).</summary>
    public static void Inference(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Inference<double>(call);
        }
        else
        {
            Inference<float>(call);
        }
    }

    /// <summary>native_batch_norm_backward(grad, input, weight?, running_mean?, running_var?, save_mean?, save_invstd?, train, eps, mask).</summary>
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

    private static void Training<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl input = call.Input(0);
        using var images = new ChannelPlanes<T>(input);
        using var result = ChannelPlanes<T>.ForResult(call.Outputs[0]);
        T* means = (T*)call.Outputs[1].Pointer, deviations = (T*)call.Outputs[2].Pointer;
        var weight = new ChannelVector<T>(call.OptionalInput(1));
        var bias = new ChannelVector<T>(call.OptionalInput(2));
        var runningMean = new ChannelVector<T>(call.OptionalInput(3));
        var runningVariance = new ChannelVector<T>(call.OptionalInput(4));
        T momentum = T.CreateTruncating(call.Scalar(0).ToDouble()), eps = T.CreateTruncating(call.Scalar(1).ToDouble());
        T count = T.CreateTruncating(images.PerChannel);
        T* from = images.Pointer, to = result.Pointer;
        long batch = images.Batch, channels = images.Channels, pixels = images.Pixels, perChannel = images.PerChannel;
        WorkerPool.Shared.For(channels, Grain(perChannel), (first, end) =>
        {
            for (long c = first; c < end; c++)
            {
                var planes = new Rows.Planes(batch, pixels, channels * pixels);
                T mean = Rows.SumOfPlanes(from + c * pixels, planes) / count;
                T squares = Rows.SumSquaredDifferencesOfPlanes(from + c * pixels, planes, mean);
                means[c] = mean;
                deviations[c] = T.One / T.Sqrt(squares / count + eps);
                runningMean.Blend(c, mean, momentum);
                runningVariance.Blend(c, squares / (count - T.One), momentum);
                T scale = weight.At(c, T.One) * deviations[c];
                Apply(from, to, batch, channels, pixels, c, scale, bias.At(c, T.Zero) - mean * scale);
            }
        });
        result.WriteBack();
    }

    private static void Inference<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var images = new ChannelPlanes<T>(call.Input(0));
        using var result = ChannelPlanes<T>.ForResult(call.Outputs[0]);
        var weight = new ChannelVector<T>(call.OptionalInput(1));
        var bias = new ChannelVector<T>(call.OptionalInput(2));
        var mean = new ChannelVector<T>(call.Input(3));
        var variance = new ChannelVector<T>(call.Input(4));
        T eps = T.CreateTruncating(call.Scalar(0).ToDouble());
        T* from = images.Pointer, to = result.Pointer;
        long batch = images.Batch, channels = images.Channels, pixels = images.Pixels;
        WorkerPool.Shared.For(channels, Grain(images.PerChannel), (first, end) =>
        {
            for (long c = first; c < end; c++)
            {
                T scale = weight.At(c, T.One) * (T.One / T.Sqrt(variance.At(c, T.One) + eps));
                Apply(from, to, batch, channels, pixels, c, scale, bias.At(c, T.Zero) - mean.At(c, T.Zero) * scale);
            }
        });
        result.WriteBack();
    }

    private static void Apply<T>(T* from, T* to, long batch, long channels, long pixels, long channel, T scale, T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (long n = 0; n < batch; n++)
        {
            long at = (n * channels + channel) * pixels;
            RowMath.Affine(from + at, to + at, pixels, scale, shift);
        }
    }

    private static void Backward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool[] mask = call.Attrs[2].AsBools;
        bool train = call.Bool(0);
        using var grads = new ChannelPlanes<T>(call.Input(0));
        using var images = new ChannelPlanes<T>(call.Input(1));
        using ChannelPlanes<T> result = mask[0] ? ChannelPlanes<T>.ForResult(call.Outputs[0]) : default;
        var weight = new ChannelVector<T>(call.OptionalInput(2));
        var means = new ChannelVector<T>(call.OptionalInput(train ? 5 : 3));
        var spreads = new ChannelVector<T>(call.OptionalInput(train ? 6 : 4));
        T eps = T.CreateTruncating(call.Scalar(1).ToDouble()), count = T.CreateTruncating(images.PerChannel);
        T* grad = grads.Pointer, input = images.Pointer, to = result.Pointer;
        T* weightGrad = mask[1] ? (T*)call.Outputs[1].Pointer : null, biasGrad = mask[2] ? (T*)call.Outputs[2].Pointer : null;
        long batch = images.Batch, channels = images.Channels, pixels = images.Pixels;
        WorkerPool.Shared.For(channels, Grain(images.PerChannel), (first, end) =>
        {
            for (long c = first; c < end; c++)
            {
                T mean = means.At(c, T.Zero), inverse = train ? spreads.At(c, T.One) : T.One / T.Sqrt(spreads.At(c, T.One) + eps);
                var planes = new Rows.Planes(batch, pixels, channels * pixels);
                T sum = Rows.SumOfPlanes(grad + c * pixels, planes);
                T dot = Rows.DotCenteredOfPlanes(input + c * pixels, grad + c * pixels, planes, mean);
                if (weightGrad != null)
                {
                    weightGrad[c] = dot * inverse;
                }

                if (biasGrad != null)
                {
                    biasGrad[c] = sum;
                }

                T scale = weight.At(c, T.One) * inverse, slope = dot * inverse * inverse / count;
                for (long n = 0; to != null && n < batch; n++)
                {
                    long at = (n * channels + c) * pixels;
                    if (train)
                    {
                        RowMath.NormalizationGradient(grad + at, input + at, to + at, pixels, new NormalizationSlope<T>(mean, slope, sum / count, scale));
                    }
                    else
                    {
                        RowMath.Affine(grad + at, to + at, pixels, scale, T.Zero);
                    }
                }
            }
        });
        result.WriteBack();
    }

    private static long Grain(long perChannel) => Math.Max(1, ElementsPerTask / Math.Max(perChannel, 1));

    /// <summary>A tensor of one number a channel, with any stride, or none.</summary>
    private readonly struct ChannelVector<T>(TensorImpl? tensor)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T* _pointer = tensor is null ? null : (T*)tensor.Pointer;
        private readonly long _stride = tensor is null ? 0 : tensor.Layout.Strides[0];

        public T At(long channel, T absent) => _pointer == null ? absent : _pointer[channel * _stride];

        /// <summary>Moves a running statistic towards a value.</summary>
        public void Blend(long channel, T value, T momentum)
        {
            if (_pointer != null)
            {
                ref T slot = ref _pointer[channel * _stride];
                slot = momentum * value + (T.One - momentum) * slot;
            }
        }
    }

    /// <summary>A tensor [n, c, pixels] as contiguous planes; where planes are small and do not fill vectors, as one image [1, c, n * pixels].</summary>
    private struct ChannelPlanes<T> : IDisposable
        where T : unmanaged
    {
        private ContiguousData<T> _data;
        private Scratch<T> _gathered;
        private readonly long _images;
        private readonly T* _target;

        public ChannelPlanes(TensorImpl tensor)
            : this(tensor.Sizes)
        {
            _data = new ContiguousData<T>(tensor);
            Pointer = _data.Pointer;
            if (_images > 1 && Batch == 1)
            {
                _gathered = new Scratch<T>(tensor.NumberOfElements);
                Exchange(_data.Pointer, _gathered.Pointer, _images, Channels, Pixels / _images);
                Pointer = _gathered.Pointer;
            }
        }

        private ChannelPlanes(ReadOnlySpan<long> sizes)
        {
            Channels = sizes[1];
            long pixels = 1;
            foreach (long size in sizes[2..])
            {
                pixels *= size;
            }

            _images = sizes[0];
            (Batch, Pixels) = pixels < SmallPlane && pixels % Vector512<T>.Count != 0 ? (1, _images * pixels) : (_images, pixels);
        }

        private ChannelPlanes(TensorImpl result, bool _)
            : this(result.Sizes)
        {
            Pointer = _target = (T*)result.Pointer;
            if (_images > 1 && Batch == 1)
            {
                _gathered = new Scratch<T>(result.NumberOfElements);
                Pointer = _gathered.Pointer;
            }
        }

        public T* Pointer { get; }

        public long Batch { get; }

        public long Channels { get; }

        public long Pixels { get; }

        public readonly long PerChannel => Batch * Pixels;

        /// <summary>Planes to be written; <see cref="WriteBack"/> puts them where the (contiguous) result is.</summary>
        public static ChannelPlanes<T> ForResult(TensorImpl result) => new(result, true);

        public readonly void WriteBack()
        {
            if (_target != Pointer)
            {
                Exchange(Pointer, _target, Channels, _images, Pixels / _images);
            }
        }

        public void Dispose()
        {
            _data.Dispose();
            _gathered.Dispose();
        }

        /// <summary>[a, b, inner] to [b, a, inner].</summary>
        private static void Exchange(T* from, T* to, long a, long b, long inner)
        {
            for (long i = 0; i < a; i++)
            {
                for (long j = 0; j < b; j++)
                {
                    RowMajorCopy.Copy(from + (i * b + j) * inner, to + (j * a + i) * inner, inner);
                }
            }
        }
    }
}
