using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions.transforms;

namespace TorchSharp.Modules
{
    /// <summary>The Pareto distribution, of type 1.</summary>
    public class Pareto : TransformedDistribution
    {
        private Tensor _scale = null!, _alpha = null!;

        internal Pareto(Tensor scale, Tensor alpha, Generator? generator)
            : base(generator) => Init(KeepBroadcast(scale, alpha));

        private Pareto(Generator? generator)
            : base(generator)
        {
        }

        public Tensor scale => _scale.alias();

        public Tensor alpha => _alpha.alias();

        /// <summary>The expected values; infinite for shapes up to one.</summary>
        public override Tensor mean => WrappedTensorDisposeScope(() =>
        {
            Tensor a = _alpha.clamp_min(1);
            return a * _scale / (a - 1);
        });

        public override Tensor mode => _scale.alias();

        /// <summary>The variances; infinite for shapes up to two.</summary>
        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor a = _alpha.clamp_min(2);
            return _scale.square() * a / ((a - 1).square() * (a - 2));
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() => (_scale / _alpha).log() + 1 + _alpha.reciprocal());

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Pareto expanded = Target(instance, () => new Pareto(Source));
            using DisposeScope scope = NewDisposeScope();
            expanded.Init(expanded.KeepBroadcast(_scale.expand(batch_shape.Shape), _alpha.expand(batch_shape.Shape)));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            (_scale, _alpha) = (parameters[0], parameters[1]);
            InitOwned(new Exponential(_alpha, Source), [new ExpTransform(), new AffineTransform(zeros_like(_scale), _scale)]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The Pareto distribution, of type 1.</summary>
            /// <param name="scale">The least values.</param>
            /// <param name="alpha">The shapes, broadcast with them.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Pareto Pareto(Tensor scale, Tensor alpha, Generator? generator = null) => new(scale, alpha, generator);
        }
    }
}
