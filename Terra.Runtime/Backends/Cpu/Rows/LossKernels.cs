using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Negative log likelihood of rows of classes (N, C), of maps of them (N, C, P), whose positions count in row-major order of (N, P), or of one row (C). Sums run in double precision in the order of the batch, in blocks that depend on its size alone.
/// </summary>
internal static unsafe class LossKernels
{
    public const long NoReduction = 0;
    public const long Mean = 1;

    private const long RowsPerBlock = 1024, ElementsPerTask = 32768;

    /// <summary>Throws for a target that is no class.</summary>
    public static void CheckTargets(OpInvocation call) => CheckTargets(call.Input(0), call.Input(1), call.Int(1));

    /// <summary>nll_loss_forward(self, target, weight?, reduction, ignore_index).</summary>
    public static void Forward(OpInvocation call)
    {
        if (call.Input(0).DType == DType.Float64)
        {
            Forward<double>(call);
        }
        else
        {
            Forward<float>(call);
        }
    }

    /// <summary>nll_loss_backward(grad, target, weight?, total_weight, reduction, ignore_index, input_size).</summary>
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

    /// <summary>The number of rows or images, of classes, and of positions in an image.</summary>
    private static (long Batch, long Classes, long Positions) Shape(TensorImpl scores) => scores.Rank switch
    {
        1 => (1, scores.Sizes[0], 1),
        2 => (scores.Sizes[0], scores.Sizes[1], 1),
        _ => (scores.Sizes[0], scores.Sizes[1], scores.Sizes[2]),
    };

    private static void CheckTargets(TensorImpl self, TensorImpl target, long ignored)
    {
        long classes = Shape(self).Classes;
        using var targets = new ContiguousData<long>(target);
        for (long i = 0; i < target.NumberOfElements; i++)
        {
            long t = targets.Pointer[i];
            if (t != ignored && (t < 0 || t >= classes))
            {
                throw ShapeErrors.Error($"Target {t} is out of bounds.");
            }
        }
    }

    private static void Forward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl self = call.Input(0);
        (long images, long classes, long positions) = Shape(self);
        long batch = images * positions, reduction = call.Int(0), ignored = call.Int(1);
        using var input = new ContiguousData<T>(self);
        using var targets = new ContiguousData<long>(call.Input(1));
        using ContiguousData<T> weight = call.OptionalInput(2) is { } given ? new ContiguousData<T>(given) : default;
        T* values = input.Pointer, weights = weight.Pointer, each = reduction == NoReduction ? (T*)call.Outputs[0].Pointer : null;
        long* classOf = targets.Pointer;
        long blocks = (batch + RowsPerBlock - 1) / RowsPerBlock;
        using var sums = new Scratch<double>(2 * blocks);
        double* partial = sums.Pointer;
        WorkerPool.Shared.For(blocks, 1, (from, to) =>
        {
            for (long block = from; block < to; block++)
            {
                double blockLoss = 0, blockWeight = 0;
                (long image, long position) = Math.DivRem(block * RowsPerBlock, positions);
                for (long i = block * RowsPerBlock; i < Math.Min(batch, (block + 1) * RowsPerBlock); i++, position++)
                {
                    if (position == positions)
                    {
                        (image, position) = (image + 1, 0);
                    }

                    long target = classOf[i];
                    bool counts = target != ignored;
                    T factor = !counts ? T.Zero : weights == null ? T.One : weights[target];
                    T term = counts ? -(values[(((image * classes) + target) * positions) + position] * factor) : T.Zero;
                    blockLoss += double.CreateTruncating(term);
                    blockWeight += double.CreateTruncating(factor);
                    if (each != null)
                    {
                        each[i] = term;
                    }
                }

                partial[2 * block] = blockLoss;
                partial[(2 * block) + 1] = blockWeight;
            }
        });
        double loss = 0, total = 0;
        for (long block = 0; block < blocks; block++)
        {
            loss += partial[2 * block];
            total += partial[(2 * block) + 1];
        }

        *(T*)call.Outputs[1].Pointer = reduction == NoReduction ? T.Zero : T.CreateTruncating(total);
        if (reduction != NoReduction)
        {
            *(T*)call.Outputs[0].Pointer = T.CreateTruncating(reduction == Mean ? loss / total : loss);
        }
    }

    private static void Backward<T>(OpInvocation call)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl self = call.Outputs[0];
        (long images, long classes, long positions) = Shape(self);
        long reduction = call.Int(0), ignored = call.Int(1);
        using var grad = new ContiguousData<T>(call.Input(0));
        using var targets = new ContiguousData<long>(call.Input(1));
        using ContiguousData<T> weight = call.OptionalInput(2) is { } given ? new ContiguousData<T>(given) : default;
        T total = *(T*)call.Input(3).Pointer;
        T* result = (T*)self.Pointer, incoming = grad.Pointer, weights = weight.Pointer;
        long* classOf = targets.Pointer;
        WorkerPool.Shared.For(images * positions, Math.Max(positions == 1 ? 1 : 64, ElementsPerTask / Math.Max(classes, 1)), (from, to) =>
        {
            for (long first = from, end; first < to; first = end)
            {
                // Rows lie one behind the other; of a map's positions, those of one image do, class by class.
                (long image, long position) = Math.DivRem(first, positions);
                end = positions == 1 ? to : Math.Min(to, (image + 1) * positions);
                long planes = positions == 1 ? 1 : classes, cleared = positions == 1 ? (end - first) * classes : end - first;
                T* start = result + (image * classes * positions) + position;
                for (long plane = 0; plane < planes; plane++)
                {
                    new Span<T>(start + (plane * positions), checked((int)cleared)).Clear();
                }

                long step = positions == 1 ? classes : 1;
                for (long i = first; i < end; i++)
                {
                    long target = classOf[i];
                    if (target != ignored)
                    {
                        T scale = reduction == NoReduction ? incoming[i] : incoming[0], factor = weights == null ? T.One : weights[target];
                        start[((i - first) * step) + (target * positions)] = -(reduction == Mean ? factor * scale / total : factor * scale);
                    }
                }
            }
        });
    }
}
