using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Three-dimensional transposed convolution (the gradient of a convolution): (N, C_in, D, H, W) -> (N, C_out, D_out, H_out, W_out).</summary>
    public sealed class ConvTranspose3d : ConvolutionTranspose
    {
        internal ConvTranspose3d(
            long inChannels, long outChannels, (long, long, long) kernelSize, (long, long, long)? stride, (long, long, long)? padding,
            (long, long, long)? outputPadding, (long, long, long)? dilation, PaddingModes paddingMode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(
                nameof(ConvTranspose3d), inChannels, outChannels, Triple(kernelSize), Triple(stride ?? (1, 1, 1)), Triple(padding ?? (0, 0, 0)), null,
                Triple(dilation ?? (1, 1, 1)), true, Triple(outputPadding ?? (0, 0, 0)), groups, bias, paddingMode, device, dtype)
        {
        }

        /// <inheritdoc/>
        public override Tensor forward(Tensor input, long[]? output_size)
        {
            CheckShape(input, 3);
            long[] extra = _output_padding(input, output_size, kernel_size, stride, padding, dilation, 3);
            return functional.conv_transpose3d(input, weight, bias, stride, padding, extra, dilation, groups);
        }

        private static long[] Triple((long, long, long) values) => [values.Item1, values.Item2, values.Item3];
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.ConvTranspose3d"/>
            public static ConvTranspose3d ConvTranspose3d(
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
                new(in_channels, out_channels, (kernel_size, kernel_size, kernel_size), (stride, stride, stride), (padding, padding, padding), (output_padding, output_padding, output_padding), (dilation, dilation, dilation),
                    padding_mode, groups, bias, device, dtype);

            /// <inheritdoc cref="Modules.ConvTranspose3d"/>
            public static ConvTranspose3d ConvTranspose3d(
                long in_channels,
                long out_channels,
                (long, long, long) kernel_size,
                (long, long, long)? stride = null,
                (long, long, long)? padding = null,
                (long, long, long)? output_padding = null,
                (long, long, long)? dilation = null,
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
