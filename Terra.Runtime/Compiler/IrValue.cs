using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>A node with operators, for writing formulas. Nothing converts by itself: both operands of an operator have one dtype.</summary>
internal readonly struct IrValue(IrGraph graph, IrNode node)
{
    public IrNode Node => node;

    public static IrValue operator +(IrValue a, IrValue b) => a.Apply(IrOp.Add, b);

    public static IrValue operator +(IrValue a, double b) => a + a.Like(b);

    public static IrValue operator +(IrValue a, int b) => a + a.Like(b);

    public static IrValue operator -(IrValue a, IrValue b) => a.Apply(IrOp.Sub, b);

    public static IrValue operator -(IrValue a, double b) => a - a.Like(b);

    public static IrValue operator -(IrValue a, int b) => a - a.Like(b);

    public static IrValue operator -(IrValue a) => a.Apply(IrOp.Neg);

    public static IrValue operator *(IrValue a, IrValue b) => a.Apply(IrOp.Mul, b);

    public static IrValue operator *(IrValue a, double b) => a * a.Like(b);

    public static IrValue operator /(IrValue a, IrValue b) => a.Apply(IrOp.Div, b);

    public static IrValue operator &(IrValue a, IrValue b) => a.Apply(IrOp.And, b);

    public static IrValue operator &(IrValue a, int b) => a & a.Like(b);

    public static IrValue operator |(IrValue a, IrValue b) => a.Apply(IrOp.Or, b);

    public static IrValue operator ^(IrValue a, IrValue b) => a.Apply(IrOp.Xor, b);

    public static IrValue operator <(IrValue a, double b) => a.Compare(IrOp.Lt, a.Like(b));

    public static IrValue operator >(IrValue a, double b) => a.Compare(IrOp.Gt, a.Like(b));

    public static IrValue operator <=(IrValue a, double b) => a.Compare(IrOp.Le, a.Like(b));

    public static IrValue operator >=(IrValue a, double b) => a.Compare(IrOp.Ge, a.Like(b));

    public static IrValue operator ==(IrValue a, double b) => a.Compare(IrOp.Eq, a.Like(b));

    public static IrValue operator !=(IrValue a, double b) => a.Compare(IrOp.Ne, a.Like(b));

    public static IrValue operator !=(IrValue a, int b) => a.Compare(IrOp.Ne, a.Like(b));

    public static IrValue operator ==(IrValue a, int b) => a.Compare(IrOp.Eq, a.Like(b));

    public static IrValue operator <(IrValue a, int b) => a.Compare(IrOp.Lt, a.Like(b));

    public static IrValue operator >(IrValue a, int b) => a.Compare(IrOp.Gt, a.Like(b));

    /// <summary>A constant of this value's dtype.</summary>
    public IrValue Like(double value) => new(graph, graph.Const(IrConstant.FromDouble(value, node.DType), node.DType));

    public IrValue Like(int value) => Like((long)value);

    public IrValue Like(long value) => new(graph, graph.Const(IrConstant.FromInt64(value, node.DType), node.DType));

    public IrValue Abs() => Apply(IrOp.Abs);

    /// <summary>Logical not of Bool.</summary>
    public IrValue Not() => Apply(IrOp.Not);

    /// <summary>An integer; infinities count as such.</summary>
    public IrValue IsWhole() => Compare(IrOp.Eq, Apply(IrOp.Trunc));

    public IrValue IsNaN() => Compare(IrOp.Ne, this);

    /// <summary>This where it is less than <paramref name="other"/>, else <paramref name="other"/>.</summary>
    public IrValue NativeMin(IrValue other) => Apply(IrOp.NativeMin, other);

    /// <summary>This where it is greater than <paramref name="other"/>, else <paramref name="other"/>.</summary>
    public IrValue NativeMax(IrValue other) => Apply(IrOp.NativeMax, other);

    /// <summary>this × factor + term, rounded once.</summary>
    public IrValue Fma(IrValue factor, IrValue term) => new(graph, graph.Add(IrOp.Fma, node.DType, node, factor.Node, term.Node));

    /// <summary>Horner's scheme with fused multiply-adds; the highest coefficient first.</summary>
    public IrValue Polynomial(params ReadOnlySpan<double> coefficients)
    {
        IrValue sum = Like(coefficients[0]);
        foreach (double coefficient in coefficients[1..])
        {
            sum = sum.Fma(this, Like(coefficient));
        }

        return sum;
    }

    /// <summary>The same by pairs of terms, whose scheme is Horner's in the square: as many operations and half as long a chain, but for the square (G. Estrin).</summary>
    public IrValue PolynomialInPairs(params ReadOnlySpan<double> coefficients)
    {
        int first = 2 - (coefficients.Length % 2);
        IrValue square = this * this, sum = Polynomial(coefficients[..first]);
        for (int i = first; i < coefficients.Length; i += 2)
        {
            sum = sum.Fma(square, Polynomial(coefficients[i..(i + 2)]));
        }

        return sum;
    }

    public IrValue ShiftLeft(int by) => Apply(IrOp.ShiftLeft, Like(by));

    public IrValue ShiftRight(int by) => Apply(IrOp.ShiftRight, Like(by));

    /// <summary>The same bits as another dtype.</summary>
    public IrValue Bits(DType dtype) => new(graph, graph.Add(IrOp.Bitcast, dtype, node));

    /// <summary>The same bits as an integer.</summary>
    public IrValue Bits() => Bits(node.DType.SizeInBytes() == 8 ? DType.Int64 : DType.Int32);

    public IrValue Cast(DType dtype) => new(graph, graph.Add(IrOp.Cast, dtype, node));

    /// <summary>Where this (Bool) holds the first, else the second.</summary>
    public IrValue Select(IrValue then, IrValue otherwise) =>
        new(graph, graph.Add(IrOp.Select, then.Node.DType, node, then.Node, otherwise.Node));

    /// <summary>This value, which is not negative unless the others' product is, with the sign of that product.</summary>
    public IrValue WithSignOf(params ReadOnlySpan<IrValue> factors)
    {
        IrValue bits = factors[0].Bits();
        foreach (IrValue factor in factors[1..])
        {
            bits ^= factor.Bits();
        }

        return (Bits() | (bits & bits.LeastInteger())).Bits(node.DType);
    }

    /// <summary>This, but not below <paramref name="least"/> nor above <paramref name="most"/>; NaN stays.</summary>
    public IrValue Clamped(double least, double most) => Like(least).NativeMax(Like(most).NativeMin(this));

    /// <summary>Whether the sign bits differ.</summary>
    public IrValue HasOtherSignThan(IrValue other) => (Bits() ^ other.Bits()) < 0;

    /// <summary>One of the functions of this value and others that are computed only where <paramref name="condition"/> holds for an element, and are zero elsewhere.</summary>
    public IrValue Where(IrOp op, IrValue condition, params ReadOnlySpan<IrValue> others) => new(graph, others.Length == 0
        ? graph.Add(op, node.DType, condition.Node, node) : graph.Add(op, node.DType, condition.Node, node, others[0].Node));

    public IrValue Apply(IrOp op) => new(graph, graph.Add(op, node.DType, node));

    public IrValue Compare(IrOp op, IrValue other) => new(graph, graph.Add(op, DType.Bool, node, other.Node));

    public override bool Equals(object? obj) => obj is IrValue other && ReferenceEquals(other.Node, node);

    public override int GetHashCode() => node.GetHashCode();

    private IrValue LeastInteger() => Like(node.DType == DType.Int64 ? long.MinValue : int.MinValue);

    private IrValue Apply(IrOp op, IrValue other) => new(graph, graph.Add(op, node.DType, node, other.Node));
}
