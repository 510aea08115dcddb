using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions.transforms;

namespace TorchSharp.Modules
{
    /// <summary>The Gumbel distribution: of the greatest of many variables.</summary>
    public class Gumbel : TransformedDistribution
    {
        private Tensor _loc = null!, _scale = null!;

        internal Gumbel(Tensor loc, Tensor scale, Generator? generator)
            : base(generator) => Init(KeepBroadcast(loc, scale));

        private Gumbel(Generator? generator)
            : base(generator)
        {
        }

        private const double EulerMascheroni = 0.57721566490153286060;

        public override Tensor mean => WrappedTensorDisposeScope(() => _loc + (_scale * EulerMascheroni));

        public override Tensor mode => _loc.alias();

        public override Tensor variance => WrappedTensorDisposeScope(() => stddev.square());

        public override Tensor stddev => _scale * (Math.PI / Math.Sqrt(6));

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor y = (_loc - value) / _scale;
            return y - y.exp() - _scale.log();
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() => _scale.log() + (1 + EulerMascheroni));

        private protected override distributions.Distribution Expanded(Size batch, distributions.Distribution? instance)
        {
            Gumbel expanded = Target(instance, () => new Gumbel(Source));
            using DisposeScope scope = NewDisposeScope();
            expanded.Init(expanded.KeepBroadcast(_loc.expand(batch.Shape), _scale.expand(batch.Shape)));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            (_loc, _scale) = (parameters[0], parameters[1]);
            InitOwned(new Uniform(full_like(_loc, finfo(_loc.dtype).tiny), full_like(_loc, 1 - finfo(_loc.dtype).eps), Source), [new LogTransform(), new AffineTransform(0, -1), new LogTransform(), new AffineTransform(_loc, -_scale)]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The Gumbel distribution: of the greatest of many variables.</summary>
            /// <param name="loc">The most probable values.</param>
            /// <param name="scale">The scales, broadcast with them.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Gumbel Gumbel(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);
        }
    }
}
