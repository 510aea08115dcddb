using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>One-dimensional transposed convolution: what the gradient of <see cref="conv1d"/> does.</summary>
            /// <param name="input">(N, C_in, L), or (C_in, L).</param>
            /// <param name="weight">(C_in, C_out / groups, K).</param>
            /// <param name="bias">(C_out), or null.</param>
            /// <param name="stride">Step of the window, on the output.</param>
            /// <param name="padding">Elements of the output that are left out on both sides.</param>
            /// <param name="output_padding">Elements more at the output's end.</param>
            /// <param name="dilation">Distance of the window's elements.</param>
            /// <param name="groups">Into how many groups without connections the channels fall.</param>
            public static Tensor conv_transpose1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                long? padding = null,
                long? output_padding = null,
                long? dilation = null,
                long groups = 1) =>
                ConvolveTransposed(input, weight, bias, [stride ?? 1], [padding ?? 0], [output_padding ?? 0], [dilation ?? 1], groups);

            /// <summary>Two-dimensional transposed convolution: what the gradient of <see cref="conv2d"/> does.</summary>
            /// <param name="input">(N, C_in, H, W), or (C_in, H, W).</param>
            /// <param name="weight">(C_in, C_out / groups, K_H, K_W).</param>
            /// <param name="bias">(C_out), or null.</param>
            /// <param name="strides">Steps of the window, on the output; one entry counts for all dimensions.</param>
            /// <param name="padding">Elements of the output that are left out on both sides of each dimension.</param>
            /// <param name="output_padding">Elements more at the output's ends.</param>
            /// <param name="dilation">Distance of the window's elements.</param>
            /// <param name="groups">Into how many groups without connections the channels fall.</param>
            public static Tensor conv_transpose2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? output_padding = null,
                long[]? dilation = null,
                long groups = 1) =>
                ConvolveTransposed(input, weight, bias, Pair(strides, 1), Pair(padding, 0), Pair(output_padding, 0), Pair(dilation, 1), groups);

            /// <summary>Three-dimensional transposed convolution: what the gradient of <see cref="conv3d"/> does.</summary>
            /// <param name="input">(N, C_in, D, H, W), or (C_in, D, H, W).</param>
            /// <param name="weight">(C_in, C_out / groups, K_D, K_H, K_W).</param>
            /// <param name="bias">(C_out), or null.</param>
            /// <param name="strides">Steps of the window, on the output; one entry counts for all dimensions.</param>
            /// <param name="padding">Elements of the output that are left out on both sides of each dimension.</param>
            /// <param name="output_padding">Elements more at the output's ends.</param>
            /// <param name="dilation">Distance of the window's elements.</param>
            /// <param name="groups">Into how many groups without connections the channels fall.</param>
            public static Tensor conv_transpose3d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? output_padding = null,
                long[]? dilation = null,
                long groups = 1) =>
                ConvolveTransposed(input, weight, bias, Triple(strides, 1), Triple(padding, 0), Triple(output_padding, 0), Triple(dilation, 1), groups);

            private static Tensor ConvolveTransposed(
                Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] outputPadding, long[] dilation, long groups)
            {
                if (input.Impl.Rank == stride.Length + 1)
                {
                    using Tensor batch = input.unsqueeze(0);
                    using Tensor result = ConvolveTransposed(batch, weight, bias, stride, padding, outputPadding, dilation, groups);
                    return result.squeeze(0);
                }

                return new Tensor(Aten.convolution(input.Impl, weight.Impl, bias?.Impl, stride, padding, dilation, true, outputPadding, groups));
            }
        }
    }
}
