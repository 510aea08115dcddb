using System.Runtime.InteropServices;

namespace Terra.Runtime.Core;

/// <summary>
/// The errors of ops whose arguments do not fit, worded as PyTorch words them and of the type TorchSharp surfaces native errors as.
/// Every method makes the exception; the caller throws it.
/// </summary>
public static class ShapeErrors
{
    /// <summary>An error with a text of its own.</summary>
    public static ExternalException Error(string message) => new(message);

    /// <summary>Two operands whose sizes cannot be broadcast together.</summary>
    public static ExternalException NotBroadcastable(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        for (int i = 1; i <= Math.Min(a.Length, b.Length); i++)
        {
            if (a[^i] != b[^i] && a[^i] != 1 && b[^i] != 1)
            {
                return Error($"The size of tensor a ({a[^i]}) must match the size of tensor b ({b[^i]}) at non-singleton dimension {Math.Max(a.Length, b.Length) - i}");
            }
        }

        return Error($"shapes {Text(a)} and {Text(b)} cannot be broadcast together");
    }

    /// <summary>An in-place op whose broadcast result has other sizes than the tensor it writes.</summary>
    public static ExternalException OutputShape(ReadOnlySpan<long> output, ReadOnlySpan<long> broadcast) =>
        Error($"output with shape {Text(output)} doesn't match the broadcast shape {Text(broadcast)}");

    /// <summary>A result dtype that an in-place op cannot store.</summary>
    public static ExternalException CannotCast(DType result, DType desired) =>
        Error($"result type {Name(result)} can't be cast to the desired output type {Name(desired)}");

    /// <summary>A dimension number outside <c>[-rank, rank - 1]</c>.</summary>
    public static ExternalException DimensionOutOfRange(long dim, int rank)
    {
        int range = Math.Max(rank, 1);
        return Error($"Dimension out of range (expected to be in range of [{-range}, {range - 1}], but got {dim})");
    }

    /// <summary>An index outside a dimension.</summary>
    public static ExternalException IndexOutOfBounds(long index, long dim, long size) =>
        Error($"index {index} is out of bounds for dimension {dim} with size {size}");

    /// <summary>Arguments of different dtypes where one is needed.</summary>
    public static ExternalException DTypeMismatch(string op, DType expected, DType actual) =>
        Error($"{op}: expected {Name(expected)} but found {Name(actual)}");

    /// <summary>A dtype the op does not take.</summary>
    public static ExternalException NotImplemented(string op, DType dtype) =>
        Error($"\"{op}\" not implemented for '{Name(dtype)}'");

    /// <summary>A tensor of the wrong rank.</summary>
    public static ExternalException Rank(string op, string argument, string expected, ReadOnlySpan<long> actual) =>
        Error($"{op}: {argument}: expected {expected}, but got {actual.Length}-D tensor with size {Text(actual)}");

    /// <summary>A reduction over nothing that has no identity.</summary>
    public static ExternalException EmptyReduction(string op) =>
        Error($"{op}: Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.");

    /// <summary>PyTorch's text of a list of sizes: <c>[2, 3]</c>.</summary>
    public static string Text(ReadOnlySpan<long> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";

    /// <summary>c10's name of a dtype in messages: Float, Long, Bool ...</summary>
    public static string Name(DType dtype) => dtype switch
    {
        DType.UInt8 => "Byte",
        DType.Int8 => "Char",
        DType.Int16 => "Short",
        DType.Int32 => "Int",
        DType.Int64 => "Long",
        DType.Float16 => "Half",
        DType.Float32 => "Float",
        DType.Float64 => "Double",
        DType.BFloat16 => "BFloat16",
        _ => dtype.ToString(),
    };

    /// <summary>A dimension number made non-negative.</summary>
    /// <exception cref="ExternalException">The dimension is out of range; a 0-d tensor takes 0 and -1.</exception>
    public static int WrapDim(long dim, int rank)
    {
        int range = Math.Max(rank, 1);
        if (dim < -range || dim >= range)
        {
            throw DimensionOutOfRange(dim, rank);
        }

        return (int)(dim < 0 ? dim + range : dim);
    }
}
