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

/// <summary>One row of the table of element-wise ops: what it computes, in float64, and what it is to be tried with.</summary>
/// <param name="Name">The op's name without <c>aten::</c>.</param>
/// <param name="Reference">Result from the tensor arguments' elements and the scalar attributes.</param>
public sealed record OpInfo(string Name, int Tensors, Func<double[], double[], double> Reference)
{
    /// <summary>The op's attributes in schema order.</summary>
    public Attr[] Attrs { get; init; } = [];

    /// <summary>Where ordinary values of every argument lie.</summary>
    public (double Low, double High) Domain { get; init; } = (-3, 3);

    /// <summary>Where those of the last argument lie, if elsewhere (a divisor, an exponent).</summary>
    public (double Low, double High)? LastDomain { get; init; }

    public DType[] DTypes { get; init; } = [DType.Float32, DType.Float64];

    /// <summary>The dtype of the first argument where it is not that of the others (a condition), and of the second (a mask).</summary>
    public DType? FirstDType { get; init; }

    public DType? SecondDType { get; init; }

    public Extremes Extremes { get; init; } = Extremes.All;

    /// <summary>Allowed relative error in units of the dtype's epsilon.</summary>
    public double Tolerance { get; init; } = 4;

    /// <summary>Allowed absolute error in units of the dtype's epsilon.</summary>
    public double AbsoluteTolerance { get; init; }

    /// <summary>Points, in the first argument's domain, round which the derivative is not continuous.</summary>
    public double[] Kinks { get; init; } = [];

    public OpDef Op => OpRegistry.Find("aten::" + Name);

    public double[] Scalars => Attrs.Where(attr => attr.Kind == AttrKind.Scalar).Select(attr => attr.AsScalar.ToDouble()).ToArray();

    public DType ArgumentDType(int argument, DType dtype) =>
        argument == 0 && FirstDType is { } first ? first : argument == 1 && SecondDType is { } second ? second : dtype;

    /// <summary>The call of the op, or of its in-place twin, on these tensors; not run yet.</summary>
    public OpInvocation Call(OpDef op, params TensorImpl[] inputs)
    {
        var call = new OpInvocation(op);
        foreach (TensorImpl input in inputs)
        {
            call.Add(input);
        }

        return AddAttributes(call, Attrs);
    }

    public override string ToString() => Name;

    public static OpInvocation AddAttributes(OpInvocation call, Attr[] attrs)
    {
        foreach (Attr attr in attrs)
        {
            _ = attr.Kind switch
            {
                AttrKind.None => call.Add((ScalarValue?)null),
                AttrKind.Bool => call.Add(attr.AsBool),
                AttrKind.Int => call.Add(attr.AsInt),
                AttrKind.IntList => call.Add(attr.AsInts),
                AttrKind.DType => call.Add(attr.AsDType),
                AttrKind.String => call.Add(attr.AsString),
                AttrKind.Philox => call.Add(attr.AsPhilox),
                _ => call.Add(attr.AsScalar),
            };
        }

        return call;
    }

    /// <summary>Values of the domain for one argument, in a fixed pseudo-random order; integers where the dtype is one.</summary>
    internal TensorImpl Random(int argument, DType dtype, int seed, params long[] sizes)
    {
        (double low, double high) = argument == Tensors - 1 ? LastDomain ?? Domain : Domain;
        DType own = ArgumentDType(argument, dtype);
        var random = new Random((seed * 31) + argument);
        return Compiler.Tensors.Floats(sizes, _ =>
        {
            double value;
            do
            {
                value = low + (random.NextDouble() * (high - low));
                value = own.IsFloatingPoint() ? value : own == DType.UInt8 ? Math.Abs(Math.Round(value)) : own == DType.Bool ? random.Next(2) : Math.Round(value);
            }
            while (Kinks.Any(kink => Math.Abs(value - kink) < 0.01 && own == DType.Float64) || (!own.IsFloatingPoint() && own != DType.Bool && (value < low || value > high) && value != 0));

            return value;
        }, own);
    }
}
