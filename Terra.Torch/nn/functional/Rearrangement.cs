namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>(*, C · r², H, W) to (*, C, H · r, W · r): channels become pixels (Shi et al., 2016).</summary>
            /// <exception cref="ArgumentException">The channels are not divisible by r².</exception>
            public static Tensor pixel_shuffle(Tensor input, long upscale_factor)
            {
                long r = upscale_factor;
                long[] sizes = ImageSizes(input, nameof(pixel_shuffle));
                long channels = sizes[^3] / (r * r);
                if (channels * r * r != sizes[^3])
                {
                    throw new ArgumentException($"pixel_shuffle: {sizes[^3]} channels are not divisible by upscale_factor² = {r * r}", nameof(upscale_factor));
                }

                return WrappedTensorDisposeScope(() => input
                    .reshape(-1, channels, r, r, sizes[^2], sizes[^1])
                    .permute(0, 1, 4, 2, 5, 3)
                    .reshape([.. sizes[..^3], channels, sizes[^2] * r, sizes[^1] * r]));
            }

            /// <summary>(*, C, H · r, W · r) to (*, C · r², H, W): the reverse of <see cref="pixel_shuffle"/>.</summary>
            /// <exception cref="ArgumentException">Height or width are not divisible by r.</exception>
            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor)
            {
                long r = downscale_factor;
                long[] sizes = ImageSizes(input, nameof(pixel_unshuffle));
                if (sizes[^2] % r != 0 || sizes[^1] % r != 0)
                {
                    throw new ArgumentException($"pixel_unshuffle: {sizes[^2]} x {sizes[^1]} pixels are not divisible by {r}", nameof(downscale_factor));
                }

                return WrappedTensorDisposeScope(() => input
                    .reshape(-1, sizes[^3], sizes[^2] / r, r, sizes[^1] / r, r)
                    .permute(0, 1, 3, 5, 2, 4)
                    .reshape([.. sizes[..^3], sizes[^3] * r * r, sizes[^2] / r, sizes[^1] / r]));
            }

            /// <summary>The windows of images as columns: (N, C, H, W) to (N, C · kh · kw, L), L positions in row-major order.</summary>
            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                unfold(input, (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            /// <inheritdoc cref="unfold(Tensor, long, long, long, long)"/>
            /// <exception cref="ArgumentException">The input is no batch of images, or the window is larger than they are.</exception>
            public static Tensor unfold(
                Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null)
            {
                if (input.dim() != 4)
                {
                    throw new ArgumentException($"unfold: expected (N, C, H, W), but got {input.dim()} dimensions", nameof(input));
                }

                (long ph, long pw) = padding ?? (0, 0);
                (long, long) spread = dilation ?? (1, 1), step = stride ?? (1, 1);
                long[] sizes = input.shape;
                long[] rows = WindowElements(sizes[2] + (2 * ph), kernel_size.Item1, spread.Item1, step.Item1);
                long[] columns = WindowElements(sizes[3] + (2 * pw), kernel_size.Item2, spread.Item2, step.Item2);
                return WrappedTensorDisposeScope(() => pad(input, [pw, pw, ph, ph])
                    .index_select(2, tensor(rows))
                    .index_select(3, tensor(columns))
                    .reshape(sizes[0], sizes[1], kernel_size.Item1, rows.Length / kernel_size.Item1, kernel_size.Item2, columns.Length / kernel_size.Item2)
                    .permute(0, 1, 2, 4, 3, 5)
                    .reshape(sizes[0], sizes[1] * kernel_size.Item1 * kernel_size.Item2, -1));
            }

            /// <summary>The sum of windows put at their places: the reverse direction of <see cref="unfold(Tensor, long, long, long, long)"/>.</summary>
            public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                fold(input, (output_size, output_size), (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            /// <inheritdoc cref="fold(Tensor, long, long, long, long, long)"/>
            /// <exception cref="ArgumentException">The input's sizes are not those of the windows.</exception>
            public static Tensor fold(
                Tensor input,
                (long, long) output_size,
                (long, long) kernel_size,
                (long, long)? dilation = null,
                (long, long)? padding = null,
                (long, long)? stride = null)
            {
                (long ph, long pw) = padding ?? (0, 0);
                (long, long) spread = dilation ?? (1, 1), step = stride ?? (1, 1);
                (long height, long width) = (output_size.Item1 + (2 * ph), output_size.Item2 + (2 * pw));
                long[] rows = WindowElements(height, kernel_size.Item1, spread.Item1, step.Item1);
                long[] columns = WindowElements(width, kernel_size.Item2, spread.Item2, step.Item2);
                (long down, long across) = (rows.Length / kernel_size.Item1, columns.Length / kernel_size.Item2);
                long[] sizes = input.shape;
                long window = kernel_size.Item1 * kernel_size.Item2;
                if (sizes.Length != 3 || sizes[1] % window != 0 || sizes[2] != down * across)
                {
                    throw new ArgumentException($"fold: expected (N, C · {window}, {down * across}), but got ({string.Join(", ", sizes)})", nameof(input));
                }

                (long n, long c) = (sizes[0], sizes[1] / window);
                return WrappedTensorDisposeScope(() =>
                {
                    Tensor windows = input
                        .reshape(n, c, kernel_size.Item1, kernel_size.Item2, down, across)
                        .permute(0, 1, 2, 4, 3, 5)
                        .reshape(n, c, rows.Length, columns.Length);
                    Tensor summedRows = zeros([n, c, height, columns.Length], input.dtype).index_add(2, tensor(rows), windows, 1);
                    Tensor summed = zeros([n, c, height, width], input.dtype).index_add(3, tensor(columns), summedRows, 1);
                    return summed.narrow(2, ph, output_size.Item1).narrow(3, pw, output_size.Item2).contiguous();
                });
            }

            /// <summary>Of each element of each window along a dimension its position there: element by element, and of each window by window.</summary>
            private static long[] WindowElements(long size, long kernel, long dilation, long stride)
            {
                long windows = (size - (dilation * (kernel - 1)) - 1 < 0) ? 0 : ((size - (dilation * (kernel - 1)) - 1) / stride) + 1;
                if (windows == 0)
                {
                    throw new ArgumentException($"a window of {kernel} elements with dilation {dilation} does not fit into a dimension of size {size}");
                }

                var positions = new long[kernel * windows];
                for (long i = 0; i < positions.Length; i++)
                {
                    positions[i] = (i / windows * dilation) + (i % windows * stride);
                }

                return positions;
            }

            private static long[] ImageSizes(Tensor input, string function) => input.dim() >= 3
                ? input.shape
                : throw new ArgumentException($"{function}: expected at least 3 dimensions, but got {input.dim()}", nameof(input));
        }
    }
}
