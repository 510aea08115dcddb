namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([.. size], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size.ToArray(), 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2], 0, dtype ?? s_defaultDtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program; its elements are zero until then.</summary>
    public static Tensor empty(int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], 0, dtype ?? s_defaultDtype, device, requires_grad, names);
}
