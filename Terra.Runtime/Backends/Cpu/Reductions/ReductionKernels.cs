using System.Collections.Concurrent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Kernels of the reduction ops: each reads the input and its attributes in schema order (dims first; no dims means all) and writes outputs of any contiguous
/// geometry with the right number of elements. Floating-point values accumulate in their own dtype, in the fixed order of <see cref="ReductionKernel"/>; integers in
/// int64 for sums and products.
/// </summary>
public static class ReductionKernels
{
    private static readonly ConcurrentDictionary<(Producer Kind, DType From, DType To), PointwiseProgram> s_producers = new();
    private static readonly ConcurrentDictionary<(Finisher Kind, DType From, DType To), PointwiseKernel> s_finishers = new();

    private enum Producer : byte
    {
        Cast,
        ToBool,
        SquaredDeviation,
        ShiftedExp,
        Square,
    }

    private enum Finisher : byte
    {
        Cast,

        /// <summary>Divided by a scalar.</summary>
        Divide,

        /// <summary>log(sum) + shift.</summary>
        LogPlus,

        /// <summary>Zero where infinite.</summary>
        FiniteOrZero,

        SquareRoot,
    }

    /// <summary>aten::sum(self, int[] dims, bool keepdim, ScalarType? dtype).</summary>
    public static void Sum(OpInvocation call) => Total(call, ReduceOp.Sum);

    /// <summary>aten::prod(self, int[] dims, bool keepdim, ScalarType? dtype).</summary>
    public static void Prod(OpInvocation call) => Total(call, ReduceOp.Prod);

    /// <summary>aten::mean(self, int[] dims, bool keepdim, ScalarType? dtype): the sum divided by the number of elements.</summary>
    public static void Mean(OpInvocation call)
    {
        var geometry = new Geometry(call);
        TensorImpl output = call.Outputs[0];
        using TensorImpl sum = Temporary(output, output.DType);
        Reduce(geometry, ReduceOp.Sum, Producer.Cast, sum, call.Input(0));
        Divide(sum, output, geometry.ReducedElements);
    }

    /// <summary>Writes sums divided by the number of their elements.</summary>
    internal static void Divide(TensorImpl sum, TensorImpl output, double count) =>
        Finish(Finisher.Divide, sum, output, IrConstant.FromDouble(count, output.DType));

    /// <summary>aten::amax(self, int[] dims, bool keepdim).</summary>
    public static void Amax(OpInvocation call) => Extreme(call, ReduceOp.Max);

    /// <summary>aten::amin(self, int[] dims, bool keepdim).</summary>
    public static void Amin(OpInvocation call) => Extreme(call, ReduceOp.Min);

    /// <summary>aten::any(self, int[] dims, bool keepdim).</summary>
    public static void Any(OpInvocation call) => Truth(call, ReduceOp.Max, 0);

    /// <summary>aten::all(self, int[] dims, bool keepdim).</summary>
    public static void All(OpInvocation call) => Truth(call, ReduceOp.Min, 1);

    /// <summary>
    /// aten::var(self, int[] dims, int correction, bool keepdim), in two passes: the mean, then the sum of squared deviations divided by the number
    /// of elements less the correction (at least zero).
    /// </summary>
    public static void Var(OpInvocation call)
    {
        var geometry = new Geometry(call);
        TensorImpl output = call.Outputs[0];
        double count = geometry.ReducedElements;
        using TensorImpl sum = TensorImpl.Allocate(geometry.KeptLayout, output.DType);
        using TensorImpl mean = TensorImpl.Allocate(geometry.KeptLayout, output.DType);
        using TensorImpl deviation = Temporary(output, output.DType);
        Reduce(geometry, ReduceOp.Sum, Producer.Cast, sum, call.Input(0));
        Divide(sum, mean, count);
        Reduce(geometry, ReduceOp.Sum, Producer.SquaredDeviation, deviation, call.Input(0), mean);
        Divide(deviation, output, Math.Max(0, count - call.Int(1)));
    }

    /// <summary>aten::logsumexp(self, int[] dims, bool keepdim), shifted by the maximum where that is finite.</summary>
    public static void Logsumexp(OpInvocation call)
    {
        var geometry = new Geometry(call);
        TensorImpl output = call.Outputs[0];
        using TensorImpl maximum = TensorImpl.Allocate(geometry.KeptLayout, output.DType);
        using TensorImpl shift = TensorImpl.Allocate(geometry.KeptLayout, output.DType);
        using TensorImpl sum = TensorImpl.Allocate(geometry.KeptLayout, output.DType);
        Reduce(geometry, ReduceOp.Max, Producer.Cast, maximum, call.Input(0));
        Finish(Finisher.FiniteOrZero, maximum, shift);
        Reduce(geometry, ReduceOp.Sum, Producer.ShiftedExp, sum, call.Input(0), shift);
        PointwiseKernel finish = FinisherOf(Finisher.LogPlus, output.DType, output.DType);
        using var target = new TensorImpl(output.Storage, geometry.KeptLayout, output.DType, output.Offset);
        finish.Run([sum, shift], [target], []);
    }

    /// <summary>aten::frobenius_norm.dim(self, int[] dim, bool keepdim): the root of the sum of squares.</summary>
    public static void FrobeniusNorm(OpInvocation call)
    {
        TensorImpl output = call.Outputs[0];
        using TensorImpl sum = Temporary(output, output.DType);
        Reduce(new Geometry(call), ReduceOp.Sum, Producer.Square, sum, call.Input(0));
        Finish(Finisher.SquareRoot, sum, output);
    }

    /// <summary>aten::max.dim(self, int dim, bool keepdim) -> (values, indices): the first index of the maximum; NaN counts as the maximum.</summary>
    public static void MaxDim(OpInvocation call) => ExtremeWithIndex(call, ReduceOp.Max, call.Outputs[0], call.Outputs[1]);

    /// <summary>aten::min.dim(self, int dim, bool keepdim) -> (values, indices).</summary>
    public static void MinDim(OpInvocation call) => ExtremeWithIndex(call, ReduceOp.Min, call.Outputs[0], call.Outputs[1]);

    /// <summary>aten::argmax(self, int[]? dim, bool keepdim): over one dimension, or over all elements in row-major order.</summary>
    public static void Argmax(OpInvocation call) => ExtremeWithIndex(call, ReduceOp.Max, null, call.Outputs[0]);

    /// <summary>aten::argmin(self, int[]? dim, bool keepdim).</summary>
    public static void Argmin(OpInvocation call) => ExtremeWithIndex(call, ReduceOp.Min, null, call.Outputs[0]);

    private static void Total(OpInvocation call, ReduceOp op)
    {
        TensorImpl output = call.Outputs[0];
        DType accumulator = output.DType.IsFloatingPoint() ? output.DType : DType.Int64;
        ReduceInto(new Geometry(call), op, Producer.Cast, accumulator, output, call.Input(0));
    }

    private static void Extreme(OpInvocation call, ReduceOp op) =>
        ReduceInto(new Geometry(call), op, Producer.Cast, Lossless(call.Input(0).DType), call.Outputs[0], call.Input(0));

    private static void Truth(OpInvocation call, ReduceOp op, long ofNothing)
    {
        var geometry = new Geometry(call);
        TensorImpl output = call.Outputs[0];
        if (geometry.ReducedElements == 0)
        {
            var builder = new PointwiseBuilder();
            PointwiseKernel.Get(builder.Build(builder.Const(ofNothing, output.DType))).Run([], [output], []);
            return;
        }

        ReduceInto(geometry, op, Producer.ToBool, DType.Int32, output, call.Input(0));
    }

    private static void ExtremeWithIndex(OpInvocation call, ReduceOp op, TensorImpl? values, TensorImpl indices)
    {
        TensorImpl input = call.Input(0);
        var geometry = new Geometry(call);
        if (RowExtremes.Takes(input, geometry.Reduced))
        {
            RowExtremes.Find(call.Op.Name, input, op == ReduceOp.Max, values, indices);
            return;
        }

        using TensorImpl extreme = Temporary(indices, Lossless(input.DType));
        Reduce(geometry, op, Producer.Cast, extreme, input);
        FirstIndex.Find(ProducerOf(Producer.Cast, input.DType, extreme.DType), input, geometry.Reduced, extreme, indices);
        if (values is not null)
        {
            Finish(Finisher.Cast, extreme, values);
        }
    }

    private static void ReduceInto(
        in Geometry geometry, ReduceOp op, Producer producer, DType accumulator, TensorImpl output, TensorImpl input)
    {
        if (output.DType == accumulator && output.Layout.IsContiguous)
        {
            Reduce(geometry, op, producer, output, input);
            return;
        }

        using TensorImpl result = Temporary(output, accumulator);
        Reduce(geometry, op, producer, result, input);
        Finish(Finisher.Cast, result, output);
    }

    private static void Reduce(in Geometry geometry, ReduceOp op, Producer producer, TensorImpl result, params ReadOnlySpan<TensorImpl> inputs) =>
        ReductionKernel.Get(ProducerOf(producer, inputs[0].DType, result.DType), op)
            .Run(inputs, result, inputs[0].Sizes, geometry.Reduced, []);

    private static void Finish(Finisher kind, TensorImpl value, TensorImpl output, params ReadOnlySpan<long> scalars)
    {
        using var same = new TensorImpl(value.Storage, Layout.Contiguous(output.Sizes.ToArray()), value.DType);
        FinisherOf(kind, value.DType, output.DType).Run([same], [output], scalars);
    }

    /// <summary>The accumulator dtype that holds every value of a dtype.</summary>
    private static DType Lossless(DType dtype) => ReduceOps.IsAccumulator(dtype) ? dtype : DType.Int32;

    private static TensorImpl Temporary(TensorImpl like, DType dtype) => TensorImpl.Allocate(Layout.Contiguous(like.Sizes.ToArray()), dtype);

    private static PointwiseProgram ProducerOf(Producer kind, DType from, DType to) =>
        s_producers.GetOrAdd((kind, from, to), static key =>
        {
            var b = new PointwiseBuilder();
            IrNode x = b.NewInput(key.From);
            switch (key.Kind)
            {
                case Producer.ToBool:
                    return b.Build(b.Cast(b.ToBool(x), key.To));
                case Producer.SquaredDeviation:
                    IrNode deviation = b.Sub(b.Cast(x, key.To), b.NewInput(key.To));
                    return b.Build(b.Mul(deviation, deviation));
                case Producer.Square:
                    IrNode value = b.Cast(x, key.To);
                    return b.Build(b.Mul(value, value));
                case Producer.ShiftedExp:
                    return b.Build(b.Exp(b.Sub(b.Cast(x, key.To), b.NewInput(key.To))));
                default:
                    return b.Build(b.Cast(x, key.To));
            }
        });

    private static PointwiseKernel FinisherOf(Finisher kind, DType from, DType to) =>
        s_finishers.GetOrAdd((kind, from, to), static key =>
        {
            var b = new PointwiseBuilder();
            IrNode x = b.NewInput(key.From);
            IrNode value = key.Kind switch
            {
                Finisher.Divide => b.Div(x, b.NewScalar(key.From)),
                Finisher.LogPlus => b.Add(b.Log(x), b.NewInput(key.From)),
                Finisher.SquareRoot => b.Sqrt(x),
                Finisher.FiniteOrZero => b.Where(b.IsInf(x), b.Const(0, key.From), x),
                _ => x,
            };
            return PointwiseKernel.Get(b.Build(b.Cast(value, key.To)));
        });

    /// <summary>Which dimensions of the first input an op reduces.</summary>
    private readonly struct Geometry
    {
        public Geometry(OpInvocation call)
        {
            TensorImpl input = call.Input(0);
            Reduced = new bool[input.Rank];
            Attr dims = call.Attrs[0];
            ReadOnlySpan<long> chosen = dims.Kind switch
            {
                AttrKind.Int => [dims.AsInt],
                AttrKind.IntList => dims.AsInts,
                _ => [],
            };
            foreach (long dim in chosen)
            {
                if (input.Rank > 0)
                {
                    Reduced[dim < 0 ? dim + input.Rank : dim] = true;
                }
            }

            if (chosen.Length == 0)
            {
                Array.Fill(Reduced, true);
            }

            ReducedElements = 1;
            long[] kept = input.Sizes.ToArray();
            for (int dim = 0; dim < Reduced.Length; dim++)
            {
                if (Reduced[dim])
                {
                    ReducedElements *= kept[dim];
                    kept[dim] = 1;
                }
            }

            KeptLayout = Layout.Contiguous(kept);
        }

        public bool[] Reduced { get; }

        public long ReducedElements { get; }

        /// <summary>The result's layout with the reduced dimensions kept as 1.</summary>
        public Layout KeptLayout { get; }
    }
}
