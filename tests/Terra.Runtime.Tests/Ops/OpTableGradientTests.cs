using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>First and second derivatives of every op that has one, through the tape, against central differences in float64.</summary>
[Trait("Suite", "OpTable")]
public sealed class OpTableGradientTests
{
    private const double Step = 1e-5;

    public static TheoryData<string> Differentiable => [.. OpInfos.All.Where(static info => info.Op.Derivative is not null && !info.KeepsQuantiles).Select(static info => info.ToString())];

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Derivatives_are_what_finite_differences_give(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        int samples = 0;
        foreach (Sample sample in info.GradientSamples().SelectMany(info => info.Layouts([], expanded: false).Take(2)))
        {
            if (sample.Inputs.Any(static input => input is { DType: DType.Float64, NumberOfElements: > 0 }))
            {
                Check(info, sample);
                samples++;
            }
        }

        samples.Should().BePositive();
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void A_result_requires_grad_if_a_gradient_goes_through_it(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        Sample leaves = info.GradientSamples().First(static sample => sample.Inputs.Any(static input => input is { DType: DType.Float64, NumberOfElements: > 0 })).Copy();
        TensorImpl[] inputs = Variables(info, leaves);
        Array.ForEach(inputs, static input => input.SetRequiresGrad(true));
        TensorImpl[] results = Run(info, leaves);
        for (int i = 0; i < results.Length; i++)
        {
            if (info.Op.NonDifferentiable.Contains(i))
            {
                Variable.RequiresGrad(results[i]).Should().BeFalse("result {0} of {1} is for the derivative only", i, info);
                Variable.IsLeaf(results[i]).Should().BeTrue();
            }
            else if (Variable.RequiresGrad(results[i]))
            {
                Engine.Grad([results[i]], inputs, [results[i].Detach()], retainGraph: true, allowUnused: true).Should().Contain(static gradient => gradient != null, "result {0} of {1} requires grad", i, info);
            }
        }
    }

    private static void Check(OpInfo info, Sample sample)
    {
        Sample leaves = sample.Copy();
        TensorImpl[] inputs = Variables(info, leaves);
        Array.ForEach(inputs, static input => input.SetRequiresGrad(true));
        TensorImpl[] results = Run(info, leaves);
        int[] differentiable = [.. Enumerable.Range(0, results.Length).Where(i => results[i].DType.IsFloatingPoint() && !info.Op.NonDifferentiable.Contains(i) && (i == 0 || Variable.RequiresGrad(results[i])))];
        if (differentiable.Length == 0)
        {
            return;
        }

        TensorImpl[] Chosen(TensorImpl[] all) => [.. differentiable.Select(i => all[i])];
        TensorImpl[] weights = Array.ConvertAll(Chosen(results), static result => TensorBits.Floats(result.Sizes.ToArray(), static i => 0.5 + (i % 3) - (0.125 * (i % 5)), DType.Float64));
        Array.ForEach(weights, static weight => weight.SetRequiresGrad(true));
        TensorImpl?[] gradients = Engine.Grad(Chosen(results), inputs, weights, retainGraph: true, createGraph: true, allowUnused: true);
        double[][] expected = Differences(leaves, inputs, copy => Chosen(Run(info, copy)).Zip(weights, Dot).Sum());
        ShouldAgree(gradients, expected, $"{info} of {sample}");

        TensorImpl[] variables = [.. inputs, .. weights];
        TensorImpl[] given = [.. gradients.OfType<TensorImpl>()], curved = [.. given.Where(Variable.RequiresGrad)];
        TensorImpl[] directions = Array.ConvertAll(given, static gradient => TensorBits.Floats(gradient.Sizes.ToArray(), static i => 0.75 - (0.25 * (i % 4)), DType.Float64));
        Func<TensorImpl?[]> second = () => curved.Length == 0 ? new TensorImpl?[variables.Length] : Engine.Grad(curved, variables, [.. directions.Where((_, i) => Variable.RequiresGrad(given[i]))], allowUnused: true);
        if (info.NoSecondDerivative is { } message)
        {
            second.Should().Throw<System.Runtime.InteropServices.ExternalException>("{0} is an expected failure", info).WithMessage(message);
            return;
        }

        // A gradient that is not followed counts as a constant: the differences tell whether it is one.
        int[] positions = [.. Enumerable.Range(0, gradients.Length).Where(i => gradients[i] is not null)];
        double[][] expectedSecond = Differences(leaves with { Inputs = [.. leaves.Inputs, .. weights] }, variables, copy =>
        {
            Sample own = copy with { Inputs = copy.Inputs[..^weights.Length] };
            TensorImpl[] ownInputs = Variables(info, own);
            Array.ForEach(ownInputs, static input => input.SetRequiresGrad(true));
            GradMode.Set(true);
            TensorImpl?[] first = Engine.Grad(Chosen(Run(info, own)), ownInputs, copy.Inputs[^weights.Length..]!, allowUnused: true);
            GradMode.Set(false);
            return positions.Select((position, i) => Dot(first[position]!, directions[i])).Sum();
        });
        ShouldAgree(second(), expectedSecond, $"second derivative of {info} of {sample}");
    }

    private static TensorImpl[] Variables(OpInfo info, Sample sample) =>
        [.. sample.Inputs.Where((input, i) => input?.DType == DType.Float64 && !info.Constants.Contains(i)).Cast<TensorImpl>()];

    /// <summary>Runs the op on the sample; an argument it writes is a copy, as a leaf must not be written.</summary>
    private static TensorImpl[] Run(OpInfo info, Sample sample)
    {
        if (info.Computed is { } computed)
        {
            bool recording = GradMode.Set(false);
            sample = computed(sample);
            GradMode.Set(recording);
        }

        TensorImpl?[] arguments = [.. sample.Inputs];
        foreach (int position in info.Op.Schema.MutatedInputs)
        {
            arguments[position] = arguments[position] is { } input ? Terra.Runtime.Ops.Aten.clone(input) : null;
        }

        return LeafMethods.Call(info.Op, sample with { Inputs = arguments });
    }

    private static double Dot(TensorImpl a, TensorImpl b) => TensorBits.ToDoubles(a).Zip(TensorBits.ToDoubles(b), static (x, y) => x * y).Sum();

    /// <summary>The slopes of a function of the sample along each element of the given tensors.</summary>
    private static double[][] Differences(Sample sample, TensorImpl[] variables, Func<Sample, double> function)
    {
        bool recording = GradMode.Set(false);
        var slopes = new double[variables.Length][];
        for (int v = 0; v < variables.Length; v++)
        {
            slopes[v] = new double[variables[v].NumberOfElements];
            int position = Array.FindIndex(sample.Inputs, input => ReferenceEquals(input, variables[v]));
            for (int i = 0; i < slopes[v].Length; i++)
            {
                slopes[v][i] = (Shifted(position, i, Step) - Shifted(position, i, -Step)) / (2 * Step);
            }
        }

        GradMode.Set(recording);
        return slopes;

        double Shifted(int position, int element, double step)
        {
            Sample copy = sample.Copy();
            TensorImpl tensor = copy.Inputs[position]!;
            double value = BitConverter.Int64BitsToDouble(TensorBits.Read(tensor, element));
            TensorBits.Write(tensor, element, BitConverter.DoubleToInt64Bits(value + step));
            return function(copy);
        }
    }

    private static void ShouldAgree(TensorImpl?[] actual, double[][] expected, string what)
    {
        for (int v = 0; v < expected.Length; v++)
        {
            double[] values = actual[v] is { } gradient ? TensorBits.ToDoubles(gradient) : new double[expected[v].Length];
            values.Should().HaveSameCount(expected[v], what);
            for (int i = 0; i < values.Length; i++)
            {
                if (!values[i].Equals(expected[v][i]) && !(Math.Abs(values[i] - expected[v][i]) <= 1e-6 + (1e-5 * Math.Abs(expected[v][i]))))
                {
                    Assert.Fail($"{what}: element {i} of the gradient to argument {v} is {values[i]:R}, finite differences give {expected[v][i]:R}");
                }
            }
        }
    }
}
