using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>One-dimensional transposed convolution (the gradient of a convolution): (N, C_in, L) -> (N, C_out, L_out).</summary>
    public sealed class ConvTranspose1d : ConvolutionTranspose
    {
        internal ConvTranspose1d(
            long inChannels, long outChannels, long kernelSize, long stride, long padding, long outputPadding, long dilation,
            PaddingModes paddingMode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(
                nameof(ConvTranspose1d), inChannels, outChannels, [kernelSize], [stride], [padding], null, [dilation],
                true, [outputPadding], groups, bias, paddingMode, device, dtype)
        {
        }

        /// <inheritdoc/>
        public override Tensor forward(Tensor input, long[]? output_size)
        {
            CheckShape(input, 1);
            long[] extra = _output_padding(input, output_size, kernel_size, stride, padding, dilation, 1);
            return functional.conv_transpose1d(input, weight, bias, stride[0], padding[0], extra[0], dilation[0], groups);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.ConvTranspose1d"/>
            public static ConvTranspose1d ConvTranspose1d(
                long in_channels,
                long out_channels,
                long kernel_size,
                long stride = 1,
                long padding = 0,
                long output_padding = 0,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation,
                    padding_mode, groups, bias, device, dtype);
        }
    }
}
