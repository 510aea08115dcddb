using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>What layers share that normalize by running statistics.</summary>
    public abstract class NormBase : Module<Tensor, Tensor>
    {
        private Parameter? _bias;
        private Parameter? _weight;
        private Tensor? _runningMean;
        private Tensor? _runningVar;
        private Tensor? _batches;

        public NormBase(
            long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
            : base(name)
        {
            this.num_features = num_features;
            this.eps = eps;
            this.momentum = momentum;
            this.affine = affine;
            this.track_running_stats = track_running_stats;
            if (affine)
            {
                weight = new Parameter(ones([num_features], dtype, device));
                bias = new Parameter(zeros([num_features], dtype, device));
            }

            if (track_running_stats)
            {
                running_mean = zeros([num_features], dtype, device);
                running_var = ones([num_features], dtype, device);
                num_batches_tracked = tensor(0L);
            }
        }

        /// <summary>(num_features), or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set
            {
                _bias = value;
                ConditionallyRegisterParameter("bias", value);
            }
        }

        /// <summary>(num_features), or null.</summary>
        public Parameter? weight
        {
            get => _weight;
            set
            {
                _weight = value;
                ConditionallyRegisterParameter("weight", value);
            }
        }

        /// <summary>(num_features), or null.</summary>
        public Tensor? running_mean
        {
            get => _runningMean;
            set
            {
                _runningMean = value;
                ConditionallyRegisterBuffer("running_mean", value);
            }
        }

        /// <summary>(num_features), or null.</summary>
        public Tensor? running_var
        {
            get => _runningVar;
            set
            {
                _runningVar = value;
                ConditionallyRegisterBuffer("running_var", value);
            }
        }

        /// <summary>An int64 scalar, or null.</summary>
        public Tensor? num_batches_tracked
        {
            get => _batches;
            set
            {
                _batches = value;
                ConditionallyRegisterBuffer("num_batches_tracked", value);
            }
        }

        public long num_features { get; }

        public double eps { get; set; }

        /// <summary>Share of a batch in the running statistics' update; null for the plain mean of all batches.</summary>
        public double? momentum { get; set; }

        public bool affine { get; }

        public bool track_running_stats { get; }

        /// <summary>Sets the statistics to mean 0, variance 1 and no batches.</summary>
        public void reset_running_stats()
        {
            using (no_grad())
            {
                running_mean?.zero_();
                running_var?.fill_(1);
                num_batches_tracked?.zero_();
            }
        }

        /// <summary>Sets the statistics, weight and bias to their initial values.</summary>
        public void reset_parameters()
        {
            reset_running_stats();
            if (weight is not null)
            {
                init.ones_(weight);
            }

            if (bias is not null)
            {
                init.zeros_(bias);
            }
        }

        /// <exception cref="ArgumentException">The input has not the number of dimensions the layer takes.</exception>
        protected abstract void ValidateInputDimensions(Tensor input);
    }

    /// <summary>Batch normalization (Ioffe and Szegedy, 2015).</summary>
    public abstract class BatchNorm : NormBase
    {
        public BatchNorm(
            long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
        {
        }

        /// <exception cref="ArgumentException">The input has not the number of dimensions the layer takes.</exception>
        public override Tensor forward(Tensor input)
        {
            ValidateInputDimensions(input);
            double share = momentum ?? 0;
            if (training && track_running_stats && num_batches_tracked is not null)
            {
                using (no_grad())
                {
                    num_batches_tracked.add_(1L);
                }

                share = momentum ?? 1.0 / num_batches_tracked.item<long>();
            }

            bool byBatch = training || (running_mean is null && running_var is null);
            bool useRunning = !training || track_running_stats;
            return functional.batch_norm(
                input, useRunning ? running_mean : null, useRunning ? running_var : null, weight, bias, byBatch, share, eps);
        }

        private protected void CheckRank(Tensor input, int least, int most)
        {
            int rank = input.Impl.Rank;
            if (rank < least || rank > most)
            {
                string expected = least == most ? $"{least}D" : $"{least}D or {most}D";
                throw new ArgumentException($"expected {expected} input (got {rank}D input)", nameof(input));
            }
        }
    }

    /// <summary>Batch normalization of (N, C) or (N, C, L).</summary>
    public sealed class BatchNorm1d : BatchNorm
    {
        internal BatchNorm1d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device? device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(BatchNorm1d))
        {
        }

        protected override void ValidateInputDimensions(Tensor input) => CheckRank(input, 2, 3);
    }

    /// <summary>Batch normalization of (N, C, H, W).</summary>
    public sealed class BatchNorm2d : BatchNorm
    {
        internal BatchNorm2d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device? device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(BatchNorm2d))
        {
        }

        protected override void ValidateInputDimensions(Tensor input) => CheckRank(input, 4, 4);
    }

    /// <summary>Batch normalization of (N, C, D, H, W).</summary>
    public sealed class BatchNorm3d : BatchNorm
    {
        internal BatchNorm3d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device? device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(BatchNorm3d))
        {
        }

        protected override void ValidateInputDimensions(Tensor input) => CheckRank(input, 5, 5);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.BatchNorm1d"/>
            public static BatchNorm1d BatchNorm1d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <inheritdoc cref="Modules.BatchNorm2d"/>
            public static BatchNorm2d BatchNorm2d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            /// <inheritdoc cref="Modules.BatchNorm3d"/>
            public static BatchNorm3d BatchNorm3d(
                long num_features,
                double eps = 1e-05,
                double momentum = 0.1,
                bool affine = true,
                bool track_running_stats = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
        }
    }
}
