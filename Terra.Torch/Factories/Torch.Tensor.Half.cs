namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of these elements in row-major order, with the given sizes.</summary>
    public static Tensor tensor(IList<Half> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements(rawArray), dimensions, dtype, device, requires_grad, names);

    /// <summary>A 1-dimensional tensor of these elements.</summary>
    public static Tensor tensor(Half[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(new ReadOnlySpan<Half>(rawArray), [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of these elements in row-major order, with the given sizes.</summary>
    public static Tensor tensor(Half[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(new ReadOnlySpan<Half>(rawArray), dimensions, dtype, device, requires_grad, names);

    /// <summary>A 1-dimensional tensor of these elements.</summary>
    public static Tensor tensor(IList<Half> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A matrix of these elements in row-major order.</summary>
    public static Tensor tensor(IList<Half> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements(rawArray), [rows, columns], dtype, device, requires_grad, names);

    /// <summary>A 3-dimensional tensor of these elements in row-major order.</summary>
    public static Tensor tensor(IList<Half> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    /// <summary>A 4-dimensional tensor of these elements in row-major order.</summary>
    public static Tensor tensor(IList<Half> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    /// <summary>A tensor with the sizes and the elements of the array.</summary>
    public static Tensor tensor(Half[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements<Half>(rawArray), Sizes(rawArray), dtype, device, requires_grad, names);

    /// <summary>A tensor with the sizes and the elements of the array.</summary>
    public static Tensor tensor(Half[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements<Half>(rawArray), Sizes(rawArray), dtype, device, requires_grad, names);

    /// <summary>A tensor with the sizes and the elements of the array.</summary>
    public static Tensor tensor(Half[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(Elements<Half>(rawArray), Sizes(rawArray), dtype, device, requires_grad, names);

    /// <summary>A tensor of these elements in row-major order, with the given sizes.</summary>
    public static Tensor tensor(Memory<Half> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromElements(rawArray.Span, dimensions, dtype, device, requires_grad, names);
}
