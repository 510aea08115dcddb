using Terra.Runtime.Ops;
using static TorchSharp.torch.nn;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <inheritdoc cref="functional.celu"/>
        public Tensor celu() => functional.celu(this, 1);

        /// <inheritdoc cref="functional.celu"/>
        public Tensor celu(Scalar alpha) => functional.celu(this, alpha.ToDouble());

        /// <inheritdoc cref="functional.celu"/>
        public Tensor celu_() => celu_(1);

        /// <inheritdoc cref="functional.celu"/>
        public Tensor celu_(Scalar alpha) => Mutated(Aten.elu_(Impl, alpha.ToDouble(), 1.0, 1 / alpha.ToDouble()));

        /// <inheritdoc cref="functional.selu"/>
        public Tensor selu() => functional.selu(this);

        /// <inheritdoc cref="functional.selu"/>
        public Tensor selu_()
        {
            functional.selu(this, true).Dispose();
            return this;
        }

        /// <inheritdoc cref="elu(Scalar, Scalar, Scalar)"/>
        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => Mutated(Aten.elu_(Impl, alpha.Value, scale.Value, input_scale.Value));

        /// <inheritdoc cref="functional.glu"/>
        public Tensor glu(long dim = -1) => functional.glu(this, dim);

        /// <inheritdoc cref="functional.prelu"/>
        public Tensor prelu(Tensor target) => functional.prelu(this, target);

        /// <inheritdoc cref="functional.rrelu(Tensor, double, double, bool)"/>
        public Tensor rrelu(double lower = 1.0 / 8, double upper = 1.0 / 3) => functional.rrelu(this, lower, upper);

        /// <inheritdoc cref="functional.rrelu(Tensor, double, double, bool)"/>
        public Tensor rrelu_(double lower = 1.0 / 8, double upper = 1.0 / 3)
        {
            functional.rrelu(this, lower, upper, true).Dispose();
            return this;
        }

        /// <inheritdoc cref="functional.threshold"/>
        public Tensor threshold(Scalar threshold, Scalar value) => functional.threshold(this, threshold.ToDouble(), value.ToDouble());

        /// <inheritdoc cref="functional.threshold"/>
        public Tensor threshold_(Scalar threshold, Scalar value)
        {
            functional.threshold(this, threshold.ToDouble(), value.ToDouble(), true).Dispose();
            return this;
        }

        /// <summary>The channels of (N, C, *) in groups, then taken one of each group in turn.</summary>
        /// <exception cref="ArgumentException">The channels do not fall into so many groups.</exception>
        public Tensor channel_shuffle(long groups)
        {
            long[] sizes = shape;
            if (sizes.Length < 3 || sizes[1] % groups != 0)
            {
                throw new ArgumentException($"channel_shuffle: sizes ({string.Join(", ", sizes)}) have no channels for {groups} groups", nameof(groups));
            }

            return WrappedTensorDisposeScope(() => reshape(sizes[0], groups, sizes[1] / groups, -1).transpose(1, 2).reshape(sizes));
        }
    }
}
