using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>One-dimensional cross-correlation.</summary>
            /// <param name="input">(N, C_in, L), or (C_in, L).</param>
            /// <param name="weight">(C_out, C_in / groups, K).</param>
            /// <param name="bias">(C_out), or null.</param>
            /// <param name="stride">Step of the window.</param>
            /// <param name="padding">Zeros on both sides.</param>
            /// <param name="dilation">Distance of the window's elements.</param>
            /// <param name="groups">Into how many groups without connections the channels fall.</param>
            public static Tensor conv1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) =>
                Convolve(input, weight, bias, [stride ?? 1], [padding ?? 0], [dilation ?? 1], groups);

            /// <summary><see cref="conv1d"/> with padding in words.</summary>
            public static Tensor conv1d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, Padding padding = Padding.Valid, long? dilation = null, long groups = 1) =>
                ConvolvePadded(input, weight, bias, [stride ?? 1], padding, [dilation ?? 1], groups);

            /// <summary>Two-dimensional cross-correlation.</summary>
            /// <param name="input">(N, C_in, H, W), or (C_in, H, W).</param>
            /// <param name="weight">(C_out, C_in / groups, K_H, K_W).</param>
            /// <param name="bias">(C_out), or null.</param>
            /// <param name="strides">Steps of the window; one entry counts for both dimensions.</param>
            /// <param name="padding">Zeros on both sides of each dimension.</param>
            /// <param name="dilation">Distance of the window's elements.</param>
            /// <param name="groups">Into how many groups without connections the channels fall.</param>
            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Convolve(input, weight, bias, Pair(strides, 1), Pair(padding, 0), Pair(dilation, 1), groups);

            /// <summary><see cref="conv2d"/> with padding in words.</summary>
            public static Tensor conv2d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                ConvolvePadded(input, weight, bias, Pair(strides, 1), padding, Pair(dilation, 1), groups);

            /// <summary>Three-dimensional cross-correlation.</summary>
            /// <param name="input">(N, C_in, D, H, W), or (C_in, D, H, W).</param>
            /// <param name="weight">(C_out, C_in / groups, K_D, K_H, K_W).</param>
            /// <param name="bias">(C_out), or null.</param>
            /// <param name="strides">Steps of the window; one entry counts for all dimensions.</param>
            /// <param name="padding">Zeros on both sides of each dimension.</param>
            /// <param name="dilation">Distance of the window's elements.</param>
            /// <param name="groups">Into how many groups without connections the channels fall.</param>
            public static Tensor conv3d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Convolve(input, weight, bias, Triple(strides, 1), Triple(padding, 0), Triple(dilation, 1), groups);

            /// <summary><see cref="conv3d"/> with padding in words.</summary>
            public static Tensor conv3d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                ConvolvePadded(input, weight, bias, Triple(strides, 1), padding, Triple(dilation, 1), groups);

            private static Tensor Convolve(
                Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
            {
                int spatial = stride.Length;
                if (input.Impl.Rank == spatial + 1)
                {
                    using Tensor batch = input.unsqueeze(0);
                    using Tensor result = Convolve(batch, weight, bias, stride, padding, dilation, groups);
                    return result.squeeze(0);
                }

                return new Tensor(Aten.convolution(
                    input.Impl, weight.Impl, bias?.Impl, stride, padding, dilation, false, new long[spatial], groups));
            }

            private static Tensor ConvolvePadded(
                Tensor input, Tensor weight, Tensor? bias, long[] stride, Padding padding, long[] dilation, long groups)
            {
                int spatial = stride.Length;
                var symmetric = new long[spatial];
                if (padding == Padding.Valid)
                {
                    return Convolve(input, weight, bias, stride, symmetric, dilation, groups);
                }

                var extra = new long[2 * spatial];
                bool isUneven = false;
                for (int i = 0; i < spatial; i++)
                {
                    if (stride[i] != 1)
                    {
                        throw new ArgumentException("padding='same' is not supported for strided convolutions", nameof(padding));
                    }

                    long total = dilation[i] * (weight.Impl.Sizes[2 + i] - 1);
                    symmetric[i] = total / 2;
                    extra[(2 * (spatial - 1 - i)) + 1] = total % 2;
                    isUneven |= total % 2 != 0;
                }

                if (!isUneven)
                {
                    return Convolve(input, weight, bias, stride, symmetric, dilation, groups);
                }

                using Tensor padded = pad(input, extra);
                return Convolve(padded, weight, bias, stride, symmetric, dilation, groups);
            }
        }
    }
}
