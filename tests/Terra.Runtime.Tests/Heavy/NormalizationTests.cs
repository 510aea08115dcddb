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
public sealed class NormalizationTests
{
    [Theory]
    [InlineData(6, 3, 1)]
    [InlineData(4, 3, 5)]
    [InlineData(3, 2, 100)]
    [InlineData(130, 2, 37)]
    [InlineData(9, 3, 48)]
    [InlineData(2, 2, 4100)]
    [InlineData(5, 3, 1)]
    [InlineData(131, 42, 1)]
    [InlineData(130, 300, 1)]
    public void Batch_norm_normalizes_channels_and_moves_running_statistics(int batch, int channels, int pixels)
    {
        TensorImpl input = TensorData.Random(DType.Float64, 1, batch, channels, pixels);
        TensorImpl weight = TensorData.Random(DType.Float64, 2, channels), bias = TensorData.Random(DType.Float64, 3, channels);
        double[] x = TensorData.Values(input), w = TensorData.Values(weight), b = TensorData.Values(bias);
        int count = batch * pixels;
        foreach (TensorImpl variant in TensorData.Layouts(input))
        {
            TensorImpl mean = TensorData.Tensor(DType.Float64, new double[channels], channels);
            TensorImpl variance = TensorData.Tensor(DType.Float64, [.. Enumerable.Repeat(1.0, channels)], channels);
            TensorImpl[] results = Aten._native_batch_norm_legit(variant, weight, bias, mean, variance, 0.1, 1e-5);
            var expected = new double[x.Length];
            for (int c = 0; c < channels; c++)
            {
                int[] places = [.. Enumerable.Range(0, x.Length).Where(i => i / pixels % channels == c)];
                double average = places.Average(i => x[i]), squares = places.Sum(i => (x[i] - average) * (x[i] - average));
                double spread = 1 / Math.Sqrt(squares / count + 1e-5);
                foreach (int i in places)
                {
                    expected[i] = (x[i] - average) * spread * w[c] + b[c];
                }

                TensorData.Values(mean)[c].Should().BeApproximately(0.1 * average, 1e-12);
                TensorData.Values(variance)[c].Should().BeApproximately(0.9 + 0.1 * squares / (count - 1), 1e-12);
                TensorData.Values(results[2])[c].Should().BeApproximately(spread, 1e-10);
            }

            Checks.Close(results[0], expected, 1e-10);
        }
    }

    [Theory]
    [InlineData(64, 6, 1024)]
    [InlineData(300, 30, 37)]
    [InlineData(2, 4, 70001)]
    [InlineData(1000, 300, 1)]
    [InlineData(200, 70, 5)]
    public void Threads_do_not_change_bits_of_batch_norm(int batch, int channels, int pixels)
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, batch, channels, pixels), grad = TensorData.Random(DType.Float32, 2, batch, channels, pixels);
        int threads = WorkerPool.Shared.NumThreads;
        var seen = new List<byte[]>();
        try
        {
            foreach (int count in new[] { 1, 2, 5 })
            {
                WorkerPool.Shared.NumThreads = count;
                TensorImpl[] results = Aten._native_batch_norm_legit(input, null, null, null, null, 0.1, 1e-5);
                TensorImpl[] gradients = Aten.native_batch_norm_backward(grad, input, null, null, null, results[1], results[2], true, 1e-5, [true, true, true]);
                seen.Add([.. results.SelectMany(TensorData.Bytes), .. gradients.SelectMany(TensorData.Bytes)]);
            }
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }

        seen[1].AsSpan().SequenceEqual(seen[0]).Should().BeTrue();
        seen[2].AsSpan().SequenceEqual(seen[0]).Should().BeTrue();
    }

    [Fact]
    public void Batch_norm_without_training_uses_the_running_statistics()
    {
        TensorImpl input = TensorData.Tensor(DType.Float32, [1, 2, 3, 4], 2, 2), mean = TensorData.Tensor(DType.Float32, [1, 2], 2);
        TensorImpl variance = TensorData.Tensor(DType.Float32, [4, 1], 2);
        int version = mean.Storage.Version;
        Checks.Close(Composite.batch_norm(input, null, null, mean, variance, false, 0.1, 0), [0, 0, 1, 2], 1e-6);
        mean.Storage.Version.Should().Be(version);
        FluentActions.Invoking(() => Composite.batch_norm(Views.narrow(input, 0, 0, 1), null, null, mean, variance, true, 0.1, 1e-5))
            .Should().Throw<ExternalException>().WithMessage("*more than 1 value per channel*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_of_a_matrix_are_those_of_its_columns_as_planes(bool train)
    {
        TensorImpl input = TensorData.Random(DType.Float64, 1, 137, 45), grad = TensorData.Random(DType.Float64, 2, 137, 45);
        TensorImpl weight = TensorData.Random(DType.Float64, 3, 45), mean = TensorData.Random(DType.Float64, 4, 45);
        TensorImpl variance = Aten.exp(TensorData.Random(DType.Float64, 5, 45));
        TensorImpl[] Gradients(TensorImpl x, TensorImpl dy) =>
            Aten.native_batch_norm_backward(dy, x, weight, mean, variance, mean, variance, train, 1e-5, [true, true, true]);
        TensorImpl[] columns = Gradients(input, grad), planes = Gradients(Planes(input), Planes(grad));
        Checks.Close(Planes(columns[0]), TensorData.Values(planes[0]), 1e-11);
        Checks.Close(columns[1], TensorData.Values(planes[1]), 1e-11);
        Checks.Close(columns[2], TensorData.Values(planes[2]), 1e-11);

        static TensorImpl Planes(TensorImpl matrix) => Views.unsqueeze(Views.transpose(matrix, 0, 1), 0);
    }

    [Fact]
    public void Gradients_of_batch_norm_agree_with_finite_differences()
    {
        TensorImpl mean = TestTensors.Sample(8, 3), variance = TestTensors.Of([0.5, 1.5, 2], 3);
        foreach (bool training in new[] { true, false })
        {
            foreach (long[] sizes in new long[][] { [7, 3], [2, 3, 40] })
            {
                GradCheck.Verify(
                    x => Composite.batch_norm(x[0], x[1], x[2], training ? null : mean, training ? null : variance, training, 0.1, 1e-3),
                    TestTensors.Sample(1, sizes),
                    TestTensors.Sample(2, 3),
                    TestTensors.Sample(3, 3));
            }
        }
    }

    [Fact]
    public void Layer_norm_normalizes_rows()
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            TensorImpl input = TensorData.Random(dtype, 1, 4, 3, 35), weight = TensorData.Random(dtype, 2, 3, 35);
            double[] x = TensorData.Values(input), w = TensorData.Values(weight);
            var expected = new double[x.Length];
            for (int r = 0; r < 4; r++)
            {
                double[] row = x[(r * 105)..((r + 1) * 105)];
                double mean = row.Average(), spread = 1 / Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + 1e-5);
                for (int i = 0; i < row.Length; i++)
                {
                    expected[r * 105 + i] = (row[i] - mean) * spread * w[i];
                }
            }

            foreach (TensorImpl variant in TensorData.Layouts(input))
            {
                TensorImpl[] results = Aten.native_layer_norm(variant, [3, 35], weight, null, 1e-5);
                Checks.Close(results[0], expected, dtype == DType.Float32 ? 1e-5 : 1e-12);
                Checks.HasSizes(results[1], 4, 1, 1);
            }
        }
    }

    [Fact]
    public void Gradients_of_layer_and_group_norm_agree_with_finite_differences()
    {
        GradCheck.Verify(
            x => Aten.native_layer_norm(x[0], [19], x[1], x[2], 1e-3)[0],
            TestTensors.Sample(1, 5, 19),
            TestTensors.Sample(2, 19),
            TestTensors.Sample(3, 19));
        GradCheck.Verify(x => Aten.native_layer_norm(x[0], [4, 5], null, null, 1e-3)[0], TestTensors.Sample(1, 3, 4, 5));
        GradCheck.Verify(
            x => Aten.native_group_norm(x[0], x[1], x[2], 2, 1e-3)[0],
            TestTensors.Sample(1, 3, 4, 5),
            TestTensors.Sample(2, 4),
            TestTensors.Sample(3, 4));
    }

    [Fact]
    public void Group_norm_of_one_group_is_layer_norm()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 3, 4, 6);
        double[] layer = TensorData.Values(Aten.native_layer_norm(input, [4, 6], null, null, 1e-5)[0]);
        TensorData.Values(Aten.native_group_norm(input, null, null, 1, 1e-5)[0]).Should().Equal(layer);
    }
}
