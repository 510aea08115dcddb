using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Three-dimensional cross-correlation: (N, C_in, D, H, W) -> (N, C_out, D_out, H_out, W_out).</summary>
    public sealed class Conv3d : Convolution
    {
        internal Conv3d(
            long inChannels, long outChannels, (long, long, long) kernelSize, (long, long, long)? stride, (long, long, long)? padding, Padding? paddingType,
            (long, long, long)? dilation, PaddingModes paddingMode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(
                nameof(Conv3d), inChannels, outChannels, Triple(kernelSize), Triple(stride ?? (1, 1, 1)), padding is { } widths ? Triple(widths) : null,
                paddingType, Triple(dilation ?? (1, 1, 1)), false, [0, 0, 0], groups, bias, paddingMode, device, dtype)
        {
        }

        /// <exception cref="ArgumentException">The input's shape does not fit the layer.</exception>
        public override Tensor forward(Tensor input)
        {
            CheckShape(input, 3);
            if (padding_mode != PaddingModes.Zeros)
            {
                using Tensor padded = PadByMode(input);
                return functional.conv3d(padded, weight, bias, stride, [0, 0, 0], dilation, groups);
            }

            return padding_type is { } words
                ? functional.conv3d_padding(input, weight, bias, stride, words, dilation, groups)
                : functional.conv3d(input, weight, bias, stride, padding, dilation, groups);
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
            /// <inheritdoc cref="Modules.Conv3d"/>
            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                long kernel_size,
                long stride = 1,
                long padding = 0,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(in_channels, out_channels, (kernel_size, kernel_size, kernel_size), (stride, stride, stride), (padding, padding, padding), null, (dilation, dilation, dilation), padding_mode, groups, bias, device, dtype);

            /// <inheritdoc cref="Modules.Conv3d"/>
            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                (long, long, long) kernel_size,
                (long, long, long)? stride = null,
                (long, long, long)? padding = null,
                (long, long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, padding, null, dilation, padding_mode, groups, bias, device, dtype);

            /// <inheritdoc cref="Modules.Conv3d"/>
            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                long kernel_size,
                Padding padding,
                long stride = 1,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(in_channels, out_channels, (kernel_size, kernel_size, kernel_size), (stride, stride, stride), null, padding, (dilation, dilation, dilation), padding_mode, groups, bias, device, dtype);

            /// <inheritdoc cref="Modules.Conv3d"/>
            public static Conv3d Conv3d(
                long in_channels,
                long out_channels,
                (long, long, long) kernel_size,
                Padding padding,
                (long, long, long)? stride = null,
                (long, long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, null, padding, dilation, padding_mode, groups, bias, device, dtype);
        }
    }
}
