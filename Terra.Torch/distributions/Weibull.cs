using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions.transforms;

namespace TorchSharp.Modules
{
    /// <summary>The Weibull distribution.</summary>
    public class Weibull : TransformedDistribution
    {
        private Tensor _scale = null!, _concentration = null!;

        internal Weibull(Tensor scale, Tensor concentration, Generator? generator)
            : base(generator) => Init(KeepBroadcast(scale, concentration));

        private Weibull(Generator? generator)
            : base(generator)
        {
        }

        private const double EulerMascheroni = 0.57721566490153286060;

        public override Tensor mean => WrappedTensorDisposeScope(() => _scale * (1 + _concentration.reciprocal()).lgamma().exp());

        /// <summary>The most probable values; zero for shapes up to one.</summary>
        public override Tensor mode => WrappedTensorDisposeScope(() =>
            _scale * ((_concentration - 1).clamp_min(0) / _concentration).pow(_concentration.reciprocal()));

        public override Tensor variance => WrappedTensorDisposeScope(() =>
        {
            Tensor inverse = _concentration.reciprocal();
            return _scale.square() * ((1 + (2 * inverse)).lgamma().exp() - (2 * (1 + inverse).lgamma()).exp());
        });

        public override Tensor entropy() => WrappedTensorDisposeScope(() => (EulerMascheroni * (1 - _concentration.reciprocal())) + (_scale / _concentration).log() + 1);

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Weibull expanded = Target(instance, () => new Weibull(Source));
            using DisposeScope scope = NewDisposeScope();
            expanded.Init(expanded.KeepBroadcast(_scale.expand(batch_shape.Shape), _concentration.expand(batch_shape.Shape)));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            (_scale, _concentration) = (parameters[0], parameters[1]);
            InitOwned(new Exponential(ones_like(_scale), Source), [new PowerTransform(_concentration.reciprocal()), new AffineTransform(zeros_like(_scale), _scale)]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The Weibull distribution.</summary>
            /// <param name="scale">The scales.</param>
            /// <param name="concentration">The shapes, broadcast with the scales.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Weibull Weibull(Tensor scale, Tensor concentration, Generator? generator = null) => new(scale, concentration, generator);
        }
    }
}
