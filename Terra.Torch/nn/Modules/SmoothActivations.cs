using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    public sealed class Sigmoid : ParameterLessModule<Tensor, Tensor>
    {
        internal Sigmoid(bool inplace)
            : base(nameof(Sigmoid))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.sigmoid(tensor, inplace);
    }

    /// <summary>x * sigmoid(x) (Elfwing et al., 2017).</summary>
    public sealed class SiLU : ParameterLessModule<Tensor, Tensor>
    {
        internal SiLU(bool inplace)
            : base(nameof(SiLU))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.silu(tensor, inplace);
    }

    /// <summary>Hyperbolic tangent.</summary>
    public sealed class Tanh : ParameterLessModule<Tensor, Tensor>
    {
        internal Tanh(bool inplace)
            : base(nameof(Tanh))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.tanh(tensor, inplace);
    }

    /// <summary>x * tanh(softplus(x)) (Misra, 2019).</summary>
    public sealed class Mish : ParameterLessModule<Tensor, Tensor>
    {
        internal Mish(bool inplace)
            : base(nameof(Mish))
        {
            this.inplace = inplace;
        }

        public bool inplace { get; set; }

        public override Tensor forward(Tensor tensor) => functional.mish(tensor, inplace);
    }

    /// <summary>log(1 + exp(beta * x)) / beta, and x itself where beta * x exceeds the threshold.</summary>
    public sealed class Softplus : ParameterLessModule<Tensor, Tensor>
    {
        internal Softplus(double beta, double threshold)
            : base(nameof(Softplus))
        {
            this.beta = beta;
            this.threshold = threshold;
        }

        public double beta { get; set; }

        public double threshold { get; set; }

        public override Tensor forward(Tensor tensor) => functional.softplus(tensor, beta, threshold);
    }

    /// <summary>log(sigmoid(x)).</summary>
    public sealed class LogSigmoid : ParameterLessModule<Tensor, Tensor>
    {
        internal LogSigmoid()
            : base(nameof(LogSigmoid))
        {
        }

        public override Tensor forward(Tensor tensor) => functional.logsigmoid(tensor);
    }

    /// <summary>Exponentials scaled to sum 1 along a dimension.</summary>
    public sealed class Softmax : ParameterLessModule<Tensor, Tensor>
    {
        internal Softmax(long dim)
            : base(nameof(Softmax))
        {
            this.dim = dim;
        }

        public long dim { get; set; }

        public override Tensor forward(Tensor tensor) => functional.softmax(tensor, dim);
    }

    /// <summary>Logarithm of softmax along a dimension.</summary>
    public sealed class LogSoftmax : ParameterLessModule<Tensor, Tensor>
    {
        internal LogSoftmax(long dim)
            : base(nameof(LogSoftmax))
        {
            this.dim = dim;
        }

        public long dim { get; set; }

        public override Tensor forward(Tensor tensor) => functional.log_softmax(tensor, dim);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.Sigmoid"/>
            public static Sigmoid Sigmoid() => new(false);

            /// <inheritdoc cref="Modules.Sigmoid"/>
            public static Sigmoid Sigmoid(bool inplace) => new(inplace);

            /// <inheritdoc cref="Modules.SiLU"/>
            public static SiLU SiLU() => new(false);

            /// <inheritdoc cref="Modules.SiLU"/>
            public static SiLU SiLU(bool inplace) => new(inplace);

            /// <inheritdoc cref="Modules.Tanh"/>
            public static Tanh Tanh() => new(false);

            /// <inheritdoc cref="Modules.Tanh"/>
            public static Tanh Tanh(bool inplace = false) => new(inplace);

            /// <inheritdoc cref="Modules.Mish"/>
            public static Mish Mish() => new(false);

            /// <inheritdoc cref="Modules.Mish"/>
            public static Mish Mish(bool inplace) => new(inplace);

            /// <inheritdoc cref="Modules.Softplus"/>
            public static Softplus Softplus(double beta = 1, double threshold = 20) => new(beta, threshold);

            /// <inheritdoc cref="Modules.LogSigmoid"/>
            public static LogSigmoid LogSigmoid() => new();

            /// <inheritdoc cref="Modules.Softmax"/>
            public static Softmax Softmax(long dim) => new(dim);

            /// <inheritdoc cref="Modules.LogSoftmax"/>
            public static LogSoftmax LogSoftmax(long dim) => new(dim);
        }
    }
}
