using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Maximum over windows: (N, C, D, H, W) -> (N, C, D_out, H_out, W_out).</summary>
    public sealed class MaxPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal MaxPool3d(long[] kernelSize, long[]? stride, long[]? padding, long[]? dilation, bool ceilMode)
            : base(nameof(MaxPool3d))
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

        public override Tensor forward(Tensor input) => functional.max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode);

        /// <summary>The maxima and where in their volumes they stand.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) =>
            functional.max_pool3d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);
    }

    /// <summary>Mean over windows: (N, C, D, H, W) -> (N, C, D_out, H_out, W_out).</summary>
    public sealed class AvgPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal AvgPool3d(long[] kernelSize, long[]? stride, long[]? padding, bool ceilMode, bool countIncludePad, long? divisorOverride)
            : base(nameof(AvgPool3d))
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
            functional.avg_pool3d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);
    }

    /// <summary>Mean over windows: (N, C, L) -> (N, C, L_out).</summary>
    public sealed class AvgPool1d : ParameterLessModule<Tensor, Tensor>
    {
        internal AvgPool1d(long kernelSize, long? stride, long? padding, bool ceilMode, bool countIncludePad)
            : base(nameof(AvgPool1d))
        {
            kernel_size = kernelSize;
            this.stride = stride;
            this.padding = padding;
            ceil_mode = ceilMode;
            count_include_pad = countIncludePad;
        }

        public long kernel_size { get; set; }

        public long? stride { get; set; }

        public long? padding { get; set; }

        public bool ceil_mode { get; set; }

        public bool count_include_pad { get; set; }

        public override Tensor forward(Tensor input) => functional.avg_pool1d(input, kernel_size, stride, padding, ceil_mode, count_include_pad);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.AvgPool1d"/>
            public static AvgPool1d AvgPool1d(
                long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true) =>
                new(kernel_size, stride, padding, ceil_mode, count_include_pad);

            /// <inheritdoc cref="Modules.MaxPool3d"/>
            public static MaxPool3d MaxPool3d(
                long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                new([kernel_size, kernel_size, kernel_size], All(stride), All(padding), All(dilation), ceil_mode);

            /// <inheritdoc cref="Modules.MaxPool3d"/>
            public static MaxPool3d MaxPool3d(
                (long, long, long) kernel_size,
                (long, long, long)? stride = null,
                (long, long, long)? padding = null,
                (long, long, long)? dilation = null,
                bool ceil_mode = false) =>
                new(All(kernel_size)!, All(stride), All(padding), All(dilation), ceil_mode);

            /// <inheritdoc cref="Modules.MaxPool3d"/>
            public static MaxPool3d MaxPool3d(
                long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                new(kernel_size, stride, padding, dilation, ceil_mode);

            /// <inheritdoc cref="Modules.AvgPool3d"/>
            public static AvgPool3d AvgPool3d(
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                new(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

            /// <inheritdoc cref="Modules.AvgPool3d"/>
            public static AvgPool3d AvgPool3d(
                (long, long, long) kernel_size,
                (long, long, long)? stride = null,
                (long, long, long)? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                new(All(kernel_size)!, All(stride), All(padding), ceil_mode, count_include_pad, divisor_override);

            /// <inheritdoc cref="Modules.AvgPool3d"/>
            public static AvgPool3d AvgPool3d(
                long kernel_size,
                long? stride = null,
                long? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                new([kernel_size, kernel_size, kernel_size], All(stride), All(padding), ceil_mode, count_include_pad, divisor_override);

            private static long[]? All(long? value) => value is { } side ? [side, side, side] : null;

            private static long[]? All((long, long, long)? values) => values is var (first, second, third) ? [first, second, third] : null;
        }
    }
}
