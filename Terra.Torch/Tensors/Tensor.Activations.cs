using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Each element, or 0 if that is greater.</summary>
        public Tensor relu() => new(Aten.relu(Impl));

        /// <summary>Each element, or 0 if that is greater; in place.</summary>
        public Tensor relu_() => Mutated(Aten.relu_(Impl));

        /// <summary>1 / (1 + exp(-x)).</summary>
        public Tensor sigmoid() => new(Aten.sigmoid(Impl));

        /// <summary>1 / (1 + exp(-x)); in place.</summary>
        public Tensor sigmoid_() => Mutated(Aten.sigmoid_(Impl));

        /// <summary>x × sigmoid(x).</summary>
        public Tensor silu() => new(Aten.silu(Impl));

        /// <summary>x × sigmoid(x); in place.</summary>
        public Tensor silu_() => Mutated(Aten.silu_(Impl));

        /// <summary>x × clamp(x + 3, 0, 6) / 6.</summary>
        public Tensor hardswish() => new(Aten.hardswish(Impl));

        /// <summary>x × clamp(x + 3, 0, 6) / 6; in place.</summary>
        public Tensor hardswish_() => Mutated(Aten.hardswish_(Impl));

        /// <summary>clamp(x + 3, 0, 6) / 6.</summary>
        public Tensor hardsigmoid() => new(Aten.hardsigmoid(Impl));

        /// <summary>clamp(x + 3, 0, 6) / 6; in place.</summary>
        public Tensor hardsigmoid_() => Mutated(Aten.hardsigmoid_(Impl));

        /// <summary>Each element clamped to [0, 6].</summary>
        public Tensor relu6() => hardtanh(0, 6);

        /// <summary>Each element clamped to [0, 6]; in place.</summary>
        public Tensor relu6_() => hardtanh_(0, 6);

        /// <summary>x × Φ(x), with the normal distribution function Φ.</summary>
        public Tensor gelu() => new(Aten.gelu(Impl, "none"));

        /// <summary>x × Φ(x), with the normal distribution function Φ exact or approximated by tanh.</summary>
        public Tensor gelu(GELU.Approximate approximate) => new(Aten.gelu(Impl, approximate == GELU.Approximate.tanh ? "tanh" : "none"));

        /// <summary>x × Φ(x), with the normal distribution function Φ; in place.</summary>
        public Tensor gelu_() => Mutated(Aten.gelu_(Impl, "none"));

        /// <summary>x × Φ(x), with the normal distribution function Φ exact or approximated by tanh; in place.</summary>
        public Tensor gelu_(GELU.Approximate approximate) => Mutated(Aten.gelu_(Impl, approximate == GELU.Approximate.tanh ? "tanh" : "none"));

        /// <summary>log(sigmoid(x)), without overflow.</summary>
        public Tensor log_sigmoid() => new(Aten.log_sigmoid(Impl));

        /// <summary>x where positive, else <paramref name="negative_slope"/> × x.</summary>
        public Tensor leaky_relu(Scalar negative_slope) => new(Aten.leaky_relu(Impl, negative_slope.Value));

        /// <summary>x where positive, else <paramref name="negative_slope"/> × x; in place.</summary>
        public Tensor leaky_relu_(Scalar negative_slope) => Mutated(Aten.leaky_relu_(Impl, negative_slope.Value));

        /// <summary>x where positive, else <paramref name="alpha"/> × (exp(x) - 1).</summary>
        public Tensor elu(double alpha = 1) => new(Aten.elu(Impl, alpha, 1, 1));

        /// <summary>scale × (x where positive, else alpha × (exp(input_scale × x) - 1)).</summary>
        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => new(Aten.elu(Impl, alpha.Value, scale.Value, input_scale.Value));

        /// <summary>x where positive, else <paramref name="alpha"/> × (exp(x) - 1); in place.</summary>
        public Tensor elu_(double alpha = 1) => Mutated(Aten.elu_(Impl, alpha, 1, 1));

        /// <summary>log(1 + exp(beta × x)) / beta, or x where beta × x exceeds the threshold.</summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => new(Aten.softplus(Impl, beta, threshold));

        /// <summary>Each element limited to [min, max]; unlike <see cref="clamp(Scalar, Scalar)"/>, with a gradient of zero at the limits, too.</summary>
        public Tensor hardtanh(Scalar min, Scalar max) => new(Aten.hardtanh(Impl, min.Value, max.Value));

        /// <inheritdoc cref="hardtanh(Scalar, Scalar)"/>
        public Tensor hardtanh_(Scalar min, Scalar max) => Mutated(Aten.hardtanh_(Impl, min.Value, max.Value));

        /// <summary>exp(x) over the sum of exp(x) along a dimension.</summary>
        /// <param name="dtype">The dtype to convert to first.</param>
        public Tensor softmax(long dim, ScalarType? dtype = null)
        {
            if (dtype is { } type && type != this.dtype)
            {
                using TensorImpl converted = Aten._to_copy(Impl, type.Native());
                return new(Aten._softmax(converted, dim));
            }

            return new(Aten._softmax(Impl, dim));
        }

        /// <summary>The logarithm of <see cref="softmax"/>, without overflow.</summary>
        /// <param name="dtype">The dtype to convert to first.</param>
        public Tensor log_softmax(long dim, ScalarType? dtype = null)
        {
            if (dtype is { } type && type != this.dtype)
            {
                using TensorImpl converted = Aten._to_copy(Impl, type.Native());
                return new(Aten._log_softmax(converted, dim));
            }

            return new(Aten._log_softmax(Impl, dim));
        }
    }
}
