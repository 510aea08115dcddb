using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Weight and bias of a convolution that does what one and a batch normalization by running statistics after it do.</summary>
            /// <param name="conv_w">The convolution's weight.</param>
            /// <param name="conv_b">Its bias, or null.</param>
            /// <param name="bn_rm">The normalization's running mean.</param>
            /// <param name="bn_rv">Its running variance.</param>
            /// <param name="bn_eps">What it adds to the variance.</param>
            /// <param name="bn_w">Its weight, or null.</param>
            /// <param name="bn_b">Its bias, or null.</param>
            /// <param name="transpose">Whether the convolution is a transposed one, whose weight's second dimension is the channels of the result.</param>
            public static (Parameter weight, Parameter bias) fuse_conv_bn_weights(
                Tensor conv_w, Tensor? conv_b, Tensor bn_rm, Tensor bn_rv, double bn_eps, Tensor? bn_w, Tensor? bn_b, bool transpose = false)
            {
                long[] shape = new long[conv_w.dim()];
                Array.Fill(shape, 1);
                shape[transpose ? 1 : 0] = -1;
                return Fused(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, shape);
            }

            /// <summary>Weight and bias of a linear layer that does what one and a batch normalization by running statistics after it do.</summary>
            /// <inheritdoc cref="fuse_conv_bn_weights"/>
            /// <param name="linear_w">The layer's weight.</param>
            /// <param name="linear_b">Its bias, or null.</param>
            public static (Parameter weight, Parameter bias) fuse_linear_bn_weights(
                Tensor linear_w, Tensor? linear_b, Tensor bn_rm, Tensor bn_rv, double bn_eps, Tensor? bn_w, Tensor? bn_b) =>
                Fused(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, [-1, 1]);

            /// <summary>A new linear layer that does what a given one and a batch normalization after it do, both in evaluation.</summary>
            /// <exception cref="ArgumentException">
            /// One of them is training; the normalization has no running statistics, or another number of features than the layer gives.
            /// </exception>
            public static Linear fuse_linear_bn_eval(Linear linear, BatchNorm bn)
            {
                if (linear.training || bn.training)
                {
                    throw new ArgumentException("fuse_linear_bn_eval: both layers must be in evaluation; call eval() on them first", nameof(linear));
                }

                if (bn.running_mean is not { } mean || bn.running_var is not { } variance)
                {
                    throw new ArgumentException("fuse_linear_bn_eval: the normalization has no running statistics (track_running_stats)", nameof(bn));
                }

                if (bn.num_features != linear.out_features && bn.num_features != 1)
                {
                    throw new ArgumentException(
                        $"fuse_linear_bn_eval: the layer gives {linear.out_features} features, the normalization takes {bn.num_features}", nameof(bn));
                }

                (Parameter weight, Parameter bias) = fuse_linear_bn_weights(linear.weight, linear.bias, mean, variance, bn.eps, bn.weight, bn.bias);
                var fused = new Linear(weight, bias);
                fused.eval();
                return fused;
            }

            private static (Parameter Weight, Parameter Bias) Fused(
                Tensor layerWeight, Tensor? layerBias, Tensor mean, Tensor variance, double eps, Tensor? normWeight, Tensor? normBias, long[] shape)
            {
                using IDisposable noGrad = no_grad();
                using DisposeScope scope = NewDisposeScope();
                Tensor factor = (variance + eps).rsqrt();
                factor = normWeight is null ? factor : factor * normWeight;
                Tensor shift = layerBias is null ? -mean * factor : (layerBias - mean) * factor;
                shift = normBias is null ? shift : shift + normBias;
                ScalarType dtype = layerWeight.dtype;
                Tensor weight = (layerWeight * factor.reshape(shape)).to(dtype), bias = shift.expand(weight.shape[Array.IndexOf(shape, -1)]).to(dtype, true);
                Parameter fusedWeight = new(weight, layerWeight.requires_grad), fusedBias = new(bias, layerBias?.requires_grad ?? false);
                fusedWeight.MoveToOuterDisposeScope();
                fusedBias.MoveToOuterDisposeScope();
                return (fusedWeight, fusedBias);
            }
        }
    }
}
