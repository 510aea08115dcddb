using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The uniform distribution on [low, high).</summary>
    public class Uniform : distributions.Distribution
    {
        private Tensor _low = null!, _high = null!;

        /// <param name="low">The least values.</param>
        /// <param name="high">The ends, broadcast with the least values.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Uniform(Tensor low, Tensor high, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(low, high));

        private Uniform(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => WrappedTensorDisposeScope(() => (_low + _high) / 2);

        /// <summary>NaN: no value is more probable than others.</summary>
        public override Tensor mode => WrappedTensorDisposeScope(() => _high * double.NaN);

        public override Tensor variance => WrappedTensorDisposeScope(() => (_high - _low).square() / 12);

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() => _low + (Uniforms(ExtendedShape(sample_shape), _low.dtype) * (_high - _low)));

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor inside = _low.le(value).logical_and(_high.gt(value)).to(_low.dtype);
            return inside.log() - (_high - _low).log();
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() => (_high - _low).log());

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => ((value - _low) / (_high - _low)).clamp(0, 1));

        public override Tensor icdf(Tensor value) => WrappedTensorDisposeScope(() => _low + (value * (_high - _low)));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Uniform expanded = Target(instance, () => new Uniform(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, _low, _high));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            (_low, _high) = (parameters[0], parameters[1]);
            _init(_low.shape);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The uniform distribution on [low, high).</summary>
            /// <param name="low">The least values.</param>
            /// <param name="high">The ends, broadcast with the least values.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Uniform Uniform(Tensor low, Tensor high, Generator? generator = null) => new(low, high, generator);
        }
    }
}
