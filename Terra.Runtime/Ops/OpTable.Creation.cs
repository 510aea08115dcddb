using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Tensors made from numbers: functions of an element's index.</content>
public static partial class OpTable
{
    public static readonly OpDef full = Create(
        "aten::full(int[] size, Scalar fill_value, ScalarType dtype) -> Tensor",
        static call => new OutputSpec(ShapeRules.FromSizes(call.Ints(0)), call.Attrs[2].AsDType),
        static (b, call) => b.Scalar(1, call.Attrs[2].AsDType));

    public static readonly OpDef arange_start_step = Create(
        "aten::arange.start_step(Scalar start, Scalar end, Scalar step, ScalarType dtype) -> Tensor",
        static call => new OutputSpec(Layout.Contiguous(RangeLength(call.Scalar(0), call.Scalar(1), StepOf(call))), call.Attrs[3].AsDType),
        static (b, call) =>
        {
            DType exact = call.Attrs[3].AsDType.IsFloatingPoint() ? DType.Float64 : DType.Int64;
            return b.Add(b.Scalar(0, exact), b.Mul(b.Cast(b.LinearIndex(), exact), b.Scalar(2, exact)));
        },
        readsScalars: true);

    public static readonly OpDef eye_m = new(
        "aten::eye.m(int n, int m, ScalarType dtype) -> Tensor",
        static call => [new OutputSpec(ShapeRules.FromSizes([call.Int(0), call.Int(1)]), call.Attrs[2].AsDType)])
    {
        TakesNarrowFloats = true,
        Kernel = ArrangeKernels.Eye,
    };

    public static readonly OpDef linspace = Create(
        "aten::linspace(Scalar start, Scalar end, int steps, ScalarType dtype) -> Tensor",
        static call => call.Int(2) < 0
            ? throw ShapeErrors.Error("number of steps must be non-negative")
            : new OutputSpec(Layout.Contiguous(call.Int(2)), call.Attrs[3].AsDType),
        static (b, _) =>
        {
            // From the nearer end, so that both ends are exact.
            const DType Exact = DType.Float64;
            IrNode start = b.Scalar(0, Exact), end = b.Scalar(1, Exact), steps = b.Scalar(2, Exact), one = b.Const(1.0, Exact);
            IrNode index = b.Cast(b.LinearIndex(), Exact), intervals = b.Sub(steps, one);
            IrNode step = b.Div(b.Sub(end, start), b.Max(intervals, one));
            return b.Where(
                b.Lt(index, b.Mul(steps, b.Const(0.5, Exact))),
                b.Add(start, b.Mul(step, index)),
                b.Sub(end, b.Mul(step, b.Sub(intervals, index))));
        });

    /// <summary>The step of a range: of integers without its fraction, of which nothing may be left.</summary>
    private static ScalarValue StepOf(OpInvocation call)
    {
        ScalarValue step = call.Scalar(2);
        return !call.Attrs[3].AsDType.IsFloatingPoint() && step.ToInt64() == 0 ? throw ShapeErrors.Error("step must be nonzero") : step;
    }

    private static long RangeLength(ScalarValue start, ScalarValue end, ScalarValue step)
    {
        double from = start.ToDouble(), to = end.ToDouble(), by = step.ToDouble();
        if (by == 0)
        {
            throw ShapeErrors.Error("step must be nonzero");
        }

        if (!double.IsFinite(from) || !double.IsFinite(to))
        {
            throw ShapeErrors.Error($"unsupported range: {start} -> {end}");
        }

        if ((by > 0 && to < from) || (by < 0 && to > from))
        {
            throw ShapeErrors.Error("upper bound and larger bound inconsistent with step sign");
        }

        return (long)Math.Ceiling((to - from) / by);
    }
}
