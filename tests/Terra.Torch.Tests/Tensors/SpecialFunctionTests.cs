using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>torch.special against values of Abramowitz and Stegun's tables; the ops have entries in the table of ops.</summary>
public sealed class SpecialFunctionTests
{
    [Fact]
    public void Bessel_functions_have_tabulated_values()
    {
        Tensor x = tensor(new[] { 0.5, 2, 30 });
        special.bessel_j0(x).ShouldBeNear([3], 0.938469807240813, 0.223890779141236, -0.0863679835810403);
        special.bessel_j1(x).ShouldBeNear([3], 0.242268457674874, 0.576724807756873, -0.118751062616623);
        special.bessel_y0(x).ShouldBeNear([3], -0.444518733506707, 0.510375672649745, -0.117295731686663);
        special.bessel_y1(x).ShouldBeNear([3], -1.471472392670243, -0.107032431540938, 0.0844255706532423);
        special.modified_bessel_i0(x[..2]).ShouldBeNear([2], 1.063483370741324, 2.279585302336067);
        special.i1(x[..2]).ShouldBeNear([2], 0.257894305390896, 1.590636854637329);
        special.modified_bessel_k0(x[..2]).ShouldBeNear([2], 0.924419071227666, 0.113893872749533);
        special.modified_bessel_k1(x[..2]).ShouldBeNear([2], 1.656441120003301, 0.139865881816522);
        special.scaled_modified_bessel_k0(x).ShouldBeNear([3], 1.524109385773910, 0.841568215070771, 0.227887466622486);
        special.i0e(x).ShouldBeNear([3], 0.645035270449150, 0.308508322553671, 0.0731460139263095);
        special.spherical_bessel_j0(tensor(new[] { 0.0, 2, double.PositiveInfinity })).ShouldBeNear([3], 1, 0.454648713412841, 0);
        i0(tensor(new[] { 1L })).dtype.Should().Be(float32);
        Tensor own = tensor(new[] { 2.0 }), target = zeros(3, float64);
        own.i0_().Should().BeSameAs(own);
        special.bessel_j0(x, target).Should().BeSameAs(target);
        target[0].item<double>().Should().BeApproximately(0.938469807240813, 1e-12);
    }

    [Fact]
    public void Others_have_tabulated_values()
    {
        special.airy_ai(tensor(new[] { -12.0, -1, 0, 1, 5 })).ShouldBeNear([5], -0.0665551750543737, 0.535560883292352, 0.355028053887817, 0.135292416312881, 0.000108344428136074);
        special.erfcx(tensor(new[] { -1.0, 0, 0.5, 30 })).ShouldBeNear([4], 5.008980080762283, 1, 0.615690344192926, 0.0187958888614168);
        special.ndtri(tensor(new[] { 0.0, 1e-10, 0.025, 0.5, 0.975, 1 })).data<double>().ToArray()[1..^1].Should().SatisfyRespectively(
            static v => v.Should().BeApproximately(-6.361340902404056, 1e-9), static v => v.Should().BeApproximately(-1.959963984540054, 1e-12), static v => v.Should().BeApproximately(0, 1e-12), static v => v.Should().BeApproximately(1.959963984540054, 1e-12));
        special.zeta(tensor(new[] { 2.0, 3, 4 }), tensor(1.0)).ShouldBeNear([3], Math.PI * Math.PI / 6, 1.202056903159594, Math.Pow(Math.PI, 4) / 90);
        special.logit(tensor(0.75)).item<double>().Should().BeApproximately(Math.Log(3), 1e-12);
        special.gammainc(tensor(1.0), tensor(2.0)).item<double>().Should().BeApproximately(1 - Math.Exp(-2), 1e-12);
        special.gammaincc(tensor(1.0), tensor(2.0)).item<double>().Should().BeApproximately(Math.Exp(-2), 1e-12);
        igammac(tensor(1.0), tensor(2.0)).item<double>().Should().BeApproximately(1 - igamma(tensor(1.0), tensor(2.0)).item<double>(), 1e-12);
    }

    [Fact]
    public void Polynomials_of_each_degree()
    {
        Tensor x = tensor(0.5, requires_grad: true), n = tensor(new[] { -1, 0, 1, 2, 3 });
        special.chebyshev_polynomial_t(x, n).ShouldBeNear([5], 0, 1, 0.5, -0.5, -1);
        special.chebyshev_polynomial_u(x, n).ShouldBeNear([5], 0, 1, 1, 0, -1);
        special.chebyshev_polynomial_v(x, n).ShouldBeNear([5], 0, 1, 0, -1, -1);
        special.chebyshev_polynomial_w(x, n).ShouldBeNear([5], 0, 1, 2, 1, -1);
        special.shifted_chebyshev_polynomial_t(x, n).ShouldBeNear([5], 0, 1, 0, -1, 0);
        special.shifted_chebyshev_polynomial_u(x, n).ShouldBeNear([5], 0, 1, 0, -1, 0);
        special.shifted_chebyshev_polynomial_v(x, n).ShouldBeNear([5], 0, 1, -1, -1, 1);
        special.shifted_chebyshev_polynomial_w(x, n).ShouldBeNear([5], 0, 1, 1, -1, -1);
        special.hermite_polynomial_h(x, n).ShouldBeNear([5], 0, 1, 1, -1, -5);
        special.hermite_polynomial_he(x, n).ShouldBeNear([5], 0, 1, 0.5, -0.75, -1.375);
        special.laguerre_polynomial_l(x, n).ShouldBeNear([5], 0, 1, 0.5, 0.125, -7 / 48.0);
        Tensor legendre = special.legendre_polynomial_p(x, n);
        legendre.ShouldBeNear([5], 0, 1, 0.5, -0.125, -0.4375);
        legendre[3].backward();
        x.grad!.item<double>().Should().BeApproximately(1.5, 1e-12);
    }

    [Fact]
    public void A_kaiser_window_falls_to_both_sides()
    {
        kaiser_window(5, false, 8, float64).ShouldBeNear([5], 0.00233882, 0.36897272, 1, 0.36897272, 0.00233882);
        kaiser_window(4, beta: 0).ShouldBeNear([4], 1, 1, 1, 1);
    }
}
