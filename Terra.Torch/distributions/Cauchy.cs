using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The Cauchy distribution, also known as Lorentz's.</summary>
    public class Cauchy : distributions.Distribution
    {
        private Tensor _loc = null!, _scale = null!;

        /// <param name="loc">The medians.</param>
        /// <param name="scale">Half the widths at half the greatest density, broadcast with the medians.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Cauchy(Tensor loc, Tensor scale, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(loc, scale));

        private Cauchy(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>NaN: there is none.</summary>
        public override Tensor mean => full(batch_shape.Shape, double.NaN, _loc.dtype);

        public override Tensor mode => _loc.alias();

        /// <summary>Infinite.</summary>
        public override Tensor variance => full(batch_shape.Shape, double.PositiveInfinity, _loc.dtype);

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
            _loc + (_scale * (Math.PI * (Uniforms(ExtendedShape(sample_shape), _loc.dtype) - 0.5)).tan()));

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => -Math.Log(Math.PI) - _scale.log() - ((value - _loc) / _scale).square().log1p());

        public override Tensor entropy() => WrappedTensorDisposeScope(() => Math.Log(4 * Math.PI) + _scale.log());

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => (((value - _loc) / _scale).atan() / Math.PI) + 0.5);

        public override Tensor icdf(Tensor value) => WrappedTensorDisposeScope(() => _loc + (_scale * (Math.PI * (value - 0.5)).tan()));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Cauchy expanded = Target(instance, () => new Cauchy(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _loc, _scale));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            (_loc, _scale) = (parameters[0], parameters[1]);
            _init(_loc.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The Cauchy distribution, also known as Lorentz's.</summary>
            /// <param name="loc">The medians.</param>
            /// <param name="scale">Half the widths at half the greatest density, broadcast with the medians.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Cauchy Cauchy(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);
        }
    }
}
