namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The p-norm of windows of (N, C, L) or (C, L).</summary>
            public static Tensor lp_pool1d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false)
            {
                using Tensor plane = input.unsqueeze(-2);
                using Tensor output = lp_pool2d(plane, norm_type, [1, kernel_size], [1, stride ?? kernel_size], ceil_mode);
                return output.squeeze(-2);
            }

            /// <summary>The p-norm of windows of (N, C, H, W) or (C, H, W), without the absolute value, as PyTorch's: odd powers of negative elements count as such.</summary>
            public static Tensor lp_pool2d(Tensor input, double norm_type, long[] kernel_size, long[]? stride = null, bool ceil_mode = false)
            {
                using DisposeScope scope = NewDisposeScope();
                long[] kernel = Pair(kernel_size, 1);
                Tensor mean = avg_pool2d(input.pow(norm_type), kernel, stride, null, ceil_mode);
                return (mean.sign() * mean.abs().relu() * (kernel[0] * kernel[1])).pow(1 / norm_type).MoveToOuterDisposeScope();
            }

            /// <inheritdoc cref="lp_pool2d(Tensor, double, long[], long[], bool)"/>
            public static Tensor lp_pool2d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                lp_pool2d(input, norm_type, [kernel_size, kernel_size], Square(stride), ceil_mode);

            /// <summary>Puts maxima of (N, C, L) or (C, L) back where <see cref="max_pool1d_with_indices"/> found them, among zeros.</summary>
            /// <param name="input">The maxima.</param>
            /// <param name="indices">Where they stood.</param>
            /// <param name="kernel_size">Size of the windows.</param>
            /// <param name="stride">Step of the windows; their size by default.</param>
            /// <param name="padding">Padding of the pooling.</param>
            /// <param name="output_size">The result's sizes, of its last dimensions or all; by default the smallest that the pooling could come from.</param>
            /// <exception cref="ArgumentException">The sizes do not fit.</exception>
            public static Tensor max_unpool1d(
                Tensor input, Tensor indices, long kernel_size, long? stride = null, long? padding = null, long[]? output_size = null) =>
                Unpool(input, indices, [kernel_size], stride is { } step ? [step] : null, [padding ?? 0], output_size, 1);

            /// <summary>Puts maxima of (N, C, H, W) or (C, H, W) back where <see cref="max_pool2d_with_indices"/> found them, among zeros.</summary>
            /// <inheritdoc cref="max_unpool1d"/>
            public static Tensor max_unpool2d(
                Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                Unpool(input, indices, Pair(kernel_size, 1), stride is null ? null : Pair(stride, 1), Pair(padding, 0), output_size, 2);

            /// <summary>Puts maxima of (N, C, D, H, W) or (C, D, H, W) back where <see cref="max_pool3d_with_indices"/> found them, among zeros.</summary>
            /// <inheritdoc cref="max_unpool1d"/>
            public static Tensor max_unpool3d(
                Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                Unpool(input, indices, Triple(kernel_size, 1), stride is null ? null : Triple(stride, 1), Triple(padding, 0), output_size, 3);

            private static Tensor Unpool(Tensor input, Tensor indices, long[] kernel, long[]? stride, long[] padding, long[]? outputSize, int dimensions)
            {
                long[] sizes = input.shape;
                bool fits = (sizes.Length == dimensions + 1 || sizes.Length == dimensions + 2)
                    && sizes.AsSpan().SequenceEqual(indices.shape) && (outputSize is null || outputSize.Length == dimensions || outputSize.Length == sizes.Length);
                if (!fits)
                {
                    throw new ArgumentException(
                        $"max_unpool{dimensions}d: got maxima of sizes [{string.Join(", ", sizes)}], indices of [{string.Join(", ", indices.shape)}] and output_size [{string.Join(", ", outputSize ?? [])}]",
                        nameof(indices));
                }

                long count = 1;
                for (int d = 0; d < dimensions; d++)
                {
                    ref long size = ref sizes[sizes.Length - dimensions + d];
                    size = outputSize?[outputSize.Length - dimensions + d] ?? ((size - 1) * (stride ?? kernel)[d]) - (2 * padding[d]) + kernel[d];
                    count *= size;
                }

                using DisposeScope scope = NewDisposeScope();
                long[] planes = sizes[..^dimensions];
                Tensor places = indices.reshape([.. planes, -1]), flat = zeros([.. planes, count], input.dtype);
                return flat.scatter(-1, places, input.reshape([.. planes, -1])).view(sizes).MoveToOuterDisposeScope();
            }
        }
    }
}
