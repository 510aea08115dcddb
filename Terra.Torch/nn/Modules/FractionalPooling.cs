using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Max pooling with windows at pseudo-random steps (Graham, 2014): (N, C, H, W) -> (N, C, H_out, W_out).</summary>
    public sealed class FractionalMaxPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal FractionalMaxPool2d(long[] kernelSize, long[]? outputSize, double[]? outputRatio)
            : base(nameof(FractionalMaxPool2d)) =>
            (kernel_size, output_size, output_ratio) = (kernelSize, outputSize, outputRatio);

        public long[] kernel_size { get; set; }

        public long[]? output_size { get; set; }

        public double[]? output_ratio { get; set; }

        public override Tensor forward(Tensor input) => functional.fractional_max_pool2d(input, kernel_size, output_size, output_ratio);

        /// <summary>As <see cref="forward"/>, and the positions (int64) in their planes.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) => functional.fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio);
    }

    /// <summary>Max pooling with windows at pseudo-random steps (Graham, 2014): (N, C, D, H, W) -> (N, C, D_out, H_out, W_out).</summary>
    public sealed class FractionalMaxPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal FractionalMaxPool3d(long[] kernelSize, long[]? outputSize, double[]? outputRatio)
            : base(nameof(FractionalMaxPool3d)) =>
            (kernel_size, output_size, output_ratio) = (kernelSize, outputSize, outputRatio);

        public long[] kernel_size { get; set; }

        public long[]? output_size { get; set; }

        public double[]? output_ratio { get; set; }

        public override Tensor forward(Tensor input) => functional.fractional_max_pool3d(input, kernel_size, output_size, output_ratio);

        /// <summary>As <see cref="forward"/>, and the positions (int64) in their volumes.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) => functional.fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Max pooling with windows at pseudo-random steps.</summary>
            /// <param name="kernel_size">The size of the windows.</param>
            /// <param name="output_size">How many windows there are.</param>
            /// <param name="output_ratio">Or that number as a share of the image's size, between 0 and 1. One of the two must be given.</param>
            public static FractionalMaxPool2d FractionalMaxPool2d(long kernel_size, long? output_size = null, double? output_ratio = null) =>
                FractionalMaxPool2d([kernel_size, kernel_size], output_size is { } size ? [size, size] : null, output_ratio is { } ratio ? [ratio, ratio] : null);

            /// <inheritdoc cref="FractionalMaxPool2d(long, long?, double?)"/>
            public static FractionalMaxPool2d FractionalMaxPool2d((long, long) kernel_size, (long, long)? output_size = null, (double, double)? output_ratio = null) => FractionalMaxPool2d(
                [kernel_size.Item1, kernel_size.Item2], output_size is var (rows, columns) ? [rows, columns] : null, output_ratio is var (first, second) ? [first, second] : null);

            /// <inheritdoc cref="FractionalMaxPool2d(long, long?, double?)"/>
            public static FractionalMaxPool2d FractionalMaxPool2d(long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
                new(kernel_size, output_size, output_ratio);

            /// <inheritdoc cref="FractionalMaxPool2d(long, long?, double?)"/>
            public static FractionalMaxPool3d FractionalMaxPool3d(long kernel_size, long? output_size = null, double? output_ratio = null) =>
                FractionalMaxPool3d([kernel_size, kernel_size, kernel_size], output_size is { } size ? [size, size, size] : null, output_ratio is { } ratio ? [ratio, ratio, ratio] : null);

            /// <inheritdoc cref="FractionalMaxPool2d(long, long?, double?)"/>
            public static FractionalMaxPool3d FractionalMaxPool3d(
                (long, long, long) kernel_size, (long, long, long)? output_size = null, (double, double, double)? output_ratio = null) => FractionalMaxPool3d(
                    [kernel_size.Item1, kernel_size.Item2, kernel_size.Item3],
                    output_size is var (planes, rows, columns) ? [planes, rows, columns] : null,
                    output_ratio is var (first, second, third) ? [first, second, third] : null);

            /// <inheritdoc cref="FractionalMaxPool2d(long, long?, double?)"/>
            public static FractionalMaxPool3d FractionalMaxPool3d(long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
                new(kernel_size, output_size, output_ratio);
        }
    }
}
