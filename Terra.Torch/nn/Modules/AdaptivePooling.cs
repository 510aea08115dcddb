using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Mean over as many windows as give the wanted size: (N, C, H, W) -> (N, C, *output_size).</summary>
    public sealed class AdaptiveAvgPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal AdaptiveAvgPool2d(long[] outputSize)
            : base(nameof(AdaptiveAvgPool2d)) => output_size = outputSize;

        public long[] output_size { get; set; }

        public override Tensor forward(Tensor input) => functional.adaptive_avg_pool2d(input, output_size);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long[] output_size) => new(output_size);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d((long, long) output_size) => new([output_size.Item1, output_size.Item2]);

            /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
            public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long output_size) => new([output_size, output_size]);
        }
    }
}
