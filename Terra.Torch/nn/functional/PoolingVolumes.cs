using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Maximum over windows of (N, C, D, H, W) or (C, D, H, W).</summary>
            public static Tensor max_pool3d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                (Tensor output, Tensor indices) = max_pool3d_with_indices(input, kernel_size, strides, padding, dilation, ceil_mode);
                indices.Dispose();
                return output;
            }

            /// <summary>Maximum over windows, and where in its volume (as (d * H + h) * W + w) it stands.</summary>
            public static (Tensor output, Tensor indices) max_pool3d_with_indices(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                long[] kernel = Triple(kernel_size, 1);
                TensorImpl[] results = Aten.max_pool3d_with_indices(
                    input.Impl, kernel, strides is null or [] ? kernel : Triple(strides, 1), Triple(padding, 0), Triple(dilation, 1), ceil_mode);
                return (new Tensor(results[0]), new Tensor(results[1]));
            }

            /// <summary>Mean over windows of (N, C, D, H, W) or (C, D, H, W).</summary>
            /// <param name="input">The volumes.</param>
            /// <param name="kernel_size">Size of the window.</param>
            /// <param name="stride">Step of the window; its size by default.</param>
            /// <param name="padding">Zeros on both sides of each dimension.</param>
            /// <param name="ceil_mode">Whether windows may stick out at the end.</param>
            /// <param name="count_include_pad">Whether the zeros of the padding count in the mean.</param>
            /// <param name="divisor_override">What to divide the sums by instead of the window's size.</param>
            public static Tensor avg_pool3d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null)
            {
                long[] kernel = Triple(kernel_size, 1);
                long[] steps = stride is null or [] ? kernel : Triple(stride, 1);
                long[]? divisor = divisor_override is { } given ? [given] : null;
                return new Tensor(Aten.avg_pool3d(input.Impl, kernel, steps, Triple(padding, 0), ceil_mode, count_include_pad, divisor));
            }

            /// <summary>Mean over windows of (N, C, L) or (C, L).</summary>
            public static Tensor avg_pool1d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true)
            {
                using Tensor plane = input.unsqueeze(-2);
                using Tensor output = avg_pool2d(plane, [1, kernel_size], [1, stride ?? kernel_size], [0, padding ?? 0], ceil_mode, count_include_pad);
                return output.squeeze(-2);
            }
        }
    }
}
