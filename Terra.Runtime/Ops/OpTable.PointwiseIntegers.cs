using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Number theory of integers, and the neighbours of floating-point numbers.</content>
public static partial class OpTable
{
    public static readonly OpDef gcd = Define("aten::gcd(Tensor self, Tensor other) -> Tensor", IntegersPromoted, OfTensors(static (b, x, y) => b.Gcd(x, y)));

    public static readonly OpDef lcm = Define("aten::lcm(Tensor self, Tensor other) -> Tensor", IntegersPromoted, OfTensors(static (b, x, y) => b.Abs(b.Mul(b.TruncDiv(x, b.Gcd(x, y)), y))));

    public static readonly OpDef nextafter = Define(
        "aten::nextafter(Tensor self, Tensor other) -> Tensor",
        static call => TensorsPromoted(call) is var dtype and (DType.Float32 or DType.Float64) ? dtype : throw ShapeErrors.NotImplemented("nextafter", TensorsPromoted(call)),
        OfTensors(NextAfter));

    /// <summary>The bits of a number, as an integer, grow with its magnitude.</summary>
    private static IrNode NextAfter(PointwiseBuilder b, IrNode x, IrNode y)
    {
        DType integer = x.DType == DType.Float64 ? DType.Int64 : DType.Int32;
        IrNode zero = b.Const(0.0, x.DType), least = b.Const(1L, integer);
        IrNode outward = b.Eq(b.Gt(y, x), b.Gt(x, zero));
        IrNode bits = b.Bitcast(x, integer), moved = b.Bitcast(b.Add(bits, b.Where(outward, least, b.Neg(least))), x.DType);
        IrNode fromZero = b.Bitcast(least, x.DType);
        IrNode next = b.Where(b.Eq(x, zero), b.Where(b.Gt(y, zero), fromZero, b.Neg(fromZero)), moved);
        return b.Where(b.Or(b.IsNaN(x), b.IsNaN(y)), b.Add(x, y), b.Where(b.Eq(x, y), y, next));
    }
}
