namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([.. size], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size.ToArray(), value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(int size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(int rows, int columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(int dim0, int dim1, int dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);

    /// <summary>A tensor of one value; without a dtype it is int64 for a bool or an integer, else the default dtype.</summary>
    public static Tensor full(int dim0, int dim1, int dim2, int dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], value.Value, dtype ?? InferDtype(value.Value), device, requires_grad, names);
}
