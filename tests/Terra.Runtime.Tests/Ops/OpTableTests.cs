using FluentAssertions;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Every op over dtypes, layouts and special values against its float64 reference; its in-place twin.</summary>
[Trait("Suite", "OpTable")]
public sealed class OpTableTests
{
    public static TheoryData<string> Entries => [.. OpInfos.All.Select(static info => info.ToString())];

    public static TheoryData<string> Twins => [.. OpInfos.All.Where(static info => info.Twin is not null).Select(static info => info.ToString())];

    [Theory]
    [MemberData(nameof(Entries))]
    public void Agrees_with_the_reference(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        foreach (DType dtype in info.DTypes)
        {
            foreach (Sample sample in info.Samples(dtype).SelectMany(info.Layouts))
            {
                Run(info, sample);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void In_place_writes_what_the_op_returns(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        foreach (DType dtype in info.DTypes)
        {
            foreach (Sample sample in info.Samples(dtype).SelectMany(info.Layouts))
            {
                TensorImpl expected = LeafMethods.Call(info.Op, sample)[0], self = sample.Inputs[0]!;
                if (!expected.Layout.SameSizes(self.Layout) || !TypePromotion.CanCast(expected.DType, self.DType) || Ops.Samples.SharesElements(self))
                {
                    continue;
                }

                TensorImpl converted = Aten._to_copy(expected, self.DType);
                int version = self.Storage.Version;
                TensorImpl result = LeafMethods.Call(info.Twin!, sample)[0];
                result.Should().BeSameAs(self);
                result.Storage.Version.Should().Be(version + 1);
                TensorBits.ToBits(result).Should().Equal(TensorBits.ToBits(converted), "{0} of {1}", info.Twin, sample);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Other_dtypes_are_refused_or_agree_with_the_reference(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        bool areChecked = OpTableNarrowFloatTests.Takes(info);
        foreach (DType dtype in Enum.GetValues<DType>().Except([.. info.DTypes, .. info.Unreferenced]).Where(dtype => !(areChecked && (dtype is DType.Float16 or DType.BFloat16))))
        {
            try
            {
                foreach (Sample sample in info.Samples(dtype))
                {
                    Run(info, sample);
                }
            }
            catch (System.Runtime.InteropServices.ExternalException refused)
            {
                refused.Message.Should().NotBeEmpty();
            }
        }
    }

    [Fact]
    public void Every_op_has_an_entry_or_its_twin_has()
    {
        IEnumerable<string> known = OpInfos.All.SelectMany(static info => new[] { info.Op.Name, info.Twin?.Name ?? info.Op.Name });
        OpRegistry.All.Select(static op => op.Name).Except(known).Should().BeEmpty();
    }

    /// <summary>Runs the op and compares its results, and what else it writes, with the reference.</summary>
    private static void Run(OpInfo info, Sample sample)
    {
        int[] mutated = sample.Mutated(info.Op);
        Sample used = mutated.Length > 0 ? sample.Copy() : sample;
        TensorImpl[] results = LeafMethods.Call(info.Op, used);
        Nd[] expected = info.Reference(sample);
        IEnumerable<TensorImpl> written = mutated
            .Where(position => !info.Op.Schema.ReturnsInput.Contains(position))
            .Select(position => used.Inputs[position]).OfType<TensorImpl>();
        TensorImpl[] actual = [.. results, .. written];
        actual.Should().HaveSameCount(expected, "{0} has as many results", info);
        for (int i = 0; i < actual.Length; i++)
        {
            Check(info, sample, i, actual[i], expected[i]);
        }
    }

    private static void Check(OpInfo info, Sample sample, int output, TensorImpl result, Nd reference)
    {
        result.Sizes.ToArray().Should().Equal(reference.Sizes, "{0} of {1} has these sizes in result {2}", info, sample, output);
        double[] actual = TensorBits.ToDoubles(result);
        if (info.Holds is { } holds)
        {
            actual.Where(value => !holds(sample, value)).Should().BeEmpty("{0} of {1}", info, sample);
            return;
        }

        bool isDouble = !info.IsReferenceRough && result.DType == DType.Float64 && sample.Inputs.All(static input => input?.DType != DType.Float32);
        double epsilon = Math.Pow(2, isDouble ? -52 : -23), smallest = result.DType == DType.Float32 ? float.Epsilon * 4 : double.Epsilon * 4;
        for (int i = 0; i < actual.Length; i++)
        {
            double expected = IrConstant.ToDouble(IrConstant.FromDouble(reference.Values[i], result.DType), result.DType);
            double allowed = (epsilon * info.Tolerance * Math.Abs(expected)) + (epsilon * info.AbsoluteTolerance) + smallest;
            bool equal = expected.Equals(actual[i]) || expected == actual[i] || (double.IsFinite(expected) && Math.Abs(expected - actual[i]) <= allowed);
            if (!equal)
            {
                Assert.Fail($"{info} of {sample}: element {i} of result {output} is {actual[i]:R}, expected {expected:R} up to {allowed:R}");
            }
        }
    }
}
