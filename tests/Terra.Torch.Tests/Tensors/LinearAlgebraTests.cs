using FluentAssertions;
using Terra.Torch.Tests.NN;
using TorchSharp;
using Xunit;
using static Terra.Torch.Tests.NN.Waves;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Linear algebra against values of PyTorch 1.13 for the same inputs.</summary>
public sealed class LinearAlgebraTests
{
    private static readonly Tensor s_x = Wave([4, 6]);
    private static readonly Tensor s_y = Wave([4, 6], 1);
    private static readonly Tensor s_a = Wave([4, 4]) + (2 * eye(4, dtype: float64));
    private static readonly Tensor s_s = s_a.mm(s_a.t());
    private static readonly Tensor s_b = Wave([4, 2], 2);
    private static readonly Tensor s_t = Wave([5, 3]);
    private static readonly Tensor s_b3 = Wave([2, 4, 4]) + (2 * eye(4, dtype: float64));

    private static readonly Dictionary<string, Func<Tensor>> s_functions = new()
    {
        ["inv"] = () => linalg.inv(s_b3),
        ["det"] = () => linalg.det(s_b3),
        ["slogdet"] = () => linalg.slogdet(s_b3).logabsdet,
        ["solve"] = () => linalg.solve(s_a, s_b),
        ["solve vector"] = () => linalg.solve(s_a, Wave([4])),
        ["solve right"] = () => linalg.solve(s_a, s_b.t(), false),
        ["cholesky"] = () => linalg.cholesky(s_s),
        ["qr Q"] = () => linalg.qr(s_t).Q.narrow(1, 0, 2),
        ["qr R"] = () => linalg.qr(s_t).R,
        ["qr complete"] = () => linalg.qr(s_t, linalg.QRMode.Complete).Q.narrow(1, 0, 2),
        ["eigvalsh"] = () => linalg.eigvalsh(s_s),
        ["svdvals"] = () => linalg.svdvals(s_x),
        ["pinv"] = () => linalg.pinv(s_x),
        ["matrix_rank"] = () => linalg.matrix_rank(outer(Wave([4]), Wave([5]))),
        ["lstsq"] = () => linalg.lstsq(s_t, Wave([5, 2])).Solution,
        ["lu L"] = () => linalg.lu(s_a).L,
        ["lu P"] = () => linalg.lu(s_a).P,
        ["solve_triangular"] = () => linalg.solve_triangular(s_a, s_b, true),
        ["matrix_norm fro"] = () => linalg.matrix_norm(s_b3),
        ["matrix_norm nuc"] = () => linalg.matrix_norm(s_b3, "nuc"),
        ["matrix_norm 1"] = () => linalg.matrix_norm(s_b3, 1),
        ["matrix_norm -2"] = () => linalg.matrix_norm(s_b3, -2),
        ["matrix_norm inf"] = () => linalg.matrix_norm(s_b3, double.PositiveInfinity),
        ["vector_norm 3"] = () => linalg.vector_norm(s_x, 3, [1]),
        ["cond"] = () => linalg.cond(s_a),
        ["multi_dot"] = () => linalg.multi_dot([s_x, s_y.t(), s_a, s_b]),
        ["cross"] = () => linalg.cross(s_t, Wave([5, 3], 1)),
        ["matrix_exp"] = () => linalg.matrix_exp(s_a),
        ["logdet"] = () => logdet(s_s),
        ["cholesky_solve"] = () => s_b.cholesky_solve(linalg.cholesky(s_s)),
        ["cholesky_inverse"] = () => linalg.cholesky(s_s).cholesky_inverse(),
        ["einsum ij,jk->ik"] = () => einsum("ij,jk->ik", s_x, s_y.t()),
        ["einsum ij,kj"] = () => einsum("ij,kj", s_x, s_y),
        ["einsum bij,bjk->bik"] = () => einsum("bij,bjk->bik", s_b3, s_b3),
        ["einsum ii->i"] = () => einsum("ii->i", s_a),
        ["einsum ii"] = () => einsum("ii", s_a),
        ["einsum i,j->ji"] = () => einsum("i,j->ji", Wave([3]), Wave([4])),
        ["einsum ...ij,...jk->...ik"] = () => einsum("...ij,...jk->...ik", s_b3, s_a),
        ["einsum bhid,bhjd->bhij"] = () => einsum("bhid,bhjd->bhij", Wave([2, 2, 3, 4]), Wave([2, 2, 5, 4], 1)),
        ["einsum ij->"] = () => einsum("ij->", s_x),
        ["einsum abc,cd,be->ade"] = () => einsum("abc,cd,be->ade", Wave([2, 3, 4]), Wave([4, 5]), Wave([3, 2])),
        ["einsum ij,ij->ij"] = () => einsum("ij,ij->ij", s_x, s_y),
        ["einsum i...->..."] = () => einsum("i...->...", s_x),
    };

    [Theory]
    [InlineData("inv", 0.985937399421869)]
    [InlineData("det", 17.238148716973168)]
    [InlineData("slogdet", 3.7187368814710036)]
    [InlineData("solve", 1.4905854538316623)]
    [InlineData("solve vector", -0.9873470502488977)]
    [InlineData("solve right", 0.1717007111913018)]
    [InlineData("cholesky", 2.6475426483108073)]
    [InlineData("qr Q", 1.0092425321372644)]
    [InlineData("qr R", -2.2570138650782776)]
    [InlineData("qr complete", 1.0092425321372644)]
    [InlineData("eigvalsh", -12.02542353891914)]
    [InlineData("svdvals", 3.722041656438174)]
    [InlineData("pinv", -0.13089878645981767)]
    [InlineData("matrix_rank", 1.0)]
    [InlineData("lstsq", 0.43520741020714987)]
    [InlineData("lu L", -0.15567909637604638)]
    [InlineData("lu P", -0.3150972564720475)]
    [InlineData("solve_triangular", 1.9734728384265194)]
    [InlineData("matrix_norm fro", 7.169255055441782)]
    [InlineData("matrix_norm nuc", 12.960513857248998)]
    [InlineData("matrix_norm 1", 7.815562670921519)]
    [InlineData("matrix_norm -2", 1.1983057367425456)]
    [InlineData("matrix_norm inf", 7.085484070450413)]
    [InlineData("vector_norm 3", 0.22913727835429865)]
    [InlineData("cond", 4.395605748147228)]
    [InlineData("multi_dot", 42.142587133209545)]
    [InlineData("cross", 0.17258475183434385)]
    [InlineData("matrix_exp", -9.314034732796074)]
    [InlineData("logdet", 4.76800913260443)]
    [InlineData("cholesky_solve", 0.8020161064230467)]
    [InlineData("cholesky_inverse", 0.1392119612070818)]
    [InlineData("einsum ij,jk->ik", 5.273337068455216)]
    [InlineData("einsum ij,kj", 5.273337068455216)]
    [InlineData("einsum bij,bjk->bik", -10.021473229719055)]
    [InlineData("einsum ii->i", 0.6762862656130224)]
    [InlineData("einsum ii", 7.426507611057499)]
    [InlineData("einsum i,j->ji", -0.2167163863391614)]
    [InlineData("einsum ...ij,...jk->...ik", -9.063934077448215)]
    [InlineData("einsum bhid,bhjd->bhij", -0.017954187721516135)]
    [InlineData("einsum ij->", 2.444556892154133)]
    [InlineData("einsum abc,cd,be->ade", 0.20767168931308644)]
    [InlineData("einsum ij,ij->ij", 0.6985589366258271)]
    [InlineData("einsum i...->...", -1.1860670507491269)]
    public void Results_are_PyTorchs(string function, double expected) =>
        Checksum(s_functions[function]()).Should().BeApproximately(expected, 1e-9 * Math.Max(1, Math.Abs(expected)));

    public static TheoryData<string, Func<Tensor, Tensor>> Differentiable => new()
    {
        { "inv", x => linalg.inv(x) },
        { "det", x => linalg.det(x) },
        { "slogdet", x => linalg.slogdet(x).logabsdet },
        { "solve", x => linalg.solve(x, s_b) + linalg.solve(s_a, x.narrow(1, 0, 2)) },
        { "cholesky", x => linalg.cholesky(x.mm(x.t()) + eye(4, dtype: float64)) },
        { "cholesky of the upper triangle", x => (x.mm(x.t()) + eye(4, dtype: float64)).cholesky(true) },
        { "qr", x => linalg.qr(x.narrow(1, 0, 3)).Q.mm(linalg.qr(x.narrow(1, 0, 3)).R + 1) },
        { "eigvalsh", x => linalg.eigvalsh(x + x.t()) },
        { "eigh", x => linalg.eigh(x + x.t()).Item2.square() },
        { "svdvals", x => linalg.svdvals(x.narrow(0, 0, 3)) },
        { "svd", x => linalg.svd(x.narrow(0, 0, 3), false).U.square().sum(1) + linalg.svd(x.narrow(0, 0, 3), false).Vh.square().sum(0L).narrow(0, 0, 3) },
        { "pinv", x => linalg.pinv(x.narrow(0, 0, 3)) },
        { "solve_triangular", x => linalg.solve_triangular(x, s_b, false) + linalg.solve_triangular(s_a, x.narrow(1, 0, 2), true, unitriangular: true) },
        { "matrix_exp", x => linalg.matrix_exp(x * 0.3) },
        { "norms", x => linalg.matrix_norm(x, "nuc") + linalg.matrix_norm(x, 1) + linalg.vector_norm(x, 3) },
    };

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Gradients_agree_with_finite_differences(string name, Func<Tensor, Tensor> function)
    {
        name.Should().NotBeEmpty();
        CheckGradients(inputs => function(inputs[0]), s_a);
    }

    [Fact]
    public void The_determinants_second_derivative_does_not_mind_equal_singular_values()
    {
        using Tensor matrix = eye(3, dtype: ScalarType.Float64).requires_grad_(), direction = arange(9, dtype: ScalarType.Float64).reshape(3, 3);
        using Tensor gradient = autograd.grad([linalg.det(matrix)], [matrix], create_graph: true)[0];
        using Tensor second = autograd.grad([(gradient * direction).sum()], [matrix])[0];
        using Tensor expected = (eye(3, dtype: ScalarType.Float64) * 12) - direction.t();
        second.allclose(expected).Should().BeTrue();
    }

    [Fact]
    public void The_determinants_gradient_of_a_singular_matrix_is_its_cofactors()
    {
        Tensor matrix = tensor(new[] { 1.0, 2, 2, 4 }, [2, 2]).requires_grad_();
        linalg.det(matrix).backward();
        double[] cofactors = [4, -2, -2, 1];
        double[] gradient = matrix.grad!.data<double>().ToArray();
        for (int i = 0; i < 4; i++)
        {
            gradient[i].Should().BeApproximately(cofactors[i], 1e-12);
        }
    }

    [Fact]
    public void Decompositions_multiply_to_the_matrix()
    {
        Tensor wide = Wave([2, 3, 5]);
        (Tensor u, Tensor s, Tensor vh) = linalg.svd(wide, false);
        u.matmul(s.unsqueeze(-1) * vh).allclose(wide, 1e-12, 1e-12).Should().BeTrue();
        (u, s, vh) = linalg.svd(wide);
        vh.matmul(vh.mT).allclose(eye(5, dtype: float64), 1e-12, 1e-12).Should().BeTrue();
        u.matmul(u.mT).allclose(eye(3, dtype: float64), 1e-12, 1e-12).Should().BeTrue();
        (Tensor q, Tensor r) = linalg.qr(wide);
        q.matmul(r).allclose(wide, 1e-12, 1e-12).Should().BeTrue();
        (Tensor values, Tensor vectors) = linalg.eigh(s_s);
        s_s.mm(vectors).allclose(vectors * values, 1e-11, 1e-11).Should().BeTrue();
        (Tensor p, Tensor l, Tensor upper) = linalg.lu(wide);
        p.matmul(l).matmul(upper).allclose(wide, 1e-12, 1e-12).Should().BeTrue();
        (Tensor zeroU, Tensor zeroS, _) = linalg.svd(zeros([3, 2], float64));
        zeroS.data<double>().ToArray().Should().Equal(0, 0);
        zeroU.mT.mm(zeroU).allclose(eye(3, dtype: float64)).Should().BeTrue();
    }

    [Fact]
    public void Failures_are_reported()
    {
        Tensor singular = ones(2, 2);
        ((Action)(() => linalg.inv(singular))).Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*singular*");
        ((Action)(() => linalg.solve(singular, ones(2)))).Should().Throw<System.Runtime.InteropServices.ExternalException>();
        ((Action)(() => linalg.cholesky(-singular))).Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*positive-definite*");
        ((Action)(() => linalg.det(ones(2, 3)))).Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*square*");
        ((Action)(() => linalg.inv(ones([2, 2], int64)))).Should().Throw<System.Runtime.InteropServices.ExternalException>();
        linalg.inv_ex(singular).info.item<int>().Should().Be(2);
        linalg.cholesky_ex(-singular).info.item<int>().Should().Be(1);
        linalg.inv(eye(3)).dtype.Should().Be(float32);
    }

    [Theory]
    [InlineData("ij,jk")]
    [InlineData("ij->ii")]
    [InlineData("ij->ijk")]
    [InlineData("i->i")]
    [InlineData("i1->i")]
    public void Wrong_equations_are_refused(string equation)
    {
        Action run = () => einsum(equation, s_x);
        run.Should().Throw<ArgumentException>();
    }
}
