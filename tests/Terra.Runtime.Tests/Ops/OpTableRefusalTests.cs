using FluentAssertions;
using Terra.Runtime.Core;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Arguments an op does not take are refused with the right exception, before anything is written.</summary>
[Trait("Suite", "OpTable")]
public sealed class OpTableRefusalTests
{
    public static TheoryData<string> Entries => [.. OpInfos.All.Select(static info => info.ToString())];

    public static TheoryData<string> Refusing => [.. OpInfos.All.Where(static info => info.Refusals.Any()).Select(static info => info.ToString())];

    [Theory]
    [MemberData(nameof(Refusing))]
    public void Refuses_and_writes_nothing(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        foreach (Refusal refusal in info.Refusals)
        {
            foreach (Terra.Runtime.Ops.OpDef op in info.Twin is null ? [info.Op] : new[] { info.Op, info.Twin })
            {
                Sample sample = refusal.Sample();
                long[][] before = Bits(sample);
                int[] versions = Versions(sample);
                Exception? raised = Xunit.Record.Exception(() => LeafMethods.Call(op, sample));
                raised.Should().NotBeNull("{0} refuses {1}", op, sample).And.BeAssignableTo(refusal.Exception);
                if (op == info.Op)
                {
                    raised!.Message.Should().Match(refusal.Message);
                }

                Bits(sample).Should().BeEquivalentTo(before);
                Versions(sample).Should().Equal(versions);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Refuses_disposed_tensors(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        Sample sample = info.Samples(info.DTypes[0]).First();
        for (int i = 0; i < sample.Inputs.Length; i++)
        {
            Sample copy = sample.Copy();
            if (copy.Inputs[i] is { } input)
            {
                input.Dispose();
                FluentActions.Invoking(() => LeafMethods.Call(info.Op, copy)).Should().Throw<ObjectDisposedException>("argument {0} of {1} is disposed", i, info);
            }
        }
    }

    private static long[][] Bits(Sample sample) => [.. sample.Inputs.OfType<TensorImpl>().Select(TensorBits.ToBits)];

    private static int[] Versions(Sample sample) => [.. sample.Inputs.OfType<TensorImpl>().Select(static input => input.Storage.Version)];
}
