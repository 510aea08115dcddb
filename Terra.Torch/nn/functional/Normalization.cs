using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Batch normalization over all dimensions but the second (Ioffe and Szegedy, 2015).</summary>
            /// <param name="input">(N, C, *).</param>
            /// <param name="running_mean">(C), updated in training; null to normalize by the batch always.</param>
            /// <param name="running_var">(C), unbiased variance, updated in training.</param>
            /// <param name="weight">(C), or null for ones.</param>
            /// <param name="bias">(C), or null for zeros.</param>
            /// <param name="training">Whether to normalize by the batch's statistics.</param>
            /// <param name="momentum">Share of the batch's statistics in the running ones' update.</param>
            /// <param name="eps">Added to the variance.</param>
            public static Tensor batch_norm(
                Tensor input,
                Tensor? running_mean,
                Tensor? running_var,
                Tensor? weight = null,
                Tensor? bias = null,
                bool training = false,
                double momentum = 0.1,
                double eps = 1e-05) =>
                new(Composite.batch_norm(
                    input.Impl, weight?.Impl, bias?.Impl, running_mean?.Impl, running_var?.Impl, training, momentum, eps));

            /// <summary>Normalization over the last dimensions (Ba et al., 2016).</summary>
            /// <param name="input">(*, normalized_shape).</param>
            /// <param name="normalized_shape">The dimensions normalized over.</param>
            /// <param name="weight">Of the normalized shape, or null for ones.</param>
            /// <param name="bias">Of the normalized shape, or null for zeros.</param>
            /// <param name="eps">Added to the variance.</param>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                First(Aten.native_layer_norm(input.Impl, normalized_shape, weight?.Impl, bias?.Impl, eps));

            /// <summary>
            /// Division by the root mean square over the last dimensions (Zhang and Sennrich, 2019): input / sqrt(mean(input²) + eps) * weight. TorchSharp has no such
            /// function; this is PyTorch 2.4's.
            /// </summary>
            /// <param name="input">(*, normalized_shape), of any floating-point type; 16-bit ones compute in float32 and round the result once.</param>
            /// <param name="normalized_shape">The dimensions normalized over.</param>
            /// <param name="weight">Of the normalized shape, or null for ones.</param>
            /// <param name="eps">Added to the mean square; null for the machine epsilon of the input's type.</param>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">The shapes do not fit, or the input is not of a floating-point type.</exception>
            public static Tensor rms_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, double? eps = null) =>
                First(Aten._fused_rms_norm(
                    input.Impl, normalized_shape, weight?.Impl, eps ?? (input.is_floating_point() ? finfo(input.dtype).eps : 0)));

            /// <summary>Normalization of each sample over groups of channels (Wu and He, 2018).</summary>
            /// <param name="input">(N, C, *).</param>
            /// <param name="num_groups">Into how many groups the channels fall.</param>
            /// <param name="weight">(C), or null for ones.</param>
            /// <param name="bias">(C), or null for zeros.</param>
            /// <param name="eps">Added to the variance.</param>
            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                First(Aten.native_group_norm(input.Impl, weight?.Impl, bias?.Impl, num_groups, eps));

            /// <summary>Scales the vectors along <paramref name="dim"/> to p-norm 1.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using Tensor length = input.norm((int)dim, true, (float)p);
                using Tensor divisor = length.clamp_min(eps);
                return input / divisor;
            }
        }
    }
}
