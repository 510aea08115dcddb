using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Combines the accumulators of a block into one value: halves are folded onto each other until one is left.</summary>
internal static unsafe class LaneTree
{
    /// <param name="op">What combines.</param>
    /// <param name="dtype">Dtype of the accumulators.</param>
    /// <param name="lanes">The accumulators; overwritten. The result is in the first.</param>
    /// <param name="count">How many; a power of two.</param>
    public static void Fold(ReduceOp op, DType dtype, byte* lanes, int count)
    {
        switch (dtype)
        {
            case DType.Float32:
                Fold(op, (float*)lanes, count);
                break;
            case DType.Float64:
                Fold(op, (double*)lanes, count);
                break;
            case DType.Int64:
                Fold(op, (long*)lanes, count);
                break;
            default:
                Fold(op, (int*)lanes, count);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fold<T>(ReduceOp op, T* lanes, int count)
        where T : unmanaged, INumber<T>
    {
        for (int half = count / 2; half > 0; half /= 2)
        {
            T* upper = lanes + half;
            int i = 0;
            for (; i + Vector128<T>.Count <= half; i += Vector128<T>.Count)
            {
                Combine(op, Vector128.Load(lanes + i), Vector128.Load(upper + i)).Store(lanes + i);
            }

            for (; i < half; i++)
            {
                lanes[i] = op switch
                {
                    ReduceOp.Sum => lanes[i] + upper[i],
                    ReduceOp.Prod => lanes[i] * upper[i],
                    ReduceOp.Max => T.Max(lanes[i], upper[i]),
                    _ => T.Min(lanes[i], upper[i]),
                };
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Combine<T>(ReduceOp op, Vector128<T> a, Vector128<T> b) => op switch
    {
        ReduceOp.Sum => a + b,
        ReduceOp.Prod => a * b,
        ReduceOp.Max => Vector128.Max(a, b),
        _ => Vector128.Min(a, b),
    };
}
