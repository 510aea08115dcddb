using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>max(x, 0).</summary>
    public sealed class ReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal ReLU(bool inplace)
            : base(nameof(ReLU))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.relu(tensor, inplace);
    }

    /// <summary>min(max(x, 0), 6).</summary>
    public sealed class ReLU6 : ParameterLessModule<Tensor, Tensor>
    {
        internal ReLU6(bool inplace)
            : base(nameof(ReLU6))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.relu6(tensor, inplace);
    }

    /// <summary>x where positive, negative_slope * x elsewhere.</summary>
    public sealed class LeakyReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal LeakyReLU(double negative_slope, bool inplace)
            : base(nameof(LeakyReLU))
        {
            this.negative_slope = negative_slope;
            this.inplace = inplace;
        }

        public double negative_slope { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.leaky_relu(tensor, negative_slope, inplace);
    }

    /// <summary>x where positive, alpha * (exp(x) - 1) elsewhere (Clevert et al., 2016).</summary>
    public sealed class ELU : ParameterLessModule<Tensor, Tensor>
    {
        internal ELU(double alpha, bool inplace)
            : base(nameof(ELU))
        {
            this.alpha = alpha;
            this.inplace = inplace;
        }

        public double alpha { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.elu(tensor, alpha, inplace);
    }

    /// <summary>x cut to [min_val, max_val].</summary>
    public sealed class Hardtanh : ParameterLessModule<Tensor, Tensor>
    {
        internal Hardtanh(double min_val, double max_val, bool inplace)
            : base(nameof(Hardtanh))
        {
            this.min_val = min_val;
            this.max_val = max_val;
            this.inplace = inplace;
        }

        public double min_val { get; set; }

        public double max_val { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.hardtanh(tensor, min_val, max_val, inplace);
    }

    /// <summary>x * relu6(x + 3) / 6 (Howard et al., 2019).</summary>
    public sealed class Hardswish : ParameterLessModule<Tensor, Tensor>
    {
        internal Hardswish(bool inplace)
            : base(nameof(Hardswish))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.hardswish(tensor, inplace);
    }

    /// <summary>relu6(x + 3) / 6.</summary>
    public sealed class Hardsigmoid : ParameterLessModule<Tensor, Tensor>
    {
        internal Hardsigmoid(bool inplace)
            : base(nameof(Hardsigmoid))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.hardsigmoid(tensor, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.ReLU"/>
            public static ReLU ReLU(bool inplace = false) => new(inplace);

            /// <inheritdoc cref="Modules.ReLU6"/>
            public static ReLU6 ReLU6(bool inplace = false) => new(inplace);

            /// <inheritdoc cref="Modules.LeakyReLU"/>
            public static LeakyReLU LeakyReLU(double negative_slope = 0.01, bool inplace = false) => new(negative_slope, inplace);

            /// <inheritdoc cref="Modules.ELU"/>
            public static ELU ELU(double alpha = 1, bool inplace = false) => new(alpha, inplace);

            /// <inheritdoc cref="Modules.Hardtanh"/>
            public static Hardtanh Hardtanh(double min_val = -1, double max_val = 1, bool inplace = false) => new(min_val, max_val, inplace);

            /// <inheritdoc cref="Modules.Hardswish"/>
            public static Hardswish Hardswish(bool inplace = false) => new(inplace);

            /// <inheritdoc cref="Modules.Hardsigmoid"/>
            public static Hardsigmoid Hardsigmoid(bool inplace = false) => new(inplace);
        }
    }
}
