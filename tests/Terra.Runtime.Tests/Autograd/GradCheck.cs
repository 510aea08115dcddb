using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Autograd;

/// <summary>Compares backward with central finite differences, in float64.</summary>
internal static unsafe class GradCheck
{
    private const double Step = 1e-6;

    /// <summary>The function's result is weighted with fixed random numbers, so that each of its elements counts differently.</summary>
    public static void Verify(Func<TensorImpl[], TensorImpl> function, params TensorImpl[] inputs)
    {
        foreach (TensorImpl input in inputs)
        {
            input.SetRequiresGrad(true);
        }

        using (TensorImpl result = function(inputs))
        using (TensorImpl weights = TestTensors.Sample(12345, result.Sizes.ToArray()))
        {
            Engine.Backward([result], [weights]);
        }

        foreach (TensorImpl input in inputs)
        {
            double[] expected = Numeric(function, inputs, input);
            double[] actual = input.Gradient() is null ? new double[expected.Length] : input.GradientValues();
            for (int i = 0; i < expected.Length; i++)
            {
                actual[i].Should().BeApproximately(expected[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])), "element {0} of the gradient", i);
            }
        }
    }

    private static double[] Numeric(Func<TensorImpl[], TensorImpl> function, TensorImpl[] inputs, TensorImpl varied)
    {
        var data = (double*)varied.WriteData();
        var slopes = new double[varied.NumberOfElements];
        for (int i = 0; i < slopes.Length; i++)
        {
            double original = data[i];
            data[i] = original + Step;
            double above = Weighted(function, inputs);
            data[i] = original - Step;
            double below = Weighted(function, inputs);
            data[i] = original;
            slopes[i] = (above - below) / (2 * Step);
        }

        GC.KeepAlive(varied);
        return slopes;
    }

    private static double Weighted(Func<TensorImpl[], TensorImpl> function, TensorImpl[] inputs)
    {
        bool previous = GradMode.Set(false);
        using TensorImpl result = function([.. inputs.Select(Variable.Detach)]);
        GradMode.Set(previous);
        using TensorImpl weights = TestTensors.Sample(12345, result.Sizes.ToArray());
        return result.Values().Zip(weights.Values(), (a, b) => a * b).Sum();
    }
}
