using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>max(0, x) + min(0, alpha · (exp(x / alpha) - 1)) (Barron, 2017).</summary>
            public static Tensor celu(Tensor x, double alpha, bool inplace = false) => Apply(x, inplace, self => Aten.elu(self, alpha, 1.0, 1 / alpha));

            /// <summary>Scaled ELU, whose outputs tend to mean 0 and variance 1 (Klambauer et al., 2017).</summary>
            public static Tensor selu(Tensor x, bool inplace = false) =>
                Apply(x, inplace, static self => Aten.elu(self, 1.6732632423543772848170429916717, 1.0507009873554804934193349852946, 1.0));

            /// <summary>The first half of a dimension times the sigmoid of the second (Dauphin et al., 2016).</summary>
            /// <exception cref="ArgumentException">The dimension's size is odd.</exception>
            public static Tensor glu(Tensor input, long dim = -1)
            {
                if (input.size((int)dim) % 2 != 0)
                {
                    throw new ArgumentException($"Halving dimension must be even, but dimension {dim} is size {input.size((int)dim)}", nameof(dim));
                }

                return WrappedTensorDisposeScope(() =>
                {
                    Tensor[] halves = input.chunk(2, dim);
                    return halves[0] * halves[1].sigmoid();
                });
            }

            /// <summary>x outside of [-lambda, lambda], zero inside.</summary>
            public static Tensor hardshrink(Tensor x, double lambda = 0.5)
            {
                using TensorImpl magnitude = Aten.abs(x.Impl);
                using TensorImpl small = Aten.le(magnitude, (ScalarValue)lambda);
                return new(Aten.masked_fill(x.Impl, small, 0));
            }

            /// <inheritdoc cref="hardshrink"/>
            public static Tensor Hardshrink(Tensor x, double lambda = 0.5) => hardshrink(x, lambda);

            /// <summary>x - lambda above lambda, x + lambda below -lambda, zero between.</summary>
            public static Tensor softshrink(Tensor x, double lambda = 0.5)
            {
                using TensorImpl inside = Aten.clamp(x.Impl, (ScalarValue)(-lambda), (ScalarValue)lambda);
                return new(Aten.sub(x.Impl, inside, 1));
            }

            /// <inheritdoc cref="softshrink"/>
            public static Tensor Softshrink(Tensor x, double lambda = 0.5) => softshrink(x, lambda);

            /// <summary>x / (1 + |x|).</summary>
            public static Tensor softsign(Tensor x, bool inplace = false) => Apply(x, inplace, static self =>
            {
                using TensorImpl magnitude = Aten.abs(self);
                using TensorImpl divisor = Aten.add(magnitude, 1, 1);
                return Aten.div(self, divisor);
            });

            /// <inheritdoc cref="softsign"/>
            public static Tensor Softsign(Tensor x) => softsign(x);

            /// <summary>x - tanh(x).</summary>
            public static Tensor tanhshrink(Tensor x, bool inplace = false) => Apply(x, inplace, static self =>
            {
                using TensorImpl tanh = Aten.tanh(self);
                return Aten.sub(self, tanh, 1);
            });

            /// <inheritdoc cref="tanhshrink"/>
            public static Tensor Tanhshrink(Tensor x) => tanhshrink(x);

            /// <summary>x above the threshold, a value elsewhere.</summary>
            public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) => Apply(x, inplace, self =>
            {
                using TensorImpl below = Aten.le(self, (ScalarValue)threshold);
                return Aten.masked_fill(self, below, (ScalarValue)value);
            });

            /// <inheritdoc cref="threshold"/>
            public static Tensor Threshold(Tensor x, double threshold, double value, bool inplace = false) => functional.threshold(x, threshold, value, inplace);

            /// <inheritdoc cref="hardtanh"/>
            public static Tensor Hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) => hardtanh(x, min_val, max_val, inplace);

            /// <inheritdoc cref="mish"/>
            public static Tensor Mish(Tensor x) => mish(x);

            /// <inheritdoc cref="silu"/>
            public static Tensor SiLU(Tensor x, bool inplace = false) => silu(x, inplace);

            /// <summary>x where positive, weight · x elsewhere (He et al., 2015).</summary>
            /// <param name="input">(N, C, *), or of any sizes if there is one weight.</param>
            /// <param name="weight">(C), a factor per channel, or (1).</param>
            /// <exception cref="ArgumentException">There are neither one weight nor one per channel.</exception>
            public static Tensor prelu(Tensor input, Tensor weight)
            {
                long count = weight.numel();
                int rank = (int)input.dim();
                if (count != 1 && (rank < 2 || input.size(1) != count))
                {
                    throw new ArgumentException($"prelu: {count} weights for {(rank < 2 ? 1 : input.size(1))} channels", nameof(weight));
                }

                var sizes = new long[Math.Max(rank, 1)];
                sizes.AsSpan().Fill(1);
                sizes[count == 1 ? 0 : 1] = count;
                using TensorImpl factor = Composite.reshape(weight.Impl, rank == 0 ? [] : sizes);
                return new(PositiveAndScaledNegative(input.Impl, factor));
            }

            /// <summary>x where positive, r · x elsewhere; in training r is random in [lower, upper) for each element, else their mean (Xu et al., 2015).</summary>
            internal static Tensor rrelu(Tensor x, double lower, double upper, bool training, bool inplace) => Apply(x, inplace, self =>
            {
                if (!training)
                {
                    return Aten.leaky_relu(self, (lower + upper) / 2);
                }

                using TensorImpl slope = Aten.full(self.Sizes.ToArray(), 0.0, self.DType);
                Aten.uniform_(slope, lower, upper, Generator.Default.Reserve(slope.NumberOfElements));
                return PositiveAndScaledNegative(self, slope);
            });

            /// <summary>x where positive, (lower + upper) / 2 · x elsewhere.</summary>
            public static Tensor rrelu(Tensor x, double lower = 1.0 / 8, double upper = 1.0 / 3, bool inplace = false) => rrelu(x, lower, upper, false, inplace);

            /// <summary>Softmax over the channels of (N, C, H, W) or (C, H, W).</summary>
            /// <exception cref="ArgumentException">The input has another number of dimensions.</exception>
            public static Tensor softmax2d(Tensor x) => x.dim() is 3 or 4
                ? x.softmax(-3)
                : throw new ArgumentException($"softmax2d: expected a 3D or 4D input, but got {x.dim()}D", nameof(x));

            /// <summary>softmax(-x) along a dimension.</summary>
            public static Tensor softmin(Tensor x, long dim)
            {
                using TensorImpl negative = Aten.neg(x.Impl);
                return new(Aten._softmax(negative, dim));
            }

            /// <summary>max(x, 0) + slope · min(x, 0), whose gradients are right for infinite x too.</summary>
            private static TensorImpl PositiveAndScaledNegative(TensorImpl self, TensorImpl slope)
            {
                using TensorImpl positive = Aten.relu(self);
                using TensorImpl negative = Aten.clamp_max(self, 0);
                using TensorImpl scaled = Aten.mul(negative, slope);
                return Aten.add(positive, scaled, 1);
            }
        }
    }
}
