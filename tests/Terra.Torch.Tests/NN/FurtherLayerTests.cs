using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static Terra.Torch.Tests.NN.Waves;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

/// <summary>Layers against values of PyTorch 1.13 for the same inputs.</summary>
public sealed class FurtherLayerTests
{
    private static readonly Tensor s_weight = tensor(new[] { 0.5, 1, 2, 1.5 });

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_layers = new()
    {
        ["CELU"] = CELU(1.3).call,
        ["SELU"] = SELU().call,
        ["GLU"] = GLU(1).call,
        ["Hardshrink"] = Hardshrink(0.6).call,
        ["Softshrink"] = Softshrink(0.6).call,
        ["Softsign"] = Softsign().call,
        ["Tanhshrink"] = Tanhshrink().call,
        ["Threshold"] = Threshold(0.3, -2).call,
        ["Softmin"] = Softmin(1).call,
        ["Softmax2d"] = Softmax2d().call,
        ["prelu"] = x => functional.prelu(x, s_weight),
        ["rrelu"] = x => functional.rrelu(x, 0.1, 0.5),
        ["PixelShuffle"] = PixelShuffle(2).call,
        ["PixelUnshuffle"] = PixelUnshuffle(2).call,
        ["ChannelShuffle"] = ChannelShuffle(2).call,
        ["Unfold"] = Unfold((3, 2), (1, 2), (1, 0), (2, 1)).call,
        ["Fold"] = x => Fold((6, 6), (3, 2), (1, 2), (1, 0), (2, 1)).call(functional.unfold(x, (3, 2), (1, 2), (1, 0), (2, 1))),
        ["ReflectionPad2d"] = ReflectionPad2d((1, 2, 3, 0)).call,
        ["ReplicationPad2d"] = ReplicationPad2d((1, 2, 3, 0)).call,
        ["ConstantPad2d"] = ConstantPad2d((1, 2, 3, 0), 1.5).call,
        ["instance_norm"] = x => functional.instance_norm(x, null, null, s_weight, Wave([4], 3)),
        ["LocalResponseNorm"] = LocalResponseNorm(3, 0.1).call,
    };

    [Theory]
    [InlineData("CELU", -3.218910542605929)]
    [InlineData("SELU", -3.585305554747058)]
    [InlineData("GLU", -1.7928472405355755)]
    [InlineData("Hardshrink", -3.698327173405019)]
    [InlineData("Softshrink", -2.1771994624123607)]
    [InlineData("Softsign", -1.3054816593938343)]
    [InlineData("Tanhshrink", -1.6106827594152513)]
    [InlineData("Threshold", -4.686698467938601)]
    [InlineData("Softmin", 0.2368184875097245)]
    [InlineData("Softmax2d", -0.504886550806177)]
    [InlineData("prelu", 3.0924973295639546)]
    [InlineData("rrelu", -3.019521428189633)]
    [InlineData("PixelShuffle", -2.2363816420488893)]
    [InlineData("PixelUnshuffle", -8.205268011744826)]
    [InlineData("ChannelShuffle", -2.5536063556356776)]
    [InlineData("Unfold", -4.8810706229491805)]
    [InlineData("Fold", -8.131508762492803)]
    [InlineData("ReflectionPad2d", -10.324470234605906)]
    [InlineData("ReplicationPad2d", 1.8700286078101491)]
    [InlineData("ConstantPad2d", -1.580369453009666)]
    [InlineData("instance_norm", 6.134946101869399)]
    [InlineData("LocalResponseNorm", -3.4659088855216416)]
    public void Layers_are_PyTorchs(string layer, double expected)
    {
        Tensor input = Wave([2, 4, 6, 6]) * 2;
        Checksum(s_layers[layer](input)).Should().BeApproximately(expected, 1e-9);
    }

    public static TheoryData<string> Layers => [.. s_layers.Keys];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Gradients_of_layers_agree_with_finite_differences(string layer) =>
        CheckGradients(inputs => s_layers[layer](inputs[0]), Wave([1, 4, 6, 6], 0.05) * 1.9);

    [Fact]
    public void Instance_norm_updates_running_statistics()
    {
        Tensor mean = Wave([4]), variance = Wave([4]).abs() + 0.5;
        functional.instance_norm(Wave([2, 4, 6, 6]) * 2, mean, variance, momentum: 0.3);
        Checksum(mean).Should().BeApproximately(-0.6420061905512339, 1e-12);
        Checksum(variance).Should().BeApproximately(-0.5119575348727778, 1e-12);

        InstanceNorm2d layer = InstanceNorm2d(4, affine: true, track_running_stats: true);
        layer.call(rand(4, 5, 5)).shape.Should().Equal(4, 5, 5);
        layer.state_dict().Keys.Should().Equal("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    }

    [Fact]
    public void Bilinear_is_PyTorchs()
    {
        Tensor result = functional.bilinear(Wave([5, 3]), Wave([5, 4], 1), Wave([2, 3, 4], 2), Wave([2]));
        Checksum(result).Should().BeApproximately(-0.024910889205069786, 1e-12);
        CheckGradients(x => functional.bilinear(x[0], x[1], x[2]), Wave([2, 3]), Wave([2, 4], 1), Wave([2, 3, 4], 2));
        Bilinear(3, 4, 2).call(rand(5, 1, 3), rand(5, 1, 4)).shape.Should().Equal(5, 1, 2);
    }

    [Fact]
    public void Training_rrelu_draws_slopes_between_the_bounds()
    {
        RReLU layer = RReLU(0.1, 0.5);
        Tensor slopes = -layer.call(full([1000], -1f));
        slopes.min().item<float>().Should().BeGreaterThanOrEqualTo(0.1f);
        slopes.max().item<float>().Should().BeLessThan(0.5f);
        slopes.mean().item<float>().Should().BeApproximately(0.3f, 0.02f);
        layer.eval();
        layer.call(full([1], -1f)).item<float>().Should().Be(-0.3f);
    }

    [Fact]
    public void Alpha_dropout_keeps_mean_and_variance()
    {
        Tensor x = randn(100_000);
        Tensor y = AlphaDropout(0.3).call(x);
        y.mean().item<float>().Should().BeApproximately(0, 0.03f);
        y.var().item<float>().Should().BeApproximately(1, 0.05f);
        FeatureAlphaDropout().call(ones(2, 3, 4)).select(2, 0).data<float>().ToArray().Should().OnlyContain(value => Math.Abs(value) < 3);
        functional.alpha_dropout(x, 0.3).data<float>().ToArray().Should().Equal(x.data<float>().ToArray());
    }

    [Fact]
    public void Parameters_in_lists_and_dictionaries_are_registered()
    {
        ParameterList list = ParameterList(nn.Parameter(zeros(1)), nn.Parameter(ones(2)));
        list.Insert(0, nn.Parameter(ones(3)));
        list.named_parameters().Select(entry => entry.name).Should().Equal("0", "1", "2");
        list[0].shape.Should().Equal(3);
        ParameterDict dict = ParameterDict(("a", nn.Parameter(zeros(1))), ("b", nn.Parameter(ones(2))));
        dict.Remove("a").Should().BeTrue();
        dict["c"] = nn.Parameter(ones(4));
        dict.state_dict().Keys.Should().Equal("b", "c");
    }

    [Fact]
    public void A_transformer_has_PyTorchs_parameters_and_ignores_masked_positions()
    {
        Transformer model = Transformer(8, 2, 1, 1, 16, 0);
        model.state_dict().Keys.Should().Contain("encoder.layers.0.self_attn.in_proj_weight")
            .And.Contain("decoder.layers.0.multihead_attn.out_proj.weight").And.Contain("encoder.norm.weight").And.Contain("decoder.norm.bias");
        Tensor source = randn(5, 2, 8), target = randn(4, 2, 8);
        Tensor causal = ones([4, 4], ScalarType.Bool).triu(1);
        Tensor before = model.call(source, target, null, causal);
        before.shape.Should().Equal(4, 2, 8);
        Tensor changed = target.clone();
        changed[3] = randn(2, 8);
        Tensor after = model.call(source, changed, null, causal);
        after[0].allclose(before[0]).Should().BeTrue();
        after[3].allclose(before[3]).Should().BeFalse();
        model.call(source, target).shape.Should().Equal(4, 2, 8);
    }
}
