using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Negative log likelihood. Sums run in the order of the batch, in double precision.</summary>
internal static unsafe class LossKernels
{
    public const long NoReduction = 0;
    public const long Mean = 1;

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
        T* result = (T*)call.Outputs[0].Pointer;
        double loss = 0, total = 0;
        for (long i = 0; i < batch; i++)
        {
            long target = targets.Pointer[i];
            bool counts = target != ignored;
            T factor = !counts ? T.Zero : weight.Pointer == null ? T.One : weight.Pointer[target];
            T term = counts ? -(input.Pointer[i * classes + target] * factor) : T.Zero;
            loss += double.CreateTruncating(term);
            total += double.CreateTruncating(factor);
            if (reduction == NoReduction)
            {
                result[i] = term;
            }
        }

        *(T*)call.Outputs[1].Pointer = reduction == NoReduction ? T.Zero : T.CreateTruncating(total);
        if (reduction != NoReduction)
        {
            *result = T.CreateTruncating(reduction == Mean ? loss / total : loss);
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
        T* result = (T*)self.Pointer;
        for (long i = 0; i < batch; i++)
        {
            T* row = result + i * classes;
            new Span<T>(row, checked((int)classes)).Clear();
            long target = targets.Pointer[i];
            if (target != ignored)
            {
                T incoming = reduction == NoReduction ? grad.Pointer[i] : grad.Pointer[0];
                T factor = weight.Pointer == null ? T.One : weight.Pointer[target];
                row[target] = -(reduction == Mean ? factor * incoming / total : factor * incoming);
            }
        }
    }
}
