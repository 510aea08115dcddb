using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Sets elements to zero with probability p and scales the others by 1 / (1 - p) (Srivastava et al., 2014).</summary>
            /// <exception cref="ArgumentException">p is no probability.</exception>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                CheckProbability(p);
                if (!training || p == 0)
                {
                    return input.SameTensor();
                }

                return inplace
                    ? MultiplyInPlace(input, input.Impl.Sizes.ToArray(), p)
                    : First(Aten.native_dropout(input.Impl, p, Generator.Default.Reserve(input.Impl.NumberOfElements)));
            }

            /// <summary>Sets whole channels, (N, C) of (N, C, L), to zero with probability p.</summary>
            /// <exception cref="ArgumentException">p is no probability.</exception>
            public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                FeatureDropout(input, p, training, inplace);

            /// <summary>Sets whole channels, (N, C) of (N, C, H, W), to zero with probability p.</summary>
            /// <exception cref="ArgumentException">p is no probability.</exception>
            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                FeatureDropout(input, p, training, inplace);

            private static Tensor FeatureDropout(Tensor input, double p, bool training, bool inplace)
            {
                CheckProbability(p);
                if (!training || p == 0)
                {
                    return input.SameTensor();
                }

                long[] noiseShape = input.Impl.Sizes.ToArray();
                noiseShape.AsSpan(Math.Min(2, noiseShape.Length)).Fill(1);
                if (inplace)
                {
                    return MultiplyInPlace(input, noiseShape, p);
                }

                using TensorImpl noise = Noise(input.Impl.DType, noiseShape, p);
                return new Tensor(Aten.mul(input.Impl, noise));
            }

            private static Tensor MultiplyInPlace(Tensor input, long[] noiseShape, double p)
            {
                using TensorImpl noise = Noise(input.Impl.DType, noiseShape, p);
                Aten.mul_(input.Impl, noise);
                return input.SameTensor();
            }

            /// <summary>1 / (1 - p) with probability 1 - p, else 0.</summary>
            private static TensorImpl Noise(DType dtype, long[] shape, double p)
            {
                TensorImpl noise = Aten.full(shape, 0.0, dtype);
                Aten.bernoulli_(noise, 1 - p, Generator.Default.Reserve(noise.NumberOfElements));
                Aten.mul_(noise, (ScalarValue)(p == 1 ? 0 : 1 / (1 - p)));
                return noise;
            }

            private static void CheckProbability(double p)
            {
                if (p is not (>= 0 and <= 1))
                {
                    throw new ArgumentException($"dropout probability has to be between 0 and 1, but got {p}", nameof(p));
                }
            }
        }
    }
}
