using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Fractional max pooling (Graham, 2014) over the last two or three dimensions: each plane or volume has windows of its own, which begin at pseudo-random steps
/// ⌊(i + u) α⌋ - ⌊u α⌋ from one of its random numbers u in each dimension; the last window ends with the dimension.
/// </summary>
internal static unsafe class FractionalMaxPoolKernels
{
    private const long ElementsPerTask = 16384;

    /// <summary>fractional_max_pool2d, fractional_max_pool3d: the largest element of each window (a NaN wins) and its position in the plane or volume.</summary>
    public static KernelRule Max(int dimensions) => call =>
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Run<double>(call, dimensions);
        }
        else
        {
            Run<float>(call, dimensions);
        }
    };

    private static void Run<T>(OpInvocation call, int dimensions)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl input = call.Input(0);
        using var data = new ContiguousData<T>(input);
        using var samples = new ContiguousData<T>(call.Input(1));
        T* source = data.Pointer, random = samples.Pointer, values = (T*)call.Outputs[0].Pointer;
        long* indices = (long*)call.Outputs[1].Pointer;
        long[] kernel = call.Ints(0), output = call.Ints(1), sizes = input.Sizes[^dimensions..].ToArray();
        long volume = 1, outVolume = 1;
        for (int axis = 0; axis < dimensions; axis++)
        {
            volume *= sizes[axis];
            outVolume *= PoolWindows.At(output, axis);
        }

        WorkerPool.Shared.For(input.NumberOfElements / Math.Max(volume, 1), Math.Max(1, ElementsPerTask / Math.Max(volume, 1)), (from, to) =>
        {
            var starts = new long[3][];
            for (long plane = from; plane < to; plane++)
            {
                starts[0] = [0];
                for (int axis = 0; axis < dimensions; axis++)
                {
                    // ATen takes a plane's numbers for columns, then rows; a volume's for planes, rows, columns.
                    T sample = random[(plane * dimensions) + (dimensions == 2 ? 1 - axis : axis)];
                    starts[3 - dimensions + axis] = Starts(sizes[axis], PoolWindows.At(output, axis), PoolWindows.At(kernel, axis), sample);
                }

                Plane(source + (plane * volume), values + (plane * outVolume), indices + (plane * outVolume), starts, sizes, kernel);
            }
        });
    }

    private static long[] Starts<T>(long size, long count, long kernel, T sample)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var starts = new long[count];
        for (long i = 0; i < count - 1; i++)
        {
            T alpha = T.CreateTruncating(size - kernel) / T.CreateTruncating(count - 1);
            long start = long.CreateTruncating((T.CreateTruncating(i) + sample) * alpha) - long.CreateTruncating(sample * alpha);

            // Numbers that are not between 0 and 1 must not lead out of the image.
            starts[i] = Math.Clamp(start, 0, size - kernel);
        }

        starts[^1] = size - kernel;
        return starts;
    }

    private static void Plane<T>(T* source, T* values, long* indices, long[][] starts, long[] sizes, long[] kernel)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int dimensions = sizes.Length;
        long width = sizes[^1], height = sizes[^2];
        long depthOfWindow = dimensions == 3 ? PoolWindows.At(kernel, 0) : 1, rowsOfWindow = PoolWindows.At(kernel, dimensions - 2), columnsOfWindow = PoolWindows.At(kernel, dimensions - 1);
        foreach (long plane in starts[0])
        {
            foreach (long row in starts[1])
            {
                foreach (long column in starts[2])
                {
                    T best = T.NegativeInfinity;
                    long index = (((plane * height) + row) * width) + column;
                    for (long z = plane; z < plane + depthOfWindow; z++)
                    {
                        for (long y = row; y < row + rowsOfWindow; y++)
                        {
                            long line = ((z * height) + y) * width;
                            for (long x = column; x < column + columnsOfWindow; x++)
                            {
                                T value = source[line + x];
                                if (value > best || T.IsNaN(value))
                                {
                                    best = value;
                                    index = line + x;
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
