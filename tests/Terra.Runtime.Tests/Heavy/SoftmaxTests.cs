using System.Runtime.Intrinsics;
using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

public sealed class SoftmaxTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Softmax_and_its_logarithm_agree_with_plain_sums(long dim)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            double tolerance = dtype == DType.Float32 ? 2e-6 : 1e-13;
            TensorImpl input = TensorData.Random(dtype, 1, 5, 19, 37);
            double[] expected = Reference(input, (int)(dim < 0 ? dim + 3 : dim));
            foreach (TensorImpl variant in TensorData.Layouts(input))
            {
                Checks.Close(Aten._softmax(variant, dim), expected, tolerance);
                Checks.Close(Aten._log_softmax(variant, dim), Array.ConvertAll(expected, Math.Log), tolerance * 4);
            }
        }
    }

    [Fact]
    public void Large_and_infinite_logits_are_no_trouble()
    {
        TensorImpl input = TensorData.Tensor(DType.Float32, [1000, 1000, double.NegativeInfinity, -1000], 4);
        Checks.Equal(Aten._softmax(input, 0), 0.5, 0.5, 0, 0);
        TensorData.Values(Aten._log_softmax(input, 0))[2].Should().Be(double.NegativeInfinity);
        TensorData.Values(Aten._softmax(TensorData.Tensor(DType.Float32, [1, double.NaN], 2), 0)).Should().OnlyContain(v => double.IsNaN(v));
    }

    [Fact]
    public void Scalars_and_empty_tensors_are_taken()
    {
        Checks.Equal(Aten._softmax(TensorData.Tensor(DType.Float32, [3]), 0), 1);
        Checks.HasSizes(Aten._softmax(TensorData.Tensor(DType.Float32, [], 0, 3), 1), 0, 3);
    }

    [Fact]
    public void A_row_does_not_depend_on_where_it_lies()
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, 50, 33);
        double[] whole = TensorData.Values(Aten._softmax(input, 1));
        var one = new TensorImpl(input.Storage, Layout.Contiguous(33), DType.Float32, 33 * 20);
        TensorData.Values(Aten._softmax(one, 0)).Should().Equal(whole[(33 * 20)..(33 * 21)]);
        TensorData.Values(Aten._softmax(Views.transpose(input, 0, 1), 0))[20].Should().Be(whole[33 * 20]);
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        foreach (long dim in new[] { 0L, 1L })
        {
            GradCheck.Verify(x => Aten._softmax(x[0], dim), TestTensors.Sample(1, 4, 19));
            GradCheck.Verify(x => Aten._log_softmax(x[0], dim), TestTensors.Sample(2, 4, 19));
        }
    }

    [Fact]
    public unsafe void Exp_is_within_two_units_in_the_last_place()
    {
        float* x = stackalloc float[16];
        for (double start = -105; start < 90; start += 0.037)
        {
            for (int i = 0; i < 16; i++)
            {
                x[i] = (float)(start + i * 0.0021);
            }

            Vector512<float> single = VectorExp.Exp(Vector512.Load(x));
            for (int i = 0; i < 16; i++)
            {
                double exact = Math.Exp(x[i]);
                double unit = Math.Max(MathF.BitIncrement((float)exact) - (float)exact, float.Epsilon);
                (float.IsInfinity((float)exact) ? single[i] == float.PositiveInfinity : Math.Abs(single[i] - exact) <= 2 * unit).Should().BeTrue("exp({0}) is {1}, not {2}", x[i], single[i], exact);
            }
        }

        double[] samples = [-745, -700, -30.5, -1e-9, 0, 1e-17, 0.3, 1, 50.25, 709.7, 710.5, double.NegativeInfinity, double.PositiveInfinity, double.NaN];
        foreach (double sample in samples)
        {
            double actual = VectorExp.Exp(Vector512.Create(sample))[3], exact = Math.Exp(sample);
            (actual.Equals(exact) || Math.Abs(actual - exact) <= 2 * (Math.BitIncrement(exact) - exact)).Should().BeTrue("exp({0}) is {1}, not {2}", sample, actual, exact);
        }

        float.IsNaN(VectorExp.Exp(Vector512.Create(float.NaN))[0]).Should().BeTrue();
    }

    private static double[] Reference(TensorImpl input, int dim)
    {
        double[] x = TensorData.Values(input), y = new double[x.Length];
        long count = input.Sizes[dim], inner = 1;
        foreach (long size in input.Sizes[(dim + 1)..])
        {
            inner *= size;
        }

        for (long r = 0; r < x.Length / count; r++)
        {
            long at = r / inner * inner * count + r % inner;
            double sum = 0;
            for (long i = 0; i < count; i++)
            {
                sum += Math.Exp(x[at + i * inner]);
            }

            for (long i = 0; i < count; i++)
            {
                y[at + i * inner] = Math.Exp(x[at + i * inner]) / sum;
            }
        }

        return y;
    }
}
