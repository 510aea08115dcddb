using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions.transforms;

namespace TorchSharp.Modules
{
    /// <summary>The Kumaraswamy distribution, on (0, 1).</summary>
    public class Kumaraswamy : TransformedDistribution
    {
        private Tensor _concentration1 = null!, _concentration0 = null!;

        internal Kumaraswamy(Tensor concentration1, Tensor concentration0, Generator? generator)
            : base(generator) => Init(KeepBroadcast(concentration1, concentration0));

        private Kumaraswamy(Generator? generator)
            : base(generator)
        {
        }

        private const double EulerMascheroni = 0.57721566490153286060;

        public Tensor concentration1 => _concentration1.alias();

        public Tensor concentration0 => _concentration0.alias();

        public override Tensor mean => WrappedTensorDisposeScope(() => Moment(1));

        /// <summary>The most probable values; NaN where a shape is below one.</summary>
        public override Tensor mode => WrappedTensorDisposeScope(() =>
        {
            Tensor power = (_concentration1 - 1) / ((_concentration1 * _concentration0) - 1);
            return power.pow(_concentration1.reciprocal()).masked_fill(_concentration1.lt(1).logical_or(_concentration0.lt(1)), double.NaN);
        });

        public override Tensor variance => WrappedTensorDisposeScope(() => Moment(2) - Moment(1).square());

        public override Tensor entropy() => WrappedTensorDisposeScope(() =>
        {
            Tensor harmonic = (_concentration0 + 1).digamma() + EulerMascheroni;
            return (1 - _concentration0.reciprocal()) + ((1 - _concentration1.reciprocal()) * harmonic) - _concentration1.log() - _concentration0.log();
        });

        /// <summary>The expected value of a power.</summary>
        private Tensor Moment(int n)
        {
            Tensor shifted = 1 + (n / _concentration1);
            return _concentration0 * (shifted.lgamma() + _concentration0.lgamma() - (shifted + _concentration0).lgamma()).exp();
        }

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Kumaraswamy expanded = Target(instance, () => new Kumaraswamy(Source));
            using DisposeScope scope = NewDisposeScope();
            expanded.Init(expanded.KeepBroadcast(_concentration1.expand(batch_shape.Shape), _concentration0.expand(batch_shape.Shape)));
            return expanded;
        }

        private void Init(Tensor[] parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            (_concentration1, _concentration0) = (parameters[0], parameters[1]);
            InitOwned(new Uniform(zeros_like(_concentration0), ones_like(_concentration0), Source), [new PowerTransform(_concentration0.reciprocal()), new AffineTransform(1, -1), new PowerTransform(_concentration1.reciprocal())]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The Kumaraswamy distribution, on (0, 1).</summary>
            /// <param name="concentration1">The first shapes.</param>
            /// <param name="concentration0">The second shapes, broadcast with the first.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Kumaraswamy Kumaraswamy(Tensor concentration1, Tensor concentration0, Generator? generator = null) => new(concentration1, concentration0, generator);
        }
    }
}
