using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Factors kept in one matrix: of LU with swaps, of QR as Householder reflections.</summary>
public sealed class FactorizationTests
{
    private static Tensor Matrices(params long[] sizes)
    {
        manual_seed(3);
        return randn(sizes, float64);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 3)]
    [InlineData(2, 4)]
    public void Unpacked_factors_multiply_to_the_matrix(long rows, long columns)
    {
        Tensor a = Matrices(2, rows, columns);
        (Tensor factors, Tensor pivots) = linalg.lu_factor(a);
        pivots.dtype.Should().Be(int32);
        (Tensor p, Tensor l, Tensor u) = lu_unpack(factors, pivots);
        p.matmul(l).matmul(u).allclose(a, atol: 1e-12).Should().BeTrue();
        (Tensor whole, Tensor? swaps, Tensor? infos) = lu(a, get_infos: true);
        whole.allclose(factors).Should().BeTrue();
        swaps!.Equals(pivots).Should().BeTrue();
        infos!.ShouldBe([2], 0, 0);
        lu_unpack(factors, pivots, unpack_data: false).L.numel().Should().Be(0);
    }

    [Fact]
    public void A_singular_matrix_is_told_of()
    {
        (_, _, Tensor? infos) = lu(tensor(new[] { 1.0, 2, 2, 4 }, 2, 2), get_infos: true);
        infos!.item<int>().Should().Be(2);
        FluentActions.Invoking(() => linalg.lu_factor(ones(2, 2), false)).Should().Throw<NotSupportedException>();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Factors_solve_from_either_side(bool left, bool adjoint)
    {
        Tensor a = Matrices(2, 3, 3), b = left ? ones(2, 3, 2, float64) : ones(2, 2, 3, float64);
        (Tensor factors, Tensor pivots) = linalg.lu_factor(a);
        Tensor x = linalg.lu_solve(factors, pivots, b, left, adjoint), matrix = adjoint ? a.mT : a;
        (left ? matrix.matmul(x) : x.matmul(matrix)).allclose(b, atol: 1e-10).Should().BeTrue();
        if (left && !adjoint)
        {
            lu_solve(b, factors, pivots).allclose(x).Should().BeTrue();
        }
    }

    [Fact]
    public void Gradients_pass_through_the_factors()
    {
        Tensor a = Matrices(3, 3).requires_grad_(), b = Matrices(3, 2);
        (Tensor factors, Tensor pivots) = linalg.lu_factor(a);
        linalg.lu_solve(factors, pivots, b).square().sum().backward();
        Tensor reference = a.detach().clone().requires_grad_();
        linalg.solve(reference, b).square().sum().backward();
        a.grad!.allclose(reference.grad!, atol: 1e-9).Should().BeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void Indefinite_matrices_are_solved_by_their_factors(long size)
    {
        Tensor random = Matrices(6, size, size), symmetric = (random + random.mT) * (1 - (0.99 * eye(size, dtype: float64))), b = Matrices(6, size, 3);
        (Tensor factors, Tensor pivots, Tensor info) = linalg.ldl_factor_ex(symmetric);
        info.eq(0).all().item<bool>().Should().BeTrue();
        linalg.ldl_solve(factors, pivots, b).allclose(linalg.solve(symmetric, b), rtol: 1e-8, atol: 1e-8).Should().BeTrue();
        linalg.ldl_factor(symmetric.tril()).Pivots.Equals(pivots).Should().BeTrue();
        pivots.lt(0).any().item<bool>().Should().Be(size > 1);
        linalg.ldl_factor_ex(zeros(2, 2)).Info.item<int>().Should().Be(1);
        FluentActions.Invoking(() => linalg.ldl_factor(zeros(2, 2))).Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*is zero*");
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 3)]
    public void Reflections_make_up_an_orthogonal_matrix(long rows, long columns)
    {
        Tensor a = Matrices(2, rows, columns);
        (Tensor reflectors, Tensor tau) = geqrf(a);
        Tensor q = orgqr(reflectors, tau), r = reflectors.narrow(-2, 0, columns).triu();
        q.mT.matmul(q).allclose(eye(columns, dtype: float64), atol: 1e-12).Should().BeTrue();
        q.matmul(r).allclose(a, atol: 1e-12).Should().BeTrue();
        Tensor other = Matrices(2, rows, 2), whole = ormqr(reflectors, tau, eye(rows, dtype: float64).expand(2, rows, rows));
        ormqr(reflectors, tau, other).allclose(whole.matmul(other), atol: 1e-12).Should().BeTrue();
        ormqr(reflectors, tau, other, transpose: true).allclose(whole.mT.matmul(other), atol: 1e-12).Should().BeTrue();
        ormqr(reflectors, tau, other.mT, left: false).allclose(other.mT.matmul(whole), atol: 1e-12).Should().BeTrue();
        ormqr(reflectors, tau, other.mT, left: false, transpose: true).allclose(other.mT.matmul(whole.mT), atol: 1e-12).Should().BeTrue();
        whole.narrow(-1, 0, columns).allclose(q, atol: 1e-12).Should().BeTrue();
    }
}
