using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions.transforms;

namespace TorchSharp.Modules
{
    /// <summary>The distribution of the magnitude of a Cauchy variable of median zero.</summary>
    public class HalfCauchy : TransformedDistribution
    {
        private Tensor _scale = null!;

        internal HalfCauchy(Tensor scale, Generator? generator)
            : base(generator) => Init(KeepBroadcast(scale));

        private HalfCauchy(Generator? generator)
            : base(generator)
        {
        }

        public Tensor scale => _scale.alias();

        /// <summary>Infinite.</summary>
        public override Tensor mean => full(batch_shape.Shape, double.PositiveInfinity, _scale.dtype);

        public override Tensor mode => zeros_like(_scale);

        /// <summary>Infinite.</summary>
        public override Tensor variance => Base.variance;

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => (Base.log_prob(value) + Math.Log(2)).masked_fill(value.lt(0), double.NegativeInfinity));

        public override Tensor entropy() => WrappedTensorDisposeScope(() => Base.entropy() - Math.Log(2));

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => (2 * Base.cdf(value)) - 1);

        public override Tensor icdf(Tensor value) => WrappedTensorDisposeScope(() => Base.icdf((value + 1) / 2));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            HalfCauchy expanded = Target(instance, () => new HalfCauchy(Source));
            using DisposeScope scope = NewDisposeScope();
            expanded.Init(expanded.KeepBroadcast(_scale.expand(batch_shape.Shape)));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            _scale = parameters[0];
            InitOwned(new Cauchy(zeros_like(_scale), _scale, Source), [new AbsTransform()]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The distribution of the magnitude of a Cauchy variable of median zero.</summary>
            /// <param name="scale">The scales of the variable.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static HalfCauchy HalfCauchy(Tensor scale, Generator? generator = null) => new(scale, generator);
        }
    }
}
