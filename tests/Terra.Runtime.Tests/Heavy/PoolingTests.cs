using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

public sealed class PoolingTests
{
    [Theory]
    [InlineData(2, 2, 0, 1, false)]
    [InlineData(3, 2, 1, 1, false)]
    [InlineData(3, 2, 1, 1, true)]
    [InlineData(2, 1, 0, 2, false)]
    public void Max_pool_agrees_with_plain_loops(int kernel, int stride, int padding, int dilation, bool ceil)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            TensorImpl input = TensorData.Random(dtype, 1, 2, 3, 7, 8);
            double[] x = TensorData.Values(input);
            foreach (TensorImpl variant in TensorData.Layouts(input))
            {
                TensorImpl[] results = Aten.max_pool2d_with_indices(variant, [kernel], [stride], [padding], [dilation], ceil);
                double[] values = TensorData.Values(results[0]), indices = TensorData.Values(results[1]);
                long height = results[0].Sizes[2], width = results[0].Sizes[3];
                for (int i = 0; i < values.Length; i++)
                {
                    long plane = i / (height * width), top = i / width % height * stride - padding, left = i % width * stride - padding;
                    double best = double.NegativeInfinity;
                    for (long row = top; row < top + kernel * dilation; row += dilation)
                    {
                        for (long column = left; column < left + kernel * dilation; column += dilation)
                        {
                            if (row >= 0 && row < 7 && column >= 0 && column < 8)
                            {
                                best = Math.Max(best, x[plane * 56 + row * 8 + column]);
                            }
                        }
                    }

                    values[i].Should().Be(best);
                    x[plane * 56 + (int)indices[i]].Should().Be(best);
                }
            }
        }
    }

    [Fact]
    public void Ceil_mode_keeps_a_last_window_that_begins_inside()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 1, 1, 5, 5);
        Checks.HasSizes(Aten.max_pool2d_with_indices(input, [2], [2], [0], [1], false)[0], 1, 1, 2, 2);
        Checks.HasSizes(Aten.max_pool2d_with_indices(input, [2], [], [0], [1], true)[0], 1, 1, 3, 3);
    }

    [Fact]
    public void Max_pool_carries_nan()
    {
        TensorImpl input = TensorData.Tensor(DType.Float32, [1, double.NaN, 3, 2], 1, 2, 2);
        Checks.Equal(Aten.max_pool2d_with_indices(input, [2], [2], [0], [1], false)[0], double.NaN);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(3, 1)]
    public void Whole_windows_of_many_planes_pick_the_first_largest_or_the_last_nan(int kernel, int stride)
    {
        float[] levels = [float.NegativeInfinity, -1, 0, 1, 2, float.PositiveInfinity, float.NaN];
        foreach ((int height, int width) in new[] { (4, 4), (8, 8), (7, 9) })
        {
            var random = new Random(kernel);
            double[] x = Enumerable.Range(0, 15 * height * width).Select(_ => (double)levels[random.Next(levels.Length)]).ToArray();
            TensorImpl[] single = Aten.max_pool2d_with_indices(TensorData.Tensor(DType.Float32, x, 5, 3, height, width), [kernel], [stride], [0], [1], false);
            TensorImpl[] twice = Aten.max_pool2d_with_indices(TensorData.Tensor(DType.Float64, x, 5, 3, height, width), [kernel], [stride], [0], [1], false);
            TensorData.Values(single[0]).Should().Equal(TensorData.Values(twice[0]));
            TensorData.Values(single[1]).Should().Equal(TensorData.Values(twice[1]));
        }
    }

    [Theory]
    [InlineData(3, 2, 1, 1, false)]
    [InlineData(3, 1, 1, 2, false)]
    [InlineData(5, 3, 2, 1, true)]
    [InlineData(2, 2, 1, 1, true)]
    [InlineData(2, 2, 0, 1, false)]
    [InlineData(3, 2, 0, 1, false)]
    public void Lines_of_windows_pick_the_first_largest_or_the_last_nan(int kernel, int stride, int padding, int dilation, bool ceil)
    {
        float[] levels = [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, 0, 1, 2, float.PositiveInfinity, float.NaN];
        foreach ((int height, int width) in new[] { (9, 25), (20, 40), (13, 101), (3, 160) })
        {
            var random = new Random(kernel);
            double[] x = Enumerable.Range(0, 6 * height * width).Select(_ => (double)levels[random.Next(levels.Length)]).ToArray();
            TensorImpl[] single = Aten.max_pool2d_with_indices(TensorData.Tensor(DType.Float32, x, 2, 3, height, width), [kernel], [stride], [padding], [dilation], ceil);
            TensorImpl[] twice = Aten.max_pool2d_with_indices(TensorData.Tensor(DType.Float64, x, 2, 3, height, width), [kernel], [stride], [padding], [dilation], ceil);
            TensorData.Values(single[0]).Should().Equal(TensorData.Values(twice[0]));
            TensorData.Values(single[1]).Should().Equal(TensorData.Values(twice[1]));
        }
    }

    [Fact]
    public void Windows_beside_the_only_plane_of_a_volume_are_pooled()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 2, 1, 4, 40);
        TensorImpl[] single = Aten.max_pool3d_with_indices(input, [2, 2, 2], [1, 2, 2], [1, 0, 0], [1], false);
        single[0].Sizes.ToArray().Should().Equal(2, 2, 2, 20);
        TensorImpl[] plane = Aten.max_pool2d_with_indices(Views.squeeze(input, 1), [2], [2], [0], [1], false);
        double[] expected = TensorData.Values(plane[0]);
        TensorData.Values(single[0]).Should().Equal([.. expected[..40], .. expected[..40], .. expected[40..], .. expected[40..]]);
    }

    [Fact]
    public void Average_pool_counts_padding_only_if_told()
    {
        TensorImpl input = TensorData.Tensor(DType.Float64, [1, 2, 3, 4], 1, 2, 2);
        Checks.Equal(Aten.avg_pool2d(input, [2], [1], [1], false, true, null), 0.25, 0.75, 0.5, 1, 2.5, 1.5, 0.75, 1.75, 1);
        Checks.Equal(Aten.avg_pool2d(input, [2], [1], [1], false, false, null), 1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4);
        Checks.Equal(Aten.avg_pool2d(input, [2], [2], [0], false, true, [5]), 2);
    }

    [Fact]
    public void Adaptive_average_shares_the_plane_out()
    {
        TensorImpl input = TensorData.Tensor(DType.Float64, [1, 2, 3, 4, 5], 1, 1, 1, 5);
        Checks.Equal(Aten._adaptive_avg_pool2d(input, [1, 2]), 2, 4);
        Checks.Equal(Aten._adaptive_avg_pool2d(input, [1, 1]), 3);
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        TensorImpl Sample() => TestTensors.Sample(7, 2, 2, 5, 6);
        GradCheck.Verify(x => Aten.max_pool2d_with_indices(x[0], [3], [2], [1], [1], false)[0], Sample());
        GradCheck.Verify(x => Aten.avg_pool2d(x[0], [3], [2], [1], true, true, null), Sample());
        GradCheck.Verify(x => Aten.avg_pool2d(x[0], [2], [1], [1], false, false, null), Sample());
        GradCheck.Verify(x => Aten._adaptive_avg_pool2d(x[0], [2, 4]), Sample());
    }

    [Fact]
    public void A_volume_of_one_plane_is_pooled_as_the_plane()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 2, 3, 7, 8), volume = Views.unsqueeze(input, 2);
        TensorImpl[] plane = Aten.max_pool2d_with_indices(input, [3], [2], [1], [1], false);
        TensorImpl[] volumes = Aten.max_pool3d_with_indices(volume, [1, 3, 3], [1, 2, 2], [0, 1, 1], [1], false);
        TensorData.Bytes(volumes[0]).Should().Equal(TensorData.Bytes(plane[0]));
        TensorData.Bytes(volumes[1]).Should().Equal(TensorData.Bytes(plane[1]));
        TensorData.Bytes(Aten.avg_pool3d(volume, [1, 3, 3], [1, 2, 2], [0, 1, 1], false, true, null))
            .Should().Equal(TensorData.Bytes(Aten.avg_pool2d(input, [3], [2], [1], false, true, null)));
        TensorData.Bytes(Aten._adaptive_avg_pool3d(volume, [1, 3, 5])).Should().Equal(TensorData.Bytes(Aten._adaptive_avg_pool2d(input, [3, 5])));
    }

    [Fact]
    public void Volumes_are_pooled_along_all_three_dimensions()
    {
        TensorImpl input = TensorData.Tensor(DType.Float64, Enumerable.Range(0, 24).Select(i => (double)(i * 7 % 24)).ToArray(), 1, 2, 3, 4);
        TensorImpl[] largest = Aten.max_pool3d_with_indices(input, [2, 3, 2], [], [0], [1], false);
        double[] x = TensorData.Values(input);
        int[] Window(int left) => [.. from plane in new[] { 0, 12 } from row in new[] { 0, 4, 8 } from column in new[] { left, left + 1 } select plane + row + column];
        Checks.Equal(largest[0], Window(0).Max(i => x[i]), Window(2).Max(i => x[i]));
        Checks.Equal(largest[1], Window(0).MaxBy(i => x[i]), Window(2).MaxBy(i => x[i]));
        Checks.Close(Aten.avg_pool3d(input, [2, 3, 2], [], [0], false, true, null), [Window(0).Average(i => x[i]), Window(2).Average(i => x[i])], 1e-12);
        Checks.Close(Aten._adaptive_avg_pool3d(input, [1, 1, 2]), [Window(0).Average(i => x[i]), Window(2).Average(i => x[i])], 1e-12);
        TensorData.Values(Aten.adaptive_max_pool3d(input, [1, 1, 2])[1]).Should().Equal(TensorData.Values(largest[1]));
    }

    [Fact]
    public void Adaptive_maxima_share_the_plane_out()
    {
        TensorImpl input = TensorData.Tensor(DType.Float32, [1, 5, 3, 4, 2], 1, 1, 1, 5);
        TensorImpl[] results = Aten.adaptive_max_pool2d(input, [1, 2]);
        Checks.Equal(results[0], 5, 4);
        Checks.Equal(results[1], 1, 3);
    }

    [Fact]
    public void Gradients_in_three_dimensions_agree_with_finite_differences()
    {
        TensorImpl Sample() => TestTensors.Sample(7, 2, 3, 4, 5);
        GradCheck.Verify(x => Aten.max_pool3d_with_indices(x[0], [2], [2, 1, 2], [1], [1], false)[0], Sample());
        GradCheck.Verify(x => Aten.avg_pool3d(x[0], [2], [1], [1], true, false, null), Sample());
        GradCheck.Verify(x => Aten._adaptive_avg_pool3d(x[0], [2, 3, 2]), Sample());
        GradCheck.Verify(x => Aten.adaptive_max_pool3d(x[0], [2, 3, 2])[0], Sample());
        GradCheck.Verify(x => Aten.adaptive_max_pool2d(x[0], [3, 2])[0], Sample());
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 1, 2, 2);
        FluentActions.Invoking(() => Aten.max_pool2d_with_indices(input, [3], [1], [0], [1], false)).Should().Throw<ExternalException>().WithMessage("*Output size is too small*");
        FluentActions.Invoking(() => Aten.max_pool2d_with_indices(input, [2], [1], [2], [1], false)).Should().Throw<ExternalException>().WithMessage("*pad should be at most half*");
    }
}
