using FluentAssertions;
using Terra.Runtime.Core;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Gradients by central differences in float64.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-6;

    /// <summary>The gradient, to one argument, of the sum of the result's elements times <paramref name="grad"/>.</summary>
    public static double[] Gradient(Func<TensorImpl[], TensorImpl> function, TensorImpl[] inputs, int argument, TensorImpl grad)
    {
        double[] weights = TensorBits.ToDoubles(grad);
        var gradient = new double[inputs[argument].NumberOfElements];
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = (Value(Step) - Value(-Step)) / (2 * Step);

            double Value(double shift)
            {
                TensorImpl[] shifted = [.. inputs];
                double[] values = TensorBits.ToDoubles(inputs[argument]);
                values[i] += shift;
                shifted[argument] = TensorBits.Floats(inputs[argument].Sizes.ToArray(), k => values[k], DType.Float64);
                double[] results = TensorBits.ToDoubles(function(shifted));
                double sum = 0;
                for (int k = 0; k < results.Length; k++)
                {
                    sum += results[k] * weights[k];
                }

                return sum;
            }
        }

        return gradient;
    }

    /// <summary>A gradient of broadcast sizes summed to those of the argument.</summary>
    public static double[] SumTo(TensorImpl gradient, ReadOnlySpan<long> sizes)
    {
        double[] values = TensorBits.ToDoubles(gradient);
        TensorImpl target = TensorBits.Floats(sizes.ToArray(), static _ => 0, DType.Float64);
        double[] positions = Samples.Broadcast(TensorBits.Floats(sizes.ToArray(), static i => i, DType.Float64), gradient.Sizes);
        var sums = new double[target.NumberOfElements];
        for (int i = 0; i < values.Length; i++)
        {
            sums[(int)positions[i]] += values[i];
        }

        return sums;
    }

    public static void ShouldAgree(double[] actual, double[] expected, string what)
    {
        actual.Should().HaveSameCount(expected, what);
        for (int i = 0; i < actual.Length; i++)
        {
            actual[i].Should().BeApproximately(expected[i], 1e-6 + (1e-5 * Math.Abs(expected[i])), "{0} at {1}", what, i);
        }
    }
}
