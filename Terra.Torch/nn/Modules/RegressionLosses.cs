using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>(x - y)².</summary>
    public sealed class MSELoss : Loss<Tensor, Tensor, Tensor>
    {
        public MSELoss(Reduction reduction = Reduction.Mean)
            : base(reduction)
        {
        }

        public override Tensor forward(Tensor input, Tensor target) => functional.mse_loss(input, target, reduction);
    }

    /// <summary>|x - y|.</summary>
    public sealed class L1Loss : Loss<Tensor, Tensor, Tensor>
    {
        public L1Loss(Reduction reduction = Reduction.Mean)
            : base(reduction)
        {
        }

        public override Tensor forward(Tensor input, Tensor target) => functional.l1_loss(input, target, reduction);
    }

    /// <summary>Quadratic where |x - y| is below beta, linear elsewhere.</summary>
    public sealed class SmoothL1Loss : Loss<Tensor, Tensor, Tensor>
    {
        public SmoothL1Loss(Reduction reduction = Reduction.Mean, double beta = 1)
            : base(reduction) => this.beta = beta;

        public double beta { get; }

        public override Tensor forward(Tensor input, Tensor target) => functional.smooth_l1_loss(input, target, reduction, beta);
    }

    /// <summary>Quadratic where |x - y| is below delta, linear elsewhere.</summary>
    public sealed class HuberLoss : Loss<Tensor, Tensor, Tensor>
    {
        public HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean)
            : base(reduction) => this.delta = delta;

        public double delta { get; }

        public override Tensor forward(Tensor input, Tensor target) => functional.huber_loss(input, target, delta, reduction);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.MSELoss"/>
            public static MSELoss MSELoss(Reduction reduction = Reduction.Mean) => new(reduction);

            /// <inheritdoc cref="Modules.L1Loss"/>
            public static L1Loss L1Loss(Reduction reduction = Reduction.Mean) => new(reduction);

            /// <inheritdoc cref="Modules.SmoothL1Loss"/>
            public static SmoothL1Loss SmoothL1Loss(Reduction reduction = Reduction.Mean, double beta = 1) => new(reduction, beta);

            /// <inheritdoc cref="Modules.HuberLoss"/>
            public static HuberLoss HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean) => new(delta, reduction);
        }
    }
}
