using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x1ᵀ A x2 + b, with a matrix A per output: (*, in1_features) and (*, in2_features) to (*, out_features).</summary>
    public sealed class Bilinear : Module<Tensor, Tensor, Tensor>
    {
        private Parameter _weight;
        private Parameter? _bias;

        internal Bilinear(long in1Features, long in2Features, long outFeatures, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(Bilinear))
        {
            in1_features = in1Features;
            in2_features = in2Features;
            out_features = outFeatures;
            _weight = new Parameter(empty([outFeatures, in1Features, in2Features], dtype, device));
            init.UniformByFanIn(_weight, in1Features);
            register_parameter("weight", _weight);
            if (hasBias)
            {
                _bias = new Parameter(empty([outFeatures], dtype, device));
                init.UniformByFanIn(_bias, in1Features);
                register_parameter("bias", _bias);
            }
        }

        /// <summary>(out_features), or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set
            {
                _bias = value;
                ConditionallyRegisterParameter("bias", value);
            }
        }

        /// <summary>(out_features, in1_features, in2_features).</summary>
        public Parameter weight
        {
            get => _weight;
            set
            {
                ArgumentNullException.ThrowIfNull(value);
                _weight = value;
                ConditionallyRegisterParameter("weight", value);
            }
        }

        public long in1_features { get; set; }

        public long in2_features { get; set; }

        public long out_features { get; set; }

        public override Tensor forward(Tensor input1, Tensor input2) => functional.bilinear(input1, input2, weight, bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.Bilinear"/>
            public static Bilinear Bilinear(
                long in1_features, long in2_features, long out_features, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in1_features, in2_features, out_features, hasBias, device, dtype);
        }
    }
}
