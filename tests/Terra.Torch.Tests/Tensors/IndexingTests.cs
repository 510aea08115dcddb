using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class IndexingTests
{
    /// <summary>0..11 in three rows of four.</summary>
    private static Tensor Table => arange(12).reshape(3, 4);

    [Fact]
    public void PositionsSelect()
    {
        Table[1].ShouldBe([4], 4, 5, 6, 7);
        Table[-1, 2].ShouldBe([], 10);
        Table[1][3].item<long>().Should().Be(7);
        Table[new long[] { 2, 0 }].ShouldBe([], 8);
        FluentActions.Invoking(() => Table[3]).Should().Throw<ExternalException>();
    }

    [Fact]
    public void SlicesRangesEllipsesAndNewDimensions()
    {
        Table[1..].ShouldBe([2, 4], 4, 5, 6, 7, 8, 9, 10, 11);
        Table[.., 1..3].ShouldBe([3, 2], 1, 2, 5, 6, 9, 10);
        Table[TensorIndex.Ellipsis, 0].ShouldBe([3], 0, 4, 8);
        Table[TensorIndex.Slice(step: 2), ^1].ShouldBe([2], 3, 11);
        Table[TensorIndex.Slice(0, -1), TensorIndex.Single(1)].ShouldBe([2], 1, 5);
        Table[TensorIndex.None, 0].shape.Should().Equal(1, 4);
        Table[TensorIndex.Colon, TensorIndex.None].shape.Should().Equal(3, 1, 4);
        Table[0, ..^1].ShouldBe([3], 0, 1, 2);
        Table[TensorIndex.Bool(true)].shape.Should().Equal(1, 3, 4);
        FluentActions.Invoking(() => Table[0, 0, TensorIndex.Colon]).Should().Throw<ExternalException>();
    }

    [Fact]
    public void TensorsGather()
    {
        Table[tensor(new[] { 2L, 0L })].ShouldBe([2, 4], 8, 9, 10, 11, 0, 1, 2, 3);
        Table[tensor(new[] { 2L, 0L }), tensor(new[] { 1L, 1L })].ShouldBe([2], 9, 1);
        Table[Table > 9].ShouldBe([2], 10, 11);
        Table[TensorIndex.Colon, TensorIndex.Tensor(tensor(new[] { 3L, -4L }))].ShouldBe([3, 2], 3, 0, 7, 4, 11, 8);
        Table[TensorIndex.Tensor(tensor(1L))].ShouldBe([4], 4, 5, 6, 7);
    }

    [Fact]
    public void AssigningWritesIntoTheTensor()
    {
        using Tensor x = zeros(2, 3);
        x[0] = tensor(new[] { 1f, 2f, 3f });
        x[1, 2] = 9f;
        x.ShouldBe([2, 3], 1, 2, 3, 0, 0, 9);
        x[.., 0] = tensor(5f);
        x.ShouldBe([2, 3], 5, 2, 3, 5, 0, 9);
        x[x > 4] = -1f;
        x.ShouldBe([2, 3], -1, 2, 3, -1, 0, -1);
        x[tensor(new[] { 1L })] = tensor(new[] { 7, 8, 9 });
        x.ShouldBe([2, 3], -1, 2, 3, 7, 8, 9);
        x.index_put_(ones(2), [TensorIndex.Single(0), TensorIndex.Tensor(tensor(new[] { 1L, 1L }))], accumulate: true);
        x.ShouldBe([2, 3], -1, 4, 3, 7, 8, 9);
    }

    [Fact]
    public void ViewsAlias()
    {
        using Tensor x = arange(6, dtype: float32);
        using Tensor matrix = x.view(2, 3);
        matrix.t()[0].fill_(9);
        x.ShouldBe([6], 9, 1, 2, 9, 4, 5);
        matrix[1].add_(1);
        x.ShouldBe([6], 9, 1, 2, 10, 5, 6);
        x.reshape(3, 2)[0, 0] = 0f;
        matrix.ShouldBe([2, 3], 0, 1, 2, 10, 5, 6);
    }

    [Fact]
    public void GatheringAndScattering()
    {
        Tensor index = tensor(new[,] { { 0L, 2L }, { 1L, 1L } });
        Table[..2].gather(1, index).ShouldBe([2, 2], 0, 2, 5, 5);
        zeros(2, 3).scatter(1, index, ones(2, 2)).ShouldBe([2, 3], 1, 0, 1, 0, 1, 0);
        zeros(2, 3).scatter_add_(1, index, ones(2, 2)).ShouldBe([2, 3], 1, 0, 1, 0, 2, 0);
        Table.index_select(1, tensor(new[] { 3L, 0L })).ShouldBe([3, 2], 3, 0, 7, 4, 11, 8);
        Table.masked_fill(Table > 1, -1)[0].ShouldBe([4], 0, 1, -1, -1);
        Table.take(tensor(new[] { 5L, 0L })).ShouldBe([2], 5, 0);
        (Table > 9).nonzero().ShouldBe([2, 2], 2, 2, 2, 3);
        torch.where(Table > 9)[1].ShouldBe([2], 2, 3);
        ones(3, 3).tril().ShouldBe([3, 3], 1, 0, 0, 1, 1, 0, 1, 1, 1);
        arange(3).flip(0).ShouldBe([3], 2, 1, 0);
    }

    [Fact]
    public void Joining()
    {
        torch.cat([zeros(1, 2), ones(1, 2)], 0).ShouldBe([2, 2], 0, 0, 1, 1);
        torch.stack([zeros(2), ones(2)], 1).ShouldBe([2, 2], 0, 1, 0, 1);
        torch.vstack([zeros(2), ones(2)]).shape.Should().Equal(2, 2);
        torch.hstack(zeros(2), ones(2)).shape.Should().Equal(4);
        Table.chunk(2, 1).Select(part => part.shape[1]).Should().Equal(2, 2);
        Table.split([1, 3], 1)[1].shape.Should().Equal(3, 3);
        Table.unbind(0).Should().HaveCount(3);
    }

    [Fact]
    public void SortingAndTop()
    {
        Tensor x = tensor(new[] { 3f, 1f, 2f });
        (Tensor values, Tensor indices) = x.sort();
        values.ShouldBe([3], 1, 2, 3);
        indices.ShouldBe([3], 1, 2, 0);
        x.argsort(descending: true).ShouldBe([3], 0, 2, 1);
        (Tensor top, Tensor at) = x.topk(2);
        top.ShouldBe([2], 3, 2);
        at.ShouldBe([2], 0, 2);
    }
}
