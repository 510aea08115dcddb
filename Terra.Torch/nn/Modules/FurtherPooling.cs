using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>The p-norm of windows: (N, C, L) -> (N, C, L_out).</summary>
    public sealed class LPPool1d : ParameterLessModule<Tensor, Tensor>
    {
        internal LPPool1d(double norm, long kernelSize, long? stride, bool ceilMode)
            : base(nameof(LPPool1d)) =>
            (norm_type, kernel_size, this.stride, ceil_mode) = (norm, kernelSize, stride, ceilMode);

        public double norm_type { get; set; }

        public long kernel_size { get; set; }

        public long? stride { get; set; }

        public bool ceil_mode { get; set; }

        public override Tensor forward(Tensor input) => functional.lp_pool1d(input, norm_type, kernel_size, stride, ceil_mode);
    }

    /// <summary>The p-norm of windows: (N, C, H, W) -> (N, C, H_out, W_out).</summary>
    public sealed class LPPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal LPPool2d(double norm, long[] kernelSize, long[]? stride, bool ceilMode)
            : base(nameof(LPPool2d)) =>
            (norm_type, kernel_size, this.stride, ceil_mode) = (norm, kernelSize, stride, ceilMode);

        public double norm_type { get; set; }

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public bool ceil_mode { get; set; }

        public override Tensor forward(Tensor input) => functional.lp_pool2d(input, norm_type, kernel_size, stride, ceil_mode);
    }

    /// <summary>Puts maxima back where pooling found them: (N, C, L) -> (N, C, L_out).</summary>
    public sealed class MaxUnpool1d : ParameterLessModule<Tensor, Tensor, long[]?, Tensor>
    {
        internal MaxUnpool1d(long kernelSize, long? stride, long? padding)
            : base(nameof(MaxUnpool1d)) =>
            (kernel_size, this.stride, this.padding) = (kernelSize, stride, padding);

        public long kernel_size { get; set; }

        public long? stride { get; set; }

        public long? padding { get; set; }

        /// <inheritdoc cref="forward"/>
        public new Tensor call(Tensor tensor, Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size);

        public override Tensor forward(Tensor tensor, Tensor indices, long[]? output_size = null) =>
            functional.max_unpool1d(tensor, indices, kernel_size, stride, padding, output_size);
    }

    /// <summary>Puts maxima back where pooling found them: (N, C, H, W) -> (N, C, H_out, W_out).</summary>
    public sealed class MaxUnpool2d : ParameterLessModule<Tensor, Tensor, long[]?, Tensor>
    {
        internal MaxUnpool2d(long[] kernelSize, long[]? stride, long[]? padding)
            : base(nameof(MaxUnpool2d)) =>
            (kernel_size, this.stride, this.padding) = (kernelSize, stride, padding);

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public long[]? padding { get; set; }

        /// <inheritdoc cref="forward"/>
        public new Tensor call(Tensor tensor, Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size);

        public override Tensor forward(Tensor tensor, Tensor indices, long[]? output_size = null) =>
            functional.max_unpool2d(tensor, indices, kernel_size, stride, padding, output_size);
    }

    /// <summary>Puts maxima back where pooling found them: (N, C, D, H, W) -> (N, C, D_out, H_out, W_out).</summary>
    public sealed class MaxUnpool3d : ParameterLessModule<Tensor, Tensor, long[]?, Tensor>
    {
        internal MaxUnpool3d(long[] kernelSize, long[]? stride, long[]? padding)
            : base(nameof(MaxUnpool3d)) =>
            (kernel_size, this.stride, this.padding) = (kernelSize, stride, padding);

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public long[]? padding { get; set; }

        /// <inheritdoc cref="forward"/>
        public new Tensor call(Tensor tensor, Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size);

        public override Tensor forward(Tensor tensor, Tensor indices, long[]? output_size = null) =>
            functional.max_unpool3d(tensor, indices, kernel_size, stride, padding, output_size);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.LPPool1d"/>
            public static LPPool1d LPPool1d(double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                new(norm_type, kernel_size, stride, ceil_mode);

            /// <inheritdoc cref="Modules.LPPool2d"/>
            public static LPPool2d LPPool2d(double norm_type, long[] kernel_size, long[]? stride = null, bool ceil_mode = false) =>
                new(norm_type, kernel_size, stride, ceil_mode);

            /// <inheritdoc cref="Modules.LPPool2d"/>
            public static LPPool2d LPPool2d(double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                new(norm_type, [kernel_size, kernel_size], stride is { } step ? [step, step] : null, ceil_mode);

            /// <inheritdoc cref="Modules.MaxUnpool1d"/>
            public static MaxUnpool1d MaxUnpool1d(long kernel_size, long? stride = null, long? padding = null) => new(kernel_size, stride, padding);

            /// <inheritdoc cref="Modules.MaxUnpool2d"/>
            public static MaxUnpool2d MaxUnpool2d(long kernel_size, long? stride = null, long? padding = null) =>
                new([kernel_size, kernel_size], stride is { } step ? [step, step] : null, padding is { } pad ? [pad, pad] : null);

            /// <inheritdoc cref="Modules.MaxUnpool2d"/>
            public static MaxUnpool2d MaxUnpool2d((long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null) =>
                new([kernel_size.Item1, kernel_size.Item2], stride is var (s1, s2) ? [s1, s2] : null, padding is var (p1, p2) ? [p1, p2] : null);

            /// <inheritdoc cref="Modules.MaxUnpool2d"/>
            public static MaxUnpool2d MaxUnpool2d(long[] kernel_size, long[]? stride = null, long[]? padding = null) => new(kernel_size, stride, padding);

            /// <inheritdoc cref="Modules.MaxUnpool3d"/>
            public static MaxUnpool3d MaxUnpool3d(long kernel_size, long? stride = null, long? padding = null) =>
                new([kernel_size, kernel_size, kernel_size], stride is { } step ? [step, step, step] : null, padding is { } pad ? [pad, pad, pad] : null);

            /// <inheritdoc cref="Modules.MaxUnpool3d"/>
            public static MaxUnpool3d MaxUnpool3d((long, long, long) kernel_size, (long, long, long)? stride = null, (long, long, long)? padding = null) =>
                new(
                    [kernel_size.Item1, kernel_size.Item2, kernel_size.Item3],
                    stride is var (s1, s2, s3) ? [s1, s2, s3] : null,
                    padding is var (p1, p2, p3) ? [p1, p2, p3] : null);

            /// <inheritdoc cref="Modules.MaxUnpool3d"/>
            public static MaxUnpool3d MaxUnpool3d(long[] kernel_size, long[]? stride = null, long[]? padding = null) => new(kernel_size, stride, padding);
        }
    }
}
