using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>The associative operations that reductions are made of.</summary>
public enum ReduceOp : byte
{
    Sum,
    Prod,

    /// <summary>NaN if any element is.</summary>
    Max,

    /// <summary>NaN if any element is.</summary>
    Min,
}

/// <summary>Facts about <see cref="ReduceOp"/>.</summary>
public static class ReduceOps
{
    /// <summary>Name of the vector method that combines two values.</summary>
    internal static string VectorMethod(this ReduceOp op) => op switch
    {
        ReduceOp.Sum => "Add",
        ReduceOp.Prod => "Multiply",
        ReduceOp.Max => "Max",
        _ => "Min",
    };

    /// <summary>
    /// Bits of the value that leaves every other as it is: of floating-point sums it is -0. For the operations without a neutral element among their
    /// values it is the least or greatest value.
    /// </summary>
    internal static long Identity(this ReduceOp op, DType dtype) => op switch
    {
        ReduceOp.Sum => dtype.IsFloatingPoint() ? IrConstant.FromDouble(-0.0, dtype) : 0,
        ReduceOp.Prod => IrConstant.FromInt64(1, dtype),
        ReduceOp.Max => dtype switch
        {
            DType.Int64 => long.MinValue,
            DType.Int32 => int.MinValue,
            _ => IrConstant.FromDouble(double.NegativeInfinity, dtype),
        },
        _ => dtype switch
        {
            DType.Int64 => long.MaxValue,
            DType.Int32 => int.MaxValue,
            _ => IrConstant.FromDouble(double.PositiveInfinity, dtype),
        },
    };

    /// <summary>Accumulators are of these dtypes only.</summary>
    internal static bool IsAccumulator(DType dtype) => dtype is DType.Float32 or DType.Float64 or DType.Int32 or DType.Int64;
}
