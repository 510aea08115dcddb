using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The functions behind the modules, for use with parameters of one's own.</summary>
        public static partial class functional
        {
            /// <summary>max(x, 0).</summary>
            public static Tensor relu(Tensor x, bool inplace = false)
            {
                if (!inplace)
                {
                    return new Tensor(Aten.relu(x.Impl));
                }

                Aten.relu_(x.Impl);
                return x.SameTensor();
            }

            /// <summary>min(max(x, 0), 6).</summary>
            public static Tensor relu6(Tensor x, bool inplace = false) => hardtanh(x, 0, 6, inplace);

            /// <summary>x cut to [min_val, max_val].</summary>
            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) =>
                Apply(x, inplace, self => Aten.hardtanh(self, (ScalarValue)min_val, (ScalarValue)max_val));

            /// <summary>x where positive, negative_slope * x elsewhere.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                Apply(input, inplace, self => Aten.leaky_relu(self, negative_slope));

            /// <summary>x where positive, alpha * (exp(x) - 1) elsewhere.</summary>
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) =>
                Apply(x, inplace, self => Aten.elu(self, alpha, 1.0, 1.0));

            /// <summary>x * relu6(x + 3) / 6.</summary>
            public static Tensor hardswish(Tensor input, bool inplace = false) => Apply(input, inplace, Aten.hardswish);

            /// <summary>relu6(x + 3) / 6.</summary>
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => Apply(input, inplace, Aten.hardsigmoid);

            /// <summary>1 / (1 + exp(-x)).</summary>
            public static Tensor sigmoid(Tensor x) => new(Aten.sigmoid(x.Impl));

            /// <inheritdoc cref="sigmoid(Tensor)"/>
            public static Tensor sigmoid(Tensor x, bool inplace)
            {
                if (!inplace)
                {
                    return sigmoid(x);
                }

                Aten.sigmoid_(x.Impl);
                return x.SameTensor();
            }

            /// <summary>Hyperbolic tangent.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false)
            {
                if (!inplace)
                {
                    return new Tensor(Aten.tanh(x.Impl));
                }

                Aten.tanh_(x.Impl);
                return x.SameTensor();
            }

            /// <summary>x * sigmoid(x).</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => Apply(x, inplace, Aten.silu);

            /// <summary>x * tanh(softplus(x)).</summary>
            public static Tensor mish(Tensor x, bool inplace = false) => Apply(x, inplace, Aten.mish);

            /// <summary>x times the normal distribution function of x, exactly.</summary>
            public static Tensor gelu(Tensor x) => new(Aten.gelu(x.Impl, "none"));

            /// <inheritdoc cref="gelu(Tensor)"/>
            public static Tensor gelu(Tensor x, bool inplace) => gelu(x, Modules.GELU.Approximate.none, inplace);

            /// <summary>x times the normal distribution function of x, exactly or by its tanh approximation.</summary>
            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) =>
                Apply(x, inplace, approximate == Modules.GELU.Approximate.tanh
                    ? static self => Aten.gelu(self, "tanh")
                    : static self => Aten.gelu(self, "none"));

            /// <summary>log(1 + exp(beta * x)) / beta, and x itself where beta * x exceeds the threshold.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => new(Aten.softplus(x.Impl, beta, threshold));

            /// <summary>log(sigmoid(x)).</summary>
            public static Tensor logsigmoid(Tensor x) => new(Aten.log_sigmoid(x.Impl));

            /// <summary>exp(x) scaled to sum 1 along <paramref name="dim"/>, computed in <paramref name="dtype"/> if given.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>log(softmax(x)) along <paramref name="dim"/>.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => new(Aten._log_softmax(x.Impl, dim));

            /// <summary>
            /// Applies an op, or replaces the input's values by its result. In place, the op works on a copy, as its derivative
            /// needs the input as it was.
            /// </summary>
            private static Tensor Apply(Tensor x, bool inplace, Func<TensorImpl, TensorImpl> op)
            {
                if (!inplace)
                {
                    return new Tensor(op(x.Impl));
                }

                using TensorImpl original = Aten.clone(x.Impl);
                using TensorImpl result = op(original);
                Aten.copy_(x.Impl, result);
                return x.SameTensor();
            }
        }
    }
}
