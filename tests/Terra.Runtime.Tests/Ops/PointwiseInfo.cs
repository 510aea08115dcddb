using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Compiler;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Which extreme values an op is tried with besides ordinary ones.</summary>
public enum Extremes
{
    None,

    /// <summary>NaN, infinities, zeros, denormals and moderate numbers.</summary>
    Moderate,

    /// <summary>The largest numbers too.</summary>
    All,
}

/// <summary>
/// The entry of an element-wise op: a function of one element of each (broadcast) tensor argument. Its samples come from the domain of those elements.
/// </summary>
/// <param name="Name">The op's name without <c>aten::</c>.</param>
/// <param name="Element">One element of the result from those of the tensor arguments and the scalar attributes.</param>
public sealed record PointwiseInfo(string Name, int Tensors, Func<double[], double[], double> Element) : OpInfo(Name)
{
    private const int Attempts = 100;

    /// <summary>The op's attributes in schema order.</summary>
    public Attr[] Attrs { get; init; } = [];

    /// <summary>Where ordinary values of every argument lie.</summary>
    public (double Low, double High) Domain { get; init; } = (-3, 3);

    /// <summary>Where those of the last argument lie, if elsewhere (a divisor, an exponent).</summary>
    public (double Low, double High)? LastDomain { get; init; }

    /// <summary>The dtype of the first argument where it is not that of the others (a condition), and of the second (a mask).</summary>
    public DType? FirstDType { get; init; }

    public DType? SecondDType { get; init; }

    public Extremes Extremes { get; init; } = Extremes.All;

    /// <summary>Points, in the first argument's domain, round which the derivative is not continuous.</summary>
    public double[] Kinks { get; init; } = [];

    public double[] Scalars => Attrs.Where(attr => attr.Kind == AttrKind.Scalar).Select(attr => attr.AsScalar.ToDouble()).ToArray();

    public DType ArgumentDType(int argument, DType dtype) =>
        argument == 0 && FirstDType is { } first ? first : argument == 1 && SecondDType is { } second ? second : dtype;

    public override IEnumerable<Sample> Samples(DType dtype) =>
        Ops.Samples.Of(this, dtype).Concat(Ops.Samples.Broadcasting(this, dtype)).Select(inputs => new Sample(inputs, Attrs));

    /// <summary>The samples are in many layouts already.</summary>
    public override IEnumerable<Sample> Layouts(Sample sample) => [sample];

    public override IEnumerable<Sample> GradientSamples() => Ops.Samples.ForGradients(this).Select(inputs => new Sample(inputs, Attrs));

    public override IEnumerable<Sample> Large(DType dtype)
    {
        var inputs = new TensorImpl[Tensors];
        for (int k = 0; k < inputs.Length; k++)
        {
            inputs[k] = Random(k, dtype, 31, 3, 70001);
        }

        return [new Sample(inputs, Attrs)];
    }

    public override Nd[] Reference(Sample sample)
    {
        long[] sizes = sample.Inputs.Aggregate(Array.Empty<long>(), static (common, input) => Nd.BroadcastSizes(common, input!.Sizes.ToArray()));
        double[][] values = [.. sample.Inputs.Select(input => Ops.Samples.Broadcast(input!, sizes))];
        double[] scalars = Scalars, element = new double[values.Length];
        var result = new double[sizes.Aggregate(1L, static (a, b) => a * b)];
        for (int i = 0; i < result.Length; i++)
        {
            for (int k = 0; k < element.Length; k++)
            {
                element[k] = values[k][i];
            }

            result[i] = Element(element, scalars);
        }

        return [new Nd(sizes, result)];
    }

    public override string ToString() => base.ToString();

    /// <summary>Values of the domain for one argument, in a fixed pseudo-random order; integers where the dtype is one.</summary>
    internal TensorImpl Random(int argument, DType dtype, int seed, params long[] sizes)
    {
        (double low, double high) = argument == Tensors - 1 ? LastDomain ?? Domain : Domain;
        DType own = ArgumentDType(argument, dtype);
        var random = new Random((seed * 31) + argument);
        return Compiler.Tensors.Floats(sizes, _ =>
        {
            double value = 0;
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                value = low + (random.NextDouble() * (high - low));
                value = own.IsFloatingPoint() ? value : own == DType.UInt8 ? Math.Abs(Math.Round(value)) : own == DType.Bool ? random.Next(2) : Math.Round(value);
                bool isKink = own == DType.Float64 && Kinks.Any(kink => Math.Abs(value - kink) < 0.01);
                if (!isKink && (own.IsFloatingPoint() || own == DType.Bool || (value >= low && value <= high) || value == 0))
                {
                    break;
                }
            }

            return value;
        }, own);
    }
}
