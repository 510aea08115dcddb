using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>In training, sets elements to zero with probability p and scales the others by 1 / (1 - p).</summary>
    public sealed class Dropout : ParameterLessModule<Tensor, Tensor>
    {
        internal Dropout(double p, bool inplace)
            : base(nameof(Dropout))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public double p { get; set; }

        public override Tensor forward(Tensor tensor) => functional.dropout(tensor, p, training, inplace);
    }

    /// <summary>In training, sets whole channels of (N, C, L) to zero with probability p.</summary>
    public sealed class Dropout1d : ParameterLessModule<Tensor, Tensor>
    {
        internal Dropout1d(double p, bool inplace)
            : base(nameof(Dropout1d))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public double p { get; set; }

        public override Tensor forward(Tensor tensor) => functional.dropout1d(tensor, p, training, inplace);
    }

    /// <summary>In training, sets whole channels of (N, C, H, W) to zero with probability p.</summary>
    public sealed class Dropout2d : ParameterLessModule<Tensor, Tensor>
    {
        internal Dropout2d(double p, bool inplace)
            : base(nameof(Dropout2d))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public double p { get; set; }

        public override Tensor forward(Tensor input) => functional.dropout2d(input, p, training, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.Dropout"/>
            public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

            /// <inheritdoc cref="Modules.Dropout1d"/>
            public static Dropout1d Dropout1d(double p = 0.5, bool inplace = false) => new(p, inplace);

            /// <inheritdoc cref="Modules.Dropout2d"/>
            public static Dropout2d Dropout2d(double p = 0.5, bool inplace = false) => new(p, inplace);
        }
    }
}
