using FluentAssertions;
using Terra.Tests.Models;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.Models;

/// <summary>Small instances of everyday models: sizes of results, some steps of training, gradients against finite differences.</summary>
public sealed class ModelTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> s_classifiers = new()
    {
        [nameof(ResNet)] = static () => new ResNet(),
        [nameof(Vgg)] = static () => new Vgg(dropout: 0),
        [nameof(MobileNet)] = static () => new MobileNet(),
        [nameof(SequenceClassifier)] = static () => new SequenceClassifier(classes: 4),
    };

    public static TheoryData<string> Classifiers => [.. s_classifiers.Keys];

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Classifiers_learn_a_batch(string name)
    {
        manual_seed(1);
        using Module<Tensor, Tensor> model = s_classifiers[name]();
        Tensor input = Input(name), labels = tensor(new long[] { 0, 1, 2, 3, 0, 1 });
        model.call(input).shape.Should().Equal(6, 4);
        Train(model, () => functional.cross_entropy(model.call(input), labels), 12).Should().BeLessThan(0.8);
        model.eval();
        model.call(input).shape.Should().Equal(6, 4);
    }

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Gradients_of_classifiers_agree_with_finite_differences(string name)
    {
        manual_seed(2);
        using Module<Tensor, Tensor> model = s_classifiers[name]().to(ScalarType.Float64);
        Tensor input = Input(name).is_floating_point() ? Input(name).to(ScalarType.Float64) : Input(name), labels = tensor(new long[] { 0, 1, 2, 3, 0, 1 });
        CheckGradients(model, () => functional.cross_entropy(model.call(input), labels));
    }

    [Fact]
    public void A_u_net_learns_a_mask()
    {
        manual_seed(3);
        using var model = new UNet();
        Tensor input = randn(2, 1, 8, 8), mask = input.gt(0).to(ScalarType.Float32);
        model.call(input).shape.Should().Equal(2, 1, 8, 8);
        Train(model, () => functional.binary_cross_entropy_with_logits(model.call(input), mask), 20).Should().BeLessThan(0.9);
        using var precise = new UNet().to(ScalarType.Float64);
        Tensor preciseInput = input.to(ScalarType.Float64);
        CheckGradients(precise, () => functional.binary_cross_entropy_with_logits(precise.call(preciseInput), mask.to(ScalarType.Float64)));
    }

    [Fact]
    public void A_language_model_learns_a_sequence()
    {
        manual_seed(4);
        using var model = new LanguageModel();
        Tensor tokens = arange(14).remainder(11).view(7, 2);
        model.call(tokens).shape.Should().Equal(7, 2, 11);
        Tensor Loss() => functional.cross_entropy(model.call(tokens.narrow(0, 0, 6)).view(-1, 11), tokens.narrow(0, 1, 6).flatten());
        Train(model, Loss, 15, 0.05).Should().BeLessThan(0.7);
        model.to(ScalarType.Float64);
        CheckGradients(model, Loss);
    }

    [Fact]
    public void A_transformer_learns_to_reverse()
    {
        manual_seed(5);
        using var model = new Translator();
        Tensor source = randint(1, 11, [5, 4]), target = source.flip(0);
        model.call(source, target).shape.Should().Equal(5, 4, 11);
        Tensor Loss() => functional.cross_entropy(model.call(source, target.narrow(0, 0, 4)).view(-1, 11), target.narrow(0, 1, 4).flatten());
        Train(model, Loss, 20, 0.02).Should().BeLessThan(0.8);
        model.to(ScalarType.Float64);
        CheckGradients(model, Loss);
    }

    [Fact]
    public void A_variational_autoencoder_learns_patterns()
    {
        manual_seed(6);
        using var model = new Vae();
        Tensor input = rand(8, 12).gt(0.5).to(ScalarType.Float32);
        model.call(input).Reconstruction.shape.Should().Equal(8, 12);
        model.call(input).Mean.shape.Should().Equal(8, 3);
        Train(model, () => Vae.Loss(input, model.call(input)), 40, 0.03).Should().BeLessThan(0.95);
    }

    [Fact]
    public void Generator_and_discriminator_play()
    {
        manual_seed(7);
        var gan = new Gan();
        Tensor real = (randn(32, 2) * 0.1) + 2;
        gan.Generator.call(randn(5, 2)).shape.Should().Equal(5, 2);
        float distance = Distance();
        for (int step = 0; step < 60; step++)
        {
            (float discriminator, float generator) = gan.Step(real);
            float.IsFinite(discriminator + generator).Should().BeTrue();
        }

        Distance().Should().BeLessThan(distance);
        float Distance() => (gan.Generator.call(randn(32, 2)).mean([0]) - 2).norm().item<float>();
    }

    [Fact]
    public void A_q_network_learns_values()
    {
        manual_seed(8);
        var agent = new Dqn();
        Tensor states = randn(16, 4), next = randn(16, 4), actions = randint(0, 2, [16]), rewards = rand(16), ended = rand(16).gt(0.7);
        float first = agent.Step(states, actions, rewards, next, ended), last = first;
        for (int step = 1; step < 60; step++)
        {
            last = agent.Step(states, actions, rewards, next, ended);
        }

        last.Should().BeLessThan(first * 0.5f);
        agent.Target.state_dict()["0.weight"].data<float>().ToArray().Should().Equal(agent.Policy.state_dict()["0.weight"].data<float>().ToArray());
    }

    private static Tensor Input(string name) =>
        name == nameof(SequenceClassifier) ? arange(30).remainder(11).view(5, 6) : NN.Waves.Wave([6, 3, 8, 8]).to(ScalarType.Float32);

    /// <summary>Trains and returns the last loss as a share of the first.</summary>
    private static double Train(Module model, Func<Tensor> loss, int steps, double rate = 0.01)
    {
        using OptimizerHelper optimizer = optim.Adam(model.parameters(), rate);
        double first = 0, last = 0;
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor current = loss();
            current.backward();
            optimizer.step();
            last = current.item<float>();
            first = step == 0 ? last : first;
        }

        return last / first;
    }

    /// <summary>The derivative along the gradient's own direction, for each parameter, against a central difference.</summary>
    private static void CheckGradients(Module model, Func<Tensor> loss)
    {
        const double Step = 1e-6;
        model.zero_grad();
        loss().backward();
        using IDisposable mode = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            Tensor gradient = parameter.grad!.clone();
            double length = gradient.norm().item<double>();
            if (length < 1e-6)
            {
                continue;
            }

            Tensor direction = gradient / length;
            parameter.add_(direction * Step);
            double above = loss().item<double>();
            parameter.sub_(direction * (2 * Step));
            double below = loss().item<double>();
            parameter.add_(direction * Step);
            ((above - below) / (2 * Step)).Should().BeApproximately(length, 1e-5 * Math.Max(1, length), "that is the slope along {0}'s gradient", name);
        }
    }
}
