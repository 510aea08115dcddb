using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The largest element of windows of (N, C, H, W) or (C, H, W) that begin at pseudo-random steps, anew at each call.</summary>
            /// <param name="input">Floating-point images.</param>
            /// <param name="kernel_size">The size of the windows.</param>
            /// <param name="output_size">How many windows there are.</param>
            /// <param name="output_ratio">Or that number as a share of the image's size, between 0 and 1. One of the two must be given.</param>
            /// <exception cref="ArgumentException">None or both are given, or a ratio is not between 0 and 1.</exception>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">The windows do not fit.</exception>
            public static Tensor fractional_max_pool2d(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) =>
                WithoutIndices(fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <inheritdoc cref="fractional_max_pool2d(Tensor, long, long?, double?)"/>
            public static Tensor fractional_max_pool2d(Tensor input, (long, long) kernel_size, (long, long)? output_size = null, (double, double)? output_ratio = null) =>
                WithoutIndices(fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <inheritdoc cref="fractional_max_pool2d(Tensor, long, long?, double?)"/>
            public static Tensor fractional_max_pool2d(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
                WithoutIndices(fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>As <see cref="fractional_max_pool2d(Tensor, long, long?, double?)"/>, and the positions (int64) in their planes.</summary>
            /// <inheritdoc cref="fractional_max_pool2d(Tensor, long, long?, double?)"/>
            public static (Tensor Output, Tensor Indices) fractional_max_pool2d_with_indices(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) =>
                FractionallyPooled(input, [kernel_size, kernel_size], output_size is { } size ? [size, size] : null, output_ratio is { } ratio ? [ratio, ratio] : null, 2);

            /// <inheritdoc cref="fractional_max_pool2d_with_indices(Tensor, long, long?, double?)"/>
            public static (Tensor Output, Tensor Indices) fractional_max_pool2d_with_indices(
                Tensor input, (long, long) kernel_size, (long, long)? output_size = null, (double, double)? output_ratio = null) => FractionallyPooled(
                    input, Pair(kernel_size)!, Pair(output_size), output_ratio is var (rows, columns) ? [rows, columns] : null, 2);

            /// <inheritdoc cref="fractional_max_pool2d_with_indices(Tensor, long, long?, double?)"/>
            public static (Tensor Output, Tensor Indices) fractional_max_pool2d_with_indices(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
                FractionallyPooled(input, kernel_size, output_size, output_ratio, 2);

            /// <summary>The largest element of windows of (N, C, D, H, W) or (C, D, H, W) that begin at pseudo-random steps, anew at each call.</summary>
            /// <inheritdoc cref="fractional_max_pool2d(Tensor, long, long?, double?)"/>
            public static Tensor fractional_max_pool3d(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) =>
                WithoutIndices(fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <inheritdoc cref="fractional_max_pool3d(Tensor, long, long?, double?)"/>
            public static Tensor fractional_max_pool3d(
                Tensor input, (long, long, long) kernel_size, (long, long, long)? output_size = null, (double, double, double)? output_ratio = null) =>
                WithoutIndices(fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <inheritdoc cref="fractional_max_pool3d(Tensor, long, long?, double?)"/>
            public static Tensor fractional_max_pool3d(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
                WithoutIndices(fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>As <see cref="fractional_max_pool3d(Tensor, long, long?, double?)"/>, and the positions (int64) in their volumes.</summary>
            /// <inheritdoc cref="fractional_max_pool2d(Tensor, long, long?, double?)"/>
            public static (Tensor Output, Tensor Indices) fractional_max_pool3d_with_indices(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) => FractionallyPooled(
                input, [kernel_size, kernel_size, kernel_size], output_size is { } size ? [size, size, size] : null, output_ratio is { } ratio ? [ratio, ratio, ratio] : null, 3);

            /// <inheritdoc cref="fractional_max_pool3d_with_indices(Tensor, long, long?, double?)"/>
            public static (Tensor Output, Tensor Indices) fractional_max_pool3d_with_indices(
                Tensor input, (long, long, long) kernel_size, (long, long, long)? output_size = null, (double, double, double)? output_ratio = null) => FractionallyPooled(
                    input,
                    [kernel_size.Item1, kernel_size.Item2, kernel_size.Item3],
                    output_size is var (planes, rows, columns) ? [planes, rows, columns] : null,
                    output_ratio is var (first, second, third) ? [first, second, third] : null,
                    3);

            /// <inheritdoc cref="fractional_max_pool3d_with_indices(Tensor, long, long?, double?)"/>
            public static (Tensor Output, Tensor Indices) fractional_max_pool3d_with_indices(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
                FractionallyPooled(input, kernel_size, output_size, output_ratio, 3);

            private static (Tensor Output, Tensor Indices) FractionallyPooled(Tensor input, long[] kernel, long[]? output, double[]? ratio, int dimensions)
            {
                if (ratio is not null)
                {
                    if (output is not null)
                    {
                        throw new ArgumentException($"fractional_max_pool{dimensions}d: output_size and output_ratio are both given; give one", nameof(ratio));
                    }

                    output = [.. ratio.Select((share, d) => share is > 0 and < 1
                        ? (long)(input.size(d - dimensions) * share)
                        : throw new ArgumentException($"fractional_max_pool{dimensions}d: output_ratio must be between 0 and 1, but got {share}", nameof(ratio)))];
                }

                if (output is null)
                {
                    throw new ArgumentException($"fractional_max_pool{dimensions}d requires specifying either an output_size or an output_ratio", nameof(output));
                }

                long batch = input.dim() == dimensions + 2 ? input.size(0) : 1, channels = input.dim() > dimensions ? input.size(-dimensions - 1) : 1;
                using Tensor samples = rand([batch, channels, dimensions], input.dtype);
                return (dimensions == 2
                    ? Aten.fractional_max_pool2d(input.Impl, kernel, output, samples.Impl)
                    : Aten.fractional_max_pool3d(input.Impl, kernel, output, samples.Impl)).WrapPair();
            }

            private static Tensor WithoutIndices((Tensor Output, Tensor Indices) results)
            {
                results.Indices.Dispose();
                return results.Output;
            }
        }
    }
}
