using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Sets whole channels, (N, C) of (N, C, D, H, W), to zero with probability p.</summary>
            /// <exception cref="ArgumentException">p is no probability.</exception>
            public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                FeatureDropout(input, p, training, inplace);

            /// <summary>Sets elements to SELU's negative limit with probability p, keeping mean and variance (Klambauer et al., 2017).</summary>
            /// <exception cref="ArgumentException">p is no probability.</exception>
            public static Tensor alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) =>
                AlphaDropout(input, input.shape, p, training, inplace);

            /// <summary>As <see cref="alpha_dropout"/>, whole channels at a time.</summary>
            /// <exception cref="ArgumentException">p is no probability.</exception>
            public static Tensor feature_alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false)
            {
                long[] noiseShape = input.shape;
                noiseShape.AsSpan(Math.Min(2, noiseShape.Length)).Fill(1);
                return AlphaDropout(input, noiseShape, p, training, inplace);
            }

            private static Tensor AlphaDropout(Tensor input, long[] noiseShape, double p, bool training, bool inplace)
            {
                const double NegativeLimit = -1.7580993408473766;
                CheckProbability(p);
                if (!training || p == 0)
                {
                    return input.SameTensor();
                }

                Tensor result = WrappedTensorDisposeScope(() =>
                {
                    if (p == 1)
                    {
                        return input * 0;
                    }

                    double scale = 1 / Math.Sqrt(((NegativeLimit * NegativeLimit * p) + 1) * (1 - p));
                    Tensor kept = zeros(noiseShape, input.dtype);
                    Aten.bernoulli_(kept.Impl, 1 - p, Generator.Default.Reserve(kept.numel()));
                    Tensor shift = ((1 - kept) * (NegativeLimit * scale)) - (NegativeLimit * scale * p);
                    return (input * (kept * scale)) + shift;
                });
                if (!inplace)
                {
                    return result;
                }

                using (result)
                {
                    return input.copy_(result).SameTensor();
                }
            }
        }
    }
}
