using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Normalization over the last dimensions (Ba et al., 2016).</summary>
    public sealed class LayerNorm : Module<Tensor, Tensor>
    {
        private Parameter? _bias;
        private Parameter? _weight;

        internal LayerNorm(long[] normalizedShape, double eps, bool elementwiseAffine, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(LayerNorm))
        {
            normalized_shape = normalizedShape;
            this.eps = eps;
            elementwise_affine = elementwiseAffine;
            if (elementwiseAffine)
            {
                weight = new Parameter(ones(normalizedShape, dtype, device));
                if (bias)
                {
                    this.bias = new Parameter(zeros(normalizedShape, dtype, device));
                }
            }
        }

        /// <summary>Of the normalized shape, or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set
            {
                _bias = value;
                ConditionallyRegisterParameter("bias", value);
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

        public double eps { get; set; }

        public bool elementwise_affine { get; set; }

        public override Tensor forward(Tensor tensor) => functional.layer_norm(tensor, normalized_shape, weight, bias, eps);

        /// <summary>Sets weight and bias to ones and zeros.</summary>
        public void reset_parameters()
        {
            if (weight is not null)
            {
                init.ones_(weight);
            }

            if (bias is not null)
            {
                init.zeros_(bias);
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
            /// <inheritdoc cref="Modules.LayerNorm"/>
            public static LayerNorm LayerNorm(
                long[] normalized_shape,
                double eps = 1e-05,
                bool elementwise_affine = true,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            /// <inheritdoc cref="Modules.LayerNorm"/>
            public static LayerNorm LayerNorm(
                long normalized_shape,
                double eps = 1e-05,
                bool elementwise_affine = true,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);
        }
    }
}
