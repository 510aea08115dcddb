using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Scales signals (N, C, L), images (N, C, H, W) or volumes (N, C, D, H, W) to a size or by factors.</summary>
    public sealed class Upsample : ParameterLessModule<Tensor, Tensor>
    {
        private readonly long[]? _size;
        private readonly double[]? _scaleFactor;

        internal Upsample(long[]? size, double[]? scaleFactor, UpsampleMode mode, bool? alignCorners, bool? recomputeScaleFactor)
            : base(nameof(Upsample))
        {
            _size = size;
            _scaleFactor = scaleFactor;
            this.mode = mode;
            align_corners = alignCorners;
            recompute_scale_factor = recomputeScaleFactor;
        }

        public UpsampleMode mode { get; }

        public bool? align_corners { get; }

        public bool? recompute_scale_factor { get; set; }

        /// <summary>The new sizes; empty if factors were given.</summary>
        public ReadOnlySpan<long> size => _size;

        /// <summary>The factors; empty if sizes were given.</summary>
        public ReadOnlySpan<double> scale_factor => _scaleFactor;

        /// <exception cref="ArgumentException">The sizes, factors or mode do not fit the input.</exception>
        public override Tensor forward(Tensor input) =>
            functional.interpolate(input, _size, _scaleFactor, (InterpolationMode)mode, align_corners, recompute_scale_factor ?? false);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A layer that scales its input to a size, or by factors.</summary>
            /// <param name="size">The new sizes of the spatial dimensions; one entry counts for all.</param>
            /// <param name="scale_factor">By what to multiply them instead; one entry counts for all.</param>
            /// <param name="mode">How: Linear, Bilinear and Bicubic, and Trilinear are for signals, images, and volumes.</param>
            /// <param name="align_corners">Whether the centres of the corner elements keep their places, or their outer corners.</param>
            /// <param name="recompute_scale_factor">Whether the ratio of the sizes counts in place of the factors given.</param>
            public static Upsample Upsample(
                long[]? size = null,
                double[]? scale_factor = null,
                UpsampleMode mode = UpsampleMode.Nearest,
                bool? align_corners = null,
                bool? recompute_scale_factor = null) =>
                new(size, scale_factor, mode, align_corners, recompute_scale_factor);
        }
    }
}
