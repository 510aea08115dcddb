using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Copies and fills.</content>
public static partial class OpTable
{
    public static readonly OpDef _to_copy = Define(
        "aten::_to_copy(Tensor self, ScalarType dtype) -> Tensor",
        static call => call.Attrs[0].AsDType,
        static (b, call) => b.Cast(b.Input(0), call.Attrs[0].AsDType),
        Derivative.Identity);

    public static readonly OpDef clone = Define("aten::clone(Tensor self) -> Tensor", SameAsFirst, static (b, _) => b.Input(0), Derivative.Identity);

    public static readonly OpDef copy_ = Overwrite(
        "aten::copy_(Tensor(a!) self, Tensor src) -> Tensor(a!)",
        SameAsFirst,
        static (b, call) => b.Cast(b.Input(1), call.Input(0).DType),
        Derivative.OfTwo(static c => Derivative.ZerosLike(c.Call.Input(0)), static c => c.Grad(0), []));

    public static readonly OpDef fill__Scalar = Overwrite(
        "aten::fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)",
        SameAsFirst,
        static (b, call) => b.Scalar(0, call.Input(0).DType),
        Derivative.Zero);

    public static readonly OpDef zero_ = Overwrite(
        "aten::zero_(Tensor(a!) self) -> Tensor(a!)",
        SameAsFirst,
        static (b, call) => b.Const(0L, call.Input(0).DType),
        Derivative.Zero);
}
