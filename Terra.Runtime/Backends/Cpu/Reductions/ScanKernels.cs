using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Kernels of the ops that accumulate along a dimension, in its order; float32 in float64 accumulators, as ATen does.</summary>
public static unsafe class ScanKernels
{
    private const int LinesAtOnce = 4, Part = 128;

    /// <summary>aten::cumsum(self, int dim, ...).</summary>
    public static void Cumsum(OpInvocation call) => Run(call, product: false);

    /// <summary>aten::cumprod(self, int dim, ...).</summary>
    public static void Cumprod(OpInvocation call) => Run(call, product: true);

    private static void Run(OpInvocation call, bool product)
    {
        TensorImpl input = call.Input(0), output = call.Outputs[0];
        long dim = call.Int(0);
        dim = dim < 0 ? dim + input.Rank : dim;
        bool isDirect = input.Rank > 0 && input.DType == output.DType && input.Layout.IsContiguous;
        if (!isDirect)
        {
            var builder = new PointwiseBuilder();
            PointwiseProgram cast = builder.Build(builder.Cast(builder.NewInput(input.DType), output.DType));
            PointwiseKernel.Get(cast).Run([input], [output], []);
        }

        if (input.Rank == 0 || output.NumberOfElements == 0)
        {
            return;
        }

        nint from = isDirect ? input.Pointer : output.Pointer;
        long length = input.Sizes[(int)dim], inner = 1;
        foreach (long size in input.Sizes[((int)dim + 1)..])
        {
            inner *= size;
        }

        long outer = output.NumberOfElements / (length * inner);
        switch (output.DType)
        {
            case DType.Float32:
                Scan<float, double>((float*)from, (float*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Float64:
                Scan<double, double>((double*)from, (double*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int64:
                Scan<long, long>((long*)from, (long*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int32:
                Scan<int, long>((int*)from, (int*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int16:
                Scan<short, long>((short*)from, (short*)output.Pointer, outer, length, inner, product);
                break;
            case DType.Int8:
                Scan<sbyte, long>((sbyte*)from, (sbyte*)output.Pointer, outer, length, inner, product);
                break;
            default:
                Scan<byte, long>((byte*)from, (byte*)output.Pointer, outer, length, inner, product);
                break;
        }
    }

    /// <summary>Scans lines of a row-major tensor into another, which may be the same.</summary>
    private static void Scan<T, TSum>(T* source, T* result, long outer, long length, long inner, bool product)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        long grain = Math.Max(1, PointwiseKernel.ParallelGrain / (length * inner));
        WorkerPool.Shared.For(outer, grain, (from, to) =>
        {
            for (long line = from; line < to && inner == 1; line += LinesAtOnce)
            {
                ScanLines<T, TSum>(source + (line * length), result + (line * length), length, (int)Math.Min(LinesAtOnce, to - line), product);
            }

            using var sums = new Scratch<TSum>(inner);
            for (long slab = from; slab < to && inner > 1; slab++)
            {
                ScanColumns(source + (slab * length * inner), result + (slab * length * inner), sums.Pointer, length, inner, product);
            }
        });
    }

    /// <summary>Scans the columns of a matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScanColumns<T, TSum>(T* source, T* result, TSum* sums, long length, long width, bool product)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        new Span<TSum>(sums, (int)width).Fill(product ? TSum.One : TSum.Zero);
        for (long row = 0; row < length; row++, source += width, result += width)
        {
            for (long j = 0; j < width; j++)
            {
                TSum sum = Next(sums[j], source[j], product);
                sums[j] = sum;
                result[j] = T.CreateTruncating(sum);
            }
        }
    }

    /// <summary>
    /// Scans neighbouring contiguous lines side by side: each sum waits for its predecessor, so one line alone leaves the processor idle. Parts of the lines are
    /// converted by vectors, to and from a buffer.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScanLines<T, TSum>(T* source, T* result, long length, int lines, bool product)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        TSum* buffer = stackalloc TSum[LinesAtOnce * Part];
        TSum* second = buffer + Part, third = second + Part, fourth = third + Part;
        TSum a, b, c, d;
        a = b = c = d = product ? TSum.One : TSum.Zero;
        if (lines < LinesAtOnce)
        {
            new Span<TSum>(buffer, LinesAtOnce * Part).Clear();
        }

        for (long start = 0; start < length; start += Part)
        {
            int count = (int)Math.Min(Part, length - start);
            for (int line = 0; line < lines; line++)
            {
                Widen(source + (line * length) + start, buffer + (line * Part), count);
            }

            if (product)
            {
                for (int k = 0; k < count; k++)
                {
                    buffer[k] = a *= buffer[k];
                    second[k] = b *= second[k];
                    third[k] = c *= third[k];
                    fourth[k] = d *= fourth[k];
                }
            }
            else
            {
                for (int k = 0; k < count; k++)
                {
                    buffer[k] = a += buffer[k];
                    second[k] = b += second[k];
                    third[k] = c += third[k];
                    fourth[k] = d += fourth[k];
                }
            }

            for (int line = 0; line < lines; line++)
            {
                Narrow(buffer + (line * Part), result + (line * length) + start, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen<T, TSum>(T* from, TSum* to, int count)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        int i = 0;
        for (; typeof(T) == typeof(float) && i + Vector512<float>.Count <= count; i += Vector512<float>.Count)
        {
            (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Vector512.Load((float*)from + i));
            low.Store((double*)to + i);
            high.Store((double*)to + i + Vector512<double>.Count);
        }

        for (; i < count; i++)
        {
            to[i] = TSum.CreateTruncating(from[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow<T, TSum>(TSum* from, T* to, int count)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        int i = 0;
        for (; typeof(T) == typeof(float) && i + Vector512<float>.Count <= count; i += Vector512<float>.Count)
        {
            Vector512.Narrow(Vector512.Load((double*)from + i), Vector512.Load((double*)from + i + Vector512<double>.Count)).Store((float*)to + i);
        }

        for (; i < count; i++)
        {
            to[i] = T.CreateTruncating(from[i]);
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
