using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>Convolutions and gradients of many shapes against plain sums: all ways to compute them, ranks, tails and regions.</summary>
public sealed class ConvolutionShapesTests
{
    /// <summary>batch, groups, channels and results in a group, stride, padding, dilation; spatial sizes; kernel sizes.</summary>
    public static TheoryData<int[], int[], int[]> Cases => new()
    {
        { [2, 1, 5, 40, 1, 1, 1], [15, 13], [3, 3] },
        { [1, 1, 30, 17, 1, 1, 1], [9, 31], [3, 3] },
        { [3, 1, 16, 16, 1, 1, 1], [4, 4], [3, 3] },
        { [1, 1, 3, 16, 1, 1, 1], [40, 41], [3, 3] },
        { [2, 1, 3, 24, 2, 3, 1], [23, 22], [7, 7] },
        { [2, 1, 12, 33, 2, 1, 1], [14, 15], [3, 3] },
        { [2, 1, 9, 16, 1, 2, 2], [11, 10], [3, 3] },
        { [2, 1, 9, 16, 3, 2, 2], [17, 16], [3, 3] },
        { [1, 1, 4, 12, 1, 0, 1], [6, 70], [1, 31] },
        { [2, 2, 10, 12, 1, 1, 1], [8, 9], [3, 3] },
        { [2, 2, 10, 12, 2, 1, 1], [8, 9], [4, 3] },
        { [2, 7, 1, 1, 1, 1, 1], [18, 37], [3, 3] },
        { [3, 20, 1, 1, 2, 1, 1], [9, 9], [3, 3] },
        { [2, 5, 1, 1, 1, 4, 2], [12, 11], [5, 5] },
        { [1, 6, 1, 1, 3, 0, 1], [20, 7], [2, 4] },
        { [2, 4, 1, 2, 1, 1, 1], [7, 6], [3, 3] },
        { [2, 1, 6, 16, 1, 1, 1], [20], [3] },
        { [2, 3, 1, 1, 1, 1, 1], [25], [3] },
        { [2, 1, 3, 9, 1, 1, 1], [5, 6, 7], [3, 3, 3] },
        { [1, 2, 4, 8, 2, 1, 1], [7, 6, 9], [3, 2, 3] },
        { [2, 1, 5, 3, 2, 0, 1], [4, 5, 6], [1, 1, 1] },
        { [1, 1, 2, 16, 2, 2, 2], [9, 8, 7], [3, 3, 2] },
        { [1, 4, 1, 1, 1, 1, 1], [4, 5, 6], [3, 3, 3] },
        { [1, 1, 17, 3, 1, 1, 1], [10, 12], [3, 3] },
        { [3, 1, 4, 17, 1, 1, 1], [45, 44], [3, 3] },
        { [2, 1, 20, 18, 2, 0, 1], [9, 8], [1, 1] },
        { [2, 1, 3, 24, 2, 3, 1], [9, 61], [7, 7] },
        { [1, 2, 2, 20, 1, 1, 1], [5, 30], [3, 3] },
        { [1, 1, 40, 18, 1, 0, 1], [65, 64], [1, 1] },
        { [2, 1, 70, 18, 1, 0, 1], [24, 24], [1, 1] },
        { [2, 2, 9, 33, 1, 0, 1], [16, 32], [1, 1] },
        { [3, 1, 33, 40, 1, 0, 1], [7, 7], [1, 1] },
        { [5, 2, 4, 15, 1, 0, 1], [3, 3], [1, 1] },
        { [1, 1, 530, 3, 1, 0, 1], [5, 5], [1, 1] },
        { [2, 1, 3, 30, 1, 0, 1], [23, 23], [1, 1] },
        { [1, 1, 32, 1, 2, 1, 1], [10, 12], [3, 3] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agree_with_plain_sums(int[] c, int[] size, int[] kernel)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            double tolerance = dtype == DType.Float32 ? 3e-5 : 1e-12;
            var reference = new ConvolutionReference(c[0], c[1], c[2], c[3], size, kernel, c[4], c[5], c[6]);
            TensorImpl input = TensorData.Random(dtype, 1, reference.InputSizes), weight = TensorData.Random(dtype, 2, reference.WeightSizes);
            TensorImpl bias = TensorData.Random(dtype, 3, c[1] * c[3]), grad = TensorData.Random(dtype, 4, reference.ResultSizes);
            double[] x = TensorData.Values(input), w = TensorData.Values(weight), g = TensorData.Values(grad);
            TensorImpl result = Aten.convolution(input, weight, bias, [c[4]], [c[5]], [c[6]], false, [0], c[1]);
            TensorImpl[] gradients = Aten.convolution_backward(grad, input, weight, [c[4]], [c[5]], [c[6]], false, [0], c[1], [true, true, true]);
            Checks.Close(result, reference.Forward(x, w, TensorData.Values(bias)), tolerance);
            Checks.Close(gradients[0], reference.InputGradient(g, w), tolerance);
            Checks.Close(gradients[1], reference.WeightGradient(g, x), 5 * tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transposed_agree_with_plain_sums(int[] c, int[] size, int[] kernel)
    {
        var reference = new ConvolutionReference(c[0], c[1], c[2], c[3], size, kernel, c[4], c[5], c[6]);
        long[] outputPadding = new long[size.Length];
        for (int d = 0; d < size.Length; d++)
        {
            outputPadding[d] = (size[d] + (2 * c[5]) - (c[6] * (kernel[d] - 1)) - 1) % c[4];
        }

        TensorImpl input = TensorData.Random(DType.Float32, 1, reference.ResultSizes), weight = TensorData.Random(DType.Float32, 2, reference.WeightSizes);
        TensorImpl grad = TensorData.Random(DType.Float32, 3, reference.InputSizes);
        double[] x = TensorData.Values(input), w = TensorData.Values(weight), g = TensorData.Values(grad);
        TensorImpl result = Aten.convolution(input, weight, null, [c[4]], [c[5]], [c[6]], true, outputPadding, c[1]);
        TensorImpl[] gradients = Aten.convolution_backward(grad, input, weight, [c[4]], [c[5]], [c[6]], true, outputPadding, c[1], [true, true, false]);
        Checks.Close(result, reference.InputGradient(x, w), 3e-5);
        Checks.Close(gradients[0], reference.Forward(g, w, new double[c[1] * c[3]]), 3e-5);
        Checks.Close(gradients[1], reference.WeightGradient(x, g), 15e-5);
    }
}
