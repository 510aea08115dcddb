using System.Numerics;
using System.Runtime.CompilerServices;
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
            switch (op)
            {
                case ReduceOp.Sum:
                    for (int i = 0; i < half; i++)
                    {
                        lanes[i] += upper[i];
                    }

                    break;
                case ReduceOp.Prod:
                    for (int i = 0; i < half; i++)
                    {
                        lanes[i] *= upper[i];
                    }

                    break;
                case ReduceOp.Max:
                    for (int i = 0; i < half; i++)
                    {
                        lanes[i] = T.Max(lanes[i], upper[i]);
                    }

                    break;
                default:
                    for (int i = 0; i < half; i++)
                    {
                        lanes[i] = T.Min(lanes[i], upper[i]);
                    }

                    break;
            }
        }
    }
}
