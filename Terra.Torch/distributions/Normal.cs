using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The normal distribution.</summary>
    public class Normal : distributions.Distribution
    {
        private Tensor _loc = null!, _scale = null!;

        /// <param name="loc">The means.</param>
        /// <param name="scale">The standard deviations, broadcast with the means.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Normal(Tensor loc, Tensor scale, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(loc, scale));

        private Normal(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => _loc.alias();

        public override Tensor mode => _loc.alias();

        public override Tensor stddev => _scale.alias();

        public override Tensor variance => _scale.square();

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            Tensor standard = randn(ExtendedShape(sample_shape), _loc.dtype, generator: Source);
            return _loc + (standard * _scale);
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
            (-(value - _loc).square() / (2 * _scale.square())) - _scale.log() - (0.5 * Math.Log(2 * Math.PI)));

        public override Tensor entropy() => WrappedTensorDisposeScope(() => 0.5 + (0.5 * Math.Log(2 * Math.PI)) + _scale.log());

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => 0.5 * (1 + ((value - _loc) / (_scale * Math.Sqrt(2))).erf()));

        public override Tensor icdf(Tensor value) => WrappedTensorDisposeScope(() => _loc + (_scale * ((2 * value) - 1).erfinv() * Math.Sqrt(2)));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Normal expanded = Target(instance, () => new Normal(Source));
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
            /// <summary>The normal distribution.</summary>
            /// <param name="loc">The means.</param>
            /// <param name="scale">The standard deviations, broadcast with the means.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Normal Normal(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);

            /// <inheritdoc cref="Normal(Tensor, Tensor, Generator)"/>
            public static Normal Normal(float loc, float scale = 1, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);

            /// <inheritdoc cref="Normal(Tensor, Tensor, Generator)"/>
            public static Normal Normal(double loc, double scale = 1, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);
        }
    }
}
