using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>One-dimensional cross-correlation: (N, C_in, L) -> (N, C_out, L_out).</summary>
    public sealed class Conv1d : Convolution
    {
        internal Conv1d(
            long inChannels, long outChannels, long kernelSize, long stride, long? padding, Padding? paddingType, long dilation,
            PaddingModes paddingMode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(
                nameof(Conv1d), inChannels, outChannels, [kernelSize], [stride], padding is { } width ? [width] : null, paddingType, [dilation],
                false, [0], groups, bias, paddingMode, device, dtype)
        {
        }

        /// <exception cref="ArgumentException">The input's shape does not fit the layer.</exception>
        public override Tensor forward(Tensor input)
        {
            CheckShape(input, 1);
            if (padding_mode != PaddingModes.Zeros)
            {
                using Tensor padded = PadByMode(input);
                return functional.conv1d(padded, weight, bias, stride[0], 0, dilation[0], groups);
            }

            return padding_type is { } words
                ? functional.conv1d_padding(input, weight, bias, stride[0], words, dilation[0], groups)
                : functional.conv1d(input, weight, bias, stride[0], padding[0], dilation[0], groups);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.Conv1d"/>
            public static Conv1d Conv1d(
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
                new(in_channels, out_channels, kernel_size, stride, padding, null, dilation, padding_mode, groups, bias, device, dtype);

            /// <inheritdoc cref="Modules.Conv1d"/>
            public static Conv1d Conv1d(
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
                new(in_channels, out_channels, kernel_size, stride, null, padding, dilation, padding_mode, groups, bias, device, dtype);
        }
    }
}
