using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Maximum over windows: (N, C, L) -> (N, C, L_out).</summary>
    public sealed class MaxPool1d : ParameterLessModule<Tensor, Tensor>
    {
        internal MaxPool1d(long kernelSize, long? stride, long? padding, long? dilation, bool ceilMode)
            : base(nameof(MaxPool1d))
        {
            kernel_size = kernelSize;
            this.stride = stride;
            this.padding = padding;
            this.dilation = dilation;
            ceil_mode = ceilMode;
        }

        public long kernel_size { get; set; }

        public long? stride { get; set; }

        public long? padding { get; set; }

        public long? dilation { get; set; }

        public bool ceil_mode { get; set; }

        public override Tensor forward(Tensor input) => functional.max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode);

        /// <summary>The maxima and where along L they stand.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) =>
            functional.max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);
    }

    /// <summary>Maximum over windows: (N, C, H, W) -> (N, C, H_out, W_out).</summary>
    public sealed class MaxPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal MaxPool2d(long[] kernelSize, long[]? stride, long[]? padding, long[]? dilation, bool ceilMode)
            : base(nameof(MaxPool2d))
        {
            kernel_size = kernelSize;
            this.stride = stride;
            this.padding = padding;
            this.dilation = dilation;
            ceil_mode = ceilMode;
        }

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public long[]? padding { get; set; }

        public long[]? dilation { get; set; }

        public bool ceil_mode { get; set; }

        public override Tensor forward(Tensor input) => functional.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);

        /// <summary>The maxima and where in their planes they stand.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) =>
            functional.max_pool2d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);
    }

    /// <summary>Mean over windows: (N, C, H, W) -> (N, C, H_out, W_out).</summary>
    public sealed class AvgPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal AvgPool2d(long[] kernelSize, long[]? stride, long[]? padding, bool ceilMode, bool countIncludePad, long? divisorOverride)
            : base(nameof(AvgPool2d))
        {
            kernel_size = kernelSize;
            this.stride = stride;
            this.padding = padding;
            ceil_mode = ceilMode;
            count_include_pad = countIncludePad;
            divisor_override = divisorOverride;
        }

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public long[]? padding { get; set; }

        public bool ceil_mode { get; set; }

        public bool count_include_pad { get; set; }

        public long? divisor_override { get; set; }

        public override Tensor forward(Tensor input) =>
            functional.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.MaxPool1d"/>
            public static MaxPool1d MaxPool1d(
                long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                new(kernel_size, stride, padding, dilation, ceil_mode);

            /// <inheritdoc cref="Modules.MaxPool2d"/>
            public static MaxPool2d MaxPool2d(
                long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                new([kernel_size, kernel_size], Both(stride), Both(padding), Both(dilation), ceil_mode);

            /// <inheritdoc cref="Modules.MaxPool2d"/>
            public static MaxPool2d MaxPool2d(
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                bool ceil_mode = false) =>
                new(Both(kernel_size)!, Both(stride), Both(padding), Both(dilation), ceil_mode);

            /// <inheritdoc cref="Modules.MaxPool2d"/>
            public static MaxPool2d MaxPool2d(
                long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                new(kernel_size, stride, padding, dilation, ceil_mode);

            /// <inheritdoc cref="Modules.AvgPool2d"/>
            public static AvgPool2d AvgPool2d(
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                new(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

            /// <inheritdoc cref="Modules.AvgPool2d"/>
            public static AvgPool2d AvgPool2d(
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                new(Both(kernel_size)!, Both(stride), Both(padding), ceil_mode, count_include_pad, divisor_override);

            /// <inheritdoc cref="Modules.AvgPool2d"/>
            public static AvgPool2d AvgPool2d(
                long kernel_size,
                long? stride = null,
                long? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                new([kernel_size, kernel_size], Both(stride), Both(padding), ceil_mode, count_include_pad, divisor_override);

            private static long[]? Both(long? value) => value is { } side ? [side, side] : null;

            private static long[]? Both((long, long)? values) => values is var (first, second) ? [first, second] : null;
        }
    }
}
