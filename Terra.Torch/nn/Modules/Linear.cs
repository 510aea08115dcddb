using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>y = x Wᵀ + b over the last dimension: (*, in_features) -> (*, out_features).</summary>
    public sealed class Linear : Module<Tensor, Tensor>
    {
        private Parameter? _bias;
        private Parameter _weight;

        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(Linear))
        {
            in_features = inputSize;
            out_features = outputSize;
            _weight = new Parameter(empty([outputSize, inputSize], dtype, device));
            init.kaiming_uniform_(_weight, a: Math.Sqrt(5));
            register_parameter("weight", _weight);
            if (hasBias)
            {
                _bias = new Parameter(empty([outputSize], dtype, device));
                init.UniformByFanIn(_bias, inputSize);
                register_parameter("bias", _bias);
            }
        }

        internal Linear(Parameter weight, Parameter? bias)
            : base(nameof(Linear))
        {
            out_features = weight.shape[0];
            in_features = weight.shape[1];
            _weight = weight;
            _bias = bias;
            register_parameter("weight", weight);
            ConditionallyRegisterParameter("bias", bias);
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

        /// <summary>(out_features, in_features).</summary>
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

        public long in_features { get; set; }

        public long out_features { get; set; }

        public override Tensor forward(Tensor tensor) => functional.linear(tensor, _weight, _bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A linear layer; weight and bias start uniform in ±1/√in_features, weight drawn first.</summary>
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);

            /// <summary>A linear layer of given parameters.</summary>
            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

            /// <summary>Makes a parameter of a tensor, which becomes invalid.</summary>
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
