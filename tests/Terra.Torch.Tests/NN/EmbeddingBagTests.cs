using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static Terra.Torch.Tests.NN.Waves;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

/// <summary>Bags against values of PyTorch 1.13 for the same inputs.</summary>
public sealed class EmbeddingBagTests
{
    private static readonly Tensor s_indices = tensor(new long[] { 1, 2, 4, 5, 4, 3, 6, 0 }), s_offsets = tensor(new long[] { 0, 3, 3, 6 });

    [Theory]
    [InlineData(EmbeddingBagMode.Sum, 0.09494892475259344, -1.577367163117875, -2.199020873589485)]
    [InlineData(EmbeddingBagMode.Mean, -0.15572555642077834, -0.39434179077946874, -1.0995104367947426)]
    [InlineData(EmbeddingBagMode.Max, 1.7741994410648252, 0.18747290419249152, 0.9697831701623791)]
    public void Bags(EmbeddingBagMode mode, double withOffsets, double ofEqualSize, double padded)
    {
        Checksum(Bag(mode).call(s_indices, s_offsets)).Should().BeApproximately(withOffsets, 1e-12);
        Checksum(Bag(mode).call(s_indices.view(2, 4))).Should().BeApproximately(ofEqualSize, 1e-12);
        Checksum(Bag(mode, padding: 4).call(s_indices, s_offsets)).Should().BeApproximately(padded, 1e-12);
    }

    [Fact]
    public void Weights_and_a_last_offset()
    {
        Checksum(Bag(EmbeddingBagMode.Sum).call(s_indices, s_offsets, Wave([8]))).Should().BeApproximately(0.4231132653238955, 1e-12);
        Checksum(Bag(EmbeddingBagMode.Mean, true).call(s_indices, tensor(new long[] { 0, 3, 8 }))).Should().BeApproximately(0.34594584188603705, 1e-12);
    }

    [Theory]
    [InlineData(EmbeddingBagMode.Sum)]
    [InlineData(EmbeddingBagMode.Mean)]
    [InlineData(EmbeddingBagMode.Max)]
    public void Bags_of_equal_size_are_bags_that_begin_there(EmbeddingBagMode mode)
    {
        Tensor indices = tensor(new long[] { 1, 2, 4, 4, 4, 4, 4, 0, 6 }), starts = tensor(new long[] { 0, 3, 6 });
        foreach (int padding in (int[])[-1, 4])
        {
            using EmbeddingBag bag = EmbeddingBag_from_pretrained(Wave([7, 3]), freeze: false, mode: mode, padding_index: padding);
            Tensor? weights = mode == EmbeddingBagMode.Sum ? Wave([9]) : null;
            Tensor equal = bag.call(indices.view(3, 3), null, weights?.view(3, 3)), listed = bag.call(indices, starts, weights);
            (equal - listed).abs().max().item<double>().Should().BeLessThan(1e-14);
            Tensor ones = ones_like(equal), byRows = autograd.grad([equal], [bag.weight], [ones])[0], byList = autograd.grad([listed], [bag.weight], [ones])[0];
            (byRows - byList).abs().max().item<double>().Should().BeLessThan(1e-14);
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Action missing = () => Bag(EmbeddingBagMode.Sum).call(s_indices);
        missing.Should().Throw<ArgumentException>().WithMessage("*needs offsets*");
        Action weights = () => Bag(EmbeddingBagMode.Mean).call(s_indices, s_offsets, Wave([8]));
        weights.Should().Throw<ArgumentException>().WithMessage("*sums only*");
        EmbeddingBag(5, 2, padding_index: 1).weight.select(0, 1).data<float>().ToArray().Should().Equal(0, 0);
    }

    private static EmbeddingBag Bag(EmbeddingBagMode mode, bool last = false, long padding = -1) =>
        EmbeddingBag_from_pretrained(Wave([7, 3]), mode: mode, include_last_offset: last, padding_index: padding);

    [Fact]
    public void The_gradient_counts_how_often_a_row_is_used()
    {
        using EmbeddingBag bag = EmbeddingBag_from_pretrained(Wave([7, 3]), freeze: false, mode: EmbeddingBagMode.Sum);
        bag.call(s_indices, s_offsets).sum().backward();
        bag.weight.grad!.select(1, 0).data<double>().ToArray().Should().Equal(1, 1, 1, 1, 2, 1, 1);
    }
}
