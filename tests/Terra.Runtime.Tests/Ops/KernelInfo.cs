using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <summary>The entry of an op that is not element-wise: samples are drawn row-major, and tried in all layouts.</summary>
/// <param name="Name">The op's name without <c>aten::</c>.</param>
/// <param name="Result">The results in float64, see <see cref="OpInfo.Reference"/>.</param>
/// <param name="Draws">Samples of a dtype.</param>
public sealed record KernelInfo(string Name, Func<Sample, Nd[]> Result, Func<DType, IEnumerable<Sample>> Draws) : OpInfo(Name)
{
    private const int FewElements = 80;

    /// <summary>Also tried with an expanded first dimension.</summary>
    public bool Expandable { get; init; } = true;

    /// <summary>Samples to differentiate at, if not the small finite ones of float64.</summary>
    public Func<IEnumerable<Sample>>? Gradients { get; init; }

    /// <summary>A sample large enough for several threads.</summary>
    public Func<DType, Sample>? Many { get; init; }

    /// <summary>More large samples, of which the op computes each in another way.</summary>
    public Func<DType, IEnumerable<Sample>>? More { get; init; }

    public override IEnumerable<Sample> Samples(DType dtype) => Draws(dtype);

    public override IEnumerable<Sample> Layouts(Sample sample) => sample.Layouts(sample.Mutated(Op), Expandable);

    public override IEnumerable<Sample> GradientSamples() => Gradients is not null
        ? Gradients()
        : Draws(DType.Float64).Where(static sample => sample.Inputs.All(static input =>
            input is null || (input.NumberOfElements <= FewElements && Nd.Of(input).Values.All(static value => double.IsFinite(value) && Math.Abs(value) < 1e3))));

    public override IEnumerable<Sample> Large(DType dtype) => [.. Many is null ? [] : new[] { Many(dtype) }, .. More?.Invoke(dtype) ?? []];

    public override Nd[] Reference(Sample sample) => Result(sample);

    public override string ToString() => base.ToString();
}
