using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What the transposed convolution layers share.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    /// <inheritdoc/>
    protected ConvolutionTranspose(
        string name,
        long in_channels,
        long out_channels,
        long[] kernel_size,
        long[] stride,
        long[]? padding,
        Padding? padding_type,
        long[] dilation,
        bool transposed,
        long[] output_padding,
        long groups,
        bool bias,
        PaddingModes padding_mode,
        Device? device = null,
        ScalarType? dtype = null)
        : base(
            name, in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, transposed, output_padding, groups, bias, padding_mode, device, dtype)
    {
        if (padding_mode != PaddingModes.Zeros)
        {
            throw new ArgumentException($"Only zeros padding is supported for {name}, but got {padding_mode}", nameof(padding_mode));
        }
    }

    /// <exception cref="ArgumentException">The input's shape does not fit the layer.</exception>
    public override Tensor forward(Tensor input) => forward(input, null);

    /// <summary>The transposed convolution; of the sizes that the layer's stride leaves open it takes <paramref name="output_size"/>.</summary>
    /// <exception cref="ArgumentException">The input's shape does not fit the layer, or no output padding leads to that size.</exception>
    public abstract Tensor forward(Tensor input, long[]? output_size);

    /// <summary>The layer's output padding, or the one that leads to a wanted size of the output, given with or without batch and channels.</summary>
    /// <exception cref="ArgumentException">None leads to that size.</exception>
    protected long[] _output_padding(
        Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation, long num_spatial_dims)
    {
        if (output_size is null)
        {
            return output_padding;
        }

        int spatial = (int)num_spatial_dims, others = input.Impl.Rank - spatial;
        if (output_size.Length == spatial + others)
        {
            output_size = output_size[others..];
        }

        if (output_size.Length != spatial)
        {
            throw new ArgumentException(
                $"{GetName()}: for {spatial + others}D input, output_size must have {spatial} or {spatial + others} elements (got {output_size.Length})", nameof(output_size));
        }

        var result = new long[spatial];
        for (int d = 0; d < spatial; d++)
        {
            long least = ((input.Impl.Sizes[others + d] - 1) * stride[d]) - (2 * padding[d]) + (dilation[d] * (kernel_size[d] - 1)) + 1;
            result[d] = output_size[d] - least;
            if (result[d] < 0 || result[d] >= stride[d])
            {
                throw new ArgumentException(
                    $"requested an output size of {output_size[d]} in dimension {d}, but valid sizes range from {least} to {least + stride[d] - 1} (for an input of [{string.Join(", ", input.shape)}])",
                    nameof(output_size));
            }
        }

        return result;
    }
}
