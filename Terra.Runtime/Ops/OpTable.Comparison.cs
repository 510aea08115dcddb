using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Comparisons, logic and bit operations: none has a derivative.</content>
public static partial class OpTable
{
    public static readonly OpDef eq_Tensor = TensorComparison("eq", static (b, x, y) => b.Eq(x, y));
    public static readonly OpDef eq_Scalar = ScalarComparison("eq", static (b, x, y) => b.Eq(x, y));
    public static readonly OpDef ne_Tensor = TensorComparison("ne", static (b, x, y) => b.Ne(x, y));
    public static readonly OpDef ne_Scalar = ScalarComparison("ne", static (b, x, y) => b.Ne(x, y));
    public static readonly OpDef lt_Tensor = TensorComparison("lt", static (b, x, y) => b.Lt(x, y));
    public static readonly OpDef lt_Scalar = ScalarComparison("lt", static (b, x, y) => b.Lt(x, y));
    public static readonly OpDef le_Tensor = TensorComparison("le", static (b, x, y) => b.Le(x, y));
    public static readonly OpDef le_Scalar = ScalarComparison("le", static (b, x, y) => b.Le(x, y));
    public static readonly OpDef gt_Tensor = TensorComparison("gt", static (b, x, y) => b.Gt(x, y));
    public static readonly OpDef gt_Scalar = ScalarComparison("gt", static (b, x, y) => b.Gt(x, y));
    public static readonly OpDef ge_Tensor = TensorComparison("ge", static (b, x, y) => b.Ge(x, y));
    public static readonly OpDef ge_Scalar = ScalarComparison("ge", static (b, x, y) => b.Ge(x, y));

    public static readonly OpDef logical_and = Logical("logical_and", static (b, x, y) => b.And(x, y));
    public static readonly OpDef logical_or = Logical("logical_or", static (b, x, y) => b.Or(x, y));
    public static readonly OpDef logical_xor = Logical("logical_xor", static (b, x, y) => b.Xor(x, y));
    public static readonly OpDef logical_not = Predicate("logical_not", static (b, x) => b.Not(b.ToBool(x)));

    public static readonly OpDef bitwise_and_Tensor = TensorBitwise("bitwise_and", static (b, x, y) => b.And(x, y));
    public static readonly OpDef bitwise_and_Scalar = ScalarBitwise("bitwise_and", static (b, x, y) => b.And(x, y));
    public static readonly OpDef bitwise_or_Tensor = TensorBitwise("bitwise_or", static (b, x, y) => b.Or(x, y));
    public static readonly OpDef bitwise_or_Scalar = ScalarBitwise("bitwise_or", static (b, x, y) => b.Or(x, y));
    public static readonly OpDef bitwise_xor_Tensor = TensorBitwise("bitwise_xor", static (b, x, y) => b.Xor(x, y));
    public static readonly OpDef bitwise_xor_Scalar = ScalarBitwise("bitwise_xor", static (b, x, y) => b.Xor(x, y));

    public static readonly OpDef bitwise_not = Define(
        "aten::bitwise_not(Tensor self) -> Tensor", static call => CheckBitwise("bitwise_not", call.Input(0).DType), static (b, _) => b.Not(b.Input(0)));

    public static readonly OpDef isnan = Predicate("isnan", static (b, x) => b.IsNaN(x));
    public static readonly OpDef isinf = Predicate("isinf", static (b, x) => b.IsInf(x));
    public static readonly OpDef isfinite = Predicate("isfinite", static (b, x) => b.IsFinite(x));

    public static readonly OpDef eq__Tensor = InPlace(eq_Tensor);
    public static readonly OpDef eq__Scalar = InPlace(eq_Scalar);
    public static readonly OpDef ne__Tensor = InPlace(ne_Tensor);
    public static readonly OpDef ne__Scalar = InPlace(ne_Scalar);
    public static readonly OpDef lt__Tensor = InPlace(lt_Tensor);
    public static readonly OpDef lt__Scalar = InPlace(lt_Scalar);
    public static readonly OpDef le__Tensor = InPlace(le_Tensor);
    public static readonly OpDef le__Scalar = InPlace(le_Scalar);
    public static readonly OpDef gt__Tensor = InPlace(gt_Tensor);
    public static readonly OpDef gt__Scalar = InPlace(gt_Scalar);
    public static readonly OpDef ge__Tensor = InPlace(ge_Tensor);
    public static readonly OpDef ge__Scalar = InPlace(ge_Scalar);
    public static readonly OpDef logical_and_ = InPlace(logical_and);
    public static readonly OpDef logical_or_ = InPlace(logical_or);
    public static readonly OpDef logical_xor_ = InPlace(logical_xor);
    public static readonly OpDef logical_not_ = InPlace(logical_not);
    public static readonly OpDef bitwise_and__Tensor = InPlace(bitwise_and_Tensor);
    public static readonly OpDef bitwise_and__Scalar = InPlace(bitwise_and_Scalar);
    public static readonly OpDef bitwise_or__Tensor = InPlace(bitwise_or_Tensor);
    public static readonly OpDef bitwise_or__Scalar = InPlace(bitwise_or_Scalar);
    public static readonly OpDef bitwise_xor__Tensor = InPlace(bitwise_xor_Tensor);
    public static readonly OpDef bitwise_xor__Scalar = InPlace(bitwise_xor_Scalar);
    public static readonly OpDef bitwise_not_ = InPlace(bitwise_not);

    private static OpDef TensorComparison(string name, BinaryExpression expression) =>
        Define($"aten::{name}.Tensor(Tensor self, Tensor other) -> Tensor", static _ => DType.Bool, OfTensors(expression));

    private static OpDef ScalarComparison(string name, BinaryExpression expression) =>
        Define(
            $"aten::{name}.Scalar(Tensor self, Scalar other) -> Tensor",
            static _ => DType.Bool,
            (b, call) =>
            {
                // The number is rounded to the tensor's dtype, so that a tensor filled with it equals it.
                DType dtype = TensorAndScalarPromoted(call);
                return expression(b, b.Cast(b.Input(0), dtype), b.Cast(b.Scalar(0, dtype), dtype));
            });

    private static OpDef Logical(string name, BinaryExpression expression) =>
        Define(
            $"aten::{name}(Tensor self, Tensor other) -> Tensor",
            static _ => DType.Bool,
            (b, _) => expression(b, b.ToBool(b.Input(0)), b.ToBool(b.Input(1))));

    private static OpDef TensorBitwise(string name, BinaryExpression expression) =>
        Define($"aten::{name}.Tensor(Tensor self, Tensor other) -> Tensor", call => CheckBitwise(name, TensorsPromoted(call)), OfTensors(expression));

    private static OpDef ScalarBitwise(string name, BinaryExpression expression) =>
        Define($"aten::{name}.Scalar(Tensor self, Scalar other) -> Tensor", call => CheckBitwise(name, TensorAndScalarPromoted(call)), OfTensorAndScalar(expression));

    private static DType CheckBitwise(string name, DType dtype) =>
        dtype.IsFloatingPoint() ? throw ShapeErrors.NotImplemented(name + "_cpu", dtype) : dtype;
}
