using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Pooling over the last two or three dimensions, plane by plane (or volume by volume), and its gradients, which each plane gathers or scatters in
/// row-major order.
/// </summary>
internal static unsafe class PoolingKernels
{
    private const long ElementsPerTask = 16384;

    /// <summary>Elements per task where a pass costs little more than the memory it touches.</summary>
    private const long FastElementsPerTask = 131072;

    /// <summary>max_pool2d_with_indices, max_pool3d_with_indices: the largest element of each window (a NaN wins) and its position in the plane or volume.</summary>
    public static KernelRule Max(int dimensions) => call => Run(call, new Maximum(call, PoolWindows.Max(call, call.Input(0), dimensions)));

    /// <summary>adaptive_max_pool2d, adaptive_max_pool3d.</summary>
    public static KernelRule AdaptiveMax(int dimensions) => call => Run(call, new Maximum(call, PoolWindows.Adaptive(call.Input(0), call.Outputs[0], dimensions)));

    /// <summary>max_pool2d_with_indices_backward(grad, indices, input_size), and the same in three dimensions.</summary>
    public static KernelRule MaxBackward(int dimensions) => call => Run(call, new MaximumGradient(call, dimensions));

    /// <summary>avg_pool2d, avg_pool3d.</summary>
    public static KernelRule Average(int dimensions) =>
        call => Run(call, new Mean(call.Input(0), call.Outputs[0], PoolWindows.Average(call, call.Input(0), dimensions)));

    /// <summary>avg_pool2d_backward(grad, ..., input_size), avg_pool3d_backward.</summary>
    public static KernelRule AverageBackward(int dimensions) =>
        call => Run(call, new MeanGradient(call.Input(0), call.Outputs[0], PoolWindows.Average(call, call.Outputs[0], dimensions)));

    /// <summary>_adaptive_avg_pool2d, _adaptive_avg_pool3d.</summary>
    public static KernelRule Adaptive(int dimensions) =>
        call => Run(call, new Mean(call.Input(0), call.Outputs[0], PoolWindows.Adaptive(call.Input(0), call.Outputs[0], dimensions)));

    /// <summary>_adaptive_avg_pool2d_backward(grad, input_size), _adaptive_avg_pool3d_backward.</summary>
    public static KernelRule AdaptiveBackward(int dimensions) =>
        call => Run(call, new MeanGradient(call.Input(0), call.Outputs[0], PoolWindows.Adaptive(call.Outputs[0], call.Input(0), dimensions)));

    private static void Run<TKernel>(OpInvocation call, TKernel kernel)
        where TKernel : IFloatKernel
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            kernel.Run<double>();
        }
        else
        {
            kernel.Run<float>();
        }
    }

    private static void EachPlane(long planes, long volume, long perTask, Action<long, long> body) =>
        WorkerPool.Shared.For(planes, Math.Max(1, perTask / Math.Max(volume, 1)), body);

    private interface IFloatKernel
    {
        void Run<T>()
            where T : unmanaged, IFloatingPointIeee754<T>;
    }

    private readonly struct Maximum(OpInvocation call, PoolWindows windows) : IFloatKernel
    {
        public void Run<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            PoolWindows w = windows;
            using var input = new ContiguousData<T>(call.Input(0));
            T* source = input.Pointer, values = (T*)call.Outputs[0].Pointer;
            long* indices = (long*)call.Outputs[1].Pointer;
            WholeWindowMaxPool? whole = typeof(T) == typeof(float) ? WholeWindowMaxPool.TryCreate(w) : null;
            LineMaxPool? lines = typeof(T) == typeof(float) && whole is null ? Lines(w) : null;
            long planes = call.Input(0).NumberOfElements / Math.Max(w.Volume, 1);
            EachPlane(planes, w.Volume, whole is null && lines is null ? ElementsPerTask : FastElementsPerTask, (from, to) =>
            {
                long plane = from;
                using Scratch<float> scratch = lines is null ? default : new Scratch<float>(lines.Scratch);
                for (; lines is not null && plane < to; plane++)
                {
                    lines.Run((float*)source + plane * w.Volume, (float*)values + plane * w.OutVolume, indices + plane * w.OutVolume, scratch.Pointer);
                }

                for (; whole is not null && plane + whole.Planes <= to; plane += whole.Planes)
                {
                    whole.Run((float*)source + plane * w.Volume, (float*)values + plane * w.OutVolume, indices + plane * w.OutVolume);
                }

                for (; plane < to; plane++)
                {
                    Plane(source + plane * w.Volume, values + plane * w.OutVolume, indices + plane * w.OutVolume, w);
                }
            });
        }

        /// <summary>Adaptive windows are of several sizes, so their lines are not pooled together.</summary>
        private LineMaxPool? Lines(PoolWindows w)
        {
            if (call.Attrs.Length < 5)
            {
                return null;
            }

            long[] kernel = call.Ints(0), stride = call.Ints(1);
            return LineMaxPool.TryCreate(w, kernel[^1], stride.Length == 0 ? kernel[^1] : stride[^1], call.Ints(2)[^1], call.Ints(3)[^1]);
        }

        private static void Plane<T>(T* source, T* values, long* indices, PoolWindows windows)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach (PoolRange planes in windows.Planes)
            {
                foreach (PoolRange rows in windows.Rows)
                {
                    foreach (PoolRange columns in windows.Columns)
                    {
                        T best = T.NegativeInfinity;
                        long index = (planes.Start * windows.Height + rows.Start) * windows.Width + columns.Start;
                        for (long plane = planes.Start; plane < planes.End; plane += planes.Step)
                        {
                            for (long row = rows.Start; row < rows.End; row += rows.Step)
                            {
                                long line = (plane * windows.Height + row) * windows.Width;
                                for (long column = columns.Start; column < columns.End; column += columns.Step)
                                {
                                    T value = source[line + column];
                                    if (value > best || T.IsNaN(value))
                                    {
                                        best = value;
                                        index = line + column;
                                    }
                                }
                            }
                        }

                        *values++ = best;
                        *indices++ = index;
                    }
                }
            }
        }
    }

    private readonly struct MaximumGradient(OpInvocation call, int dimensions) : IFloatKernel
    {
        public void Run<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorImpl self = call.Outputs[0], gradient = call.Input(0);
            using var input = new ContiguousData<T>(gradient);
            using var positions = new ContiguousData<long>(call.Input(1));
            T* grad = input.Pointer, result = (T*)self.Pointer;
            long* indices = positions.Pointer;
            long inVolume = 1, outVolume = 1;
            for (int d = 1; d <= dimensions; d++)
            {
                inVolume *= self.Sizes[^d];
                outVolume *= gradient.Sizes[^d];
            }

            EachPlane(self.NumberOfElements / Math.Max(inVolume, 1), inVolume, FastElementsPerTask, (from, to) =>
            {
                for (long plane = from; plane < to; plane++)
                {
                    T* target = result + plane * inVolume;
                    new Span<T>(target, checked((int)inVolume)).Clear();
                    for (long i = plane * outVolume; i < (plane + 1) * outVolume; i++)
                    {
                        target[indices[i]] += grad[i];
                    }
                }
            });
        }
    }

    private readonly struct Mean(TensorImpl source, TensorImpl result, PoolWindows windows) : IFloatKernel
    {
        public void Run<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            PoolWindows w = windows;
            using var input = new ContiguousData<T>(source);
            T* from = input.Pointer, to = (T*)result.Pointer;
            bool whole = w.IsWhole;
            EachPlane(source.NumberOfElements / Math.Max(w.Volume, 1), w.Volume, whole ? FastElementsPerTask : ElementsPerTask, (first, last) =>
            {
                T divisor = whole ? T.CreateTruncating(w.Divisor(w.Planes[0], w.Rows[0], w.Columns[0])) : T.One;
                using Scratch<T> turned = whole ? new Scratch<T>(Vector512<T>.Count * w.Volume) : default;
                for (; whole && first + Vector512<T>.Count <= last; first += Vector512<T>.Count)
                {
                    WholePlanes(from + first * w.Volume, w.Volume, divisor, turned.Pointer, to + first);
                }

                for (long plane = first; plane < last; plane++)
                {
                    Plane(from + plane * w.Volume, to + plane * w.OutVolume, w);
                }
            });
        }

        /// <summary>The means of as many planes as a vector has lanes, each summed in order in a lane of its own.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void WholePlanes<T>(T* source, long volume, T divisor, T* turned, T* values)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int lanes = Vector512<T>.Count;
            MatrixTranspose.Run(source, volume, lanes, volume, turned, lanes);
            Vector512<T> sum = Vector512<T>.Zero;
            for (long i = 0; i < volume; i++)
            {
                sum += Vector512.Load(turned + (i * lanes));
            }

            (sum / Vector512.Create(divisor)).Store(values);
        }

        private static void Plane<T>(T* source, T* values, PoolWindows windows)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach (PoolRange planes in windows.Planes)
            {
                foreach (PoolRange rows in windows.Rows)
                {
                    foreach (PoolRange columns in windows.Columns)
                    {
                        T sum = T.Zero;
                        for (long plane = planes.Start; plane < planes.End; plane++)
                        {
                            for (long row = rows.Start; row < rows.End; row++)
                            {
                                T* line = source + (plane * windows.Height + row) * windows.Width;
                                for (long column = columns.Start; column < columns.End; column++)
                                {
                                    sum += line[column];
                                }
                            }
                        }

                        *values++ = sum / T.CreateTruncating(windows.Divisor(planes, rows, columns));
                    }
                }
            }
        }
    }

    private readonly struct MeanGradient(TensorImpl gradient, TensorImpl result, PoolWindows windows) : IFloatKernel
    {
        public void Run<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            PoolWindows w = windows;
            using var input = new ContiguousData<T>(gradient);
            T* from = input.Pointer, to = (T*)result.Pointer;
            bool whole = w.IsWhole;
            EachPlane(result.NumberOfElements / Math.Max(w.Volume, 1), w.Volume, whole ? FastElementsPerTask : ElementsPerTask, (first, last) =>
            {
                T divisor = whole ? T.CreateTruncating(w.Divisor(w.Planes[0], w.Rows[0], w.Columns[0])) : T.One;
                for (; whole && first < last; first++)
                {
                    new Span<T>(to + first * w.Volume, checked((int)w.Volume)).Fill(from[first] / divisor);
                }

                for (long plane = first; plane < last; plane++)
                {
                    Plane(from + plane * w.OutVolume, to + plane * w.Volume, w);
                }
            });
        }

        private static void Plane<T>(T* grad, T* target, PoolWindows windows)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            new Span<T>(target, checked((int)windows.Volume)).Clear();
            foreach (PoolRange planes in windows.Planes)
            {
                foreach (PoolRange rows in windows.Rows)
                {
                    foreach (PoolRange columns in windows.Columns)
                    {
                        T share = *grad++ / T.CreateTruncating(windows.Divisor(planes, rows, columns));
                        for (long plane = planes.Start; plane < planes.End; plane++)
                        {
                            for (long row = rows.Start; row < rows.End; row++)
                            {
                                T* line = target + (plane * windows.Height + row) * windows.Width;
                                for (long column = columns.Start; column < columns.End; column++)
                                {
                                    line[column] += share;
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
