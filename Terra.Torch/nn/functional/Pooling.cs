using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Maximum over windows of (N, C, L) or (C, L).</summary>
            public static Tensor max_pool1d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false)
            {
                (Tensor output, Tensor indices) = max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);
                indices.Dispose();
                return output;
            }

            /// <summary>Maximum over windows, and where along L it stands.</summary>
            public static (Tensor output, Tensor indices) max_pool1d_with_indices(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false)
            {
                using Tensor plane = input.unsqueeze(-2);
                (Tensor output, Tensor indices) = max_pool2d_with_indices(
                    plane, [1, kernel_size], [1, stride ?? kernel_size], [0, padding ?? 0], [1, dilation ?? 1], ceil_mode);
                using (output)
                using (indices)
                {
                    return (output.squeeze(-2), indices.squeeze(-2));
                }
            }

            /// <summary>Maximum over windows of (N, C, H, W) or (C, H, W).</summary>
            public static Tensor max_pool2d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                (Tensor output, Tensor indices) = max_pool2d_with_indices(input, kernel_size, strides, padding, dilation, ceil_mode);
                indices.Dispose();
                return output;
            }

            /// <inheritdoc cref="max_pool2d(Tensor, long[], long[], long[], long[], bool)"/>
            public static Tensor max_pool2d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, [kernel_size, kernel_size], Square(stride), Square(padding), Square(dilation), ceil_mode);

            /// <inheritdoc cref="max_pool2d(Tensor, long[], long[], long[], long[], bool)"/>
            public static Tensor max_pool2d(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                bool ceil_mode = false) =>
                max_pool2d(input, Pair(kernel_size)!, Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

            /// <summary>Maximum over windows, and where in its plane (as h * W + w) it stands.</summary>
            public static (Tensor output, Tensor indices) max_pool2d_with_indices(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                long[] kernel = Pair(kernel_size, 1);
                TensorImpl[] results = Aten.max_pool2d_with_indices(
                    input.Impl, kernel, strides is null or [] ? kernel : Pair(strides, 1), Pair(padding, 0), Pair(dilation, 1), ceil_mode);
                return (new Tensor(results[0]), new Tensor(results[1]));
            }

            /// <summary>Mean over windows of (N, C, H, W) or (C, H, W).</summary>
            /// <param name="input">The planes.</param>
            /// <param name="kernel_size">Size of the window.</param>
            /// <param name="stride">Step of the window; its size by default.</param>
            /// <param name="padding">Zeros on both sides of each dimension.</param>
            /// <param name="ceil_mode">Whether windows may stick out at the end.</param>
            /// <param name="count_include_pad">Whether the zeros of the padding count in the mean.</param>
            /// <param name="divisor_override">What to divide the sums by instead of the window's size.</param>
            public static Tensor avg_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null)
            {
                long[] kernel = Pair(kernel_size, 1);
                long[] steps = stride is null or [] ? kernel : Pair(stride, 1);
                long[]? divisor = divisor_override is { } given ? [given] : null;
                return new Tensor(Aten.avg_pool2d(input.Impl, kernel, steps, Pair(padding, 0), ceil_mode, count_include_pad, divisor));
            }

            /// <inheritdoc cref="avg_pool2d(Tensor, long[], long[], long[], bool, bool, long?)"/>
            public static Tensor avg_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long padding = 0,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                avg_pool2d(input, [kernel_size, kernel_size], Square(stride), [padding, padding], ceil_mode, count_include_pad, divisor_override);

            /// <inheritdoc cref="avg_pool2d(Tensor, long[], long[], long[], bool, bool, long?)"/>
            public static Tensor avg_pool2d(
                Tensor input,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                avg_pool2d(input, Pair(kernel_size)!, Pair(stride), Pair(padding), ceil_mode, count_include_pad, divisor_override);
        }
    }
}
