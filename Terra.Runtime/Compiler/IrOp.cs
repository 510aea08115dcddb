namespace Terra.Runtime.Compiler;

/// <summary>
/// The operations of the element-wise IR. The first group is what lowering rules write; <see cref="Bitcast"/> and below are what the
/// decomposition of transcendental functions uses besides. Every operation has one exact meaning per dtype (see <see cref="ScalarMath"/>),
/// so any evaluation of a program gives the same bits.
/// </summary>
public enum IrOp : byte
{
    /// <summary>An element of a program input; the argument is the input slot.</summary>
    Input,

    /// <summary>A number given at run time; the argument is the scalar slot.</summary>
    Scalar,

    /// <summary>A number known now; the argument is its bits (see <see cref="IrConstant"/>).</summary>
    Const,

    /// <summary>The row-major index of the element in the program's iteration space.</summary>
    LinearIndex,

    /// <summary>32 random bits for the element (Philox4x32-10); the argument packs scalar slot and word selection (<see cref="RandomWord"/>).</summary>
    RandomBits,

    Cast,
    Neg,
    Abs,
    Sqrt,
    Floor,
    Ceil,

    /// <summary>To the nearest integer, ties to even.</summary>
    Round,
    Trunc,
    Exp,
    Exp2,
    Expm1,
    Log,
    Log2,
    Log10,
    Log1p,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Erf,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>Share of the standard normal distribution below x, to within an error relative to one.</summary>
    NormalCdf,

    /// <summary>The logarithm of the magnitude of the gamma function.</summary>
    Lgamma,

    /// <summary>The derivative of <see cref="Lgamma"/>.</summary>
    Digamma,

    /// <summary>Bessel function of the first kind, order zero.</summary>
    BesselJ0,

    /// <summary>Bessel function of the first kind, order one.</summary>
    BesselJ1,

    /// <summary>Bessel function of the second kind, order zero.</summary>
    BesselY0,

    /// <summary>Bessel function of the second kind, order one.</summary>
    BesselY1,

    /// <summary>Modified Bessel function of the first kind, order zero.</summary>
    ModifiedBesselI0,

    /// <summary>exp(-|x|) times that function.</summary>
    ModifiedBesselI0e,

    /// <summary>Modified Bessel function of the first kind, order one.</summary>
    ModifiedBesselI1,

    /// <summary>exp(-|x|) times that function.</summary>
    ModifiedBesselI1e,

    /// <summary>Modified Bessel function of the second kind, order zero.</summary>
    ModifiedBesselK0,

    /// <summary>exp(x) times that function.</summary>
    ModifiedBesselK0e,

    /// <summary>Modified Bessel function of the second kind, order one.</summary>
    ModifiedBesselK1,

    /// <summary>exp(x) times that function.</summary>
    ModifiedBesselK1e,

    /// <summary>Airy's function.</summary>
    AiryAi,

    /// <summary>exp(x²) times the complementary error function.</summary>
    Erfcx,

    /// <summary>Quantile of the standard normal distribution.</summary>
    Ndtri,

    /// <summary>Logical not of Bool, bitwise complement of integers.</summary>
    Not,
    Add,
    Sub,
    Mul,

    /// <summary>Division of floating-point values.</summary>
    Div,

    /// <summary>Quotient rounded toward zero; of integers, zero where the divisor is zero.</summary>
    TruncDiv,

    /// <summary>Quotient rounded toward negative infinity; of integers, zero where the divisor is zero.</summary>
    FloorDiv,

    /// <summary>Remainder with the divisor's sign (Python's %); of integers, zero where the divisor is zero.</summary>
    Remainder,

    /// <summary>Remainder with the dividend's sign (C's fmod); of integers, zero where the divisor is zero.</summary>
    Fmod,
    Pow,
    Atan2,

    /// <summary>Hurwitz's zeta function of the exponent and the first base.</summary>
    Zeta,

    /// <summary>Greatest common divisor of integers, not negative.</summary>
    Gcd,

    /// <summary>The regularized lower incomplete gamma function of shape and argument.</summary>
    Igamma,

    /// <summary>The regularized upper incomplete gamma function.</summary>
    Igammac,

    /// <summary>How a draw of the gamma distribution, the second, moves with its shape, the first.</summary>
    StandardGammaGrad,

    /// <summary>The larger; NaN if either is NaN.</summary>
    Max,

    /// <summary>The smaller; NaN if either is NaN.</summary>
    Min,

    /// <summary>Logical on Bool, bitwise on integers.</summary>
    And,
    Or,
    Xor,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,

    /// <summary>Second source where the first (Bool) is true, else the third.</summary>
    Select,

    /// <summary>The same bits as another dtype of equal size.</summary>
    Bitcast,
    ShiftLeft,

    /// <summary>Right shift that repeats the sign bit.</summary>
    ShiftRight,

    /// <summary>first × second + third, rounded once: only where an op's own definition says so.</summary>
    Fma,

    /// <summary>The smaller as the hardware gives it: the second source where either is NaN. Only where the first source is not NaN.</summary>
    NativeMin,

    /// <summary>The larger as the hardware gives it: the second source where either is NaN. Only where the first source is not NaN.</summary>
    NativeMax,

    /// <summary>The sine where the magnitude exceeds <see cref="ScalarMath.LargeAngle"/> or is NaN, else zero.</summary>
    LargeSin,

    /// <summary>The cosine where the magnitude exceeds <see cref="ScalarMath.LargeAngle"/> or is NaN, else zero.</summary>
    LargeCos,

    /// <summary><see cref="Fmod"/> of the second and third source where the first (Bool) is true, else zero: for what is rare, and computed only where it occurs.</summary>
    FmodWhere,

    /// <summary><see cref="TruncDiv"/> of the second and third source where the first (Bool) is true, else zero.</summary>
    TruncDivWhere,

    /// <summary><see cref="FloorDiv"/> of the second and third source where the first (Bool) is true, else zero.</summary>
    FloorDivWhere,

    /// <summary><see cref="Lgamma"/> of the second source where the first (Bool) is true, else zero.</summary>
    LgammaWhere,
}

/// <summary>Facts about <see cref="IrOp"/>.</summary>
public static class IrOps
{
    /// <summary>Number of sources.</summary>
    public static int Arity(this IrOp op) => op switch
    {
        <= IrOp.RandomBits => 0,
        <= IrOp.Not => 1,
        IrOp.Bitcast or IrOp.LargeSin or IrOp.LargeCos => 1,
        IrOp.Select or IrOp.Fma or IrOp.FmodWhere or IrOp.TruncDivWhere or IrOp.FloorDivWhere => 3,
        _ => 2,
    };

    /// <summary>True for the six comparisons, whose result is Bool.</summary>
    public static bool IsComparison(this IrOp op) => op is >= IrOp.Eq and <= IrOp.Ge;

    /// <summary>The function that a conditional one computes where its first source is true; null of any other op.</summary>
    public static IrOp? Unconditional(this IrOp op) => op switch
    {
        IrOp.FmodWhere => IrOp.Fmod,
        IrOp.TruncDivWhere => IrOp.TruncDiv,
        IrOp.FloorDivWhere => IrOp.FloorDiv,
        IrOp.LgammaWhere => IrOp.Lgamma,
        _ => null,
    };

    /// <summary>True where exchanging the two sources never changes a bit of the result (NaN payloads aside).</summary>
    public static bool IsCommutative(this IrOp op) =>
        op is IrOp.Add or IrOp.Mul or IrOp.Max or IrOp.Min or IrOp.And or IrOp.Or or IrOp.Xor or IrOp.Eq or IrOp.Ne;

    /// <summary>True where the node's meaning needs its argument.</summary>
    public static bool HasArgument(this IrOp op) => op is IrOp.Input or IrOp.Scalar or IrOp.Const or IrOp.RandomBits;
}
