using System.Numerics;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Convolution and its gradients as matrix products over implicit patches (im2col that is never written down whole). The data gradient
/// gathers instead of scattering (for a stride, phase by phase), so every number is one sum in one fixed order. A transposed convolution is the data gradient of a convolution.
/// </summary>
internal static unsafe class ConvolutionKernels
{
    /// <summary>convolution(input, weight, bias?, stride, padding, dilation, transposed, output_padding, groups).</summary>
    public static void Forward(OpInvocation call)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Forward<double>(call);
        }
        else
        {
            Forward<float>(call);
        }
    }

    /// <summary>convolution_backward(grad, input, weight, ..., output_mask): gradients of input, weight and bias.</summary>
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
        Apply(geometry, images.Pointer, filters.Pointer, bias.Pointer, (T*)result.Pointer, toLarge: call.Bool(3));
    }

    /// <summary>The convolution, or with <paramref name="toLarge"/> its data gradient, of row-major images.</summary>
    private static void Apply<T>(ConvolutionGeometry g, T* from, T* weight, T* bias, T* to, bool toLarge)
        where T : unmanaged, INumber<T>
    {
        bool innermost = ImagesInnermost.Pays(g);
        using var images = ConvolutionImages<T>.Read(from, g.Batch, toLarge ? g.SmallElements : g.LargeElements, innermost);
        Apply(g, images, weight, bias, to, toLarge);
    }

    private static void Apply<T>(ConvolutionGeometry g, ConvolutionImages<T> from, T* weight, T* bias, T* to, bool toLarge)
        where T : unmanaged, INumber<T>
    {
        bool innermost = ImagesInnermost.Pays(g);
        using var result = ConvolutionImages<T>.ForResult(to, g.Batch, toLarge ? g.LargeElements : g.SmallElements, innermost);
        if (toLarge)
        {
            ToLarge(g, from.Pointer, weight, bias, result.Pointer, innermost);
        }
        else
        {
            ToSmall(g, from.Pointer, weight, bias, result.Pointer, innermost);
        }

        result.WriteBack();
    }

    private static void Backward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl grad = call.Input(0), input = call.Input(1), weight = call.Input(2);
        bool transposed = call.Bool(3);
        bool[] mask = call.Attrs[6].AsBools;
        var geometry = new ConvolutionGeometry(call, input.Sizes, weight.Sizes, grad.Sizes);
        bool innermost = ImagesInnermost.Pays(geometry);
        using var gradients = new ContiguousData<T>(grad);
        using var turned = ConvolutionImages<T>.Read(
            gradients.Pointer, geometry.Batch, transposed ? geometry.LargeElements : geometry.SmallElements, innermost);
        if (mask[0])
        {
            using var filters = new ContiguousData<T>(weight);
            Apply(geometry, turned, filters.Pointer, null, (T*)call.Outputs[0].Pointer, toLarge: !transposed);
        }

        if (mask[1])
        {
            using var contiguous = new ContiguousData<T>(input);
            using var images = ConvolutionImages<T>.Read(
                contiguous.Pointer, geometry.Batch, transposed ? geometry.SmallElements : geometry.LargeElements, innermost);
            T* large = transposed ? turned.Pointer : images.Pointer, small = transposed ? images.Pointer : turned.Pointer;
            WeightGradient(geometry, large, small, (T*)call.Outputs[1].Pointer, innermost);
        }

        if (mask[2])
        {
            long pixels = transposed ? geometry.LargePixels : geometry.SmallPixels, batch = geometry.Batch;
            BiasGradient(turned.Pointer, innermost ? 1 : batch, grad.Sizes[1], innermost ? batch * pixels : pixels, (T*)call.Outputs[2].Pointer);
        }
    }

    /// <summary>A convolution: small[n, o, y] = sum over (c, tap) of weight[o, c, tap] * patch.</summary>
    private static void ToSmall<T>(ConvolutionGeometry g, T* large, T* weight, T* bias, T* small, bool innermost)
        where T : unmanaged, INumber<T>
    {
        long depth = g.LargePerGroup * g.KernelPixels, run = innermost ? g.Batch : 1;
        EachGroup(g, group => Gemm<T>.Run(
            g.SmallPerGroup,
            g.Batch * g.SmallPixels,
            depth,
            new StridedSource<T>(weight + group * g.SmallPerGroup * depth, 1, depth),
            PatchSources.Forward(g, large + group * g.LargePerGroup * g.LargePixels * run, innermost),
            new ImageTarget<T>(
                small + group * g.SmallPerGroup * g.SmallPixels * run,
                g.SmallPixels * run,
                g.SmallElements,
                bias == null ? null : bias + group * g.SmallPerGroup)));
    }

    /// <summary>A convolution's data gradient: large[n, c, x] = sum over (o, tap) of weight[o, c, tap] * what the tap took x to.</summary>
    private static void ToLarge<T>(ConvolutionGeometry g, T* small, T* weight, T* bias, T* large, bool innermost)
        where T : unmanaged, INumber<T>
    {
        long run = innermost ? g.Batch : 1;
        EachGroup(g, group =>
        {
            T* filters = weight + group * g.SmallPerGroup * g.LargePerGroup * g.KernelPixels;
            T* images = small + group * g.SmallPerGroup * g.SmallPixels * run, result = large + group * g.LargePerGroup * g.LargePixels * run;
            T* add = bias == null ? null : bias + group * g.LargePerGroup;
            foreach (StridePhase vertical in StridePhase.Of(g.Height, g.KernelHeight, g.StrideHeight, g.PadHeight, g.DilationHeight))
            {
                foreach (StridePhase horizontal in StridePhase.Of(g.Width, g.KernelWidth, g.StrideWidth, g.PadWidth, g.DilationWidth))
                {
                    Phase(g, images, filters, add, result, vertical, horizontal, innermost);
                }
            }
        });
    }

    /// <summary>The pixels of the large image that the same taps reach.</summary>
    private static void Phase<T>(
        ConvolutionGeometry g, T* small, T* weight, T* bias, T* large, StridePhase vertical, StridePhase horizontal, bool innermost)
        where T : unmanaged, INumber<T>
    {
        long depth = g.SmallPerGroup * vertical.Taps * horizontal.Taps;
        using var turned = new Scratch<T>(g.LargePerGroup * depth);
        TurnFilters(g, weight, turned.Pointer, vertical, horizontal);
        Gemm<T>.Run(
            g.LargePerGroup,
            g.Batch * vertical.Count * horizontal.Count,
            depth,
            new StridedSource<T>(turned.Pointer, 1, depth),
            PatchSources.Backward(g, small, vertical, horizontal, innermost),
            PhaseTarget(g, large, bias, vertical, horizontal, innermost));
    }

    private static ImageTarget<T> PhaseTarget<T>(
        ConvolutionGeometry g, T* large, T* bias, StridePhase vertical, StridePhase horizontal, bool innermost)
        where T : unmanaged, INumber<T>
    {
        long run = innermost ? g.Batch : 1, channel = g.LargePixels * run;
        if (vertical.Stride == 1 && horizontal.Stride == 1)
        {
            return new ImageTarget<T>(large, channel, g.LargeElements, bias);
        }

        T* origin = large + (vertical.First * g.Width + horizontal.First) * run;
        return innermost
            ? new ImageTarget<T>(
                origin, channel, vertical.Stride * g.Width * run, new PixelGrid(horizontal.Count, run, horizontal.Stride * run, 1), bias)
            : new ImageTarget<T>(
                origin, channel, g.LargeElements, new PixelGrid(vertical.Count, horizontal.Count, vertical.Stride * g.Width, horizontal.Stride), bias);
    }

    /// <summary>[o, c, tap] to [c, o, tap] for the taps of a phase, so that the depth (o, tap) is one index.</summary>
    private static void TurnFilters<T>(ConvolutionGeometry g, T* from, T* to, StridePhase vertical, StridePhase horizontal)
        where T : unmanaged
    {
        for (long c = 0; c < g.LargePerGroup; c++)
        {
            for (long o = 0; o < g.SmallPerGroup; o++)
            {
                T* filter = from + (o * g.LargePerGroup + c) * g.KernelPixels;
                for (long v = 0; v < vertical.Taps; v++)
                {
                    T* line = filter + (vertical.FirstTap + v * vertical.TapStep) * g.KernelWidth + horizontal.FirstTap;
                    for (long h = 0; h < horizontal.Taps; h++)
                    {
                        *to++ = line[h * horizontal.TapStep];
                    }
                }
            }
        }
    }

    /// <summary>weight[o, (c, tap)] = sum over all pixels (n, y), or (y, n) with the images innermost, of small[n, o, y] * patch.</summary>
    private static void WeightGradient<T>(ConvolutionGeometry g, T* large, T* small, T* weight, bool innermost)
        where T : unmanaged, INumber<T>
    {
        long columns = g.LargePerGroup * g.KernelPixels, run = innermost ? g.Batch : 1, depth = g.Batch * g.SmallPixels;
        EachGroup(g, group =>
        {
            T* images = small + group * g.SmallPerGroup * g.SmallPixels * run;
            Gemm<T>.Run(
                g.SmallPerGroup,
                columns,
                depth,
                innermost ? new StridedSource<T>(images, 1, depth) : new PixelSource<T>(images, g.SmallPixels, g.SmallElements),
                new TransposedSource<T>(PatchSources.Forward(g, large + group * g.LargePerGroup * g.LargePixels * run, innermost)),
                new MatrixTarget<T>(weight + group * g.SmallPerGroup * columns, columns));
        });
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
