using System.Numerics;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Batch normalization over [n, c, ...]: statistics of a channel are sums over its planes. Variances are sums of squared
/// differences to the mean (two passes). Planes of one element are columns of a matrix, whose neighbours lie in the lanes of vectors; other small planes that do not
/// fill vectors are first brought together, channel by channel.
/// </summary>
internal static unsafe class BatchNormKernels
{
    private const long ElementsPerTask = 32768;
    private const long SmallPlane = 32;

    /// <summary>Neighbouring columns of a matrix that are worth reading apart from others.</summary>
    private const long FewestColumns = 64;

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

        // No values: they count as one zero, and the running statistics stay.
        bool isEmpty = images.PerChannel == 0;
        T count = T.CreateTruncating(isEmpty ? 1 : images.PerChannel);
        T* from = images.Pointer, to = result.Pointer;
        long batch = images.Batch, channels = images.Channels, pixels = images.Pixels;
        var planes = new Rows.Planes(batch, pixels, channels * pixels);
        ForGroups(images, (first, size) =>
        {
            T* squares = stackalloc T[size], scales = stackalloc T[size], shifts = stackalloc T[size];
            T* mean = means + first, deviation = deviations + first, start = from + first * pixels;
            Rows.SumsOfPlanes(start, planes, size, mean);
            for (int k = 0; k < size; k++)
            {
                mean[k] /= count;
            }

            Rows.SumsOfSquaredDifferencesOfPlanes(start, planes, size, mean, squares);
            for (int k = 0; k < size; k++)
            {
                long c = first + k;
                deviation[k] = T.One / T.Sqrt(squares[k] / count + eps);
                if (!isEmpty)
                {
                    runningMean.Blend(c, mean[k], momentum);
                    runningVariance.Blend(c, squares[k] / (count - T.One), momentum);
                }

                scales[k] = weight.At(c, T.One) * deviation[k];
                shifts[k] = bias.At(c, T.Zero) - mean[k] * scales[k];
            }

            Apply(start, to + first * pixels, planes, size, scales, shifts);
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
        ForGroups(images, (first, size) =>
        {
            T* scales = stackalloc T[size], shifts = stackalloc T[size];
            for (int k = 0; k < size; k++)
            {
                long c = first + k;
                scales[k] = weight.At(c, T.One) * (T.One / T.Sqrt(variance.At(c, T.One) + eps));
                shifts[k] = bias.At(c, T.Zero) - mean.At(c, T.Zero) * scales[k];
            }

            Apply(from + first * pixels, to + first * pixels, new Rows.Planes(batch, pixels, channels * pixels), size, scales, shifts);
        });
        result.WriteBack();
    }

    /// <summary>to = from * scale + shift, each of <paramref name="size"/> neighbouring channels with its own.</summary>
    private static void Apply<T>(T* from, T* to, Rows.Planes planes, int size, T* scales, T* shifts)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (long n = 0; n < planes.Count; n++)
        {
            if (planes.Length == 1)
            {
                RowMath.Affine(from + n * planes.Distance, to + n * planes.Distance, size, scales, shifts);
                continue;
            }

            for (int k = 0; k < size; k++)
            {
                long at = n * planes.Distance + k * planes.Length;
                RowMath.Affine(from + at, to + at, planes.Length, scales[k], shifts[k]);
            }
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
        var planes = new Rows.Planes(batch, pixels, channels * pixels);
        ForGroups(images, (first, size) =>
        {
            T* centers = stackalloc T[size], inverses = stackalloc T[size], sums = stackalloc T[size], dots = stackalloc T[size];
            T* start = grad + first * pixels, inputStart = input + first * pixels;
            for (int k = 0; k < size; k++)
            {
                long c = first + k;
                centers[k] = means.At(c, T.Zero);
                inverses[k] = train ? spreads.At(c, T.One) : T.One / T.Sqrt(spreads.At(c, T.One) + eps);
            }

            Rows.SumsOfPlanes(start, planes, size, sums);
            Rows.DotsCenteredOfPlanes(inputStart, start, planes, size, centers, dots);
            T* slopes = stackalloc T[size], meanGradients = stackalloc T[size], scales = stackalloc T[size];
            for (int k = 0; k < size; k++)
            {
                long c = first + k;
                if (weightGrad != null)
                {
                    weightGrad[c] = dots[k] * inverses[k];
                }

                if (biasGrad != null)
                {
                    biasGrad[c] = sums[k];
                }

                slopes[k] = dots[k] * inverses[k] * inverses[k] / count;
                meanGradients[k] = sums[k] / count;
                scales[k] = weight.At(c, T.One) * inverses[k];
            }

            if (to != null)
            {
                ApplyGradient(start, inputStart, to + first * pixels, planes, size, new NormalizationSlopes<T>(centers, slopes, meanGradients, scales), train);
            }
        });
        result.WriteBack();
    }

    /// <summary>The data gradient of <paramref name="size"/> neighbouring channels; that of constant statistics is a mere factor.</summary>
    private static void ApplyGradient<T>(T* grad, T* input, T* to, Rows.Planes planes, int size, NormalizationSlopes<T> slopes, bool train)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (long n = 0; n < planes.Count; n++)
        {
            if (planes.Length == 1)
            {
                long row = n * planes.Distance;
                if (train)
                {
                    RowMath.NormalizationGradient(grad + row, input + row, to + row, size, slopes);
                }
                else
                {
                    RowMath.Multiply(grad + row, slopes.Scales, to + row, size);
                }

                continue;
            }

            for (int k = 0; k < size; k++)
            {
                long at = n * planes.Distance + k * planes.Length;
                if (train)
                {
                    RowMath.NormalizationGradient(grad + at, input + at, to + at, planes.Length, slopes[k]);
                }
                else
                {
                    RowMath.Affine(grad + at, to + at, planes.Length, slopes[k].Scale, T.Zero);
                }
            }
        }
    }

    /// <summary>Runs <paramref name="body"/>(first channel, how many) over groups of neighbouring channels, shared among threads.</summary>
    private static void ForGroups<T>(ChannelPlanes<T> images, Action<long, int> body)
        where T : unmanaged
    {
        int most = Rows.Neighbours(images.Pixels);
        long fewest = images.Pixels == 1 ? FewestColumns : 1;
        WorkerPool.Shared.For(images.Channels, Math.Max(fewest, ElementsPerTask / Math.Max(images.PerChannel, 1)), (from, end) =>
        {
            for (long first = from; first < end; first += most)
            {
                body(first, (int)Math.Min(most, end - first));
            }
        });
    }

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
            (Batch, Pixels) = pixels is > 1 and < SmallPlane && pixels % Vector512<T>.Count != 0 ? (1, _images * pixels) : (_images, pixels);
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
            WorkerPool.Shared.For(b, Math.Max(1, ElementsPerTask / Math.Max(1, a * inner)), (first, end) =>
            {
                for (long j = first; j < end; j++)
                {
                    for (long i = 0; i < a; i++)
                    {
                        RowMajorCopy.Copy(from + (i * b + j) * inner, to + (j * a + i) * inner, inner);
                    }
                }
            });
        }
    }
}
