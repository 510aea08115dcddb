using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <summary>
/// One entry of the table of ops (in the spirit of PyTorch's OpInfo): what an op computes, in float64, and what it is to be tried with. The tests
/// of OpTable*.cs run every entry over dtypes and layouts.
/// </summary>
/// <param name="Name">The op's name without <c>aten::</c>.</param>
public abstract record OpInfo(string Name)
{
    /// <summary>Tells several entries of one op apart.</summary>
    public string Variant { get; init; } = "";

    /// <summary>What the dtype of <see cref="Samples"/> is to be.</summary>
    public DType[] DTypes { get; init; } = [DType.Float32, DType.Float64];

    /// <summary>Further dtypes that the op may take, but the reference does not tell what it gives then.</summary>
    public DType[] Unreferenced { get; init; } = [];

    /// <summary>Allowed relative error in units of the dtype's epsilon.</summary>
    public double Tolerance { get; init; } = 4;

    /// <summary>Allowed absolute error in units of the dtype's epsilon.</summary>
    public double AbsoluteTolerance { get; init; }

    /// <summary>The reference is no better than float32 (finite differences).</summary>
    public bool IsReferenceRough { get; init; }

    /// <summary>An expected failure: the message with which the second derivative is refused. The test fails if it is there after all.</summary>
    public string? NoSecondDerivative { get; init; }

    /// <summary>Tensor arguments that the derivative takes as constants (running statistics, class weights).</summary>
    public int[] Constants { get; init; } = [];

    /// <summary>
    /// For a backward op that takes what its forward op computed from other arguments (statistics): a sample with that computed again. The derivative is
    /// that of the arguments together; what is computed belongs to <see cref="Constants"/>.
    /// </summary>
    public Func<Sample, Sample>? Computed { get; init; }

    /// <summary>For an op that draws random numbers: what holds of each element; references then say sizes only.</summary>
    public Func<Sample, double, bool>? Holds { get; init; }

    /// <summary>Draws move with the parameters so that their quantiles stay, not as finite differences with the same random numbers would tell.</summary>
    public bool KeepsQuantiles { get; init; }

    /// <summary>Arguments the op refuses.</summary>
    public IEnumerable<Refusal> Refusals { get; init; } = [];

    public OpDef Op => OpRegistry.Find("aten::" + Name);

    /// <summary>The op that does the same in place, if there is one.</summary>
    public OpDef? Twin
    {
        get
        {
            string name = Name switch
            {
                "pow.Tensor_Tensor" => "pow_.Tensor",
                "pow.Tensor_Scalar" => "pow_.Scalar",
                "pow.Scalar" or "where.self" => "",
                _ => Name.Contains('.', StringComparison.Ordinal) ? Name.Replace(".", "_.", StringComparison.Ordinal) : Name + "_",
            };
            return OpRegistry.All.SingleOrDefault(op => op.Name == "aten::" + name);
        }
    }

    /// <summary>Arguments to try, in row-major layout if <see cref="Layouts"/> makes others of them.</summary>
    public abstract IEnumerable<Sample> Samples(DType dtype);

    /// <summary>A sample in the layouts to try.</summary>
    public abstract IEnumerable<Sample> Layouts(Sample sample);

    /// <summary>Small float64 arguments at which the op is differentiable.</summary>
    public abstract IEnumerable<Sample> GradientSamples();

    /// <summary>Arguments large enough for several threads; none if the op never shares its work.</summary>
    public abstract IEnumerable<Sample> Large(DType dtype);

    /// <summary>The results in float64; after them the values of mutated arguments that are no results.</summary>
    public abstract Nd[] Reference(Sample sample);

    public override string ToString() => Variant.Length == 0 ? Name : $"{Name} ({Variant})";
}

/// <summary>Arguments that an op refuses, and how.</summary>
/// <param name="Message">The exception's message, with wildcards.</param>
public sealed record Refusal(Func<Sample> Sample, string Message)
{
    public Type Exception { get; init; } = typeof(System.Runtime.InteropServices.ExternalException);
}
