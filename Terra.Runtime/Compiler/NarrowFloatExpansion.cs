using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// Writes the conversions between Float32 and the 16-bit floating-point types out as integer arithmetic on their bits, which inputs, constants and results of those
/// types are from here on. Programs compute in Float32 (<see cref="PointwiseBuilder"/>), so nothing else has to know these types.
/// </summary>
internal static class NarrowFloatExpansion
{
    private const int SignBit = int.MinValue, Magnitude = int.MaxValue;

    public static IrNode Rewrite(IrGraph graph, IrNode node, IrNode[] sources)
    {
        DType from = sources.Length > 0 ? node.Sources[0].DType : node.DType;
        if (!node.DType.IsNarrowFloat() && !from.IsNarrowFloat())
        {
            return graph.Add(node.Op, node.DType, node.Argument, sources);
        }

        if (node.Op != IrOp.Cast)
        {
            return graph.Add(node.Op, DType.Int16, node.Argument);
        }

        var value = new IrValue(graph, sources[0]);
        if (from == node.DType)
        {
            return value.Node;
        }

        IrValue wide = from.IsNarrowFloat() ? Widen(value.Cast(DType.Int32), from) : To(value, DType.Float32);
        return (node.DType.IsNarrowFloat() ? Narrow(wide, node.DType).Cast(DType.Int16) : To(wide, node.DType)).Node;
    }

    private static IrValue To(IrValue value, DType dtype) => value.Node.DType == dtype ? value : value.Cast(dtype);

    private static IrValue Widen(IrValue bits, DType from)
    {
        if (from == DType.BFloat16)
        {
            return bits.ShiftLeft(16).Bits(DType.Float32);
        }

        // The exponent's bias differs by 112; the product is exact, of subnormal numbers too. What had the largest exponent keeps it.
        const float TwoTo112 = 5.192296858534828e33f, LargestExponent = 1.262177448e-29f;
        IrValue moved = (bits & 0x7FFF).ShiftLeft(13), unscaled = moved.Bits(DType.Float32);
        IrValue special = moved | moved.Like(0x7F800000);
        IrValue magnitude = (unscaled >= LargestExponent).Select(special, (unscaled * TwoTo112).Bits(DType.Int32));
        return (magnitude | (bits.ShiftLeft(16) & SignBit)).Bits(DType.Float32);
    }

    /// <summary>To nearest even: half of the last place, less one if that is even, is added before the low bits are cut off.</summary>
    private static IrValue Narrow(IrValue value, DType to)
    {
        IrValue bits = value.Bits(DType.Int32);
        if (to == DType.BFloat16)
        {
            IrValue rounded = (bits + 0x7FFF + (bits.ShiftRight(16) & 1)).ShiftRight(16);
            return value.IsNaN().Select(bits.Like(0x7FC0), rounded);
        }

        // Where the result is subnormal, adding one half leaves its bits in the low bits of the sum, rounded (F. Giesen's float_to_half).
        const float LeastNormal = 6.103515625e-5f, Overflow = 65536f;
        IrValue magnitude = bits & Magnitude, absolute = magnitude.Bits(DType.Float32);
        IrValue normal = (magnitude - 0x38000000 + 0xFFF + (magnitude.ShiftRight(13) & 1)).ShiftRight(13);
        IrValue subnormal = (absolute + 0.5f).Bits(DType.Int32) - 0x3F000000;
        IrValue finite = (absolute < LeastNormal).Select(subnormal, normal);
        IrValue bounded = (absolute >= Overflow).Select(bits.Like(0x7C00), finite);
        return value.IsNaN().Select(bits.Like(0x7E00), bounded) | (bits.ShiftRight(16) & 0x8000);
    }
}
