using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Mean over as many windows as give the wanted size: (N, C, L) -> (N, C, L_out).</summary>
    public sealed class AdaptiveAvgPool1d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveAvgPool1d(long outputSize)
            : base(nameof(AdaptiveAvgPool1d)) => output_size = outputSize;

        public long output_size { get; set; }

        public override Tensor forward(Tensor input) => functional.adaptive_avg_pool1d(input, output_size);
    }

    /// <summary>Mean over as many windows as give the wanted size: (N, C, H, W) -> (N, C, *output_size).</summary>
    public sealed class AdaptiveAvgPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveAvgPool2d(long[] outputSize)
            : base(nameof(AdaptiveAvgPool2d)) => output_size = outputSize;

        public long[] output_size { get; set; }

        public override Tensor forward(Tensor input) => functional.adaptive_avg_pool2d(input, output_size);
    }

    /// <summary>Mean over as many windows as give the wanted size: (N, C, D, H, W) -> (N, C, *output_size).</summary>
    public sealed class AdaptiveAvgPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveAvgPool3d(long[] outputSize)
            : base(nameof(AdaptiveAvgPool3d)) => output_size = outputSize;

        public long[] output_size { get; set; }

        public override Tensor forward(Tensor input) => functional.adaptive_avg_pool3d(input, output_size);
    }

    /// <summary>Maximum over as many windows as give the wanted size: (N, C, L) -> (N, C, L_out).</summary>
    public sealed class AdaptiveMaxPool1d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveMaxPool1d(long outputSize)
            : base(nameof(AdaptiveMaxPool1d)) => output_size = outputSize;

        public long output_size { get; set; }

        public override Tensor forward(Tensor input) => functional.adaptive_max_pool1d(input, output_size);

        /// <summary>The maxima and where they stand.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) => functional.adaptive_max_pool1d_with_indices(input, output_size);
    }

    /// <summary>Maximum over as many windows as give the wanted size: (N, C, H, W) -> (N, C, *output_size).</summary>
    public sealed class AdaptiveMaxPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveMaxPool2d(long[] outputSize)
            : base(nameof(AdaptiveMaxPool2d)) => output_size = outputSize;

        public long[] output_size { get; set; }

        public override Tensor forward(Tensor input) => functional.adaptive_max_pool2d(input, output_size);

        /// <summary>The maxima and where they stand.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) => functional.adaptive_max_pool2d_with_indices(input, output_size);
    }

    /// <summary>Maximum over as many windows as give the wanted size: (N, C, D, H, W) -> (N, C, *output_size).</summary>
    public sealed class AdaptiveMaxPool3d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveMaxPool3d(long[] outputSize)
            : base(nameof(AdaptiveMaxPool3d)) => output_size = outputSize;

        public long[] output_size { get; set; }

        public override Tensor forward(Tensor input) => functional.adaptive_max_pool3d(input, output_size);

        /// <summary>The maxima and where they stand.</summary>
        public (Tensor output, Tensor indices) forward_with_indices(Tensor input) => functional.adaptive_max_pool3d_with_indices(input, output_size);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.AdaptiveAvgPool1d"/>
            public static AdaptiveAvgPool1d AdaptiveAvgPool1d(long output_size) => new(output_size);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long[] output_size) => new(output_size);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d((long, long) output_size) => new([output_size.Item1, output_size.Item2]);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long output_size) => new([output_size, output_size]);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool3d"/>
            public static AdaptiveAvgPool3d AdaptiveAvgPool3d(long[] output_size) => new(output_size);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool3d"/>
            public static AdaptiveAvgPool3d AdaptiveAvgPool3d((long, long, long) output_size) => new([output_size.Item1, output_size.Item2, output_size.Item3]);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool3d"/>
            public static AdaptiveAvgPool3d AdaptiveAvgPool3d(long output_size) => new([output_size, output_size, output_size]);

            /// <inheritdoc cref="Modules.AdaptiveMaxPool1d"/>
            public static AdaptiveMaxPool1d AdaptiveMaxPool1d(long output_size) => new(output_size);

            /// <inheritdoc cref="Modules.AdaptiveMaxPool2d"/>
            public static AdaptiveMaxPool2d AdaptiveMaxPool2d(long[] output_size) => new(output_size);

            /// <inheritdoc cref="Modules.AdaptiveMaxPool3d"/>
            public static AdaptiveMaxPool3d AdaptiveMaxPool3d(long[] output_size) => new(output_size);
        }
    }
}
