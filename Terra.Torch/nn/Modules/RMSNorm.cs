using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Division by the root mean square over the last dimensions (Zhang and Sennrich, 2019). TorchSharp has no such module; this is PyTorch 2.4's.</summary>
    public sealed class RMSNorm : Module<Tensor, Tensor>
    {
        private Parameter? _weight;

        internal RMSNorm(long[] normalizedShape, double? eps, bool elementwiseAffine, Device? device, ScalarType? dtype)
            : base(nameof(RMSNorm))
        {
            normalized_shape = normalizedShape;
            this.eps = eps;
            elementwise_affine = elementwiseAffine;
            if (elementwiseAffine)
            {
                weight = new Parameter(ones(normalizedShape, dtype, device));
            }
        }

        /// <summary>Of the normalized shape, or null.</summary>
        public Parameter? weight
        {
            get => _weight;
            set
            {
                _weight = value;
                ConditionallyRegisterParameter("weight", value);
            }
        }

        public long[] normalized_shape { get; set; }

        /// <summary>Added to the mean square; null for the machine epsilon of the input's type.</summary>
        public double? eps { get; set; }

        public bool elementwise_affine { get; set; }

        public override Tensor forward(Tensor tensor) => functional.rms_norm(tensor, normalized_shape, weight, eps);

        /// <summary>Sets the weight to ones.</summary>
        public void reset_parameters()
        {
            if (weight is not null)
            {
                init.ones_(weight);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.RMSNorm"/>
            public static RMSNorm RMSNorm(
                long[] normalized_shape,
                double? eps = null,
                bool elementwise_affine = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, device, dtype);

            /// <inheritdoc cref="Modules.RMSNorm"/>
            public static RMSNorm RMSNorm(
                long normalized_shape,
                double? eps = null,
                bool elementwise_affine = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, device, dtype);
        }
    }
}
