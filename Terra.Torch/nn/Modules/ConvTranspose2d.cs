using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Two-dimensional transposed convolution (the gradient of a convolution): (N, C_in, H, W) -> (N, C_out, H_out, W_out).</summary>
    public sealed class ConvTranspose2d : ConvolutionTranspose
    {
        internal ConvTranspose2d(
            long inChannels, long outChannels, (long, long) kernelSize, (long, long)? stride, (long, long)? padding,
            (long, long)? outputPadding, (long, long)? dilation, PaddingModes paddingMode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(
                nameof(ConvTranspose2d), inChannels, outChannels, Pair(kernelSize), Pair(stride ?? (1, 1)), Pair(padding ?? (0, 0)), null,
                Pair(dilation ?? (1, 1)), true, Pair(outputPadding ?? (0, 0)), groups, bias, paddingMode, device, dtype)
        {
        }

        /// <inheritdoc/>
        public override Tensor forward(Tensor input, long[]? output_size)
        {
            CheckShape(input, 2);
            long[] extra = _output_padding(input, output_size, kernel_size, stride, padding, dilation, 2);
            return functional.conv_transpose2d(input, weight, bias, stride, padding, extra, dilation, groups);
        }

        private static long[] Pair((long, long) values) => [values.Item1, values.Item2];
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.ConvTranspose2d"/>
            public static ConvTranspose2d ConvTranspose2d(
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
                new(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding), (output_padding, output_padding), (dilation, dilation),
                    padding_mode, groups, bias, device, dtype);

            /// <inheritdoc cref="Modules.ConvTranspose2d"/>
            public static ConvTranspose2d ConvTranspose2d(
                long in_channels,
                long out_channels,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? output_padding = null,
                (long, long)? dilation = null,
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
