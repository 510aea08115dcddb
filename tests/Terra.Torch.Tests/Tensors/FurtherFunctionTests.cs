using FluentAssertions;
using Terra.Torch.Tests.NN;
using TorchSharp;
using Xunit;
using static Terra.Torch.Tests.NN.Waves;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Functions against values of PyTorch 1.13 for the same inputs.</summary>
public sealed class FurtherFunctionTests
{
    private static readonly Tensor s_x = Wave([4, 6]);
    private static readonly Tensor s_y = Wave([4, 6], 1);
    private static readonly Tensor s_a = Wave([4, 4]) + (2 * eye(4, dtype: float64));
    private static readonly Tensor s_t = Wave([5, 3]);
    private static readonly Tensor s_b3 = Wave([2, 4, 4]) + (2 * eye(4, dtype: float64));
    private static readonly Tensor s_n = s_x.masked_fill(s_x.eq(s_x[1, 2]), double.NaN);
    private static readonly Tensor s_k = (s_x * 5).to(int64);
    private static readonly Tensor s_k2 = s_k.narrow(1, 0, 2).div(2, RoundingMode.floor);
    private static readonly Tensor s_k3 = s_k.div(3, RoundingMode.floor);
    private static readonly Tensor s_i = tensor(new long[] { 2, 0, 3 });
    private static readonly Tensor s_q = tensor(new[] { 0.1, 0.5, 0.77 });

    private static readonly Dictionary<string, Func<Tensor>> s_functions = new()
    {
        ["asinh"] = () => (s_x * 3).asinh(),
        ["acosh"] = () => (s_x.abs() + 1).acosh(),
        ["atanh"] = () => (s_x * 0.9).atanh(),
        ["erfinv"] = () => (s_x * 0.999).erfinv(),
        ["erfc"] = () => s_x.erfc(),
        ["hypot"] = () => hypot(s_x, s_y),
        ["copysign"] = () => copysign(s_x, s_y),
        ["fmax"] = () => fmax(s_n, s_y),
        ["fmin"] = () => s_n.fmin(s_y),
        ["logaddexp"] = () => logaddexp(s_x, s_y),
        ["logaddexp2"] = () => s_x.logaddexp2(s_y),
        ["xlogy"] = () => xlogy(s_x, s_y.abs()),
        ["heaviside"] = () => heaviside(s_x, s_y),
        ["nan_to_num"] = () => s_n.nan_to_num(0.5),
        ["sinc"] = () => s_x.sinc(),
        ["logit"] = () => s_x.abs().logit(1e-3),
        ["ldexp"] = () => s_x.ldexp(s_k),
        ["left_shift"] = () => s_k.bitwise_left_shift(s_k.abs()),
        ["right_shift"] = () => (s_k * 100).bitwise_right_shift(s_k.abs()),
        ["addmv"] = () => s_y.select(1, 0).addmv(s_x, Wave([6]), 0.5f, 2),
        ["addr"] = () => s_x.addr(Wave([4]), Wave([6]), 0.5f, 2),
        ["addbmm"] = () => s_a.addbmm(s_b3, s_b3, 0.5f, 2),
        ["inner"] = () => inner(s_x, s_y),
        ["tensordot"] = () => tensordot(Wave([2, 3, 4]), Wave([4, 3, 5]), [1, 2], [1, 0]),
        ["kron"] = () => kron(s_x, s_t),
        ["matrix_power"] = () => s_a.matrix_power(5),
        ["matrix_power -2"] = () => s_a.matrix_power(-2),
        ["index_copy"] = () => s_x.index_copy(0, s_i, Wave([3, 6], 3)),
        ["index_fill"] = () => s_x.index_fill(1, s_i, 7),
        ["masked_scatter"] = () => s_x.masked_scatter(s_x.gt(0.2), Wave([24], 4)),
        ["repeat_interleave"] = () => s_x.repeat_interleave(tensor(new long[] { 1, 0, 3, 2 }), 0),
        ["diag_embed"] = () => s_x.diag_embed(1, 0, 2),
        ["diagflat"] = () => s_x[0].diagflat(-1),
        ["diagonal_scatter"] = () => s_x.diagonal_scatter(Wave([4]), 1),
        ["isin"] = () => isin(s_k, tensor(new long[] { 1, -2 })),
        ["rot90"] = () => s_x.rot90(3),
        ["rot90 -3"] = () => s_x.rot90(-3, (1, 0)),
        ["kthvalue"] = () => s_x.kthvalue(2, 1).values,
        ["kthvalue indices"] = () => s_x.kthvalue(2, 1).indices,
        ["median"] = () => s_x.median(),
        ["nanmedian"] = () => s_n.nanmedian(),
        ["cummax"] = () => s_x.cummax(1).values,
        ["cummax indices"] = () => s_x.cummax(1).indices,
        ["cummin"] = () => s_x.cummin(0).values,
        ["quantile"] = () => s_x.quantile(s_q, 1),
        ["quantile keepdim"] = () => s_x.quantile(tensor(0.3), 0, true),
        ["nanquantile"] = () => s_n.nanquantile(s_q, 1),
        ["quantile nan"] = () => s_n.quantile(s_q, 1).nan_to_num(9),
        ["searchsorted"] = () => searchsorted(s_x.sort(1).Values, s_y, right: true),
        ["bucketize"] = () => bucketize(s_x, Wave([3]).sort().Values),
        ["unique"] = () => unique(s_k).output,
        ["unique inverse"] = () => unique(s_k, return_inverse: true).inverse_indices!,
        ["unique counts"] = () => unique(s_k, return_counts: true).counts!,
        ["unique dim"] = () => unique(s_k2, dim: 0).output,
        ["unique dim inverse"] = () => unique(s_k2, return_inverse: true, dim: 0).inverse_indices!,
        ["unique dim counts"] = () => unique(s_k2, return_counts: true, dim: 0).counts!,
        ["unique_consecutive"] = () => unique_consecutive(s_k3).output,
        ["unique_consecutive inverse"] = () => unique_consecutive(s_k3, return_inverse: true).inverse_indices!,
        ["unique_consecutive counts"] = () => unique_consecutive(s_k3, return_counts: true).counts!,
        ["nanmean"] = () => s_n.nanmean(),
        ["nanmean dim"] = () => s_n.nanmean(1),
        ["bincount"] = () => bincount(s_k.abs().flatten(), minlength: 9),
        ["bincount weights"] = () => bincount(s_k.abs().flatten(), s_x.flatten()),
        ["histc"] = () => s_x.histc(5),
        ["histc range"] = () => s_x.histc(7, -1, 1),
        ["cov"] = () => s_x.cov(),
        ["cov weights"] = () => s_x.cov(0, tensor(new long[] { 1, 2, 1, 3, 1, 1 }), Wave([6]).abs()),
        ["cov aweights"] = () => s_x.cov(aweights: Wave([6]).abs()),
        ["corrcoef"] = () => s_x.corrcoef(),
        ["renorm"] = () => s_x.renorm(2, 0, 1.5f),
        ["diff"] = () => s_x.diff(2, 0, s_y.narrow(0, 0, 1)),
        ["trapezoid"] = () => s_x.trapezoid(0.5),
        ["trapezoid x"] = () => trapezoid(s_x, s_y),
        ["cumulative_trapezoid"] = () => s_x.cumulative_trapezoid(1, 0),
        ["vander"] = () => vander(Wave([4]), 3),
        ["block_diag"] = () => block_diag(s_x, s_t, Wave([2])),
        ["cartesian_prod"] = () => cartesian_prod(Wave([2]), Wave([3])),
        ["combinations"] = () => combinations(Wave([5]), 3),
        ["column_stack"] = () => column_stack(Wave([4]), s_x),
        ["dstack"] = () => dstack(s_x, s_y),
        ["tril_indices"] = () => tril_indices(3, 4, 1),
        ["triu_indices"] = () => triu_indices(4, 3, -1),
        ["cdist"] = () => cdist(s_x, s_y),
        ["cdist 1"] = () => cdist(s_x, s_y, 1),
        ["hann"] = () => hann_window(7, dtype: float64),
        ["hamming"] = () => hamming_window(7, false, 0.5f, 0.25f, dtype: float64),
        ["bartlett"] = () => bartlett_window(8, dtype: float64),
        ["blackman"] = () => blackman_window(8, dtype: float64),
        ["logspace"] = () => logspace(-1, 2, 5, dtype: float64),
        ["tensor_split"] = () => s_x.tensor_split(4, 1)[1],
        ["tensor_split at"] = () => s_x.tensor_split([1, 4], 1)[1],
    };

    [Theory]
    [InlineData("asinh", -0.028601135250029275)]
    [InlineData("acosh", -1.2467258706141662)]
    [InlineData("atanh", -0.051020771087050415)]
    [InlineData("erfinv", -0.009654442236040839)]
    [InlineData("erfc", -0.5382964946942368)]
    [InlineData("hypot", -0.05240466061515392)]
    [InlineData("copysign", -0.07941105182067007)]
    [InlineData("fmax", 0.2925166894246338)]
    [InlineData("fmin", 1.153852307013797)]
    [InlineData("logaddexp", 0.29317899515826423)]
    [InlineData("logaddexp2", 0.1635681878487568)]
    [InlineData("xlogy", 1.8595893874855598)]
    [InlineData("heaviside", -0.16307171450031788)]
    [InlineData("nan_to_num", -0.18514354530122976)]
    [InlineData("sinc", 0.045771556291019366)]
    [InlineData("logit", -5.97544576593925)]
    [InlineData("ldexp", -6.296040472245436)]
    [InlineData("left_shift", -19.043927143726517)]
    [InlineData("right_shift", -7.529185278633221)]
    [InlineData("addmv", -0.8373362483540943)]
    [InlineData("addr", -0.5414818511609099)]
    [InlineData("addbmm", -10.687153293081376)]
    [InlineData("inner", 5.273337068455215)]
    [InlineData("tensordot", 1.028667219582792)]
    [InlineData("kron", 2.0068466888687517)]
    [InlineData("matrix_power", -42.27457469496787)]
    [InlineData("matrix_power -2", 0.9563707724199564)]
    [InlineData("index_copy", -3.242408636484774)]
    [InlineData("index_fill", 2.374713653388479)]
    [InlineData("masked_scatter", 2.9046619870335455)]
    [InlineData("repeat_interleave", 9.343697666393103)]
    [InlineData("diag_embed", -0.3185375878068318)]
    [InlineData("diagflat", 0.21254648654958397)]
    [InlineData("diagonal_scatter", -2.531197079130514)]
    [InlineData("isin", -0.7461576658080529)]
    [InlineData("rot90", 0.1646427383179702)]
    [InlineData("rot90 -3", 0.1646427383179702)]
    [InlineData("kthvalue", -0.1381183563994894)]
    [InlineData("kthvalue indices", -1.2484405096414273)]
    [InlineData("median", 0.033623047221136695)]
    [InlineData("nanmedian", 0.303118356745704)]
    [InlineData("cummax", -4.428311423923854)]
    [InlineData("cummax indices", -11.726665182955774)]
    [InlineData("cummin", -2.9700570580195302)]
    [InlineData("quantile", -1.439973562244576)]
    [InlineData("quantile keepdim", 0.021174812630551085)]
    [InlineData("nanquantile", -1.4656783690815935)]
    [InlineData("quantile nan", -1.1253408242419107)]
    [InlineData("searchsorted", 4.055268934254208)]
    [InlineData("bucketize", -1.1399087252344766)]
    [InlineData("unique", -1.1667359989297459)]
    [InlineData("unique inverse", -2.1179662034746327)]
    [InlineData("unique counts", 5.513264025994556)]
    [InlineData("unique dim", -5.377884350063948)]
    [InlineData("unique dim inverse", -0.8222861696947302)]
    [InlineData("unique dim counts", 1.6644577751891372)]
    [InlineData("unique_consecutive", 7.559804429434435)]
    [InlineData("unique_consecutive inverse", -15.336133748913973)]
    [InlineData("unique_consecutive counts", 3.625915530447062)]
    [InlineData("nanmean", 0.13373145782723714)]
    [InlineData("nanmean dim", 0.10191111588551177)]
    [InlineData("bincount", -5.2445848564295074)]
    [InlineData("bincount weights", -1.9267905973485302)]
    [InlineData("histc", -2.480303669610852)]
    [InlineData("histc range", 5.513264025994556)]
    [InlineData("cov", -0.5718580072091448)]
    [InlineData("cov weights", -0.2665416675747648)]
    [InlineData("cov aweights", -0.49173695132619094)]
    [InlineData("corrcoef", -1.2347026553177152)]
    [InlineData("renorm", 0.010495189715238773)]
    [InlineData("diff", 0.28925585572406876)]
    [InlineData("trapezoid", 0.15588036703470332)]
    [InlineData("trapezoid x", -0.16668987638248312)]
    [InlineData("cumulative_trapezoid", -2.3130877516814468)]
    [InlineData("vander", -0.8333513244751144)]
    [InlineData("block_diag", -7.520765496876325)]
    [InlineData("cartesian_prod", -0.9565605134077836)]
    [InlineData("combinations", -0.3917566304054856)]
    [InlineData("column_stack", -0.3786554894055765)]
    [InlineData("dstack", 0.1507922459500095)]
    [InlineData("tril_indices", -0.036134463818581763)]
    [InlineData("triu_indices", -1.2429614162826028)]
    [InlineData("cdist", -0.3441539016336077)]
    [InlineData("cdist 1", -0.8033748679242305)]
    [InlineData("hann", -1.3607615578612398)]
    [InlineData("hamming", -0.6120841524202019)]
    [InlineData("bartlett", -0.5878284891120533)]
    [InlineData("blackman", -0.9290643499827397)]
    [InlineData("logspace", -83.88133234421468)]
    [InlineData("tensor_split", 3.2766702347627916)]
    [InlineData("tensor_split at", 0.9280326006516849)]
    public void Results_are_PyTorchs(string function, double expected) =>
        Checksum(s_functions[function]()).Should().BeApproximately(expected, 1e-9 * Math.Max(1, Math.Abs(expected)));

    public static TheoryData<string, Func<Tensor, Tensor>> Differentiable => new()
    {
        { "asinh", x => (x * 3).asinh() },
        { "acosh", x => (x.abs() + 1.1).acosh() },
        { "atanh", x => (x * 0.8).atanh() },
        { "erfinv", x => (x * 0.9).erfinv() },
        { "hypot", x => x.hypot(s_y) },
        { "copysign", x => x.copysign(s_y) },
        { "fmax", x => x.fmax(s_y) + s_y.fmin(x) },
        { "logaddexp", x => x.logaddexp(s_y) + s_y.logaddexp2(x) },
        { "xlogy", x => x.xlogy(s_y.abs()) + s_y.xlogy(x.abs()) },
        { "nan_to_num", x => x.nan_to_num() },
        { "sinc", x => x.sinc() },
        { "logit", x => ((x * 0.4) + 0.5).logit() },
        { "cummax", x => x.cummax(1).values + x.cummin(0).values },
        { "kthvalue", x => x.kthvalue(2, 1).values },
        { "quantile", x => x.quantile(s_q, 1) },
        { "median", x => x.median() },
        { "index_copy", x => x.index_copy(0, s_i, Wave([3, 6], 3)) + s_y.index_copy(0, s_i, x.narrow(0, 0, 3)) },
        { "masked_scatter", x => s_y.masked_scatter(s_y.gt(0), x) },
        { "diag_embed", x => x.diag_embed(1) },
        { "kron", x => x.kron(s_t) },
        { "cdist", x => cdist(x, s_y) },
        { "renorm", x => x.renorm(2, 0, 1.2f) },
        { "einsum", x => einsum("ij,kj,ik->j", x, s_y, Wave([4, 4])) },
        { "cov", x => x.cov() + x.corrcoef() },
        { "tensordot", x => x.tensordot(s_y, [0], [0]) },
        { "trapezoid", x => x.trapezoid() + x.cumulative_trapezoid().sum(1) },
    };

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Gradients_agree_with_finite_differences(string name, Func<Tensor, Tensor> function)
    {
        name.Should().NotBeEmpty();
        CheckGradients(inputs => function(inputs[0]), Wave([4, 6], 0.3));
    }

    [Fact]
    public void In_place_variants_change_the_tensor()
    {
        Tensor x = Wave([3]) * 0.5;
        double expected = Math.Atanh(x[1].item<double>());
        x.atanh_().Should().BeSameAs(x);
        x[1].item<double>().Should().BeApproximately(expected, 1e-15);
        x.index_fill_(0, tensor(new long[] { 0 }), 5)[0].item<double>().Should().Be(5);
        Action integers = () => arange(3).atanh_();
        integers.Should().Throw<System.Runtime.InteropServices.ExternalException>();
        Tensor row = arange(3);
        row.unsqueeze_(0).Should().BeSameAs(row);
        row.shape.Should().Equal(1, 3);
        row.transpose_(0, 1).shape.Should().Equal(3, 1);
        row.squeeze_().shape.Should().Equal(3);
    }

    [Fact]
    public void Special_values()
    {
        double infinity = double.PositiveInfinity;
        Tensor x = tensor(new[] { -0.0, infinity, -infinity, double.NaN });
        x.asinh().data<double>().ToArray().Should().Equal(-0.0, infinity, -infinity, double.NaN);
        x.signbit().data<bool>().ToArray().Should().StartWith([true, false, true]);
        x.isposinf().data<bool>().ToArray().Should().Equal(false, true, false, false);
        x.hypot(tensor(0.0)).data<double>().ToArray().Should().Equal(0, infinity, infinity, double.NaN);
        tensor(new[] { 1.0, -1, 2 }).erfinv().data<double>().ToArray().Should().Equal(infinity, -infinity, double.NaN);
        tensor(new[] { infinity, -infinity }).logaddexp(tensor(new[] { infinity, -infinity })).data<double>().ToArray().Should().Equal(infinity, -infinity);
        tensor(new[] { 1f, float.NaN }).median().item<float>().Should().Be(float.NaN);
        tensor(0.0).xlogy(tensor(0.0)).item<double>().Should().Be(0);
        tensor(new[] { 3e200 }).hypot(tensor(4e200)).item<double>().Should().BeApproximately(5e200, 1e186);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_gradient_of_a_norm_at_zero_is_zero(float p)
    {
        Tensor x = zeros(2, 3, dtype: float64).requires_grad_();
        (x.norm(1, false, p).sum() + cdist(x, x, p).sum()).backward();
        x.grad!.data<double>().ToArray().Should().OnlyContain(value => value == 0);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Action tooFar = () => arange(3).kthvalue(4, 0);
        tooFar.Should().Throw<System.Runtime.InteropServices.ExternalException>();
        Action negative = () => bincount(tensor(new long[] { -1 }));
        negative.Should().Throw<System.Runtime.InteropServices.ExternalException>();
        Action shift = () => ones(2).bitwise_left_shift(ones(2));
        shift.Should().Throw<System.Runtime.InteropServices.ExternalException>();
        Action uneven = () => ones(5).hsplit(2);
        uneven.Should().Throw<ArgumentException>();
    }

    /// <summary>Integers close together, far apart, and numbers, which are found in different ways.</summary>
    [Fact]
    public void Unique_elements_places_and_counts()
    {
        foreach (long step in (long[])[1, -1, 1L << 40])
        {
            long[] values = [.. Enumerable.Range(0, 5000).Select(i => step * (i * 7919L % 613 / 7 - 20))];
            Check(tensor(values).view(50, 100), values);
            Check(tensor(values).view(100, 50).t(), [.. tensor(values).view(100, 50).t().contiguous().data<long>()]);
            if (step == 1)
            {
                Check(tensor(values, ScalarType.Int16), values);
            }

            Check(tensor(values, ScalarType.Float64), values);
        }

        unique(tensor(new[] { true, false, true })).output.data<bool>().ToArray().Should().Equal(false, true);
        unique(zeros([0], ScalarType.Int64)).output.shape.Should().Equal(0);
        unique(tensor(new[] { long.MinValue, long.MaxValue, long.MinValue })).output.data<long>().ToArray().Should().Equal(long.MinValue, long.MaxValue);

        static void Check(Tensor x, long[] values)
        {
            (Tensor output, Tensor? inverse, Tensor? counts) = unique(x, return_inverse: true, return_counts: true);
            output.dtype.Should().Be(x.dtype);
            inverse!.shape.Should().Equal(x.shape);
            long[] distinct = [.. values.Distinct().Order()];
            output.to(ScalarType.Int64).data<long>().ToArray().Should().Equal(distinct);
            inverse.contiguous().data<long>().ToArray().Should().Equal(values.Select(value => (long)Array.BinarySearch(distinct, value)));
            counts!.data<long>().ToArray().Should().Equal(distinct.Select(value => values.LongCount(v => v == value)));
        }
    }
}
