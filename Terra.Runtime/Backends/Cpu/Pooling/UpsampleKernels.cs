using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Nearest-neighbour upsampling of the last two dimensions, and its gradient.</summary>
internal static unsafe class UpsampleKernels
{
    private const long ElementsPerTask = 16384;

    /// <summary>upsample_nearest2d(self, output_size).</summary>
    public static void Nearest(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Spread(call));

    /// <summary>upsample_nearest2d_backward(grad, output_size, input_size).</summary>
    public static void NearestBackward(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new Collect(call));

    /// <summary>Which source position each result position takes: floor(i * size / count), computed in float as PyTorch does.</summary>
    private static long[] Sources(long size, long count)
    {
        float scale = (float)size / count;
        var sources = new long[count];
        for (long i = 0; i < count; i++)
        {
            sources[i] = Math.Min((long)MathF.Floor(i * scale), size - 1);
        }

        return sources;
    }

    private readonly struct Spread(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0];
            using var input = new ContiguousData<T>(self);
            long height = self.Sizes[2], width = self.Sizes[3], outPixels = result.Sizes[2] * result.Sizes[3];
            long[] rows = Sources(height, result.Sizes[2]), columns = Sources(width, result.Sizes[3]);
            T* from = input.Pointer, target = (T*)result.Pointer;
            WorkerPool.Shared.For(self.Sizes[0] * self.Sizes[1], Math.Max(1, ElementsPerTask / Math.Max(outPixels, 1)), (first, end) =>
            {
                T* to = target + first * outPixels;
                for (long plane = first; plane < end; plane++)
                {
                    foreach (long row in rows)
                    {
                        T* line = from + (plane * height + row) * width;
                        foreach (long column in columns)
                        {
                            *to++ = line[column];
                        }
                    }
                }
            });
        }
    }

    private readonly struct Collect(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl grad = call.Input(0), result = call.Outputs[0];
            using var input = new ContiguousData<T>(grad);
            long height = result.Sizes[2], width = result.Sizes[3], outPixels = grad.Sizes[2] * grad.Sizes[3];
            long[] rows = Sources(height, grad.Sizes[2]), columns = Sources(width, grad.Sizes[3]);
            T* source = input.Pointer, to = (T*)result.Pointer;
            WorkerPool.Shared.For(result.Sizes[0] * result.Sizes[1], Math.Max(1, ElementsPerTask / Math.Max(outPixels, 1)), (first, end) =>
            {
                T* from = source + first * outPixels;
                for (long plane = first; plane < end; plane++)
                {
                    new Span<T>(to + plane * height * width, checked((int)(height * width))).Clear();
                    foreach (long row in rows)
                    {
                        T* line = to + (plane * height + row) * width;
                        foreach (long column in columns)
                        {
                            line[column] += *from++;
                        }
                    }
                }
            });
        }
    }
}
