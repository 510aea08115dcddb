namespace TorchSharp;

public static partial class torch
{
    /// <summary>Numbers rounded to what a quantization would keep of them; gradients pass where it does not clip (Jacob et al., CVPR 2018).</summary>
    /// <param name="input">Floating-point numbers.</param>
    /// <param name="scale">The distance of the numbers that can be kept, a scalar.</param>
    /// <param name="zero_point">The integer that stands for zero, a scalar.</param>
    /// <param name="quant_min">The least integer.</param>
    /// <param name="quant_max">The greatest integer.</param>
    public static Tensor fake_quantize_per_tensor_affine(Tensor input, Tensor scale, Tensor zero_point, long quant_min, long quant_max) =>
        WrappedTensorDisposeScope(() => FakeQuantized(input, scale, zero_point, quant_min, quant_max));

    /// <summary>As <see cref="fake_quantize_per_tensor_affine"/>, with a scale and a zero point for each channel.</summary>
    /// <param name="input">Floating-point numbers.</param>
    /// <param name="scale">The distances, as many as there are channels.</param>
    /// <param name="zero_point">The integers that stand for zero, as many as there are channels.</param>
    /// <param name="axis">The dimension of the channels.</param>
    /// <param name="quant_min">The least integer.</param>
    /// <param name="quant_max">The greatest integer.</param>
    /// <exception cref="ArgumentException">There are not as many scales and zero points as channels.</exception>
    public static Tensor fake_quantize_per_channel_affine(Tensor input, Tensor scale, Tensor zero_point, int axis, long quant_min, long quant_max)
    {
        long channels = input.size(axis);
        if (scale.dim() != 1 || scale.numel() != channels || zero_point.dim() != 1 || zero_point.numel() != channels)
        {
            throw new ArgumentException(
                $"fake_quantize_per_channel_affine: expected a scale and a zero point for each of {channels} channels, but got sizes [{string.Join(", ", scale.shape)}] and [{string.Join(", ", zero_point.shape)}]",
                nameof(scale));
        }

        return WrappedTensorDisposeScope(() =>
        {
            long[] sizes = [.. Enumerable.Repeat(1L, (int)input.dim())];
            sizes[axis < 0 ? axis + sizes.Length : axis] = channels;
            return FakeQuantized(input, scale.view(sizes), zero_point.view(sizes), quant_min, quant_max);
        });
    }

    private static Tensor FakeQuantized(Tensor input, Tensor scale, Tensor zeroPoint, long least, long most)
    {
        Tensor numbers = input.detach(), steps = scale.detach().to(input.dtype), zero = zeroPoint.to(input.dtype);
        Tensor whole = zero + (numbers * steps.reciprocal()).round(), inside = whole.ge(least).logical_and(whole.le(most));
        Tensor kept = (whole.clamp(least, most) - zero) * steps;

        // The value is what is kept, the derivative that of the input, or zero.
        return kept + ((input - numbers) * inside.to(input.dtype));
    }
}
