using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Kernels of the ops that accumulate along a dimension, in its order; float32 in float64 accumulators, as ATen does.</summary>
public static unsafe class ScanKernels
{
    private const int LinesAtOnce = 4;

    /// <summary>aten::cumsum(self, int dim, ...).</summary>
    public static void Cumsum(OpInvocation call) => Run(call, product: false);

    /// <summary>aten::cumprod(self, int dim, ...).</summary>
    public static void Cumprod(OpInvocation call) => Run(call, product: true);

    private static void Run(OpInvocation call, bool product)
    {
        TensorImpl input = call.Input(0), output = call.Outputs[0];
        long dim = call.Int(0);
        dim = dim < 0 ? dim + input.Rank : dim;
        var builder = new PointwiseBuilder();
        PointwiseProgram cast = builder.Build(builder.Cast(builder.NewInput(input.DType), output.DType));
        PointwiseKernel.Get(cast).Run([input], [output], []);
        if (input.Rank == 0 || output.NumberOfElements == 0)
        {
            return;
        }

        long length = input.Sizes[(int)dim], inner = 1;
        foreach (long size in input.Sizes[((int)dim + 1)..])
        {
            inner *= size;
        }

        long outer = output.NumberOfElements / (length * inner);
        switch (output.DType)
        {
            case DType.Float32:
                Scan<float, double>((float*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Float64:
                Scan<double, double>((double*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int64:
                Scan<long, long>((long*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int32:
                Scan<int, long>((int*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int16:
                Scan<short, long>((short*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int8:
                Scan<sbyte, long>((sbyte*)output.Pointer, outer, length, inner, product);
                break;
            default:
                Scan<byte, long>((byte*)output.Pointer, outer, length, inner, product);
                break;
        }
    }

    private static void Scan<T, TSum>(T* data, long outer, long length, long inner, bool product)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        nint address = (nint)data;
        long grain = Math.Max(1, PointwiseKernel.ParallelGrain / (length * inner));
        WorkerPool.Shared.For(outer, grain, (from, to) =>
        {
            using var scratch = new Scratch<TSum>(inner);
            TSum* sums = scratch.Pointer;
            for (long line = from; line < to && inner == 1; line += LinesAtOnce)
            {
                ScanLines<T, TSum>((T*)address + (line * length), length, (int)Math.Min(LinesAtOnce, to - line), product);
            }

            for (long line = from; line < to && inner > 1; line++)
            {
                new Span<TSum>(sums, (int)inner).Fill(product ? TSum.One : TSum.Zero);
                T* row = (T*)address + (line * length * inner);
                for (long k = 0; k < length; k++, row += inner)
                {
                    for (long j = 0; j < inner; j++)
                    {
                        TSum next = TSum.CreateTruncating(row[j]);
                        sums[j] = product ? sums[j] * next : sums[j] + next;
                        row[j] = T.CreateTruncating(sums[j]);
                    }
                }
            }
        });
    }

    /// <summary>Scans neighbouring contiguous lines side by side: each sum waits for its predecessor, so one line alone leaves the processor idle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScanLines<T, TSum>(T* first, long length, int lines, bool product)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        if (lines < LinesAtOnce)
        {
            for (int line = 0; line < lines; line++)
            {
                TSum sum = product ? TSum.One : TSum.Zero;
                for (T* at = first + (line * length), end = at + length; at < end; at++)
                {
                    *at = T.CreateTruncating(sum = Next(sum, *at, product));
                }
            }

            return;
        }

        TSum a, b, c, d;
        a = b = c = d = product ? TSum.One : TSum.Zero;
        T* second = first + length, third = second + length, fourth = third + length;
        for (long k = 0; k < length; k++)
        {
            first[k] = T.CreateTruncating(a = Next(a, first[k], product));
            second[k] = T.CreateTruncating(b = Next(b, second[k], product));
            third[k] = T.CreateTruncating(c = Next(c, third[k], product));
            fourth[k] = T.CreateTruncating(d = Next(d, fourth[k], product));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSum Next<T, TSum>(TSum sum, T value, bool product)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        TSum next = TSum.CreateTruncating(value);
        return product ? sum * next : sum + next;
    }
}
