using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Mean over as many windows of (N, C, L) or (C, L) as give an output of <paramref name="output_size"/>.</summary>
            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size)
            {
                using Tensor plane = input.unsqueeze(-2);
                using Tensor result = adaptive_avg_pool2d(plane, [1, output_size]);
                return result.squeeze(-2);
            }

            /// <summary>Mean over as many windows of (N, C, H, W) or (C, H, W) as give an output of <paramref name="output_size"/>.</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => new(Aten._adaptive_avg_pool2d(input.Impl, Pair(output_size, 1)));

            /// <inheritdoc cref="adaptive_avg_pool2d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                adaptive_avg_pool2d(input, [output_size.Item1, output_size.Item2]);

            /// <inheritdoc cref="adaptive_avg_pool2d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                adaptive_avg_pool2d(input, [output_size, output_size]);

            /// <summary>Mean over as many windows of (N, C, D, H, W) or (C, D, H, W) as give an output of <paramref name="output_size"/>.</summary>
            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) => new(Aten._adaptive_avg_pool3d(input.Impl, Triple(output_size, 1)));

            /// <inheritdoc cref="adaptive_avg_pool3d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool3d(Tensor input, (long, long, long) output_size) =>
                adaptive_avg_pool3d(input, [output_size.Item1, output_size.Item2, output_size.Item3]);

            /// <inheritdoc cref="adaptive_avg_pool3d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) =>
                adaptive_avg_pool3d(input, [output_size, output_size, output_size]);

            /// <summary>Maximum over as many windows of (N, C, L) or (C, L) as give an output of <paramref name="output_size"/>.</summary>
            public static Tensor adaptive_max_pool1d(Tensor input, long output_size)
            {
                (Tensor output, Tensor indices) = adaptive_max_pool1d_with_indices(input, output_size);
                indices.Dispose();
                return output;
            }

            /// <summary><see cref="adaptive_max_pool1d"/>, and where along L the maxima stand.</summary>
            public static (Tensor output, Tensor indices) adaptive_max_pool1d_with_indices(Tensor input, long output_size)
            {
                using Tensor plane = input.unsqueeze(-2);
                (Tensor output, Tensor indices) = adaptive_max_pool2d_with_indices(plane, [1, output_size]);
                using (output)
                using (indices)
                {
                    return (output.squeeze(-2), indices.squeeze(-2));
                }
            }

            /// <summary>Maximum over as many windows of (N, C, H, W) or (C, H, W) as give an output of <paramref name="output_size"/>.</summary>
            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size)
            {
                (Tensor output, Tensor indices) = adaptive_max_pool2d_with_indices(input, output_size);
                indices.Dispose();
                return output;
            }

            /// <summary><see cref="adaptive_max_pool2d"/>, and where in their planes the maxima stand.</summary>
            public static (Tensor output, Tensor indices) adaptive_max_pool2d_with_indices(Tensor input, long[] output_size)
            {
                TensorImpl[] results = Aten.adaptive_max_pool2d(input.Impl, Pair(output_size, 1));
                return (new Tensor(results[0]), new Tensor(results[1]));
            }

            /// <summary>Maximum over as many windows of (N, C, D, H, W) or (C, D, H, W) as give an output of <paramref name="output_size"/>.</summary>
            public static Tensor adaptive_max_pool3d(Tensor input, long[] output_size)
            {
                (Tensor output, Tensor indices) = adaptive_max_pool3d_with_indices(input, output_size);
                indices.Dispose();
                return output;
            }

            /// <summary><see cref="adaptive_max_pool3d"/>, and where in their volumes the maxima stand.</summary>
            public static (Tensor output, Tensor indices) adaptive_max_pool3d_with_indices(Tensor input, long[] output_size)
            {
                TensorImpl[] results = Aten.adaptive_max_pool3d(input.Impl, Triple(output_size, 1));
                return (new Tensor(results[0]), new Tensor(results[1]));
            }
        }
    }
}
