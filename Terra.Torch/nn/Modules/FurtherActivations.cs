using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>max(0, x) + min(0, alpha · (exp(x / alpha) - 1)).</summary>
    public sealed class CELU : ParameterLessModule<Tensor, Tensor>
    {
        internal CELU(double alpha, bool inplace)
            : base(nameof(CELU))
        {
            this.alpha = alpha;
            this.inplace = inplace;
        }

        public double alpha { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.celu(tensor, alpha, inplace);
    }

    /// <summary>Scaled ELU.</summary>
    public sealed class SELU : ParameterLessModule<Tensor, Tensor>
    {
        internal SELU(bool inplace)
            : base(nameof(SELU))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.selu(tensor, inplace);
    }

    /// <summary>The first half of a dimension times the sigmoid of the second.</summary>
    public sealed class GLU : ParameterLessModule<Tensor, Tensor>
    {
        internal GLU(long dim)
            : base(nameof(GLU))
        {
            this.dim = dim;
        }

        public long dim { get; set; }

        public override Tensor forward(Tensor tensor) => functional.glu(tensor, dim);
    }

    /// <summary>x outside of [-lambda, lambda], zero inside.</summary>
    public sealed class Hardshrink : ParameterLessModule<Tensor, Tensor>
    {
        internal Hardshrink(double lambda)
            : base(nameof(Hardshrink))
        {
            this.lambda = lambda;
        }

        public double lambda { get; set; }

        public override Tensor forward(Tensor tensor) => functional.hardshrink(tensor, lambda);
    }

    /// <summary>x - lambda above lambda, x + lambda below -lambda, zero between.</summary>
    public sealed class Softshrink : ParameterLessModule<Tensor, Tensor>
    {
        internal Softshrink(double lambda)
            : base(nameof(Softshrink))
        {
            this.lambda = lambda;
        }

        public double lambda { get; set; }

        public override Tensor forward(Tensor tensor) => functional.softshrink(tensor, lambda);
    }

    /// <summary>x / (1 + |x|).</summary>
    public sealed class Softsign : ParameterLessModule<Tensor, Tensor>
    {
        internal Softsign(bool inplace)
            : base(nameof(Softsign))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.softsign(tensor, inplace);
    }

    /// <summary>x - tanh(x).</summary>
    public sealed class Tanhshrink : ParameterLessModule<Tensor, Tensor>
    {
        internal Tanhshrink(bool inplace)
            : base(nameof(Tanhshrink))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.tanhshrink(tensor, inplace);
    }

    /// <summary>x above the threshold, a value elsewhere.</summary>
    public sealed class Threshold : ParameterLessModule<Tensor, Tensor>
    {
        internal Threshold(double threshold, double value, bool inplace)
            : base(nameof(Threshold))
        {
            this.threshold = threshold;
            this.value = value;
            this.inplace = inplace;
        }

        public double threshold { get; set; }

        public double value { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.threshold(tensor, threshold, value, inplace);
    }

    /// <summary>x where positive, r · x elsewhere; in training r is random in [lower, upper) for each element, else their mean.</summary>
    public sealed class RReLU : ParameterLessModule<Tensor, Tensor>
    {
        internal RReLU(double lower, double upper, bool inplace)
            : base(nameof(RReLU))
        {
            this.lower = lower;
            this.upper = upper;
            this.inplace = inplace;
        }

        public double lower { get; set; }

        public double upper { get; set; }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.rrelu(tensor, lower, upper, training, inplace);
    }

    /// <summary>softmax(-x) along a dimension.</summary>
    public sealed class Softmin : ParameterLessModule<Tensor, Tensor>
    {
        internal Softmin(long dim)
            : base(nameof(Softmin))
        {
            this.dim = dim;
        }

        public long dim { get; set; }

        public override Tensor forward(Tensor tensor) => functional.softmin(tensor, dim);
    }

    /// <summary>Softmax over the channels of (N, C, H, W).</summary>
    public sealed class Softmax2d : ParameterLessModule<Tensor, Tensor>
    {
        internal Softmax2d()
            : base(nameof(Softmax2d))
        {
        }

        public override Tensor forward(Tensor tensor) => functional.softmax2d(tensor);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.CELU"/>
            public static CELU CELU(double alpha = 1, bool inplace = false) => new(alpha, inplace);

            /// <inheritdoc cref="Modules.SELU"/>
            public static SELU SELU(bool inplace = false) => new(inplace);

            /// <inheritdoc cref="Modules.GLU"/>
            public static GLU GLU(long dim = -1) => new(dim);

            /// <inheritdoc cref="Modules.Hardshrink"/>
            public static Hardshrink Hardshrink(double lambda = 0.5) => new(lambda);

            /// <inheritdoc cref="Modules.Softshrink"/>
            public static Softshrink Softshrink(double lambda = 0.5) => new(lambda);

            /// <inheritdoc cref="Modules.Softsign"/>
            public static Softsign Softsign(bool inplace) => new(inplace);

            /// <inheritdoc cref="Modules.Softsign"/>
            public static Softsign Softsign() => new(false);

            /// <inheritdoc cref="Modules.Tanhshrink"/>
            public static Tanhshrink Tanhshrink(bool inplace = false) => new(inplace);

            /// <inheritdoc cref="Modules.Tanhshrink"/>
            public static Tanhshrink Tanhshrink() => new(false);

            /// <inheritdoc cref="Modules.Threshold"/>
            public static Threshold Threshold(double threshold, double value, bool inplace = false) => new(threshold, value, inplace);

            /// <inheritdoc cref="Modules.RReLU"/>
            public static RReLU RReLU(double lower = 1.0 / 8, double upper = 1.0 / 3, bool inplace = false) => new(lower, upper, inplace);

            /// <inheritdoc cref="Modules.Softmin"/>
            public static Softmin Softmin(long dim) => new(dim);

            /// <inheritdoc cref="Modules.Softmax2d"/>
            public static Softmax2d Softmax2d() => new();
        }
    }
}
