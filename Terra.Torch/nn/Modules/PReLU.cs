using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x where positive, a · x elsewhere, with a learned: one for all or one per channel (He et al., 2015).</summary>
    public sealed class PReLU : Module<Tensor, Tensor>
    {
        private Parameter _weight;

        internal PReLU(long numParameters, double init, Device? device, ScalarType? dtype)
            : base(nameof(PReLU))
        {
            num_parameters = numParameters;
            this.init = init;
            _weight = new Parameter(full([numParameters], init, dtype, device));
            register_parameter("weight", _weight);
        }

        /// <summary>(num_parameters).</summary>
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

        public long num_parameters { get; }

        public double init { get; }

        public override string GetName() => nameof(PReLU);

        public override Tensor forward(Tensor tensor) => functional.prelu(tensor, weight);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.PReLU"/>
            public static PReLU PReLU(long num_parameters, double init = 0.25, Device? device = null, ScalarType? dtype = null) =>
                new(num_parameters, init, device, dtype);
        }
    }
}
