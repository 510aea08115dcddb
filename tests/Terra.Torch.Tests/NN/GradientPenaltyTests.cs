using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.NN;

/// <summary>The gradient penalty of WGAN-GP through critics with normalization layers.</summary>
public sealed class GradientPenaltyTests
{
    [Theory]
    [InlineData("layer", true)]
    [InlineData("rms", true)]
    [InlineData("batch", true)]
    [InlineData("batch", false)]
    [InlineData("group", true)]
    [InlineData("instance", true)]
    [InlineData("attention", true)]
    public void A_gradient_penalty_has_the_slope_that_differences_give(string norm, bool training)
    {
        manual_seed(9);
        nn.Module<Tensor, Tensor> layer = norm switch
        {
            "layer" => nn.LayerNorm([4, 5]),
            "rms" => nn.RMSNorm([4, 5]),
            "batch" => nn.BatchNorm1d(4),
            "group" => nn.GroupNorm(2, 4),
            "instance" => nn.InstanceNorm1d(4, affine: true),
            _ => nn.TransformerEncoderLayer(5, 1, 6, dropout: 0, activation: nn.Activations.GELU) is var encoder ? new Encoder(encoder) : null!,
        };
        using nn.Module<Tensor, Tensor> critic = nn.Sequential(nn.Conv1d(4, 4, 3, padding: 1), layer, nn.Tanh(), nn.Flatten(), nn.Linear(20, 1)).to(ScalarType.Float64);
        critic.train(training);
        using Tensor x = randn([3, 4, 5], dtype: ScalarType.Float64);
        Penalty(critic, x).backward();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in critic.named_parameters().Where(static pair => pair.parameter.grad is not null).ToArray())
        {
            double slope = parameter.grad!.reshape(-1)[0].item<double>();
            (Shifted(parameter, 1e-5) - Shifted(parameter, -1e-5)).Should().BeApproximately(slope * 2e-5, 1e-9, name);
        }

        double Shifted(Tensor parameter, double step)
        {
            using (no_grad())
            {
                parameter.reshape(-1)[0].add_(step);
            }

            double penalty = Penalty(critic, x).item<double>();
            using (no_grad())
            {
                parameter.reshape(-1)[0].sub_(step);
            }

            return penalty;
        }
    }

    private static Tensor Penalty(nn.Module<Tensor, Tensor> critic, Tensor x)
    {
        Tensor input = x.detach().requires_grad_();
        Tensor gradient = autograd.grad([critic.call(input).sum()], [input], create_graph: true)[0];
        return (gradient.reshape(3, -1).norm(1) - 1).pow(2).mean();
    }

    /// <summary>An encoder layer over sequences that do not come first.</summary>
    private sealed class Encoder : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.TransformerEncoderLayer layer;

        public Encoder(TorchSharp.Modules.TransformerEncoderLayer layer)
            : base(nameof(Encoder))
        {
            this.layer = layer;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layer.call(input.transpose(0, 1)).transpose(0, 1);
    }
}
