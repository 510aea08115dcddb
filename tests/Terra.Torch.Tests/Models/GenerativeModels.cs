using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Tests.Models;

/// <summary>A variational autoencoder (Kingma and Welling, 2013) of vectors in [0, 1].</summary>
internal sealed class Vae : Module<Tensor, (Tensor Reconstruction, Tensor Mean, Tensor LogVariance)>
{
    private readonly Sequential encoder;
    private readonly Linear mean;
    private readonly Linear logVariance;
    private readonly Sequential decoder;

    public Vae(int width = 12, int latent = 3)
        : base(nameof(Vae))
    {
        encoder = Sequential(Linear(width, 16), Softplus());
        mean = Linear(16, latent);
        logVariance = Linear(16, latent);
        decoder = Sequential(Linear(latent, 16), ELU(), Linear(16, width), Sigmoid());
        RegisterComponents();
    }

    /// <summary>The negative evidence lower bound per sample.</summary>
    public static Tensor Loss(Tensor input, (Tensor Reconstruction, Tensor Mean, Tensor LogVariance) result) => WrappedTensorDisposeScope(() =>
    {
        Tensor error = functional.binary_cross_entropy(result.Reconstruction, input, reduction: Reduction.Sum);
        Tensor divergence = -0.5 * (1 + result.LogVariance - result.Mean.square() - result.LogVariance.exp()).sum();
        return (error + divergence) / input.shape[0];
    });

    public override (Tensor Reconstruction, Tensor Mean, Tensor LogVariance) forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = encoder.call(input);
        Tensor center = mean.call(hidden), spread = logVariance.call(hidden);
        Tensor latent = center + ((0.5 * spread).exp() * randn_like(spread));
        return scope.MoveToOuter(decoder.call(latent), center, spread);
    }
}

/// <summary>Generator and discriminator (Goodfellow et al., 2014), trained in turn.</summary>
internal sealed class Gan
{
    private readonly BCEWithLogitsLoss _loss = BCEWithLogitsLoss();

    public Gan()
    {
        GeneratorOptimizer = optim.Adam(Generator.parameters(), 0.01, 0.5, 0.9);
        DiscriminatorOptimizer = optim.Adam(Discriminator.parameters(), 0.01, 0.5, 0.9);
    }

    public Sequential Generator { get; } = Sequential(Linear(2, 16), BatchNorm1d(16), ReLU(), Linear(16, 2));

    public Sequential Discriminator { get; } = Sequential(Linear(2, 16), LeakyReLU(0.2), Dropout(0.1), Linear(16, 1));

    public OptimizerHelper GeneratorOptimizer { get; }

    public OptimizerHelper DiscriminatorOptimizer { get; }

    /// <summary>One step of each: the discriminator's loss and the generator's.</summary>
    public (float Discriminator, float Generator) Step(Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = real.shape[0];
        Tensor fake = Generator.call(randn(count, 2));
        DiscriminatorOptimizer.zero_grad();
        Tensor judged = _loss.call(Discriminator.call(real), ones(count, 1)) + _loss.call(Discriminator.call(fake.detach()), zeros(count, 1));
        judged.backward();
        DiscriminatorOptimizer.step();

        GeneratorOptimizer.zero_grad();
        Tensor fooled = _loss.call(Discriminator.call(fake), ones(count, 1));
        fooled.backward();
        GeneratorOptimizer.step();
        return (judged.item<float>(), fooled.item<float>());
    }
}

/// <summary>Deep Q-learning (Mnih et al., 2013) with a target network that follows from time to time.</summary>
internal sealed class Dqn
{
    private int _steps;

    public Dqn()
    {
        Target.load_state_dict(Policy.state_dict());
        Optimizer = optim.RMSProp(Policy.parameters(), 0.005);
    }

    public Sequential Policy { get; } = Network();

    public Sequential Target { get; } = Network();

    public OptimizerHelper Optimizer { get; }

    /// <summary>One step on a batch of transitions: states (N, 4), actions (N), rewards (N), next states (N, 4), and whether the game ended (N).</summary>
    public float Step(Tensor states, Tensor actions, Tensor rewards, Tensor next, Tensor ended)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = Policy.call(states).gather(1, actions.unsqueeze(1)).squeeze(1);
        Tensor goal;
        using (no_grad())
        {
            Tensor future = Target.call(next).max(1).values.masked_fill(ended, 0);
            goal = rewards + (0.9 * future);
        }

        Tensor loss = functional.smooth_l1_loss(values, goal);
        Optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_value_(Policy.parameters(), 1);
        Optimizer.step();
        if (++_steps % 10 == 0)
        {
            Target.load_state_dict(Policy.state_dict());
        }

        return loss.item<float>();
    }

    private static Sequential Network() => Sequential(Linear(4, 16), ReLU(), Linear(16, 2));
}
