using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>A node of the element-wise IR breaks a typing rule: a defect in a lowering rule or pass.</summary>
public sealed class InvalidIrException(string message) : Exception(message);

/// <summary>The rules every <see cref="IrNode"/> keeps: arity, source dtypes, result dtype.</summary>
public static class IrVerifier
{
    /// <exception cref="InvalidIrException">The node breaks a rule; the message names node and rule.</exception>
    public static void Check(IrNode node)
    {
        ReadOnlySpan<IrNode> sources = node.Sources;
        Require(node, sources.Length == node.Op.Arity(), $"takes {node.Op.Arity()} sources, not {sources.Length}");
        Require(node, IsElementType(node.DType), $"dtype {node.DType} is not an element type of programs");
        foreach (IrNode source in sources)
        {
            Require(node, ReferenceEquals(source.Graph, node.Graph), "a source belongs to another graph");
            Require(node, source.Id < node.Id, "a source is younger than the node");
            Require(node, node.Op == IrOp.Cast || !source.DType.IsNarrowFloat(), "computes in Float32: 16-bit values are cast");
        }

        Require(
            node, node.Op is IrOp.Input or IrOp.Const or IrOp.Cast || !node.DType.IsNarrowFloat(), "has no 16-bit floating-point results: they are cast from Float32");
        switch (node.Op)
        {
            case IrOp.LinearIndex:
                Require(node, node.DType == DType.Int64, "is Int64");
                break;
            case IrOp.RandomBits:
                Require(node, node.DType == DType.Int32, "is Int32");
                break;
            case IrOp.Input or IrOp.Scalar or IrOp.Const or IrOp.Cast:
                break;
            case IrOp.Bitcast:
                Require(node, node.DType.SizeInBytes() == sources[0].DType.SizeInBytes(), "keeps the size");
                Require(node, node.DType != DType.Bool && sources[0].DType != DType.Bool, "is not for Bool");
                break;
            case IrOp.Select:
                Require(node, sources[0].DType == DType.Bool, "selects by a Bool");
                Require(node, sources[1].DType == node.DType && sources[2].DType == node.DType, "selects values of its own dtype");
                break;
            case >= IrOp.Eq and <= IrOp.Ge:
                Require(node, node.DType == DType.Bool, "is Bool");
                Require(node, sources[0].DType == sources[1].DType, "compares values of one dtype");
                break;
            case IrOp.FmodWhere or IrOp.TruncDivWhere or IrOp.FloorDivWhere or IrOp.LgammaWhere:
                Require(node, sources[0].DType == DType.Bool, "depends on a Bool");
                foreach (IrNode source in sources[1..])
                {
                    Require(node, source.DType == node.DType, "works within one dtype");
                }

                Require(node, Accepts(node.Op.Unconditional()!.Value, node.DType), $"is not defined on {node.DType}");
                break;
            default:
                foreach (IrNode source in sources)
                {
                    Require(node, source.DType == node.DType, "works within one dtype");
                }

                Require(node, Accepts(node.Op, node.DType), $"is not defined on {node.DType}");
                break;
        }
    }

    /// <summary>Dtypes that programs read and write; they compute with all of them but the 16-bit floating-point ones.</summary>
    public static bool IsElementType(DType dtype) => dtype == DType.Bool || dtype.IsIntegral() || dtype.IsFloatingPoint();

    private static bool Accepts(IrOp op, DType dtype) => op switch
    {
        IrOp.Neg or IrOp.Abs or IrOp.Add or IrOp.Sub or IrOp.Mul or IrOp.TruncDiv or IrOp.FloorDiv or IrOp.Remainder or IrOp.Fmod or IrOp.Pow
            => dtype != DType.Bool,
        IrOp.Max or IrOp.Min => true,
        IrOp.Not or IrOp.And or IrOp.Or or IrOp.Xor => !dtype.IsFloatingPoint(),
        IrOp.ShiftLeft or IrOp.ShiftRight or IrOp.Gcd => dtype.IsIntegral(),
        _ => dtype.IsFloatingPoint(),
    };

    private static void Require(IrNode node, bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvalidIrException($"{node}: {node.Op} {rule}");
        }
    }
}
