using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Vector norms of many tensors at once. A tensor's elements are summed in pieces of a fixed length, the pieces one after another in double precision, so
/// a norm's bits depend on the tensor alone.
/// </summary>
internal static unsafe class NormKernels
{
    private const long Piece = 16384;

    /// <summary>_foreach_norm.stacked(self[], ord).</summary>
    public static void Norms(OpInvocation call)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            Norms<double>(call);
        }
        else
        {
            Norms<float>(call);
        }
    }

    private static void Norms<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<TensorImpl?> tensors = call.List(0);
        double order = call.Scalar(0).ToDouble();
        var data = new ContiguousData<T>[tensors.Length];
        var addresses = new nint[tensors.Length];
        var lengths = new long[tensors.Length];
        var firstPieces = new long[tensors.Length + 1];
        for (int i = 0; i < tensors.Length; i++)
        {
            data[i] = new ContiguousData<T>(tensors[i]!);
            (addresses[i], lengths[i]) = ((nint)data[i].Pointer, tensors[i]!.NumberOfElements);
            firstPieces[i + 1] = firstPieces[i] + ((lengths[i] + Piece - 1) / Piece);
        }

        var parts = new double[firstPieces[^1]];
        WorkerPool.Shared.For(parts.Length, 4, (from, to) =>
        {
            int tensor = Array.FindLastIndex(firstPieces, first => first <= from);
            for (long piece = from; piece < to; piece++)
            {
                while (piece >= firstPieces[tensor + 1])
                {
                    tensor++;
                }

                long start = (piece - firstPieces[tensor]) * Piece;
                parts[piece] = Part((T*)addresses[tensor] + start, Math.Min(Piece, lengths[tensor] - start), order);
            }
        });

        for (int i = 0; i < tensors.Length; i++)
        {
            ((T*)call.Outputs[0].Pointer)[i] = T.CreateTruncating(Total(parts.AsSpan((int)firstPieces[i]..(int)firstPieces[i + 1]), order));
            data[i].Dispose();
        }
    }

    private static double Part<T>(T* x, long count, double order)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (order == 2)
        {
            return double.CreateTruncating(Rows.Dot(x, x, count));
        }

        double part = 0;
        for (long i = 0; i < count; i++)
        {
            double magnitude = double.CreateTruncating(T.Abs(x[i]));
            part = double.IsPositiveInfinity(order) ? Math.Max(part, magnitude)
                : order == 1 ? part + magnitude
                : part + Math.Pow(magnitude, order);
        }

        return part;
    }

    private static double Total(ReadOnlySpan<double> parts, double order)
    {
        double total = 0;
        foreach (double part in parts)
        {
            total = double.IsPositiveInfinity(order) ? Math.Max(total, part) : total + part;
        }

        return double.IsPositiveInfinity(order) || order == 1 ? total : order == 2 ? Math.Sqrt(total) : Math.Pow(total, 1 / order);
    }
}
