using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>How pointwise ops are defined in a line or two: a dtype rule, an element expression, a derivative.</summary>
internal static class PointwiseOps
{
    /// <summary>The expression of an op of one operand, which has been cast to the dtype the op computes in.</summary>
    internal delegate IrNode UnaryExpression(PointwiseBuilder b, IrNode x);

    /// <summary>The expression of an op of two operands, which have been cast to the dtype the op computes in.</summary>
    internal delegate IrNode BinaryExpression(PointwiseBuilder b, IrNode x, IrNode y);

    /// <summary>The dtype of a result.</summary>
    internal delegate DType DTypeRule(OpInvocation call);

    /// <summary>An op over the broadcast shape of its tensor arguments.</summary>
    /// <param name="schema">The op's schema.</param>
    /// <param name="dtype">The dtype of the result; refuses arguments the op does not take.</param>
    /// <param name="expression">The value of one element.</param>
    /// <param name="derivative">Null for an op without one.</param>
    /// <param name="readsScalars"><paramref name="dtype"/> looks at the values of scalars.</param>
    public static OpDef Define(string schema, DTypeRule dtype, PointwiseRule expression, Derivative? derivative = null, bool readsScalars = false) =>
        new(schema, call => [new OutputSpec(ShapeRules.Broadcast(call), dtype(call))])
        {
            Kernel = PointwiseKernels.RunOp,
            Pointwise = expression,
            Derivative = derivative?.Rule,
            SavedInputs = derivative?.SavedInputs ?? [],
            SavedOutputs = derivative?.SavedOutputs ?? [],
            InferReadsScalars = readsScalars,
        };

    /// <summary>An op that makes a tensor from its attributes alone.</summary>
    public static OpDef Create(string schema, Func<OpInvocation, OutputSpec> result, PointwiseRule expression, bool readsScalars = false) =>
        new(schema, call => [result(call)]) { Kernel = PointwiseKernels.RunOp, Pointwise = expression, InferReadsScalars = readsScalars };

    /// <summary>An op that writes its first argument without reading it; <paramref name="result"/> is the dtype of what it writes.</summary>
    public static OpDef Overwrite(string schema, DTypeRule result, PointwiseRule expression, Derivative derivative, bool readsScalars = false) =>
        new(schema, call =>
        {
            result(call);
            InPlaceRules.Check(call, new OutputSpec(ShapeRules.Broadcast(call), call.Input(0).DType));
            return [];
        })
        {
            Kernel = PointwiseKernels.RunOp,
            Pointwise = expression,
            Derivative = derivative.Rule,
            SavedInputs = derivative.SavedInputs,
            SavedOutputs = derivative.SavedOutputs,
            InferReadsScalars = readsScalars,
        };

    /// <summary>A function of one operand that keeps its dtype.</summary>
    public static OpDef Unary(string name, UnaryExpression expression, Derivative? derivative = null) =>
        Define(UnarySchema(name), SameAsFirst, (b, _) => expression(b, b.Input(0)), derivative);

    /// <summary>A function of one operand with floating-point results: integers and bools count as the default floating-point dtype.</summary>
    public static OpDef FloatUnary(string name, UnaryExpression expression, Derivative? derivative = null) =>
        Define(UnarySchema(name), FloatOfFirst, FloatExpression(expression), derivative);

    /// <summary>A question about one operand, answered in bool.</summary>
    public static OpDef Predicate(string name, UnaryExpression expression) =>
        Define(UnarySchema(name), static _ => DType.Bool, (b, _) => expression(b, b.Input(0)));

    /// <summary>The expression of a function of argument 0 computed in floating point.</summary>
    public static PointwiseRule FloatExpression(UnaryExpression expression) =>
        (b, call) => expression(b, b.Cast(b.Input(0), TypePromotion.ToFloat(call.Input(0).DType)));

    /// <summary>Both operands, tensors, in the dtype they promote to.</summary>
    public static PointwiseRule OfTensors(BinaryExpression expression) => (b, call) =>
    {
        DType dtype = TypePromotion.Of(call.Input(0), call.Input(1));
        return expression(b, b.Cast(b.Input(0), dtype), b.Cast(b.Input(1), dtype));
    };

    /// <summary>A tensor and the scalar in attribute 0, in the dtype they promote to.</summary>
    public static PointwiseRule OfTensorAndScalar(BinaryExpression expression) => (b, call) =>
    {
        DType dtype = TypePromotion.Of(call.Input(0), call.Scalar(0));
        return expression(b, b.Cast(b.Input(0), dtype), b.Scalar(0, dtype));
    };

    /// <summary>Like <see cref="OfTensors"/>, in floating point.</summary>
    public static PointwiseRule OfFloatTensors(BinaryExpression expression) => (b, call) =>
    {
        DType dtype = FloatOfTensors(call);
        return expression(b, b.Cast(b.Input(0), dtype), b.Cast(b.Input(1), dtype));
    };

    /// <summary>Like <see cref="OfTensorAndScalar"/>, in floating point.</summary>
    public static PointwiseRule OfFloatTensorAndScalar(BinaryExpression expression) => (b, call) =>
    {
        DType dtype = FloatOfTensorAndScalar(call);
        return expression(b, b.Cast(b.Input(0), dtype), b.Scalar(0, dtype));
    };

    /// <summary>
    /// The twin of an op that writes its result into the first argument: same arguments, same expression, the result cast to that argument's
    /// dtype. <paramref name="name"/> is the twin's own (aten::pow.Tensor_Scalar has aten::pow_.Scalar); by default the op's with an underscore.
    /// </summary>
    public static OpDef InPlace(OpDef op, string? name = null)
    {
        name ??= op.Schema.Name.Contains('.', StringComparison.Ordinal) ? op.Schema.Name.Replace(".", "_.", StringComparison.Ordinal) : op.Schema.Name + "_";
        PointwiseRule expression = op.Pointwise!;
        return new OpDef(op.Schema.Text.Replace(op.Schema.Name, name, StringComparison.Ordinal).Replace("(Tensor ", "(Tensor(a!) ", StringComparison.Ordinal).Replace("-> Tensor", "-> Tensor(a!)", StringComparison.Ordinal), call =>
        {
            InPlaceRules.Check(call, op.Infer(call)[0]);
            return [];
        })
        {
            Kernel = PointwiseKernels.RunOp,
            Pointwise = (b, call) => b.Cast(expression(b, call), call.Input(0).DType),
            Derivative = op.Derivative,
            SavedInputs = op.SavedInputs,
            SavedOutputs = op.SavedOutputs,
            InferReadsScalars = op.InferReadsScalars,
            CheckData = op.CheckData,
            CheckedInputs = op.CheckedInputs,
            ChecksDataOf = op.ChecksDataOf,
        };
    }

    public static DType SameAsFirst(OpInvocation call) => call.Input(0).DType;

    public static DType FloatOfFirst(OpInvocation call) => TypePromotion.ToFloat(call.Input(0).DType);

    public static DType OfInputs(OpInvocation call) => TypePromotion.OfInputs(call);

    public static DType TensorsPromoted(OpInvocation call) => TypePromotion.Of(call.Input(0), call.Input(1));

    public static DType TensorAndScalarPromoted(OpInvocation call) => TypePromotion.Of(call.Input(0), call.Scalar(0));

    public static DType FloatOfTensors(OpInvocation call) => TypePromotion.ToFloat(TensorsPromoted(call));

    public static DType FloatOfTensorAndScalar(OpInvocation call) => TypePromotion.ToFloat(TensorAndScalarPromoted(call));

    private static string UnarySchema(string name) => $"aten::{name}(Tensor self) -> Tensor";
}
