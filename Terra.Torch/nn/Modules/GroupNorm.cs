using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalization of each sample over groups of channels (Wu and He, 2018): (N, C, *) -> (N, C, *).</summary>
    public sealed class GroupNorm : Module<Tensor, Tensor>
    {
        private Parameter? _bias;
        private Parameter? _weight;

        internal GroupNorm(long groups, long channels, double eps, bool affine, Device? device, ScalarType? dtype)
            : base(nameof(GroupNorm))
        {
            if (groups <= 0 || channels % groups != 0)
            {
                throw new ArgumentException($"num_channels ({channels}) must be divisible by num_groups ({groups})", nameof(groups));
            }

            num_groups = groups;
            this.eps = eps;
            this.affine = affine;
            if (affine)
            {
                weight = new Parameter(ones([channels], dtype, device));
                bias = new Parameter(zeros([channels], dtype, device));
            }
        }

        /// <summary>(num_channels), or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set
            {
                _bias = value;
                ConditionallyRegisterParameter("bias", value);
            }
        }

        /// <summary>(num_channels), or null.</summary>
        public Parameter? weight
        {
            get => _weight;
            set
            {
                _weight = value;
                ConditionallyRegisterParameter("weight", value);
            }
        }

        public long num_groups { get; set; }

        public double eps { get; set; }

        public bool affine { get; set; }

        public override Tensor forward(Tensor tensor) => functional.group_norm(tensor, num_groups, weight, bias, eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.GroupNorm"/>
            public static GroupNorm GroupNorm(
                long num_groups, long num_channels, double eps = 1e-05, bool affine = true, Device? device = null, ScalarType? dtype = null) =>
                new(num_groups, num_channels, eps, affine, device, dtype);
        }
    }
}
