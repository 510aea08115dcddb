using FluentAssertions;
using TorchSharp;
using Xunit;
using static Terra.Torch.Tests.NN.Waves;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

/// <summary>Losses against values of PyTorch 1.13 for the same inputs.</summary>
public sealed class FurtherLossTests
{
    private static readonly Tensor s_x = Wave([3, 4]), s_y = Wave([3, 4], 1), s_z = Wave([3, 4], 2);
    private static readonly Tensor s_sign = tensor(new[] { 1.0, -1, 1 });
    private static readonly Tensor s_bits = tensor(new[] { 1.0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0 }, [3, 4]);
    private static readonly Tensor s_signs = (s_bits * 2) - 1;
    private static readonly Tensor s_weight = tensor(new[] { 0.5, 1, 2, 1.5 });
    private static readonly Tensor s_classes = tensor(new long[] { 0, 3, 1 });
    private static readonly Tensor s_labels = tensor(new long[] { 3, 0, -1, 1, 1, -1, 0, 0, -1, 0, 0, 0 }, [3, 4]);

    public static TheoryData<string, double> Expected => new()
    {
        { "cosine_embedding", 0.4409078133992434 },
        { "hinge_embedding", 0.11501514988449406 },
        { "margin_ranking", 0.6445849508258201 },
        { "triplet", 0.9650218873889026 },
        { "kl_div", -0.2769132048870317 },
        { "kl_div of logarithms", 4.589050297630776 },
        { "poisson", 2.012394218175436 },
        { "poisson of no logarithm", 6.064275731776212 },
        { "gaussian", 0.8557680921203038 },
        { "soft_margin", 0.9452278635571242 },
        { "multi_margin", 2.1382619601019317 },
        { "multi_margin of p = 1", 1.2096925220892614 },
        { "multilabel_margin", 0.6721854624451166 },
        { "multilabel_soft_margin", 1.2127462511830314 },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void Losses_are_PyTorchs(string loss, double expected) =>
        Loss(loss, s_x, s_y, s_z).item<double>().Should().BeApproximately(expected, 1e-8);

    [Theory]
    [MemberData(nameof(Expected))]
    public void Gradients_of_losses_agree_with_finite_differences(string loss, double expected)
    {
        expected.Should().NotBe(0);
        CheckGradients(inputs => Loss(loss, inputs[0], s_y, s_z), s_x);
    }

    [Fact]
    public void Distances_are_PyTorchs()
    {
        functional.pairwise_distance(s_x, s_y, 3).sum().item<double>().Should().BeApproximately(3.308034740695919, 1e-6);
        functional.cosine_similarity(s_x, s_y).sum().item<double>().Should().BeApproximately(1.7917049870068285, 1e-12);
        CosineSimilarity(0).call(s_x, s_y).shape.Should().Equal(4);
        PairwiseDistance(keepdim: true).call(s_x, s_y).shape.Should().Equal(3, 1);
    }

    [Fact]
    public void Kl_div_takes_zero_targets()
    {
        Tensor target = tensor(new[] { 0.0, 1.0 });
        functional.kl_div(tensor(new[] { -1.0, -2.0 }), target, false, Reduction.Sum).item<double>().Should().Be(2);
    }

    private static Tensor Loss(string name, Tensor x, Tensor y, Tensor z) => name switch
    {
        "cosine_embedding" => CosineEmbeddingLoss(0.1).call(x, y, s_sign),
        "hinge_embedding" => HingeEmbeddingLoss().call(x, s_signs),
        "margin_ranking" => MarginRankingLoss(0.2).call(x, y, s_signs),
        "triplet" => TripletMarginLoss(swap: true).call(x, y, z),
        "kl_div" => KLDivLoss(false).call(x, y.abs()),
        "kl_div of logarithms" => KLDivLoss(reduction: Reduction.Sum).call(x, y),
        "poisson" => PoissonNLLLoss(full: true).call(x, y.abs() * 3),
        "poisson of no logarithm" => PoissonNLLLoss(false).call(x.abs(), y.abs() * 3),
        "gaussian" => GaussianNLLLoss(true).call(x, y, z.abs()),
        "soft_margin" => SoftMarginLoss().call(x, s_signs),
        "multi_margin" => MultiMarginLoss(2, weight: s_weight).call(x, s_classes),
        "multi_margin of p = 1" => MultiMarginLoss().call(x, s_classes),
        "multilabel_margin" => MultiLabelMarginLoss().call(x, s_labels),
        "multilabel_soft_margin" => MultiLabelSoftMarginLoss(s_weight).call(x, s_bits),
        _ => throw new ArgumentException(name),
    };
}
