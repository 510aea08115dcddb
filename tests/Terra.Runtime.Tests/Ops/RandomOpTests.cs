using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Random ops: pure functions of the Philox state, of the right distribution.</summary>
[Collection(nameof(TerraRuntime))]
public class RandomOpTests
{
    private const int Many = 20000;
    private static readonly PhiloxState s_state = new(42, 1000);

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Rand_is_uniform(DType dtype)
    {
        double[] values = TensorBits.ToDoubles(Aten.rand([Many], dtype, s_state));
        values.Should().OnlyContain(static value => value >= 0 && value < 1);
        values.Average().Should().BeApproximately(0.5, 0.01);
        Variance(values).Should().BeApproximately(1 / 12.0, 0.003);
        values.Distinct().Count().Should().BeGreaterThan(Many - 30);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Randn_is_standard_normal(DType dtype)
    {
        double[] values = TensorBits.ToDoubles(Aten.randn([Many], dtype, s_state));
        values.Average().Should().BeApproximately(0, 0.03);
        Variance(values).Should().BeApproximately(1, 0.04);
        (values.Count(static value => Math.Abs(value) < 1) / (double)Many).Should().BeApproximately(0.6827, 0.015);
        (values.Count(static value => value > 2) / (double)Many).Should().BeApproximately(0.0228, 0.005);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(7)]
    [InlineData(60)]
    public void Poisson_draws_have_mean_and_variance_of_the_rate(double rate)
    {
        double[] values = TensorBits.ToDoubles(Aten.poisson(Aten.full([Many], rate, DType.Float64), s_state));
        values.Average().Should().BeApproximately(rate, 5 * Math.Sqrt(rate / Many));
        Variance(values).Should().BeApproximately(rate, 0.06 * rate);
        values.Count(static value => value == 0).Should().BeCloseTo((int)(Many * Math.Exp(-rate)), 220);
    }

    [Theory]
    [InlineData(5, 0.3)]
    [InlineData(100, 0.4)]
    [InlineData(100, 0.97)]
    [InlineData(1000, 0.001)]
    public void Binomial_draws_have_their_mean_and_variance(double count, double probability)
    {
        double[] values = TensorBits.ToDoubles(Aten.binomial(Aten.full([Many], count, DType.Float64), Aten.full([Many], probability, DType.Float64), s_state));
        double variance = count * probability * (1 - probability);
        values.Average().Should().BeApproximately(count * probability, 5 * Math.Sqrt(variance / Many));
        Variance(values).Should().BeApproximately(variance, 0.06 * variance);
    }

    [Fact]
    public void Binomial_draws_at_the_ends_are_certain()
    {
        TensorImpl count = TensorBits.Floats([5], static i => i == 4 ? double.NaN : 3, DType.Float64);
        TensorImpl probability = TensorBits.Floats([5], static i => i switch { 0 => 0, 1 => 1, 2 => -1, 3 => double.NaN, _ => 0.5 }, DType.Float64);
        TensorBits.ToDoubles(Aten.binomial(count, probability, s_state)).Should().Equal(0, 3, 0, double.NaN, double.NaN);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(9.5)]
    public void Gamma_draws_have_mean_and_variance_of_the_shape(double shape)
    {
        double[] values = TensorBits.ToDoubles(Aten._standard_gamma(Aten.full([Many], shape, DType.Float64), s_state));
        values.Average().Should().BeApproximately(shape, 5 * Math.Sqrt(shape / Many));
        Variance(values).Should().BeApproximately(shape, 0.12 * shape);
        values.Average(Math.Log).Should().BeApproximately(shape switch { 0.2 => -5.2890398966, 1 => -0.5772156649, _ => 2.1977378764 }, shape < 1 ? 0.2 : 0.05);
    }

    [Fact]
    public void Gamma_draws_move_with_the_shape_as_their_moments_do()
    {
        using TensorImpl shape = Aten.full([Many], 2.5, DType.Float64);
        shape.SetRequiresGrad(true);
        using TensorImpl draws = Aten._standard_gamma(shape, s_state), squares = Aten.mul(draws, draws), ones = Aten.full([Many], 1, DType.Float64);
        double[] first = TensorBits.ToDoubles(Engine.Grad([draws], [shape], [ones], retainGraph: true)[0]!);
        double[] second = TensorBits.ToDoubles(Engine.Grad([squares], [shape], [ones])[0]!);
        first.Average().Should().BeApproximately(1, 0.01);
        second.Average().Should().BeApproximately(1 + (2 * 2.5), 0.2);
    }

    [Fact]
    public void The_same_state_draws_the_same_numbers_and_another_others()
    {
        long[] first = TensorBits.ToBits(Aten.randn([1001], DType.Float32, s_state));
        TensorBits.ToBits(Aten.randn([1001], DType.Float32, s_state)).Should().Equal(first);
        TensorBits.ToBits(Aten.randn([1001], DType.Float32, new PhiloxState(43, 1000))).Should().NotEqual(first);
        TensorBits.ToBits(Aten.randn([1001], DType.Float32, new PhiloxState(42, 2000))).Should().NotEqual(first);
    }

    [Fact]
    public void An_element_depends_on_its_index_alone()
    {
        long[] flat = TensorBits.ToBits(Aten.rand([60], DType.Float32, s_state));
        TensorBits.ToBits(Aten.rand([5, 12], DType.Float32, s_state)).Should().Equal(flat);
        TensorImpl transposed = Samples.Transposed(Aten.full([12, 5], 0, DType.Float32));
        TensorBits.ToBits(Aten.uniform_(transposed, 0, 1, s_state)).Should().Equal(flat);
    }

    [Fact]
    public void In_place_draws_have_the_given_parameters()
    {
        double[] uniform = TensorBits.ToDoubles(Aten.uniform_(Aten.full([Many], 0, DType.Float32), -2, 4, s_state));
        uniform.Should().OnlyContain(static value => value >= -2 && value <= 4);
        uniform.Average().Should().BeApproximately(1, 0.05);
        double[] normal = TensorBits.ToDoubles(Aten.normal_(Aten.full([Many], 0, DType.Float32), 3, 0.5, s_state));
        normal.Average().Should().BeApproximately(3, 0.02);
        Variance(normal).Should().BeApproximately(0.25, 0.01);
        TensorBits.ToDoubles(Aten.bernoulli_(Aten.full([Many], 0, DType.Int64), 0.3, s_state)).Average().Should().BeApproximately(0.3, 0.015);
    }

    [Fact]
    public void Bernoulli_follows_each_element()
    {
        TensorImpl probabilities = TensorBits.Floats([3, Many], static i => (i / Many) switch { 0 => 0, 1 => 0.8, _ => 1 });
        double[] drawn = TensorBits.ToDoubles(Aten.bernoulli(probabilities, s_state));
        drawn[..Many].Should().OnlyContain(static value => value == 0);
        drawn[Many..(2 * Many)].Average().Should().BeApproximately(0.8, 0.015);
        drawn[(2 * Many)..].Should().OnlyContain(static value => value == 1);
    }

    [Fact]
    public void Randint_covers_its_range()
    {
        double[] values = TensorBits.ToDoubles(Aten.randint(-3, 4, [Many], DType.Int64, s_state));
        values.Distinct().Order().Should().Equal(-3, -2, -1, 0, 1, 2, 3);
        values.GroupBy(static value => value).Should().OnlyContain(static group => Math.Abs(group.Count() - (Many / 7.0)) < 250);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(257)]
    public void Randperm_is_a_permutation(long n)
    {
        double[] values = TensorBits.ToDoubles(Aten.randperm(n, DType.Int64, s_state));
        values.Order().Should().Equal(Enumerable.Range(0, (int)n).Select(static i => (double)i));
        if (n > 10)
        {
            values.Should().NotBeInAscendingOrder();
        }
    }

    [Theory]
    [InlineData(1, DType.Int64)]
    [InlineData(300, DType.Int32)]
    [InlineData(100, DType.UInt8)]
    [InlineData(20_001, DType.Float32)]
    public void Randperm_swaps_with_a_place_drawn_for_each_step(int n, DType dtype)
    {
        int[] order = [.. Enumerable.Range(0, n)];
        for (int i = n - 1; i > 0; i--)
        {
            int other = (int)(Bits(i) % (ulong)(i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }

        AtThreads(() => TensorBits.ToDoubles(Aten.randperm(n, dtype, s_state)).Should().Equal(order.Select(static value => (double)value)));
    }

    [Theory]
    [InlineData(1, 5, 5)]
    [InlineData(40, 1001, 4)]
    [InlineData(7, 300, 64)]
    [InlineData(7, 300, 65)]
    [InlineData(3, 300, 300)]
    public void Multinomial_without_replacement_takes_the_smallest_times(int rows, int categories, int samples)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            // Some cannot be drawn, unless all are.
            TensorImpl weights = TensorBits.Floats([rows, categories], i => samples == categories || i % 5 > 0 ? 0.25 + (i * 7919 % 64) : 0.0, dtype);
            double[] known = TensorBits.ToDoubles(weights);
            IEnumerable<double> expected = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, categories)
                .OrderBy(i => known[(row * categories) + i] is > 0 and var weight ? -Math.Log(1 - Uniform((row * categories) + i)) / weight : double.PositiveInfinity)
                .Take(samples).Select(static i => (double)i));
            AtThreads(() => TensorBits.ToDoubles(Aten.multinomial(weights, samples, false, s_state)).Should().Equal(expected));
        }
    }

    [Fact]
    public void Multinomial_with_replacement_searches_the_sums()
    {
        const int Rows = 3, Categories = 100, Samples = 2001;
        TensorImpl weights = TensorBits.Floats([Rows, Categories], static i => i % 3, DType.Float64);
        double[] known = TensorBits.ToDoubles(weights);
        IEnumerable<double> expected = Enumerable.Range(0, Rows * Samples).Select(i =>
        {
            double[] sums = new double[Categories];
            double total = 0;
            for (int k = 0; k < Categories; k++)
            {
                sums[k] = total += known[(i / Samples * Categories) + k];
            }

            return (double)Array.FindIndex(sums, sum => sum > Uniform(i) * total);
        });
        AtThreads(() => TensorBits.ToDoubles(Aten.multinomial(weights, Samples, true, s_state)).Should().Equal(expected));
    }

    [Fact]
    public void Multinomial_refuses_the_first_row_that_is_no_distribution()
    {
        TensorImpl weights = TensorBits.Floats([3000, 4], static i => i / 4 == 1000 ? 0.0 : i == 9999 ? -1 : 1, DType.Float64);
        FluentActions.Invoking(() => Aten.multinomial(weights, 2, false, s_state)).Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*sum of probabilities <= 0*");
    }

    [Fact]
    public void Dropout_zeroes_and_scales()
    {
        TensorImpl[] results = Aten.native_dropout(Aten.full([Many], 3, DType.Float32), 0.25, s_state);
        double[] values = TensorBits.ToDoubles(results[0]), mask = TensorBits.ToDoubles(results[1]);
        results[1].DType.Should().Be(DType.Bool);
        mask.Average().Should().BeApproximately(0.75, 0.015);
        values.Zip(mask).Should().OnlyContain(static pair => pair.First == (pair.Second != 0 ? 4 : 0));
        TensorBits.ToDoubles(Aten.native_dropout(Aten.full([9], 3, DType.Float32), 1, s_state)[0]).Should().OnlyContain(static value => value == 0);
        TensorBits.ToDoubles(Aten.native_dropout(Aten.full([9], 3, DType.Float32), 0, s_state)[0]).Should().OnlyContain(static value => value == 3);
    }

    [Fact]
    public void Multinomial_follows_the_weights()
    {
        TensorImpl weights = TensorBits.Floats([2, 4], static i => i % 4 == 2 ? 0 : 1 + (i % 4));
        double[] drawn = TensorBits.ToDoubles(Aten.multinomial(weights, Many, true, s_state));
        drawn.Should().HaveCount(2 * Many).And.NotContain(2);
        (drawn.Count(static value => value == 3) / (2.0 * Many)).Should().BeApproximately(4 / 7.0, 0.015);
        for (ulong i = 0; i < 50; i++)
        {
            TensorBits.ToDoubles(Aten.multinomial(TensorBits.Floats([4], static i => i), 3, false, new PhiloxState(7, i * 10)))
                .Order().Should().Equal(1, 2, 3);
        }
    }

    private static ulong Bits(long i) =>
        (uint)Philox4x32.Word(s_state.Seed, s_state.Offset, 0, i) | ((ulong)(uint)Philox4x32.Word(s_state.Seed, s_state.Offset, 1, i) << 32);

    private static double Uniform(long i) => (Bits(i) >> 11) / 9007199254740992.0;

    private static void AtThreads(Action check)
    {
        int threads = WorkerPool.Shared.NumThreads;
        try
        {
            foreach (int count in (int[])[1, 2, 3])
            {
                WorkerPool.Shared.NumThreads = count;
                check();
            }
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / values.Length;
    }
}
