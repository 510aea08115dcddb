using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// The meaning of a program, one element at a time and by the letter: the reference that passes and emitted kernels are tested against.
/// Values are in the form of <see cref="IrConstant"/>. NaNs are equal to NaNs; payload and sign of a NaN are not defined.
/// </summary>
public sealed class IrEvaluator
{
    private readonly List<IrNode> _order;
    private readonly IrNode[] _outputs;
    private readonly Dictionary<IrNode, long> _values = new(ReferenceEqualityComparer.Instance);

    public IrEvaluator(params IrNode[] outputs)
    {
        _outputs = outputs;
        _order = IrGraph.Reachable(outputs);
    }

    /// <summary>The outputs' values for the element at <paramref name="linearIndex"/>.</summary>
    /// <param name="inputs">The element of each input slot.</param>
    /// <param name="scalars">The value of each scalar slot.</param>
    /// <param name="linearIndex">Row-major index in the iteration space.</param>
    public long[] Evaluate(ReadOnlySpan<long> inputs, ReadOnlySpan<long> scalars, long linearIndex)
    {
        foreach (IrNode node in _order)
        {
            _values[node] = node.Op switch
            {
                IrOp.Input => inputs[(int)node.Argument],
                IrOp.Scalar => scalars[(int)node.Argument],
                IrOp.Const => node.Argument,
                IrOp.LinearIndex => linearIndex,
                IrOp.RandomBits => RandomBits(node.Argument, scalars, linearIndex),
                _ => Apply(node, Value(node, 0), Value(node, 1), Value(node, 2)),
            };
        }

        return Array.ConvertAll(_outputs, output => _values[output]);
    }

    /// <summary>The value of an operation on constants of the sources' dtypes; unused sources are ignored.</summary>
    public static long Apply(IrNode node, long a, long b, long c)
    {
        if (node.Op.Unconditional() is { } function)
        {
            return a != 0 ? Apply(function, node.DType, b, c, 0) : 0;
        }

        DType operand = node.Sources[0].DType;
        return node.Op switch
        {
            IrOp.Cast => ScalarMath.Cast(a, operand, node.DType),
            IrOp.Bitcast => Bitcast(a, node.DType),
            IrOp.Select => a != 0 ? b : c,
            >= IrOp.Eq and <= IrOp.Ge => Compare(node.Op, a, b, operand) ? 1 : 0,
            _ => Apply(node.Op, node.DType, a, b, c),
        };
    }

    private static long Apply(IrOp op, DType dtype, long a, long b, long c) => dtype switch
    {
        DType.Float32 => IrConstant.FromSingle(Single(op, IrConstant.ToSingle(a), IrConstant.ToSingle(b), IrConstant.ToSingle(c))),
        DType.Float64 => BitConverter.DoubleToInt64Bits(
            Double(op, BitConverter.Int64BitsToDouble(a), BitConverter.Int64BitsToDouble(b), BitConverter.Int64BitsToDouble(c))),
        _ => IrConstant.FromInt64(Integer(op, dtype, a, b), dtype),
    };

    private long Value(IrNode node, int source) => source < node.Sources.Length ? _values[node.Sources[source]] : 0;

    private static long RandomBits(long argument, ReadOnlySpan<long> scalars, long linearIndex)
    {
        RandomBitsArgument random = RandomBitsArgument.Unpack(argument);
        return Philox4x32.Word(
            (ulong)scalars[random.SeedSlot], (ulong)scalars[random.OffsetSlot], random.Stream, random.Word.IndexFor(linearIndex));
    }

    private static long Bitcast(long bits, DType to) => to switch
    {
        DType.Float32 => (uint)bits,
        DType.Float64 => bits,
        _ => IrConstant.FromInt64(bits, to),
    };

    private static bool Compare(IrOp op, long a, long b, DType dtype)
    {
        if (!dtype.IsFloatingPoint())
        {
            return op switch
            {
                IrOp.Eq => a == b,
                IrOp.Ne => a != b,
                IrOp.Lt => a < b,
                IrOp.Le => a <= b,
                IrOp.Gt => a > b,
                _ => a >= b,
            };
        }

        double x = IrConstant.ToDouble(a, dtype), y = IrConstant.ToDouble(b, dtype);
        return op switch
        {
            IrOp.Eq => x == y,
            IrOp.Ne => x != y,
            IrOp.Lt => x < y,
            IrOp.Le => x <= y,
            IrOp.Gt => x > y,
            _ => x >= y,
        };
    }

    private static float Single(IrOp op, float a, float b, float c) => op switch
    {
        IrOp.Neg => -a,
        IrOp.Abs => MathF.Abs(a),
        IrOp.Sqrt => MathF.Sqrt(a),
        IrOp.Floor => MathF.Floor(a),
        IrOp.Ceil => MathF.Ceiling(a),
        IrOp.Round => MathF.Round(a, MidpointRounding.ToEven),
        IrOp.Trunc => MathF.Truncate(a),
        IrOp.Exp => ScalarMath.Exp(a),
        IrOp.Exp2 => ScalarMath.Exp2(a),
        IrOp.Expm1 => ScalarMath.Expm1(a),
        IrOp.Log => ScalarMath.Log(a),
        IrOp.Log2 => ScalarMath.Log2(a),
        IrOp.Log10 => ScalarMath.Log10(a),
        IrOp.Log1p => ScalarMath.Log1p(a),
        IrOp.Sin => ScalarMath.Sin(a),
        IrOp.Cos => ScalarMath.Cos(a),
        IrOp.LargeSin => ScalarMath.LargeSin(a),
        IrOp.LargeCos => ScalarMath.LargeCos(a),
        IrOp.Tan => ScalarMath.Tan(a),
        IrOp.Asin => ScalarMath.Asin(a),
        IrOp.Acos => ScalarMath.Acos(a),
        IrOp.Atan => ScalarMath.Atan(a),
        IrOp.Sinh => ScalarMath.Sinh(a),
        IrOp.Cosh => ScalarMath.Cosh(a),
        IrOp.Tanh => ScalarMath.Tanh(a),
        IrOp.Erf => ScalarMath.Erf(a),
        IrOp.Sigmoid => ScalarMath.Sigmoid(a),
        IrOp.NormalCdf => ScalarMath.NormalCdf(a),
        IrOp.Lgamma => ScalarMath.Lgamma(a),
        IrOp.Digamma => ScalarMath.Digamma(a),
        IrOp.BesselJ0 => ScalarMath.BesselJ0(a),
        IrOp.BesselJ1 => ScalarMath.BesselJ1(a),
        IrOp.BesselY0 => ScalarMath.BesselY0(a),
        IrOp.BesselY1 => ScalarMath.BesselY1(a),
        IrOp.ModifiedBesselI0 => ScalarMath.ModifiedBesselI0(a),
        IrOp.ModifiedBesselI0e => ScalarMath.ModifiedBesselI0e(a),
        IrOp.ModifiedBesselI1 => ScalarMath.ModifiedBesselI1(a),
        IrOp.ModifiedBesselI1e => ScalarMath.ModifiedBesselI1e(a),
        IrOp.ModifiedBesselK0 => ScalarMath.ModifiedBesselK0(a),
        IrOp.ModifiedBesselK0e => ScalarMath.ModifiedBesselK0e(a),
        IrOp.ModifiedBesselK1 => ScalarMath.ModifiedBesselK1(a),
        IrOp.ModifiedBesselK1e => ScalarMath.ModifiedBesselK1e(a),
        IrOp.AiryAi => ScalarMath.AiryAi(a),
        IrOp.Erfcx => ScalarMath.Erfcx(a),
        IrOp.Ndtri => ScalarMath.Ndtri(a),
        IrOp.Add => a + b,
        IrOp.Sub => a - b,
        IrOp.Mul => a * b,
        IrOp.Div => a / b,
        IrOp.TruncDiv => MathF.Truncate(a / b),
        IrOp.FloorDiv => ScalarMath.FloorDiv(a, b),
        IrOp.Remainder => ScalarMath.Remainder(a, b),
        IrOp.Fmod => ScalarMath.Fmod(a, b),
        IrOp.Pow => ScalarMath.Pow(a, b),
        IrOp.Atan2 => ScalarMath.Atan2(a, b),
        IrOp.Zeta => ScalarMath.Zeta(a, b),
        IrOp.Igamma => ScalarMath.Igamma(a, b),
        IrOp.Igammac => ScalarMath.Igammac(a, b),
        IrOp.StandardGammaGrad => ScalarMath.StandardGammaGrad(a, b),
        IrOp.Max => MathF.Max(a, b),
        IrOp.Min => MathF.Min(a, b),
        IrOp.Fma => MathF.FusedMultiplyAdd(a, b, c),
        IrOp.NativeMin => a < b ? a : b,
        IrOp.NativeMax => a > b ? a : b,
        _ => throw new InvalidIrException($"{op} has no meaning on Float32"),
    };

    private static double Double(IrOp op, double a, double b, double c) => op switch
    {
        IrOp.Neg => -a,
        IrOp.Abs => Math.Abs(a),
        IrOp.Sqrt => Math.Sqrt(a),
        IrOp.Floor => Math.Floor(a),
        IrOp.Ceil => Math.Ceiling(a),
        IrOp.Round => Math.Round(a, MidpointRounding.ToEven),
        IrOp.Trunc => Math.Truncate(a),
        IrOp.Exp => ScalarMath.Exp(a),
        IrOp.Exp2 => ScalarMath.Exp2(a),
        IrOp.Expm1 => ScalarMath.Expm1(a),
        IrOp.Log => ScalarMath.Log(a),
        IrOp.Log2 => ScalarMath.Log2(a),
        IrOp.Log10 => ScalarMath.Log10(a),
        IrOp.Log1p => ScalarMath.Log1p(a),
        IrOp.Sin => ScalarMath.Sin(a),
        IrOp.Cos => ScalarMath.Cos(a),
        IrOp.LargeSin => ScalarMath.LargeSin(a),
        IrOp.LargeCos => ScalarMath.LargeCos(a),
        IrOp.Tan => ScalarMath.Tan(a),
        IrOp.Asin => ScalarMath.Asin(a),
        IrOp.Acos => ScalarMath.Acos(a),
        IrOp.Atan => ScalarMath.Atan(a),
        IrOp.Sinh => ScalarMath.Sinh(a),
        IrOp.Cosh => ScalarMath.Cosh(a),
        IrOp.Tanh => ScalarMath.Tanh(a),
        IrOp.Erf => ScalarMath.Erf(a),
        IrOp.Sigmoid => ScalarMath.Sigmoid(a),
        IrOp.NormalCdf => ScalarMath.NormalCdf(a),
        IrOp.Lgamma => ScalarMath.Lgamma(a),
        IrOp.Digamma => ScalarMath.Digamma(a),
        IrOp.BesselJ0 => ScalarMath.BesselJ0(a),
        IrOp.BesselJ1 => ScalarMath.BesselJ1(a),
        IrOp.BesselY0 => ScalarMath.BesselY0(a),
        IrOp.BesselY1 => ScalarMath.BesselY1(a),
        IrOp.ModifiedBesselI0 => ScalarMath.ModifiedBesselI0(a),
        IrOp.ModifiedBesselI0e => ScalarMath.ModifiedBesselI0e(a),
        IrOp.ModifiedBesselI1 => ScalarMath.ModifiedBesselI1(a),
        IrOp.ModifiedBesselI1e => ScalarMath.ModifiedBesselI1e(a),
        IrOp.ModifiedBesselK0 => ScalarMath.ModifiedBesselK0(a),
        IrOp.ModifiedBesselK0e => ScalarMath.ModifiedBesselK0e(a),
        IrOp.ModifiedBesselK1 => ScalarMath.ModifiedBesselK1(a),
        IrOp.ModifiedBesselK1e => ScalarMath.ModifiedBesselK1e(a),
        IrOp.AiryAi => ScalarMath.AiryAi(a),
        IrOp.Erfcx => ScalarMath.Erfcx(a),
        IrOp.Ndtri => ScalarMath.Ndtri(a),
        IrOp.Add => a + b,
        IrOp.Sub => a - b,
        IrOp.Mul => a * b,
        IrOp.Div => a / b,
        IrOp.TruncDiv => Math.Truncate(a / b),
        IrOp.FloorDiv => ScalarMath.FloorDiv(a, b),
        IrOp.Remainder => ScalarMath.Remainder(a, b),
        IrOp.Fmod => ScalarMath.Fmod(a, b),
        IrOp.Pow => ScalarMath.Pow(a, b),
        IrOp.Atan2 => ScalarMath.Atan2(a, b),
        IrOp.Zeta => ScalarMath.Zeta(a, b),
        IrOp.Igamma => ScalarMath.Igamma(a, b),
        IrOp.Igammac => ScalarMath.Igammac(a, b),
        IrOp.StandardGammaGrad => ScalarMath.StandardGammaGrad(a, b),
        IrOp.Max => Math.Max(a, b),
        IrOp.Min => Math.Min(a, b),
        IrOp.Fma => Math.FusedMultiplyAdd(a, b, c),
        IrOp.NativeMin => a < b ? a : b,
        IrOp.NativeMax => a > b ? a : b,
        _ => throw new InvalidIrException($"{op} has no meaning on Float64"),
    };

    private static long Integer(IrOp op, DType dtype, long a, long b) => op switch
    {
        IrOp.Neg => unchecked(-a),
        IrOp.Abs => a < 0 ? unchecked(-a) : a,
        IrOp.Not => dtype == DType.Bool ? a ^ 1 : ~a,
        IrOp.Add => unchecked(a + b),
        IrOp.Sub => unchecked(a - b),
        IrOp.Mul => unchecked(a * b),
        IrOp.TruncDiv => ScalarMath.TruncDiv(a, b),
        IrOp.FloorDiv => ScalarMath.FloorDiv(a, b),
        IrOp.Remainder => ScalarMath.Remainder(a, b),
        IrOp.Fmod => ScalarMath.Fmod(a, b),
        IrOp.Pow => ScalarMath.Pow(a, b),
        IrOp.Gcd => ScalarMath.Gcd(a, b),
        IrOp.Max => Math.Max(a, b),
        IrOp.Min => Math.Min(a, b),
        IrOp.And => a & b,
        IrOp.Or => a | b,
        IrOp.Xor => a ^ b,
        IrOp.ShiftLeft => ScalarMath.ShiftLeft(a, b),
        IrOp.ShiftRight => ScalarMath.ShiftRight(a, b),
        _ => throw new InvalidIrException($"{op} has no meaning on {dtype}"),
    };
}
