using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// Local rewrites that leave every bit as it is: folding of constants, casts that do nothing, selections already decided,
/// one order for the operands of commutative operations on integers.
/// </summary>
internal static class IrCanonicalizer
{
    public static IrNode Rewrite(IrGraph graph, IrNode node, IrNode[] sources)
    {
        if (sources.Length > 0 && !FunctionExpansion.Applies(node) && Array.TrueForAll(sources, source => source.IsConst))
        {
            long Bits(int i) => i < sources.Length ? sources[i].Argument : 0;
            return graph.Const(IrEvaluator.Apply(node, Bits(0), Bits(1), Bits(2)), node.DType);
        }

        switch (node.Op)
        {
            case IrOp.Cast when sources[0].DType == node.DType:
            case IrOp.Bitcast when sources[0].DType == node.DType:
                return sources[0];
            case IrOp.Cast when node.DType.IsNarrowFloat() && sources[0] is { Op: IrOp.Cast, DType: DType.Float32 } wide && wide.Sources[0].DType == node.DType:
                return sources[0].Sources[0];
            case IrOp.Cast when WidensTwice(node, sources[0]):
                return graph.Add(IrOp.Cast, node.DType, sources[0].Sources[0]);
            case IrOp.Select when sources[0].IsConst:
                return sources[sources[0].Argument != 0 ? 1 : 2];
            case IrOp.Select when ReferenceEquals(sources[1], sources[2]):
                return sources[1];
            case IrOp.Neg when sources[0].Op == IrOp.Neg:
            case IrOp.Not when sources[0].Op == IrOp.Not:
                return sources[0].Sources[0];
            case IrOp.Mul when IsOne(sources[1]):
            case IrOp.Div when IsOne(sources[1]):
                return sources[0];
            case IrOp.Mul when IsOne(sources[0]):
                return sources[1];
        }

        // Of two NaNs the first one's payload survives, so floating-point operands stay where they are.
        if (node.Op.IsCommutative() && !node.DType.IsFloatingPoint() && Precedes(sources[1], sources[0]))
        {
            (sources[0], sources[1]) = (sources[1], sources[0]);
        }

        return graph.Add(node.Op, node.DType, node.Argument, sources);
    }

    /// <summary>Constants come last, other operands by age.</summary>
    private static bool Precedes(IrNode a, IrNode b) => a.IsConst == b.IsConst ? a.Id < b.Id : b.IsConst;

    /// <summary>A cast from Bool or between integers that a wider integer, or exact real, type stands between.</summary>
    private static bool WidensTwice(IrNode node, IrNode cast) =>
        cast.Op == IrOp.Cast && node.DType != DType.Bool
        && (cast.Sources[0].DType == DType.Bool || (cast.DType == DType.Int64 && cast.Sources[0].DType.IsIntegral() && node.DType.IsIntegral()));

    private static bool IsOne(IrNode node) => node.IsConst && node.Argument == IrConstant.FromInt64(1, node.DType) && node.DType != DType.Bool;
}
