using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Every reduction and scan over dtypes, layouts and dimension lists against loops in float64, and its derivative.</summary>
public class ReductionOpTests
{
    private static readonly DType[] s_floats = [DType.Float32, DType.Float64];
    private static readonly DType[] s_numbers = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.UInt8];
    private static readonly DType[] s_all = [.. s_numbers, DType.Bool];

    private static readonly Reduction[] s_table =
    [
        new("sum.dim_IntList", s_all, static x => x.Sum(), static (dims, keep) => [Attr.Of(dims), Attr.Of(keep), Attr.None]),
        new("mean.dim", s_floats, static x => x.Sum() / x.Length, static (dims, keep) => [Attr.Of(dims), Attr.Of(keep), Attr.None]),
        new("prod.dim_IntList", s_all, static x => x.Aggregate(1.0, static (a, b) => a * b), static (dims, keep) => [Attr.Of(dims), Attr.Of(keep), Attr.None]) { Small = true },
        new("var.correction", s_floats, static x => Variance(x, 1), static (dims, keep) => [Attr.Of(dims), Attr.Of(1L), Attr.Of(keep)]) { NotEmpty = true },
        new("amax", s_all, static x => x.Aggregate(double.NegativeInfinity, Math.Max), static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)]) { NotEmpty = true },
        new("amin", s_all, static x => x.Aggregate(double.PositiveInfinity, Math.Min), static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)]) { NotEmpty = true },
        new("all.dims", s_all, static x => x.All(static v => v != 0) ? 1 : 0, static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)]),
        new("any.dims", s_all, static x => x.Any(static v => v != 0) ? 1 : 0, static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)]),
        new("logsumexp", s_floats, static x => Math.Log(x.Sum(Math.Exp)), static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)]) { NotEmpty = true },
        new("max.dim", s_all, static x => x.Max(), static (dims, keep) => [Attr.Of(dims[0]), Attr.Of(keep)]) { OneDim = true },
        new("min.dim", s_all, static x => x.Min(), static (dims, keep) => [Attr.Of(dims[0]), Attr.Of(keep)]) { OneDim = true },
        new("argmax", s_numbers, static x => Array.IndexOf(x, x.Max()), static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)]) { OneDim = true },
        new("argmin", s_numbers, static x => Array.IndexOf(x, x.Min()), static (dims, keep) => [Attr.Of(dims), Attr.Of(keep)]) { OneDim = true },
    ];

    public static TheoryData<string> Names => [.. s_table.Select(row => row.Name)];

    public static TheoryData<string> Differentiable => [.. s_table.Where(row => row.Op.Derivative is not null).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_reference(string name)
    {
        Reduction row = s_table.Single(candidate => candidate.Name == name);
        foreach (DType dtype in row.DTypes)
        {
            foreach (TensorImpl input in Inputs(row, dtype))
            {
                foreach (long[] dims in Dimensions(row, input.Rank))
                {
                    bool[] reduced = ShapeRules.ReducedDims(dims, input.Rank);
                    if (ShapeRules.ReducedCount(input.Layout, reduced) == 0 && (row.NotEmpty || row.OneDim))
                    {
                        continue;
                    }

                    foreach (bool keepdim in (bool[])[false, true])
                    {
                        TensorImpl[] results = Eager.RunMany(row.Call(input, dims, keepdim));
                        results[0].Layout.Should().Be(ShapeRules.Reduce(input.Layout, reduced, keepdim));
                        double[][] groups = Groups(input, reduced);
                        Check(row, groups, TensorBits.ToDoubles(results[0]), results[0].DType, $"{name} of {dtype} {input.Layout} over [{string.Join(", ", dims)}]");
                        if (results.Length == 2)
                        {
                            double[] extremes = TensorBits.ToDoubles(results[0]);
                            TensorBits.ToDoubles(results[1]).Should().Equal(groups.Select((group, i) => (double)Array.IndexOf(group, extremes[i])));
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Has_the_derivative_that_finite_differences_give(string name)
    {
        Reduction row = s_table.Single(candidate => candidate.Name == name);
        TensorImpl input = Samples.Transposed(TensorBits.Floats([4, 3], static i => Math.Sin((i * 1.7) + 0.3) + 0.2, DType.Float64));
        foreach (long[] dims in Dimensions(row, 2))
        {
            foreach (bool keepdim in (bool[])[false, true])
            {
                CheckDerivative(row.Op, input, tensor => row.Call(tensor, dims, keepdim));
            }
        }

        CheckDerivative(row.Op, TensorBits.Floats([], static _ => 0.4, DType.Float64), tensor => row.Call(tensor, row.OneDim ? [0] : [], false), finite: name != "var.correction");
    }

    [Fact]
    public void The_product_of_others_is_right_with_zeros()
    {
        foreach (double[] values in (double[][])[[2, 0, 3, 4], [0, 0, 3, 4], [2, 5, 3, 4]])
        {
            TensorImpl input = TensorBits.Floats([4], i => values[i], DType.Float64);
            TensorImpl gradient = Aten.prod_backward(TensorBits.Floats([], static _ => 2, DType.Float64), input, [], false);
            TensorBits.ToDoubles(gradient).Should().Equal(Enumerable.Range(0, 4).Select(i => 2 * values.Where((_, k) => k != i).Aggregate(1.0, static (a, b) => a * b)));
        }
    }

    [Theory]
    [InlineData("cumsum", DType.Float32)]
    [InlineData("cumsum", DType.Float64)]
    [InlineData("cumsum", DType.Int32)]
    [InlineData("cumsum", DType.Bool)]
    [InlineData("cumprod", DType.Float32)]
    [InlineData("cumprod", DType.Float64)]
    [InlineData("cumprod", DType.Int64)]
    public void Scans_run_along_one_dimension(string name, DType dtype)
    {
        OpDef op = OpRegistry.Find("aten::" + name);
        foreach (TensorImpl input in Inputs(s_table[2], dtype))
        {
            for (long dim = -1; dim < Math.Max(input.Rank, 1); dim++)
            {
                TensorImpl result = Eager.Run(Scan(op, input, dim));
                result.DType.Should().Be(dtype.IsFloatingPoint() ? dtype : DType.Int64);
                result.Sizes.ToArray().Should().Equal(input.Sizes.ToArray());
                var marked = new bool[input.Rank];
                if (input.Rank > 0)
                {
                    marked[ShapeErrors.WrapDim(dim, input.Rank)] = true;
                }

                double[][] expected = Groups(input, marked), actual = Groups(result, marked);
                for (int line = 0; line < expected.Length; line++)
                {
                    double state = name == "cumsum" ? 0 : 1;
                    for (int i = 0; i < expected[line].Length; i++)
                    {
                        state = name == "cumsum" ? state + expected[line][i] : state * expected[line][i];
                        actual[line][i].Should().BeApproximately(state, 1e-5 * (1 + Math.Abs(state)));
                    }
                }
            }
        }

        TensorImpl real = Samples.Transposed(TensorBits.Floats([4, 3], static i => i == 5 ? 0 : Math.Sin((i * 1.7) + 0.3) + 0.2, DType.Float64));
        CheckDerivative(op, real, tensor => Scan(op, tensor, 0));
        CheckDerivative(op, real, tensor => Scan(op, tensor, 1));
    }

    [Fact]
    public void NaN_wins_every_extremum()
    {
        TensorImpl input = TensorBits.Floats([2, 40], static i => i is 7 or 9 or 60 ? double.NaN : i);
        TensorBits.ToDoubles(Aten.amax(input, [1], false)).Should().Equal(double.NaN, double.NaN);
        TensorBits.ToDoubles(Aten.amin(input, [0, 1], false)).Should().Equal(double.NaN);
        TensorBits.ToDoubles(Aten.max(input, 1, false)[1]).Should().Equal(7, 20);
        TensorBits.ToDoubles(Aten.argmin(input, [1], false)).Should().Equal(7, 20);
        TensorBits.ToDoubles(Aten.argmax(input, null, false)).Should().Equal(7);
        TensorBits.ToDoubles(Aten.all(input, [1], false)).Should().Equal(0, 1);
    }

    [Fact]
    public void Nothing_reduces_to_the_identity()
    {
        TensorImpl nothing = TensorBits.Empty(DType.Float32, 0, 2);
        TensorBits.ToDoubles(Aten.sum(nothing, [0], false, null)).Should().Equal(0, 0);
        TensorBits.ToDoubles(Aten.prod(nothing, [0], false, null)).Should().Equal(1, 1);
        TensorBits.ToDoubles(Aten.mean(nothing, [0], false, null)).Should().Equal(double.NaN, double.NaN);
        TensorBits.ToDoubles(Aten.all(nothing, [0], false)).Should().Equal(1, 1);
        TensorBits.ToDoubles(Aten.any(nothing, [0], false)).Should().Equal(0, 0);
        TensorBits.ToDoubles(Aten.sum(nothing, [1], false, null)).Should().BeEmpty();
    }

    [Fact]
    public void Sums_take_the_dtype_they_are_told()
    {
        TensorImpl bytes = TensorBits.From(DType.UInt8, [1000], static _ => 255);
        TensorBits.ToDoubles(Aten.sum(bytes, [], false, null)).Should().Equal(255000);
        TensorImpl real = Aten.sum(bytes, [], false, DType.Float32);
        real.DType.Should().Be(DType.Float32);
        TensorBits.ToDoubles(real).Should().Equal(255000);
        Aten.mean(bytes, [], false, DType.Float64).DType.Should().Be(DType.Float64);
    }

    [Fact]
    public void Logsumexp_does_not_overflow()
    {
        TensorImpl large = TensorBits.Floats([3], static i => 1000 + i), none = TensorBits.Floats([2], static _ => double.NegativeInfinity);
        TensorBits.ToDoubles(Aten.logsumexp(large, [0], false))[0].Should().BeApproximately(1002.4076, 1e-3);
        TensorBits.ToDoubles(Aten.logsumexp(none, [0], false)).Should().Equal(double.NegativeInfinity);
    }

    private static void CheckDerivative(OpDef op, TensorImpl input, Func<TensorImpl, OpInvocation> make, bool finite = true)
    {
        OpInvocation call = make(input);
        TensorImpl result = Eager.RunMany(call)[0];
        TensorImpl grad = TensorBits.Floats(result.Sizes.ToArray(), static i => 0.5 + (i % 3), DType.Float64);
        TensorImpl gradient = op.Derivative!(new BackwardContext(call, [grad, null], [true]))[0]!;
        gradient.Sizes.ToArray().Should().Equal(input.Sizes.ToArray());
        if (finite)
        {
            double[] expected = FiniteDifferences.Gradient(tensors => Eager.RunMany(make(tensors[0]))[0], [input], 0, grad);
            FiniteDifferences.ShouldAgree(TensorBits.ToDoubles(gradient), expected, call.ToString());
        }
    }

    private static void Check(Reduction row, double[][] groups, double[] actual, DType dtype, string what)
    {
        actual.Should().HaveCount(groups.Length, what);
        for (int i = 0; i < actual.Length; i++)
        {
            double expected = row.Reference(groups[i]);
            double tolerance = dtype switch { DType.Float32 => 2e-5, DType.Float64 => 1e-11, _ => 0 };
            double size = groups[i].Length == 0 ? 1 : groups[i].Average(Math.Abs) * Math.Sqrt(groups[i].Length);
            if (!expected.Equals(actual[i]) && !(Math.Abs(expected - actual[i]) <= tolerance * (Math.Abs(expected) + size)))
            {
                Assert.Fail($"{what}: result {i} is {actual[i]:R}, expected {expected:R}");
            }
        }
    }

    private static IEnumerable<TensorImpl> Inputs(Reduction row, DType dtype)
    {
        yield return Make(3, 4, 5);
        yield return Samples.Transposed(Make(5, 4, 3));
        yield return Samples.Sliced(Make(6, 21));
        yield return Samples.Expanded(Make(4), 3);
        yield return Make();
        yield return Make(0, 3);
        yield return Make(1, 7, 1);
        if (!row.Small)
        {
            yield return Make(2, 1037);
            yield return Make(1037, 3);
            yield return Make(70, 33, 9);
        }

        // Each value once where the dtype allows, so that positions of extremes are plain; a few zeros for all and any.
        TensorImpl Make(params long[] sizes) => TensorBits.Floats(
            sizes,
            i => dtype.IsFloatingPoint() ? (row.Small ? 0.5 + (i * 7 % 11 / 8.0) : (i * 7919 % 10007 / 5000.0) - 1) : dtype == DType.Bool ? i % 5 == 0 ? 0 : 1 : row.Small ? 1 + (i % 2) : i * 7919 % 101,
            dtype);
    }

    private static IEnumerable<long[]> Dimensions(Reduction row, int rank)
    {
        if (rank == 0)
        {
            return row.OneDim ? [[0], [-1]] : [[]];
        }

        IEnumerable<long[]> single = Enumerable.Range(0, rank).Select(static dim => new[] { (long)dim }).Append([-1]);
        if (row.OneDim)
        {
            return single;
        }

        return rank == 3 ? [.. single, [], [0, 2], [1, 2], [0, 1], [0, 1, 2]] : [.. single, [], [0, 1]];
    }

    /// <summary>The elements each result is made of, in row-major order of results and of elements.</summary>
    private static double[][] Groups(TensorImpl input, bool[] reduced)
    {
        double[] values = TensorBits.ToDoubles(input);
        Layout kept = ShapeRules.Reduce(input.Layout, reduced, keepdim: true);
        var groups = new List<double>[kept.NumberOfElements];
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = [];
        }

        for (int i = 0; i < values.Length; i++)
        {
            long rest = i, group = 0, stride = 1;
            for (int dim = input.Rank - 1; dim >= 0; dim--)
            {
                (rest, long index) = Math.DivRem(rest, input.Sizes[dim]);
                group += reduced[dim] ? 0 : index * stride;
                stride *= kept.Sizes[dim];
            }

            groups[group].Add(values[i]);
        }

        return Array.ConvertAll(groups, static group => group.ToArray());
    }

    private static OpInvocation Scan(OpDef op, TensorImpl input, long dim) => new OpInvocation(op).Add(input).Add(dim).Add((DType?)null);

    private static double Variance(double[] x, int correction)
    {
        double mean = x.Average();
        return x.Sum(v => (v - mean) * (v - mean)) / Math.Max(0, x.Length - correction);
    }

    private sealed record Reduction(string Name, DType[] DTypes, Func<double[], double> Reference, Func<long[], bool, Attr[]> Attributes)
    {
        /// <summary>Has no result for no elements.</summary>
        public bool NotEmpty { get; init; }

        /// <summary>Takes exactly one dimension.</summary>
        public bool OneDim { get; init; }

        /// <summary>Overflows over many elements.</summary>
        public bool Small { get; init; }

        public OpDef Op => OpRegistry.Find("aten::" + Name);

        public OpInvocation Call(TensorImpl input, long[] dims, bool keepdim) =>
            OpInfo.AddAttributes(new OpInvocation(Op).Add(input), Attributes(dims, keepdim));
    }
}
