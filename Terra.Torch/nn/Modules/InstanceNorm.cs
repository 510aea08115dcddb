using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalization of each channel of each sample by itself (Ulyanov et al., 2016).</summary>
    public abstract class InstanceNorm : NormBase
    {
        public InstanceNorm(
            long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
        {
        }

        /// <exception cref="ArgumentException">The input has not the number of dimensions the layer takes.</exception>
        public override Tensor forward(Tensor input)
        {
            ValidateInputDimensions(input);
            if (input.dim() == GetNumberOfBatchDimensions())
            {
                using Tensor batch = input.unsqueeze(0);
                using Tensor result = Normalize(batch);
                return result.squeeze(0);
            }

            return Normalize(input);
        }

        /// <summary>The number of dimensions of a single sample.</summary>
        protected abstract long GetNumberOfBatchDimensions();

        private protected void CheckRank(Tensor input)
        {
            long rank = GetNumberOfBatchDimensions();
            if (input.dim() != rank && input.dim() != rank + 1)
            {
                throw new ArgumentException($"expected {rank}D or {rank + 1}D input (got {input.dim()}D input)", nameof(input));
            }
        }

        private Tensor Normalize(Tensor batch) => functional.instance_norm(
            batch, running_mean, running_var, weight, bias, training || !track_running_stats, momentum ?? 0, eps);
    }

    /// <summary>Instance normalization of (N, C, L) or (C, L).</summary>
    public sealed class InstanceNorm1d : InstanceNorm
    {
        internal InstanceNorm1d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device? device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(InstanceNorm1d))
        {
        }

        protected override long GetNumberOfBatchDimensions() => 2;

        protected override void ValidateInputDimensions(Tensor input) => CheckRank(input);
    }

    /// <summary>Instance normalization of (N, C, H, W) or (C, H, W).</summary>
    public sealed class InstanceNorm2d : InstanceNorm
    {
        internal InstanceNorm2d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device? device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(InstanceNorm2d))
        {
        }

        protected override long GetNumberOfBatchDimensions() => 3;

        protected override void ValidateInputDimensions(Tensor input) => CheckRank(input);
    }

    /// <summary>Instance normalization of (N, C, D, H, W) or (C, D, H, W).</summary>
    public sealed class InstanceNorm3d : InstanceNorm
    {
        internal InstanceNorm3d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device? device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(InstanceNorm3d))
        {
        }

        protected override long GetNumberOfBatchDimensions() => 4;

        protected override void ValidateInputDimensions(Tensor input) => CheckRank(input);
    }

    /// <summary>x / (k + alpha · the mean square of the size channels around)^beta (Krizhevsky et al., 2012).</summary>
    public sealed class LocalResponseNorm : ParameterLessModule<Tensor, Tensor>
    {
        internal LocalResponseNorm(long size, double alpha, double beta, double k)
            : base(nameof(LocalResponseNorm))
        {
            this.size = size;
            this.alpha = alpha;
            this.beta = beta;
            this.k = k;
        }

        public long size { get; set; }

        public double alpha { get; set; }

        public double beta { get; set; }

        public double k { get; set; }

        public override Tensor forward(Tensor input) => functional.local_response_norm(input, size, alpha, beta, k);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.InstanceNorm1d"/>
            public static InstanceNorm1d InstanceNorm1d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = false,
                bool track_running_stats = false,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <inheritdoc cref="Modules.InstanceNorm2d"/>
            public static InstanceNorm2d InstanceNorm2d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = false,
                bool track_running_stats = false,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <inheritdoc cref="Modules.InstanceNorm3d"/>
            public static InstanceNorm3d InstanceNorm3d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = false,
                bool track_running_stats = false,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <inheritdoc cref="Modules.LocalResponseNorm"/>
            public static LocalResponseNorm LocalResponseNorm(
                long size, double alpha = 0.0001, double beta = 0.75, double k = 1) =>
                new(size, alpha, beta, k);
        }
    }
}
