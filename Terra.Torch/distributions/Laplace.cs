using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The Laplace distribution.</summary>
    public class Laplace : distributions.Distribution
    {
        private Tensor _loc = null!, _scale = null!;

        /// <param name="loc">The means.</param>
        /// <param name="scale">The scales, broadcast with the means.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Laplace(Tensor loc, Tensor scale, Generator? generator = null)
            : base(generator) => Init(KeepBroadcast(loc, scale));

        private Laplace(Generator? generator)
            : base(generator)
        {
        }

        public override Tensor mean => _loc.alias();

        public override Tensor mode => _loc.alias();

        public override Tensor stddev => _scale * Math.Sqrt(2);

        public override Tensor variance => WrappedTensorDisposeScope(() => 2 * _scale.square());

        public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
        {
            Tensor u = (Uniforms(ExtendedShape(sample_shape), _loc.dtype) * (2 - finfo(_loc.dtype).eps)) + (finfo(_loc.dtype).eps - 1);
            return _loc - (_scale * u.sign() * (-u.abs()).log1p());
        });

        public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() => -(2 * _scale).log() - ((value - _loc).abs() / _scale));

        public override Tensor entropy() => WrappedTensorDisposeScope(() => 1 + (2 * _scale).log());

        public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() => 0.5 - (0.5 * (value - _loc).sign() * (-(value - _loc).abs() / _scale).expm1()));

        public override Tensor icdf(Tensor value) => WrappedTensorDisposeScope(() =>
        {
            Tensor side = value - 0.5;
            return _loc - (_scale * side.sign() * (-2 * side.abs()).log1p());
        });

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Laplace expanded = Target(instance, () => new Laplace(Source));
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
            /// <summary>The Laplace distribution.</summary>
            /// <param name="loc">The means.</param>
            /// <param name="scale">The scales, broadcast with the means.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Laplace Laplace(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);

            /// <inheritdoc cref="Laplace(Tensor, Tensor, Generator)"/>
            public static Laplace Laplace(float loc, float scale = 1, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);

            /// <inheritdoc cref="Laplace(Tensor, Tensor, Generator)"/>
            public static Laplace Laplace(double loc, double scale = 1, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);
        }
    }
}
