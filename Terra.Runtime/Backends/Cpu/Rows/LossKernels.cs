using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Negative log likelihood of rows of classes (N, C), of maps of them (N, C, P), whose positions count in row-major order of (N, P), or of one row (C). Sums run in
/// double precision in the order of the batch, in blocks that depend on its size alone. Of 16-bit floating-point types only the numbers looked up are turned into float32.
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

    private static void Forward<TStored, T, TElements>(OpInvocation call)
        where TStored : unmanaged
        where T : unmanaged, IFloatingPointIeee754<T>
        where TElements : struct, IElements<TStored, T>
    {
        TensorImpl self = call.Input(0);
        (long images, long classes, long positions) = Shape(self);
        long batch = images * positions, reduction = call.Int(0), ignored = call.Int(1);
        using var input = new ContiguousData<TStored>(self);
        using var targets = new ContiguousData<long>(call.Input(1));
        using TensorImpl? classWeights = WidenedKernel.WidenOptional(call.OptionalInput(2));
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
                    T term = counts ? -(TElements.Read(values + (((image * classes) + target) * positions) + position) * factor) : T.Zero;
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
        (long images, long classes, long positions) = Shape(self);
        long reduction = call.Int(0), ignored = call.Int(1);
        using TensorImpl gradient = WidenedKernel.Widen(call.Input(0)), totalWeight = WidenedKernel.Widen(call.Input(3));
        using TensorImpl? classWeights = WidenedKernel.WidenOptional(call.OptionalInput(2));
        using var grad = new ContiguousData<T>(gradient);
        using var targets = new ContiguousData<long>(call.Input(1));
        using ContiguousData<T> weight = LayerNormKernels.Optional<T>(classWeights);
        T total = *(T*)totalWeight.Pointer;
        T* incoming = grad.Pointer, weights = weight.Pointer;
        TStored* result = (TStored*)self.Pointer;
        RowConversion? round = self.DType.IsNarrowFloat() ? new RowConversion(DType.Float32, self.DType) : null;
        long* classOf = targets.Pointer;
        WorkerPool.Shared.For(images * positions, Math.Max(positions == 1 ? 1 : 64, ElementsPerTask / Math.Max(classes, 1)), (from, to) =>
        {
            for (long first = from, end; first < to; first = end)
            {
                // Rows lie one behind the other; of a map's positions, those of one image do, class by class.
                (long image, long position) = Math.DivRem(first, positions);
                end = positions == 1 ? to : Math.Min(to, (image + 1) * positions);
                long planes = positions == 1 ? 1 : classes, cleared = positions == 1 ? (end - first) * classes : end - first;
                TStored* start = result + (image * classes * positions) + position;
                for (long plane = 0; plane < planes; plane++)
                {
                    new Span<TStored>(start + (plane * positions), checked((int)cleared)).Clear();
                }

                long step = positions == 1 ? classes : 1;
                for (long i = first; i < end; i++)
                {
                    long target = classOf[i];
                    if (target == ignored)
                    {
                        continue;
                    }

                    T scale = reduction == NoReduction ? incoming[i] : incoming[0], factor = weights == null ? T.One : weights[target];
                    T slope = -(reduction == Mean ? factor * scale / total : factor * scale);
                    TStored* place = start + ((i - first) * step) + (target * positions);
                    if (round is null)
                    {
                        *(T*)place = slope;
                    }
                    else
                    {
                        round.Run(&slope, place, 1);
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
