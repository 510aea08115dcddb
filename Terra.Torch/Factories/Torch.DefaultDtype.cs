using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    private static ScalarType s_defaultDtype = ScalarType.Float32;

    /// <summary>The dtype of floating-point tensors created without one; float32 unless set.</summary>
    public static ScalarType get_default_dtype() => s_defaultDtype;

    /// <exception cref="ArgumentException">The dtype is no floating-point type.</exception>
    public static void set_default_dtype(ScalarType dtype)
    {
        if (!is_floating_point(dtype))
        {
            throw new ArgumentException($"the default dtype must be a floating-point type, not {dtype}", nameof(dtype));
        }

        s_defaultDtype = dtype;
    }

    /// <summary>Sets the default dtype to that of a tensor.</summary>
    /// <exception cref="ArgumentException">The tensor is not of a floating-point type.</exception>
    public static void set_default_tensor_type(Tensor t) => set_default_dtype(t.dtype);

    /// <summary>The dtype of a tensor made of this number where none is given.</summary>
    private static ScalarType InferDtype(ScalarValue value) =>
        value.Category == DType.Float64 ? s_defaultDtype : ScalarType.Int64;
}
