using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The numbers from <paramref name="start"/> up to, not including, <paramref name="stop"/>.</summary>
    /// <param name="dtype">Without it: int64 if all three numbers are integers, else the default dtype.</param>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        RequireCpu(device);
        ScalarType type = dtype ?? (is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type) ? ScalarType.Int64 : s_defaultDtype);
        return NewLeaf(Aten.arange(start.Value, stop.Value, step.Value, type.Native()), requires_grad);
    }

    /// <inheritdoc cref="arange(Scalar, Scalar, Scalar, ScalarType?, Device, bool)"/>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>The numbers from 0 up to, not including, <paramref name="stop"/>.</summary>
    /// <param name="dtype">Without it: int64 if the number is an integer, else the default dtype.</param>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>A matrix with ones on the diagonal and zeros elsewhere; square unless <paramref name="columns"/> is given.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        RequireCpu(device);
        RejectNames(names);
        return NewLeaf(Aten.eye(rows, columns == -1 ? rows : columns, (dtype ?? s_defaultDtype).Native()), requires_grad);
    }

    /// <summary><paramref name="steps"/> evenly spaced numbers from <paramref name="start"/> to <paramref name="end"/>, both included.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        RequireCpu(device);
        return NewLeaf(Aten.linspace(start, end, steps, (dtype ?? s_defaultDtype).Native()), requires_grad);
    }

    /// <summary>A tensor to be filled by the program whose elements lie at given distances in memory; they are zero until then.</summary>
    /// <param name="size">The sizes.</param>
    /// <param name="strides">For each dimension, how many elements two neighbours are apart.</param>
    /// <param name="dtype">The dtype.</param>
    /// <param name="device">The device.</param>
    /// <param name="requires_grad">Whether gradients are wanted.</param>
    /// <param name="names">Must be null.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Sizes and strides do not match, or one is negative.</exception>
    public static Tensor empty_strided(
        long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        if (size.Length != strides.Length || size.Concat(strides).Any(static number => number < 0))
        {
            throw ShapeErrors.Error(
                $"empty_strided: expected as many strides as sizes and none negative, but got {ShapeErrors.Text(size)} and {ShapeErrors.Text(strides)}");
        }

        long last = size.Contains(0) ? -1 : size.Zip(strides, static (count, stride) => (count - 1) * stride).Sum();
        using Tensor memory = Filled([last + 1], 0, dtype ?? s_defaultDtype, device, false, names);
        return NewLeaf(new TensorImpl(memory.Impl.Storage, new Layout([.. size], [.. strides]), memory.Impl.DType, memory.Impl.Offset), requires_grad);
    }

    /// <summary>A tensor of zeros with the sizes, and unless told otherwise the dtype, of another.</summary>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(input.shape, 0, dtype ?? input.dtype, device, requires_grad, names);

    /// <summary>A tensor of ones with the sizes, and unless told otherwise the dtype, of another.</summary>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(input.shape, 1, dtype ?? input.dtype, device, requires_grad, names);

    /// <summary>A tensor of one value with the sizes, and unless told otherwise the dtype, of another.</summary>
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(input.shape, value.Value, dtype ?? input.dtype, device, requires_grad, names);

    /// <summary>A tensor to be filled by the program, with the sizes, and unless told otherwise the dtype, of another.</summary>
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        zeros_like(input, dtype, device, requires_grad, names);

    /// <summary>A tensor of one value; takes ownership of the sizes.</summary>
    internal static Tensor Filled(long[] sizes, ScalarValue value, ScalarType dtype, Device? device, bool requires_grad, string[]? names)
    {
        RequireCpu(device);
        RejectNames(names);
        return NewLeaf(Aten.full(sizes, value, dtype.Native()), requires_grad);
    }
}
