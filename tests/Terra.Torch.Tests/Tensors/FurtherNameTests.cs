using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Functions of real numbers that are named after complex ones, and others that programs use now and then.</summary>
public sealed class FurtherNameTests
{
    [Fact]
    public void Real_numbers_are_their_own_conjugates()
    {
        Tensor x = tensor(new[] { -2.0, 0, 3, double.NaN, double.NegativeInfinity });
        angle(x).data<double>().ToArray().Should().Equal(Math.PI, 0, 0, double.NaN, Math.PI);
        angle(tensor(new[] { -1L, 2 })).ShouldBeNear([2], Math.PI, 0);
        Tensor matrix = arange(6, dtype: float32).view(2, 3).requires_grad_();
        matrix.H.shape.Should().Equal(3, 2);
        matrix.mH.shape.Should().Equal(3, 2);
        adjoint(matrix).shape.Should().Equal(3, 2);
        conj(matrix).sum().backward();
        matrix.grad!.ShouldBe([2, 3], 1, 1, 1, 1, 1, 1);
        real(matrix).Should().NotBeSameAs(matrix);
        matrix.conj_physical_().Should().BeSameAs(matrix);
        (is_conj(matrix) || matrix.is_neg() || matrix.is_quantized() || matrix.is_sparse || matrix.is_meta).Should().BeFalse();
        resolve_neg(resolve_conj(conj_physical(matrix))).to_dense().shape.Should().Equal(2, 3);
    }

    [Fact]
    public void Quantized_numbers_are_multiples_and_gradients_pass_inside()
    {
        Tensor x = tensor(new[] { -1f, 0.26f, 0.3f, 5 }, requires_grad: true);
        Tensor kept = fake_quantize_per_tensor_affine(x, tensor(0.1f), tensor(2), 0, 20);
        kept.ShouldBeNear([4], -0.2, 0.3, 0.3, 1.8);
        kept.sum().backward();
        x.grad!.ShouldBe([4], 0, 1, 1, 0);
        fake_quantize_per_channel_affine(tensor(new[] { 0.26f, 0.26f, 9, 9 }, 2, 2), tensor(new[] { 0.1f, 0.5f }), tensor(new[] { 0, 1 }), -1, 0, 10)
            .ShouldBeNear([2, 2], 0.3, 0.5, 1, 4.5);
        FluentActions.Invoking(() => fake_quantize_per_channel_affine(ones(2, 2), ones(3), ones(3), 0, 0, 10)).Should().Throw<ArgumentException>().WithMessage("*for each of 2 channels*");
    }

    [Fact]
    public void Slopes_are_central_differences()
    {
        Tensor x = tensor(new[] { 1.0, 2, 4, 8 });
        gradient(x, dim: 0L).Single().ShouldBe([4], 1, 1.5, 3, 4);
        gradient(x, 2, 0L).Single().ShouldBe([4], 0.5, 0.75, 1.5, 2);
        gradient(x, edge_order: 2, dims: [0L]).Single().ShouldBe([4], 0.5, 1.5, 3, 5);
        gradient(x.view(2, 2), dims: null).Select(static slope => slope.shape.Length).Should().Equal(2, 2);
        FluentActions.Invoking(() => gradient(x, dim: 0L, edge_order: 3)).Should().Throw<ArgumentException>().WithMessage("*edge_order=1 and edge_order=2*");
        FluentActions.Invoking(() => gradient(ones(1), dim: 0L)).Should().Throw<ArgumentException>().WithMessage("*at least edge_order+1*");
    }

    [Fact]
    public void Frequencies_and_their_order()
    {
        fft.fftfreq(5, 0.1).ShouldBeNear([5], 0, 2, 4, -4, -2);
        fft.fftfreq(4).ShouldBeNear([4], 0, 0.25, -0.5, -0.25);
        fft.rfftfreq(5, dtype: float64).ShouldBeNear([3], 0, 0.2, 0.4);
        fft.fftshift(arange(5)).ShouldBe([5], 3, 4, 0, 1, 2);
        fft.ifftshift(fft.fftshift(arange(12).view(3, 4)), [0, 1]).ShouldBe([3, 4], [.. Enumerable.Range(0, 12).Select(static i => (double)i)]);
    }

    [Fact]
    public void Numbers_are_taken_apart()
    {
        Tensor x = tensor(new[] { 0.0, 1, -3, 0.1, 1e300, 5e-324, double.PositiveInfinity, 0.99999999999999989 });
        (Tensor mantissa, Tensor exponent) = frexp(x);
        exponent.dtype.Should().Be(int32);
        exponent.ShouldBe([8], 0, 1, 2, -3, 997, -1073, 0, 0);
        mantissa.data<double>().ToArray().Should().Equal(0, 0.5, -0.75, 0.8, 1e300 / Math.ScaleB(1, 997), 0.5, double.PositiveInfinity, 0.99999999999999989);
        frexp(tensor(new[] { 1e-40f, 8f })).Exponent.ShouldBe([2], -132, 4);
        FluentActions.Invoking(() => frexp(tensor(1))).Should().Throw<ExternalException>();
    }

    [Fact]
    public void Jacobians_have_the_sizes_of_result_and_argument()
    {
        Tensor x = tensor(new[] { 1.0, 2, 3 });
        autograd.functional.jacobian(static v => v.square() * 2, x).ShouldBe([3, 3], 4, 0, 0, 0, 8, 0, 0, 0, 12);
        Tensor[] both = [.. autograd.functional.jacobian(static v => v[0].outer(v[1]), tensor(new[] { 1.0, 2 }), tensor(new[] { 3.0 }))];
        both[0].ShouldBe([2, 1, 2], 3, 0, 0, 3);
        both[1].ShouldBe([2, 1, 1], 1, 2);
        Tensor[] results = [.. autograd.functional.jacobian(static v => new[] { v.sum(), ones(2, float64) }, x)];
        results[0].ShouldBe([3], 1, 1, 1);
        results[1].ShouldBe([2, 3], 0, 0, 0, 0, 0, 0);
    }

    [Fact]
    public void Further_names_do_what_their_namesakes_do()
    {
        dsplit(ones(1, 2, 5), (1, 3)).Select(static part => part.shape[2]).Should().Equal(1, 2, 2);
        hsplit(arange(6), (1, 3, 4)).Select(static part => part.shape[0]).Should().Equal(1, 2, 1, 2);
        ones(1, 2, 5).dsplit((1, 2, 3, 4)).Should().HaveCount(5);
        Tensor x = tensor(new[] { 1f, 4 });
        multiply_(x, 2).Should().BeSameAs(x);
        divide_(multiply_(x, tensor(3f)), 4).ShouldBe([2], 1.5, 6);
        negative_(x).ShouldBe([2], -1.5, -6);
        x.less_equal_(tensor(-2f)).ShouldBe([2], 0, 1);
        Tensor limits = tensor(new[] { -1f, 0, 2 }), leaf = tensor(new[] { -5f, 0.5f, 1 }, requires_grad: true), own = leaf * 1;
        clamp_(own, min: limits, max: limits + 1).ShouldBe([3], -1, 0.5, 2);
        own.sum().backward();
        leaf.grad!.ShouldBe([3], 0, 1, 0);
        Tensor.block_diag(ones(1, 2), ones(2, 1)).shape.Should().Equal(3, 3);
    }
}
