namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Normalization of each channel of each sample by itself (Ulyanov et al., 2016).</summary>
            /// <param name="input">(N, C, *).</param>
            /// <param name="running_mean">(C), updated if the input's statistics are used, or null.</param>
            /// <param name="running_var">(C), unbiased variance, updated if the input's statistics are used, or null.</param>
            /// <param name="weight">(C), or null for ones.</param>
            /// <param name="bias">(C), or null for zeros.</param>
            /// <param name="use_input_stats">Whether to normalize by the input's statistics; if not, by the running ones.</param>
            /// <param name="momentum">Share of the input's statistics in the running ones' update.</param>
            /// <param name="eps">Added to the variance.</param>
            /// <exception cref="ArgumentException">Neither the input's statistics are to be used nor are there running ones.</exception>
            public static Tensor instance_norm(
                Tensor input,
                Tensor? running_mean = null,
                Tensor? running_var = null,
                Tensor? weight = null,
                Tensor? bias = null,
                bool use_input_stats = true,
                double momentum = 0.1,
                double eps = 1e-05)
            {
                if (!use_input_stats && (running_mean is null || running_var is null))
                {
                    throw new ArgumentException("Expected running_mean and running_var to be defined when use_input_stats is false");
                }

                long[] sizes = input.shape;
                return WrappedTensorDisposeScope(() =>
                {
                    // The samples' channels as channels of one sample: batch normalization then sees each by itself.
                    Tensor channels = input.reshape([1, sizes[0] * sizes[1], .. sizes[2..]]);
                    Tensor? means = running_mean?.repeat(sizes[0]);
                    Tensor? variances = running_var?.repeat(sizes[0]);
                    Tensor normalized = batch_norm(channels, means, variances, weight?.repeat(sizes[0]), bias?.repeat(sizes[0]), use_input_stats, momentum, eps);
                    if (use_input_stats)
                    {
                        using (no_grad())
                        {
                            running_mean?.copy_(means!.view(sizes[0], sizes[1]).mean([0]));
                            running_var?.copy_(variances!.view(sizes[0], sizes[1]).mean([0]));
                        }
                    }

                    return normalized.view(sizes);
                });
            }

            /// <summary>x / (k + alpha · the mean square of the size channels around)^beta (Krizhevsky et al., 2012).</summary>
            /// <param name="input">(N, C, *).</param>
            /// <param name="size">How many neighbouring channels count.</param>
            /// <param name="alpha">The factor of the mean square.</param>
            /// <param name="beta">The exponent.</param>
            /// <param name="k">The least divisor.</param>
            /// <exception cref="ArgumentException">The input has fewer than three dimensions.</exception>
            public static Tensor local_response_norm(Tensor input, long size, double alpha = 0.0001, double beta = 0.75, double k = 1)
            {
                long[] sizes = input.shape;
                if (sizes.Length < 3)
                {
                    throw new ArgumentException($"Expected 3D or higher dimensionality input (got {sizes.Length} dimensions)", nameof(input));
                }

                return WrappedTensorDisposeScope(() =>
                {
                    Tensor squares = pad(input.square().view(sizes[0], 1, sizes[1], -1), [0, 0, size / 2, (size - 1) / 2]);
                    Tensor mean = avg_pool2d(squares, [size, 1], [1, 1]).view(sizes);
                    return input / ((mean * alpha) + k).pow(beta);
                });
            }
        }
    }
}
