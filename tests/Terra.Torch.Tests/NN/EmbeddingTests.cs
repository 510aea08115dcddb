using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

public sealed class EmbeddingTests
{
    private static readonly Tensor s_table = tensor(new float[,] { { 3, 4 }, { 0.3f, 0.4f }, { 6, 8 } }), s_indices = tensor(new long[] { 1, 2, 2 });

    [Fact]
    public void Vectors_that_are_looked_up_and_too_long_are_cut_in_the_table()
    {
        using Embedding layer = Embedding_from_pretrained(s_table, freeze: false, max_norm: 2);
        using Tensor rows = layer.call(s_indices);
        rows.allclose(tensor(new[,] { { 0.3f, 0.4f }, { 1.2f, 1.6f }, { 1.2f, 1.6f } })).Should().BeTrue();
        layer.weight.allclose(tensor(new[,] { { 3, 4 }, { 0.3f, 0.4f }, { 1.2f, 1.6f } })).Should().BeTrue("row 0 was not looked up");
        layer.weight[1].data<float>().ToArray().Should().Equal(0.3f, 0.4f);
        rows.sum().backward();
        layer.weight.grad!.data<float>().ToArray().Should().Equal(0, 0, 1, 1, 2, 2);
        s_table[2, 0].item<float>().Should().Be(6, "the layer has a table of its own");
    }

    [Fact]
    public void The_bound_is_for_the_norm_that_is_asked_for()
    {
        using Embedding layer = Embedding_from_pretrained(s_table, max_norm: 7, norm_type: 1);
        using Tensor rows = layer.call(tensor(new long[] { 0, 2 }));
        rows.allclose(tensor(new float[,] { { 3, 4 }, { 3, 4 } })).Should().BeTrue();
    }

    [Fact]
    public void Gradients_are_divided_by_how_often_a_vector_occurs()
    {
        using Embedding layer = Embedding_from_pretrained(s_table, freeze: false, padding_idx: 0, scale_grad_by_freq: true);
        using Tensor rows = layer.call(tensor(new long[,] { { 1, 2, 0 }, { 2, 2, 0 } }));
        using Tensor weights = tensor(new float[,,] { { { 1 }, { 2 }, { 3 } }, { { 4 }, { 6 }, { 5 } } });
        (rows * weights).sum().backward();
        layer.weight.grad!.allclose(tensor(new float[,] { { 0, 0 }, { 1, 1 }, { 4, 4 } })).Should().BeTrue();
    }

    [Fact]
    public void Bags_know_both_options()
    {
        using EmbeddingBag layer = EmbeddingBag_from_pretrained(s_table.clone(), freeze: false, max_norm: 5, scale_grad_by_freq: true, mode: EmbeddingBagMode.Sum);
        using Tensor sums = layer.call(tensor(new long[,] { { 2, 2 }, { 0, 1 } }));
        sums.allclose(tensor(new[,] { { 6, 8 }, { 3.3f, 4.4f } })).Should().BeTrue();
        sums.sum().backward();
        layer.weight.grad!.allclose(ones(3, 2)).Should().BeTrue();
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        FluentActions.Invoking(() => Embedding(3, 2, sparse: true)).Should().Throw<NotSupportedException>().WithMessage("Embedding: sparse*");
        FluentActions.Invoking(() => EmbeddingBag(3, 2, scale_grad_by_freq: true, mode: EmbeddingBagMode.Max)).Should().Throw<ArgumentException>();
    }
}
