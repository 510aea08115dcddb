using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class RandomKernelTests
{
    /// <summary>Known-answer tests of the authors' Random123 library (kat_vectors, philox4x32 10).</summary>
    [Fact]
    public void Philox_gives_the_published_words()
    {
        Philox4x32.Block(0, 0, 0).Should().Be((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
    }

    [Fact]
    public void Words_for_runs_are_those_of_single_elements() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            ulong key = (ulong)random.NextInt64(), offset = random.Next(3) == 0 ? ulong.MaxValue - 5 : (ulong)random.NextInt64();
            long first = random.NextInt64(1L << 36);
            int count = random.Next(1, 200), stream = random.Next(4);
            var word = (RandomWord)random.Next(3);
            var words = new int[count];
            unsafe
            {
                fixed (int* target = words)
                {
                    PhiloxFill.Words(key, offset, stream, word, first, count, target);
                }
            }

            words.Should().Equal(Enumerable.Range(0, count).Select(i => Philox4x32.Word(key, offset, stream, word.IndexFor(first + i))));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Normal_numbers_have_mean_zero_and_variance_one_and_depend_on_the_index_alone()
    {
        const long Count = 200_001;
        using TensorImpl numbers = Aten.randn([Count], DType.Float32, new PhiloxState(42, 7));
        using TensorImpl fewer = Aten.randn([1001], DType.Float32, new PhiloxState(42, 7));
        double[] values = Tensors.ToDoubles(numbers);
        values.Average().Should().BeApproximately(0, 0.01);
        values.Average(x => x * x).Should().BeApproximately(1, 0.02);
        values.Average(x => x * x * x * x).Should().BeApproximately(3, 0.1);
        Tensors.ToDoubles(fewer).Should().Equal(values.Take(1001));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Uniform_numbers_fill_the_unit_interval_evenly(DType dtype)
    {
        using TensorImpl numbers = Aten.rand([100_000], dtype, new PhiloxState(1, 0));
        double[] values = Tensors.ToDoubles(numbers);
        values.Should().OnlyContain(x => x >= 0 && x < 1);
        foreach (int count in values.GroupBy(x => (int)(x * 10)).Select(bin => bin.Count()))
        {
            count.Should().BeInRange(9_500, 10_500);
        }
    }
}
