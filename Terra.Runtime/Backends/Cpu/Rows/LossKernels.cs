using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Negative log likelihood. Sums run in double precision in the order of the batch, in blocks that depend on its size alone. Of 16-bit floating-point types only the
/// numbers looked up are turned into float32.
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
        switch (call.Input(0).DType)
        {
            case DType.Float64:
                Forward<double, double, SameElements<double>>(call);
                break;
            case DType.Float32:
                Forward<float, float, SameElements<float>>(call);
                break;
            case DType.BFloat16:
                Forward<short, float, BFloat16Elements>(call);
                break;
            default:
                Forward<short, float, Float16Elements>(call);
                break;
        }
    }

    /// <summary>nll_loss_backward(grad, target, weight?, total_weight, reduction, ignore_index, input_size).</summary>
    public static void Backward(OpInvocation call)
    {
        switch (call.Outputs[0].DType)
        {
            case DType.Float64:
                Backward<double, double>(call);
                break;
            case DType.Float32:
                Backward<float, float>(call);
                break;
            default:
                Backward<short, float>(call);
                break;
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

    private static void Forward<TStored, T, TElements>(OpInvocation call)
        where TStored : unmanaged
        where T : unmanaged, IFloatingPointIeee754<T>
        where TElements : struct, IElements<TStored, T>
    {
        TensorImpl self = call.Input(0);
        long classes = self.Sizes[^1], batch = self.Rank == 1 ? 1 : self.Sizes[0], reduction = call.Int(0), ignored = call.Int(1);
        using var input = new ContiguousData<TStored>(self);
        using var targets = new ContiguousData<long>(call.Input(1));
        using TensorImpl? classWeights = call.OptionalInput(2) is { } given ? WidenedKernel.Widen(given) : null;
        using ContiguousData<T> weight = LayerNormKernels.Optional<T>(classWeights);
        using var losses = new ResultNumbers<T>(call.Outputs[0]);
        using var totals = new ResultNumbers<T>(call.Outputs[1]);
        TStored* values = input.Pointer;
        T* weights = weight.Pointer, each = reduction == NoReduction ? losses.Pointer : null;
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
                    T term = counts ? -(TElements.Read(values + (i * classes) + target) * factor) : T.Zero;
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

        *totals.Pointer = reduction == NoReduction ? T.Zero : T.CreateTruncating(total);
        if (reduction != NoReduction)
        {
            *losses.Pointer = T.CreateTruncating(reduction == Mean ? loss / total : loss);
        }
    }

    private static void Backward<TStored, T>(OpInvocation call)
        where TStored : unmanaged
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorImpl self = call.Outputs[0];
        long classes = self.Sizes[^1], batch = self.Rank == 1 ? 1 : self.Sizes[0], reduction = call.Int(0), ignored = call.Int(1);
        using TensorImpl gradient = WidenedKernel.Widen(call.Input(0)), totalWeight = WidenedKernel.Widen(call.Input(3));
        using TensorImpl? classWeights = call.OptionalInput(2) is { } given ? WidenedKernel.Widen(given) : null;
        using var grad = new ContiguousData<T>(gradient);
        using var targets = new ContiguousData<long>(call.Input(1));
        using ContiguousData<T> weight = LayerNormKernels.Optional<T>(classWeights);
        T total = *(T*)totalWeight.Pointer;
        T* incoming = grad.Pointer, weights = weight.Pointer;
        TStored* result = (TStored*)self.Pointer;
        RowConversion? round = self.DType.IsNarrowFloat() ? new RowConversion(DType.Float32, self.DType) : null;
        long* classOf = targets.Pointer;
        WorkerPool.Shared.For(batch, Math.Max(1, ElementsPerTask / Math.Max(classes, 1)), (from, to) =>
        {
            for (long i = from; i < to; i++)
            {
                TStored* row = result + i * classes;
                new Span<TStored>(row, checked((int)classes)).Clear();
                long target = classOf[i];
                if (target != ignored)
                {
                    T scale = reduction == NoReduction ? incoming[i] : incoming[0], factor = weights == null ? T.One : weights[target];
                    T slope = -(reduction == Mean ? factor * scale / total : factor * scale);
                    if (round is null)
                    {
                        ((T*)row)[target] = slope;
                    }
                    else
                    {
                        round.Run(&slope, row + target, 1);
                    }
                }
            }
        });
    }

    /// <summary>A result to be written as numbers of another type than it is stored in: rounded to that when they are disposed of.</summary>
    private readonly struct ResultNumbers<T> : IDisposable
        where T : unmanaged
    {
        private readonly TensorImpl _result;
        private readonly Scratch<T> _wide;

        public ResultNumbers(TensorImpl result)
        {
            _result = result;
            _wide = result.DType.IsNarrowFloat() ? new Scratch<T>(result.NumberOfElements) : default;
            Pointer = result.DType.IsNarrowFloat() ? _wide.Pointer : (T*)result.Pointer;
        }

        public T* Pointer { get; }

        public void Dispose()
        {
            if (_result.DType.IsNarrowFloat())
            {
                new RowConversion(DType.Float32, _result.DType).Run(Pointer, (void*)_result.Pointer, _result.NumberOfElements);
                _wide.Dispose();
            }
        }
    }
}
