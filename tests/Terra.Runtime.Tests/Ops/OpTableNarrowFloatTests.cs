using FluentAssertions;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>
/// Every op on float16 and bfloat16 gives what it gives on the same numbers in float32, rounded once: to the bit, as the float32 results are checked against float64
/// elsewhere. Statistics that only the backward op sees stay in float32.
/// </summary>
[Trait("Suite", "OpTable")]
public sealed class OpTableNarrowFloatTests
{
    /// <summary>Decompositions, which PyTorch does not have for the 16-bit types either, and what would go to a neighbour in float32.</summary>
    private static readonly string[] s_refusing = ["linalg_", "_linalg_", "cholesky", "triangular_solve", "nextafter"];

    public static TheoryData<string> Entries => [.. OpInfos.All.Where(Takes).Select(static info => info.ToString())];

    /// <summary>Whether the op takes 16-bit floating-point tensors; random draws are left out as they draw other numbers in another dtype.</summary>
    internal static bool Takes(OpInfo info) =>
        info.DTypes.Contains(DType.Float32) && info.Holds is null && !s_refusing.Any(prefix => info.Name.StartsWith(prefix, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Entries))]
    public void Computes_in_float32_and_rounds_once(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        foreach (DType dtype in new[] { DType.BFloat16, DType.Float16 })
        {
            foreach (Sample sample in info.Samples(dtype).SelectMany(sample => info.Layouts(sample).Take(3)))
            {
                Sample narrow = sample.Copy(), wide = Widened(sample);
                TensorImpl[] results = LeafMethods.Call(info.Op, narrow), expected = LeafMethods.Call(info.Op, wide);
                int[] mutated = sample.Mutated(info.Op);
                ShouldBeRounded(info, sample, [.. results, .. Written(narrow, mutated)], [.. expected, .. Written(wide, mutated)]);
            }
        }
    }

    private static IEnumerable<TensorImpl> Written(Sample sample, int[] mutated) => mutated.Select(position => sample.Inputs[position]).OfType<TensorImpl>();

    private static void ShouldBeRounded(OpInfo info, Sample sample, TensorImpl[] results, TensorImpl[] expected)
    {
        for (int i = 0; i < results.Length; i++)
        {
            DType dtype = results[i].DType;
            results[i].Sizes.ToArray().Should().Equal(expected[i].Sizes.ToArray());
            double[] actual = TensorBits.ToDoubles(results[i]);
            double[] rounded = [.. TensorBits.ToDoubles(expected[i]).Select(value => IrConstant.ToDouble(IrConstant.FromDouble(value, dtype), dtype))];
            actual.Should().Equal(rounded, static (a, b) => a.Equals(b), "{0} of {1} rounds result {2} once", info, sample, i);
        }
    }

    private static Sample Widened(Sample sample) => new(
        Array.ConvertAll(sample.Inputs, static input => input is null ? null
            : TensorBits.Floats(input.Sizes.ToArray(), Reader(input), input.DType.ComputeType())),
        Array.ConvertAll(sample.Attrs, static attr => attr.Kind == AttrKind.DType ? Attr.Of(attr.AsDType.ComputeType()) : attr)) { Lists = sample.Lists };

    private static Func<long, double> Reader(TensorImpl tensor)
    {
        double[] values = TensorBits.ToDoubles(tensor);
        return i => values[i];
    }
}
