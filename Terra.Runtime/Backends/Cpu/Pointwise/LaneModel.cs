using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// How an emitted kernel holds its values: all vectors of a kernel have the same number of lanes. float64 and int64 take lanes of 8 bytes, all others
/// lanes of 4 (small integers sign- or zero-extended, Bool as a mask, of either lane size as its users need it). So a kernel that touches an
/// 8-byte type has half the lanes of one that does not, and its 4-byte values fill half vectors. A kernel of Bool alone has masks of bytes.
/// </summary>
internal sealed class LaneModel
{
    public LaneModel(IReadOnlyList<IrNode> nodes, VectorApi widest)
    {
        Widest = widest;
        MaskSize = nodes.All(IsLogic) ? 1 : 4;
        Lanes = widest.Bits / 8 / (MaskSize == 1 ? 1 : nodes.Any(node => IsWide(node.DType)) ? 8 : 4);
    }

    /// <summary>Lane size of masks where nothing else decides.</summary>
    public int MaskSize { get; }

    public VectorApi Widest { get; }

    public int Lanes { get; }

    public static bool IsWide(DType dtype) => dtype is DType.Float64 or DType.Int64;

    /// <summary>Lane size of a dtype's values; of Bool, the size its masks have where nothing else decides.</summary>
    public static int LaneSize(DType dtype) => IsWide(dtype) ? 8 : 4;

    /// <summary>The CLR type of the lanes of a mask.</summary>
    public static Type MaskType(int size) => size switch { 1 => typeof(byte), 8 => typeof(long), _ => typeof(int) };

    /// <summary>The CLR type of a lane.</summary>
    public static Type LaneType(DType dtype) => dtype switch
    {
        DType.Float32 => typeof(float),
        DType.Float64 => typeof(double),
        DType.Int64 => typeof(long),
        _ => typeof(int),
    };

    private static bool IsLogic(IrNode node) =>
        node.DType == DType.Bool
        && node.Op is IrOp.Input or IrOp.Const or IrOp.Not or IrOp.And or IrOp.Or or IrOp.Xor or IrOp.Max or IrOp.Min or IrOp.Select;

    /// <summary>The vectors that hold lanes of a size; never narrower than 128 bits.</summary>
    public VectorApi Api(int laneSize) => VectorApi.OfBits(Math.Max(128, Lanes * laneSize * 8));
}
