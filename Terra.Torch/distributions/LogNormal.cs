using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions.transforms;

namespace TorchSharp.Modules
{
    /// <summary>The log-normal distribution: of the exponential of a normal variable.</summary>
    public class LogNormal : TransformedDistribution
    {
        private Tensor _loc = null!, _scale = null!;

        internal LogNormal(Tensor loc, Tensor scale, Generator? generator)
            : base(generator) => Init(KeepBroadcast(loc, scale));

        private LogNormal(Generator? generator)
            : base(generator)
        {
        }

        public Tensor loc => _loc.alias();

        public Tensor scale => _scale.alias();

        public override Tensor mean => WrappedTensorDisposeScope(() => (_loc + (_scale.square() / 2)).exp());

        public override Tensor mode => WrappedTensorDisposeScope(() => (_loc - _scale.square()).exp());

        public override Tensor variance => WrappedTensorDisposeScope(() => _scale.square().expm1() * ((2 * _loc) + _scale.square()).exp());

        public override Tensor entropy() => WrappedTensorDisposeScope(() => Base.entropy() + _loc);

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            LogNormal expanded = Target(instance, () => new LogNormal(Source));
            using DisposeScope scope = NewDisposeScope();
            expanded.Init(expanded.KeepBroadcast(_loc.expand(batch_shape.Shape), _scale.expand(batch_shape.Shape)));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            (_loc, _scale) = (parameters[0], parameters[1]);
            InitOwned(new Normal(_loc, _scale, Source), [new ExpTransform()]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The log-normal distribution: of the exponential of a normal variable.</summary>
            /// <param name="loc">The means of the logarithms.</param>
            /// <param name="scale">Their standard deviations, broadcast with the means.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static LogNormal LogNormal(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);
        }
    }
}
