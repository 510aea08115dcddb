using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions.transforms;

namespace TorchSharp.Modules
{
    /// <summary>The distribution of the magnitude of a normal variable of mean zero.</summary>
    public class HalfNormal : TransformedDistribution
    {
        private Tensor _scale = null!;

        internal HalfNormal(Tensor scale, Generator? generator)
            : base(generator) => Init(KeepBroadcast(scale));

        private HalfNormal(Generator? generator)
            : base(generator)
        {
        }

        public Tensor scale => _scale.alias();

        public override Tensor mean => _scale * Math.Sqrt(2 / Math.PI);

        public override Tensor mode => zeros_like(_scale);

        public override Tensor variance => WrappedTensorDisposeScope(() => _scale.square() * (1 - (2 / Math.PI)));

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => (Base.log_prob(value) + Math.Log(2)).masked_fill(value.lt(0), double.NegativeInfinity));

        public override Tensor entropy() => WrappedTensorDisposeScope(() => Base.entropy() - Math.Log(2));

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => (2 * Base.cdf(value)) - 1);

        public override Tensor icdf(Tensor prob) => WrappedTensorDisposeScope(() => Base.icdf((prob + 1) / 2));

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            HalfNormal expanded = Target(instance, () => new HalfNormal(Source));
            using DisposeScope scope = NewDisposeScope();
            expanded.Init(expanded.KeepBroadcast(_scale.expand(batch_shape.Shape)));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            _scale = parameters[0];
            InitOwned(new Normal(zeros_like(_scale), _scale, Source), [new AbsTransform()]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The distribution of the magnitude of a normal variable of mean zero.</summary>
            /// <param name="scale">The standard deviations of the variable.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static HalfNormal HalfNormal(Tensor scale, Generator? generator = null) => new(scale, generator);
        }
    }
}
