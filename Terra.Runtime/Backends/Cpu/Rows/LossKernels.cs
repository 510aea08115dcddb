using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Negative log likelihood. Sums run in double precision in the order of the batch, in blocks that depend on its size alone.</summary>
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

    private static void CheckTargets(TensorImpl self, TensorImpl target, long ignored)
    {
        long classes = self.Sizes[^1];
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
        long classes = self.Sizes[^1], batch = self.Rank == 1 ? 1 : self.Sizes[0], reduction = call.Int(0), ignored = call.Int(1);
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
                for (long i = block * RowsPerBlock; i < Math.Min(batch, (block + 1) * RowsPerBlock); i++)
                {
                    long target = classOf[i];
                    bool counts = target != ignored;
                    T factor = !counts ? T.Zero : weights == null ? T.One : weights[target];
                    T term = counts ? -(values[i * classes + target] * factor) : T.Zero;
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
        long classes = self.Sizes[^1], batch = self.Rank == 1 ? 1 : self.Sizes[0], reduction = call.Int(0), ignored = call.Int(1);
        using var grad = new ContiguousData<T>(call.Input(0));
        using var targets = new ContiguousData<long>(call.Input(1));
        using ContiguousData<T> weight = call.OptionalInput(2) is { } given ? new ContiguousData<T>(given) : default;
        T total = *(T*)call.Input(3).Pointer;
        T* result = (T*)self.Pointer, incoming = grad.Pointer, weights = weight.Pointer;
        long* classOf = targets.Pointer;
        WorkerPool.Shared.For(batch, Math.Max(1, ElementsPerTask / Math.Max(classes, 1)), (from, to) =>
        {
            for (long i = from; i < to; i++)
            {
                T* row = result + i * classes;
                new Span<T>(row, checked((int)classes)).Clear();
                long target = classOf[i];
                if (target != ignored)
                {
                    T scale = reduction == NoReduction ? incoming[i] : incoming[0], factor = weights == null ? T.One : weights[target];
                    row[target] = -(reduction == Mean ? factor * scale / total : factor * scale);
                }
            }
        });
    }
}
