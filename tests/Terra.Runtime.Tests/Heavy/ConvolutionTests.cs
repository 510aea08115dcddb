using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

[Collection(nameof(TerraRuntime))]
public sealed class ConvolutionTests
{
    /// <summary>batch, in channels, out channels, groups, height, width, kernel, stride, padding, dilation.</summary>
    public static TheoryData<int[]> Cases => new()
    {
        new[] { 2, 3, 4, 1, 7, 6, 3, 1, 1, 1 },
        new[] { 1, 4, 6, 2, 9, 8, 3, 2, 1, 1 },
        new[] { 3, 4, 4, 4, 6, 6, 3, 1, 1, 1 },
        new[] { 2, 5, 7, 1, 5, 5, 1, 1, 0, 1 },
        new[] { 2, 2, 3, 1, 11, 12, 3, 2, 2, 2 },
        new[] { 1, 1, 20, 1, 28, 28, 5, 1, 0, 1 },
        new[] { 4, 20, 11, 1, 4, 4, 2, 3, 1, 1 },
        new[] { 1, 2, 2, 1, 9, 7, 3, 4, 2, 2 },
        new[] { 2, 1, 2, 1, 10, 9, 4, 3, 2, 1 },
        new[] { 0, 2, 3, 1, 5, 5, 3, 1, 1, 1 },
        new[] { 17, 3, 5, 1, 4, 4, 3, 1, 1, 1 },
        new[] { 20, 4, 6, 2, 6, 5, 3, 2, 1, 1 },
        new[] { 64, 1, 9, 1, 3, 3, 3, 1, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_agrees_with_plain_sums_in_every_layout(int[] c)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            TensorImpl input = TensorData.Random(dtype, 1, c[0], c[1], c[4], c[5]);
            TensorImpl weight = TensorData.Random(dtype, 2, c[2], c[1] / c[3], c[6], c[6]);
            TensorImpl bias = TensorData.Random(dtype, 3, c[2]);
            double[] expected = Reference(input, weight, bias, c);
            foreach (TensorImpl images in TensorData.Layouts(input))
            {
                foreach (TensorImpl filters in TensorData.Layouts(weight))
                {
                    TensorImpl result = Aten.convolution(images, filters, bias, [c[7]], [c[8]], [c[9]], false, [0], c[3]);
                    Checks.Close(result, expected, dtype == DType.Float32 ? 1e-5 : 1e-12);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_agree_with_finite_differences(int[] c)
    {
        if (c[5] > 12 || c[0] is 0 or 64)
        {
            return;
        }

        GradCheck.Verify(
            inputs => Aten.convolution(inputs[0], inputs[1], inputs[2], [c[7]], [c[8]], [c[9]], false, [0], c[3]),
            TestTensors.Sample(1, c[0], c[1], c[4], c[5]),
            TestTensors.Sample(2, c[2], c[1] / c[3], c[6], c[6]),
            TestTensors.Sample(3, c[2]));
    }

    [Fact]
    public void Transposed_is_the_data_gradient_of_the_convolution_with_the_same_weight()
    {
        TensorImpl small = TensorData.Random(DType.Float64, 1, 2, 4, 5, 4), weight = TensorData.Random(DType.Float64, 2, 4, 3, 3, 3);
        TensorImpl large = TensorData.Random(DType.Float64, 3, 2, 6, 10, 8);
        TensorImpl result = Aten.convolution(small, weight, null, [2], [1], [1], true, [1], 2);
        result.Sizes.ToArray().Should().Equal(2, 6, 10, 8);
        TensorImpl[] gradients = Aten.convolution_backward(small, large, weight, [2], [1], [1], false, [0], 2, [true, false, false]);
        Checks.Close(result, TensorData.Values(gradients[0]), 1e-12);
        gradients[1].NumberOfElements.Should().Be(0);
    }

    [Fact]
    public void Gradients_of_the_transposed_agree_with_finite_differences() => GradCheck.Verify(
        inputs => Aten.convolution(inputs[0], inputs[1], inputs[2], [2, 1], [1, 0], [1, 2], true, [1, 0], 2),
        TestTensors.Sample(1, 2, 4, 3, 3),
        TestTensors.Sample(2, 4, 2, 3, 2),
        TestTensors.Sample(3, 4));

    [Fact]
    public void One_dimension_is_two_with_a_height_of_one()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 3, 4, 20), weight = TensorData.Random(DType.Float32, 2, 5, 4, 3);
        TensorImpl result = Aten.convolution(input, weight, null, [2], [1], [2], false, [0], 1);
        TensorImpl plane = Views.unsqueeze(input, 2), filter = Views.unsqueeze(weight, 2);
        TensorImpl two = Aten.convolution(plane, filter, null, [1, 2], [0, 1], [1, 2], false, [0, 0], 1);
        TensorData.Bytes(result).Should().Equal(TensorData.Bytes(two));
        result.Sizes.ToArray().Should().Equal(3, 5, two.Sizes[3]);
    }

    [Theory]
    [InlineData(4, 20, 16, 24, 1, 3)]
    [InlineData(64, 8, 16, 24, 1, 3)]
    [InlineData(5, 30, 24, 24, 24, 3)]
    [InlineData(4, 40, 20, 3, 1, 3)]
    [InlineData(5, 30, 3, 20, 1, 3)]
    [InlineData(3, 24, 70, 30, 1, 1)]
    [InlineData(9, 7, 70, 30, 2, 1)]
    [InlineData(3, 62, 3, 24, 1, 7)]
    public void Threads_do_not_change_bits(int batch, int size, int channels, int results, int groups, int kernel)
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, batch, channels, size, size), weight = TensorData.Random(DType.Float32, 2, results, channels / groups, kernel, kernel);
        int threads = WorkerPool.Shared.NumThreads;
        var seen = new List<byte[]>();
        try
        {
            foreach (int count in new[] { 1, 2, 5 })
            {
                WorkerPool.Shared.NumThreads = count;
                TensorImpl result = Aten.convolution(input, weight, null, [1], [kernel / 2], [1], false, [0], groups);
                TensorImpl[] gradients = Aten.convolution_backward(result, input, weight, [1], [kernel / 2], [1], false, [0], groups, [true, true, true]);
                seen.Add([.. TensorData.Bytes(result), .. gradients.SelectMany(TensorData.Bytes)]);
            }
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }

        seen[1].Should().Equal(seen[0]);
        seen[2].Should().Equal(seen[0]);
    }

    [Fact]
    public void Wrong_shapes_are_refused_in_pytorchs_words()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 1, 3, 4, 4), weight = TensorData.Random(DType.Float32, 1, 2, 4, 3, 3);
        FluentActions.Invoking(() => Aten.convolution(input, weight, null, [1], [0], [1], false, [0], 1))
            .Should().Throw<ExternalException>().WithMessage("*to have 4 channels, but got 3 channels instead*");
        TensorImpl big = TensorData.Random(DType.Float32, 1, 2, 3, 5, 5);
        FluentActions.Invoking(() => Aten.convolution(input, big, null, [1], [0], [1], false, [0], 1))
            .Should().Throw<ExternalException>().WithMessage("*Kernel size can't be greater than actual input size*");
    }

    private static double[] Reference(TensorImpl input, TensorImpl weight, TensorImpl bias, int[] c)
    {
        (int batch, int channels, int results, int groups, int height, int width) = (c[0], c[1], c[2], c[3], c[4], c[5]);
        (int kernel, int stride, int padding, int dilation) = (c[6], c[7], c[8], c[9]);
        int outHeight = (height + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1, outWidth = (width + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        double[] x = TensorData.Values(input), w = TensorData.Values(weight), b = TensorData.Values(bias);
        var y = new double[batch * results * outHeight * outWidth];
        int perGroup = channels / groups, at = 0;
        for (int n = 0; n < batch; n++)
        {
            for (int o = 0; o < results; o++)
            {
                int firstChannel = o / (results / groups) * perGroup;
                for (int i = 0; i < outHeight; i++)
                {
                    for (int j = 0; j < outWidth; j++)
                    {
                        double sum = b[o];
                        for (int ch = 0; ch < perGroup; ch++)
                        {
                            for (int u = 0; u < kernel; u++)
                            {
                                for (int v = 0; v < kernel; v++)
                                {
                                    int row = i * stride - padding + u * dilation, column = j * stride - padding + v * dilation;
                                    if (row >= 0 && row < height && column >= 0 && column < width)
                                    {
                                        sum += x[((n * channels + firstChannel + ch) * height + row) * width + column] * w[((o * perGroup + ch) * kernel + u) * kernel + v];
                                    }
                                }
                            }
                        }

                        y[at++] = sum;
                    }
                }
            }
        }

        return y;
    }
}
