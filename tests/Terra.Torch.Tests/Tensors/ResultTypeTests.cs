using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Dtypes of results, and which dtypes are taken, where one would not guess them; all as in PyTorch 1.13.</summary>
public sealed class ResultTypeTests
{
    [Fact]
    public void Bytes_and_truth_values_in_reductions_and_squares()
    {
        tensor(new byte[] { 2, 0 }).all().dtype.Should().Be(uint8);
        tensor(new byte[] { 2, 0 }).any(0).dtype.Should().Be(uint8);
        tensor(new byte[] { 2, 0 }).any().item<byte>().Should().Be(1);
        tensor(new[] { 2, 0 }).any().dtype.Should().Be(@bool);
        tensor(new[] { true, false }).square().ShouldBe([2], 1, 0);
        tensor(new[] { true, false }).square().dtype.Should().Be(int64);
    }

    [Fact]
    public void Integers_have_a_logarithm_of_their_sum_of_exponentials()
    {
        Tensor sum = tensor(new[] { 2, 1 }).logsumexp(0);
        sum.dtype.Should().Be(float32);
        sum.item<float>().Should().BeApproximately(2.3132617f, 1e-6f);
    }

    [Fact]
    public void Truth_values_and_bytes_can_be_close()
    {
        tensor(new[] { true, false }).isclose(tensor(new[] { true, true })).ShouldBe([2], 1, 0);
        tensor(new byte[] { 240, 3 }).isclose(tensor(new byte[] { 250, 200 }), rtol: 0.1).ShouldBe([2], 1, 0);
    }

    [Fact]
    public void Interpolation_between_tensors_is_exact_at_both_ends_and_of_one_floating_point_type()
    {
        Tensor start = tensor(new[] { 0.1f, 1e8f, -3f }), end = tensor(new[] { 0.7f, 1f, 5f });
        start.lerp(end, ones(3)).equal(end).all().item<bool>().Should().BeTrue();
        start.lerp(end, zeros(3)).equal(start).all().item<bool>().Should().BeTrue();
        start.lerp(end, full([3], 0.25)).ShouldBeNear([3], 0.25, 75000000.25, -1);
        FluentActions.Invoking(() => tensor(new[] { 1, 2 }).lerp(tensor(new[] { 3, 4 }), ones(2))).Should().Throw<ExternalException>();
        FluentActions.Invoking(() => start.lerp(end.to(float64), ones(3))).Should().Throw<ExternalException>();
    }

    [Fact]
    public void Arguments_at_the_borders_of_what_is_taken()
    {
        FluentActions.Invoking(() => arange(0, 1, 0.1, int64)).Should().Throw<ExternalException>().WithMessage("*step must be nonzero*");
        arange(0, 1, 0.25).ShouldBe([4], 0, 0.25, 0.5, 0.75);
        tensor(new[] { 3f, 0.5f, 6f }).take(tensor(new[] { 0L, -1L, 1L })).ShouldBe([3], 3, 6, 0.5);
        FluentActions.Invoking(() => ones(3).take(tensor(new[] { 3L }))).Should().Throw<ExternalException>();
        float.IsNaN(empty(0).median().item<float>()).Should().BeTrue();
        float.IsNaN(empty(0).nanmedian().item<float>()).Should().BeTrue();
    }
}
