using System.Numerics;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Convolution and its gradients, each by the way that suits its sizes: plane by plane, pixel by pixel, line by line, by Winograd's transforms, or directly.
/// The data gradient gathers instead of scattering (for a stride, phase by phase), so every number is one sum in one fixed order. A transposed convolution is the
/// data gradient of a convolution.
/// </summary>
internal static unsafe class ConvolutionKernels
{
    /// <summary>Planes of fewer pixels, of which each is finished by itself, take less time than to begin with an epilogue.</summary>
    private const long LeastPixels = 256;

    /// <summary>convolution(input, weight, bias?, stride, padding, dilation, transposed, output_padding, groups).</summary>
    public static void Forward(OpInvocation call) => Forward(call, null);

    /// <summary>The same, followed by other ops.</summary>
    public static void Forward(OpInvocation call, Epilogue? epilogue)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Forward<double>(call, epilogue);
        }
        else
        {
            Forward<float>(call, epilogue);
        }
    }

    /// <summary>convolution_backward(grad, input, weight, ..., output_mask): gradients of input, weight and bias.</summary>
    public static void Backward(OpInvocation call)
    {
        InputGradient(call);
        ParameterGradients(call);
    }

    /// <summary>The part of <see cref="Backward"/> that computes result 0.</summary>
    public static void InputGradient(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            InputGradient<double>(call);
        }
        else
        {
            InputGradient<float>(call);
        }
    }

    /// <summary>The part of <see cref="Backward"/> that computes results 1 and 2.</summary>
    public static void ParameterGradients(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            ParameterGradients<double>(call);
        }
        else
        {
            ParameterGradients<float>(call);
        }
    }

    /// <summary>Whether other ops can run with the convolution, and are better run so than behind it: not where few pixels are complete at a time.</summary>
    public static bool EpiloguePays(OpInvocation call) => call.Outputs[0].DType == DType.Float64 ? EpiloguePays<double>(call) : EpiloguePays<float>(call);

    private static bool EpiloguePays<T>(OpInvocation call)
        where T : unmanaged, INumber<T>
    {
        bool toLarge = call.Bool(3);
        var g = new ConvolutionGeometry(call, call.Input(0).Sizes, call.Input(1).Sizes, call.Outputs[0].Sizes);
        return PlaneConvolution<T>.Pays(g, toLarge) ? (toLarge ? g.LargePixels : g.SmallPixels) >= LeastPixels : !g.IsPixelwise || PixelwiseConvolution<T>.Pays(g);
    }

    private static void Forward<T>(OpInvocation call, Epilogue? epilogue)
        where T : unmanaged, INumber<T>
    {
        TensorImpl input = call.Input(0), weight = call.Input(1), result = call.Outputs[0];
        if (result.NumberOfElements == 0)
        {
            return;
        }

        var geometry = new ConvolutionGeometry(call, input.Sizes, weight.Sizes, result.Sizes);
        using var images = new ContiguousData<T>(input);
        using var filters = new ContiguousData<T>(weight);
        using ContiguousData<T> bias = call.OptionalInput(2) is { } given ? new ContiguousData<T>(given) : default;
        T* to = epilogue is null ? (T*)result.Pointer : (T*)epilogue.Result;
        Apply(geometry, images.Pointer, filters.Pointer, bias.Pointer, to, toLarge: call.Bool(3), epilogue);
    }

    /// <summary>
    /// The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images. Every way that <see cref="EpiloguePays"/> for finishes neighbouring pixels of a
    /// channel, or of several whole ones, as soon as it has written them.
    /// </summary>
    private static void Apply<T>(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge, Epilogue? epilogue)
        where T : unmanaged, INumber<T>
    {
        if (PlaneConvolution<T>.Pays(g, toLarge))
        {
            PlaneConvolution<T>.Run(g, from, weight, bias, to, toLarge, epilogue);
        }
        else if (PixelwiseConvolution<T>.Pays(g))
        {
            PixelwiseConvolution<T>.Run(g, from, weight, bias, to, toLarge, epilogue);
        }
        else if (g.IsPixelwise)
        {
            SmallPixelwiseConvolution<T>.Run(g, from, weight, bias, to, toLarge);
        }
        else if (!toLarge && LineConvolution<T>.Pays(g))
        {
            LineConvolution<T>.Run(g, from, weight, bias, to, epilogue);
        }
        else if (typeof(T) == typeof(float) && WinogradConvolution.Pays(g, toLarge))
        {
            WinogradConvolution.Run(g, (float*)from, (float*)weight, (float*)bias, (float*)to, toLarge, epilogue);
        }
        else
        {
            DirectConvolution<T>.Run(g, from, weight, bias, to, toLarge, epilogue);
        }
    }

    private static void InputGradient<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl grad = call.Input(0), input = call.Input(1), weight = call.Input(2);
        if (call.Attrs[6].AsBools[0])
        {
            var geometry = new ConvolutionGeometry(call, input.Sizes, weight.Sizes, grad.Sizes);
            using var gradients = new ContiguousData<T>(grad);
            using var filters = new ContiguousData<T>(weight);
            Apply(geometry, gradients.Pointer, filters.Pointer, null, (T*)call.Outputs[0].Pointer, toLarge: !call.Bool(3), null);
        }
    }

    private static void ParameterGradients<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl grad = call.Input(0), input = call.Input(1), weight = call.Input(2);
        bool transposed = call.Bool(3);
        bool[] mask = call.Attrs[6].AsBools;
        if (!mask[1] && !mask[2])
        {
            return;
        }

        var geometry = new ConvolutionGeometry(call, input.Sizes, weight.Sizes, grad.Sizes);
        using var gradients = new ContiguousData<T>(grad);
        if (mask[1])
        {
            using var images = new ContiguousData<T>(input);
            T* large = transposed ? gradients.Pointer : images.Pointer, small = transposed ? images.Pointer : gradients.Pointer;
            WeightGradient(geometry, large, small, (T*)call.Outputs[1].Pointer);
        }

        if (mask[2])
        {
            long pixels = transposed ? geometry.LargePixels : geometry.SmallPixels;
            BiasGradient(gradients.Pointer, geometry.Batch, grad.Sizes[1], pixels, (T*)call.Outputs[2].Pointer);
        }
    }

    /// <summary>The patches that a convolution reads, of the images of one group.</summary>
    private static PatchSource<T> Patches<T>(ConvolutionGeometry g, T* large)
        where T : unmanaged =>
        new(large, g.LargeElements, ConvolutionPhase.ToSmall(g.Vertical)[0].Axis, ConvolutionPhase.ToSmall(g.Horizontal)[0].Axis);

    /// <summary>weight[o, (c, tap)] = sum over all pixels (n, y) of small[n, o, y] * patch.</summary>
    private static void WeightGradient<T>(ConvolutionGeometry g, T* large, T* small, T* weight)
        where T : unmanaged, INumber<T>
    {
        if (PlaneWeightGradient<T>.Pays(g))
        {
            PlaneWeightGradient<T>.Run(g, large, small, weight);
            return;
        }

        if (typeof(T) == typeof(float) && WinogradWeightGradient.Pays(g))
        {
            WinogradWeightGradient.Run(g, (float*)large, (float*)small, (float*)weight);
            return;
        }

        if (g.HasDepth || DirectWeightGradient<T>.Pays(g))
        {
            DirectWeightGradient<T>.Run(g, large, small, weight);
            return;
        }

        long columns = g.LargePerGroup * g.KernelPixels;
        EachGroup(g, group => Gemm<T>.Run(
            g.SmallPerGroup,
            columns,
            g.Batch * g.SmallPixels,
            new PixelSource<T>(small + group * g.SmallPerGroup * g.SmallPixels, g.SmallPixels, g.SmallElements),
            new TransposedSource<T>(Patches(g, large + group * g.LargePerGroup * g.LargePixels)),
            new MatrixTarget<T>(weight + group * g.SmallPerGroup * columns, columns)));
    }

    /// <summary>bias[c] = sum over images, in order, of the sums of their planes.</summary>
    private static void BiasGradient<T>(T* grad, long batch, long channels, long pixels, T* bias)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        WorkerPool.Shared.For(channels, Math.Max(1, 32768 / Math.Max(batch * pixels, 1)), (from, to) =>
        {
            for (long c = from; c < to; c++)
            {
                T sum = T.Zero;
                for (long n = 0; n < batch; n++)
                {
                    sum += Rows.Sum(grad + (n * channels + c) * pixels, pixels);
                }

                bias[c] = sum;
            }
        });

    private static void EachGroup(ConvolutionGeometry g, Action<long> body)
    {
        if (g.Groups < 2 * WorkerPool.Shared.NumThreads)
        {
            for (long group = 0; group < g.Groups; group++)
            {
                body(group);
            }

            return;
        }

        WorkerPool.Shared.For(g.Groups, 1, (from, to) =>
        {
            for (long group = from; group < to; group++)
            {
                body(group);
            }
        });
    }
}
