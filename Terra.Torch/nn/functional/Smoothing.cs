using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// Interpolation of images whose kernel is widened by the factor of shrinking, as Pillow and PyTorch (upsample_*2d_aa) have it: each dimension is a product
            /// with a matrix of weights.
            /// </summary>
            private static Tensor Smoothed(Tensor x, long[] output, bool cubic, bool alignCorners, ScalarValue?[] scales) => WrappedTensorDisposeScope(() =>
            {
                ScalarType computed = x.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : x.dtype;
                using Tensor rows = SmoothingWeights(x.shape[2], output[0], cubic, alignCorners, scales[0]?.ToDouble()).to(computed);
                using Tensor columns = SmoothingWeights(x.shape[3], output[1], cubic, alignCorners, scales[1]?.ToDouble()).to(computed);
                return rows.matmul(x.to(computed).matmul(columns.t())).to(x.dtype);
            });

            /// <summary>[count, size]: what share of each element goes to each result.</summary>
            private static Tensor SmoothingWeights(long size, long count, bool cubic, bool alignCorners, double? factor)
            {
                double scale = alignCorners ? (count > 1 ? (double)(size - 1) / (count - 1) : 0) : factor is { } given ? 1 / given : (double)size / count;
                double stretch = Math.Max(scale, 1), support = (cubic ? 2 : 1) * stretch;
                var weights = new double[count * size];
                for (long i = 0; i < count; i++)
                {
                    double center = scale * (i + 0.5), total = 0;
                    long first = Math.Max((long)(center - support + 0.5), 0), end = Math.Min((long)(center + support + 0.5), size);
                    Span<double> row = weights.AsSpan(checked((int)(i * size)), checked((int)size));
                    for (long j = first; j < end; j++)
                    {
                        double distance = Math.Abs((j - center + 0.5) / stretch);
                        total += row[(int)j] = cubic ? CubicWeight(distance) : Math.Max(1 - distance, 0);
                    }

                    for (long j = first; j < end && total != 0; j++)
                    {
                        row[(int)j] /= total;
                    }
                }

                return tensor(weights, [count, size]);
            }

            /// <summary>Cubic convolution with a = -0.5 (Keys, 1981).</summary>
            private static double CubicWeight(double x)
            {
                const double A = -0.5;
                return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1 : x < 2 ? ((((((x - 5) * x) + 8) * x) - 4) * A) : 0;
            }
        }
    }
}
