using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class ArrangementTests
{
    [Fact]
    public void Rolling()
    {
        Tensor table = arange(6).reshape(2, 3);
        table.roll(1, 1).ShouldBe([2, 3], 2, 0, 1, 5, 3, 4);
        table.roll(-1, 0).ShouldBe([2, 3], 3, 4, 5, 0, 1, 2);
        table.roll(2).ShouldBe([2, 3], 4, 5, 0, 1, 2, 3);
        table.roll((1, 1), (0, 1)).ShouldBe([2, 3], 5, 3, 4, 2, 0, 1);
        table.roll([3], [1]).ShouldBe([2, 3], 0, 1, 2, 3, 4, 5);
    }

    [Fact]
    public void PermutedDimensionsAreAView()
    {
        Tensor table = arange(6).reshape(1, 2, 3), permuted = table.permute(2, 0, 1);
        permuted.ShouldBe([3, 1, 2], 0, 3, 1, 4, 2, 5);
        torch.permute(table, -1, 0, -2).ShouldBe([3, 1, 2], 0, 3, 1, 4, 2, 5);
        permuted.permute(new List<long> { 1, 2, 0 }).ShouldBe([1, 2, 3], 0, 1, 2, 3, 4, 5);
        permuted[0].fill_(9);
        table.ShouldBe([1, 2, 3], 9, 1, 2, 9, 4, 5);
        FluentActions.Invoking(() => table.permute(0, 1, 1)).Should().Throw<System.Runtime.InteropServices.ExternalException>();
        FluentActions.Invoking(() => table.permute(0, 1)).Should().Throw<System.Runtime.InteropServices.ExternalException>();
    }

    [Fact]
    public void Repeating()
    {
        arange(3).repeat_interleave(2).ShouldBe([6], 0, 0, 1, 1, 2, 2);
        arange(4).reshape(2, 2).repeat_interleave(2, dim: 1).ShouldBe([2, 4], 0, 0, 1, 1, 2, 2, 3, 3);
        arange(2).repeat(2, 2).ShouldBe([2, 4], 0, 1, 0, 1, 0, 1, 0, 1);
        arange(2).tile([2]).ShouldBe([4], 0, 1, 0, 1);
    }

    [Fact]
    public void Diagonals()
    {
        tensor(new[] { 1f, 2f }).diag().ShouldBe([2, 2], 1, 0, 0, 2);
        tensor(new[] { 1f }).diag(1).ShouldBe([2, 2], 0, 1, 0, 0);
        arange(4).reshape(2, 2).diag().ShouldBe([2], 0, 3);
        ones(2, 2).triu_(1).ShouldBe([2, 2], 0, 1, 0, 0);
    }

    [Fact]
    public void ReplacedPartsLeaveTheOriginalAlone()
    {
        Tensor x = zeros(2, 2, requires_grad: true);
        Tensor row = ones(2, requires_grad: true);
        Tensor replaced = x.select_scatter(row * 2, 0, 1);
        replaced.ShouldBe([2, 2], 0, 0, 2, 2);
        x.ShouldBe([2, 2], 0, 0, 0, 0);
        replaced.sum().backward();
        x.grad!.ShouldBe([2, 2], 1, 1, 0, 0);
        row.grad!.ShouldBe([2], 2, 2);
        zeros(4).slice_scatter(ones(2), start: 1, step: 2).ShouldBe([4], 0, 1, 0, 1);
    }

    [Fact]
    public void Broadcasting()
    {
        broadcast_shapes([2, 1], [3]).Shape.Should().Equal(2, 3);
        IList<Tensor> both = broadcast_tensors(zeros(2, 1), ones(3));
        both[1].shape.Should().Equal(2, 3);
        Tensor[] grid = meshgrid([arange(2), arange(3)]);
        grid[0].ShouldBe([2, 3], 0, 0, 0, 1, 1, 1);
        grid[1].ShouldBe([2, 3], 0, 1, 2, 0, 1, 2);
        meshgrid([arange(2), arange(3)], "xy")[0].ShouldBe([3, 2], 0, 1, 0, 1, 0, 1);
    }

    [Fact]
    public void MaskedAssignmentIsDifferentiatedWithoutPositions()
    {
        Tensor x = tensor(new[,] { { 1f, -2f }, { -3f, 4f } }, requires_grad: true);
        Tensor y = x * 1;
        y[y < 0] = 0f;
        y[tensor(new[] { false, true })] = 7;
        y.ShouldBe([2, 2], 1, 0, 7, 7);
        y.sum().backward();
        x.grad!.ShouldBe([2, 2], 1, 0, 0, 0);
    }

    [Fact]
    public void ReductionsIntoAnotherTensor()
    {
        using Tensor target = zeros(2);
        arange(4, dtype: float32).reshape(2, 2).amax([1], false, target).Should().BeSameAs(target);
        target.ShouldBe([2], 1, 3);
        tensor(new[] { 1f, float.NaN }).nansum().ShouldBe([], 1);
        finfo(float32).eps.Should().Be(MathF.BitIncrement(1) - 1);
    }
}
