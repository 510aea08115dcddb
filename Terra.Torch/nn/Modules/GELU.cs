using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x times the normal distribution function of x (Hendrycks and Gimpel, 2016), exact or by tanh.</summary>
    public sealed class GELU : ParameterLessModule<Tensor, Tensor>
    {
        internal GELU(Approximate approximate, bool inplace)
            : base(nameof(GELU))
        {
            this.approximate = approximate;
            this.inplace = inplace;
        }

        /// <summary>How the normal distribution function is computed.</summary>
        public enum Approximate
        {
            none = 0,
            tanh = 1,
        }

        public Approximate approximate { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.gelu(tensor, approximate, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.GELU"/>
            public static GELU GELU() => new(Modules.GELU.Approximate.none, false);

            /// <inheritdoc cref="Modules.GELU"/>
            public static GELU GELU(bool inplace) => new(Modules.GELU.Approximate.none, inplace);

            /// <inheritdoc cref="Modules.GELU"/>
            public static GELU GELU(GELU.Approximate approximate, bool inplace = false) => new(approximate, inplace);
        }
    }
}
