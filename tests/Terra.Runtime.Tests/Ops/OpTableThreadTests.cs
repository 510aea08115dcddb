using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>The bits of every op's results are the same with any number of threads.</summary>
[Trait("Suite", "OpTable")]
[Collection(nameof(TerraRuntime))]
public sealed class OpTableThreadTests
{
    public static TheoryData<string> Entries => [.. OpInfos.All.Where(static info => info is PointwiseInfo or KernelInfo { Many: not null }).Select(static info => info.ToString())];

    [Theory]
    [MemberData(nameof(Entries))]
    public void Threads_do_not_change_results(string entry)
    {
        OpInfo info = OpInfos.Find(entry);
        DType[] dtypes = info is KernelInfo && info.DTypes.Contains(DType.Float64) ? [info.DTypes[0], DType.Float64] : [info.DTypes[0]];
        foreach (Sample sample in dtypes.Distinct().SelectMany(info.Large).Concat(OpInfos.Shares(info, dtypes[0])))
        {
            Check(info, sample);
        }
    }

    [Fact]
    public void Sizes_that_are_shared_in_other_ways_are_of_ops_in_the_table() =>
        OpInfos.All.Where(static info => OpInfos.Shares(info, info.DTypes[0]).Any()).Should().HaveCountGreaterThan(35);

    private static void Check(OpInfo info, Sample sample)
    {
        int threads = WorkerPool.Shared.NumThreads;
        try
        {
            WorkerPool.Shared.NumThreads = 1;
            long[][] expected = Bits(info, sample);
            foreach (int count in (int[])[2, 3, 5, 8, 16])
            {
                WorkerPool.Shared.NumThreads = count;
                long[][] actual = Bits(info, sample);
                for (int i = 0; i < expected.Length; i++)
                {
                    actual[i].AsSpan().SequenceEqual(expected[i]).Should().BeTrue("result {0} of {1} of {2} has the same bits with {3} threads", i, info, sample, count);
                }
            }
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }
    }

    private static long[][] Bits(OpInfo info, Sample sample)
    {
        int[] mutated = sample.Mutated(info.Op);
        Sample used = mutated.Length > 0 ? sample.Copy() : sample;
        TensorImpl[] results = LeafMethods.Call(info.Op, used);
        return [.. results.Concat(mutated.Select(position => used.Inputs[position]).OfType<TensorImpl>()).Select(TensorBits.ToBits)];
    }
}
