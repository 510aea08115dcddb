using static TorchSharp.torch.distributions;

namespace Terra.EndToEnd.Programs;

/// <summary>Programs that draw from distributions and learn from their densities.</summary>
public static class Distributions
{
    [EndToEndProgram]
    public static void AnAutoencoderWithANormalPosterior(Observer o)
    {
        manual_seed(5);
        var encoder = nn.Linear(8, 4);
        var decoder = nn.Linear(2, 8);
        var optimizer = optim.Adam([.. encoder.parameters(), .. decoder.parameters()], 0.01);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            Tensor x = Data.Matrix(step % 4, 6, 8).sigmoid(), code = encoder.call(x);
            using var posterior = Normal(code.narrow(1, 0, 2), nn.functional.softplus(code.narrow(1, 2, 2)));
            using var prior = Normal(zeros(6, 2), ones(6, 2));
            Tensor z = posterior.rsample();
            using var likelihood = Bernoulli(logits: decoder.call(z));
            optimizer.zero_grad();
            Tensor loss = -(likelihood.log_prob(x).sum(-1L) + prior.log_prob(z).sum(-1L) - posterior.log_prob(z).sum(-1L)).mean();
            loss.backward();
            optimizer.step();
            if (step % 10 == 9)
            {
                o.Note($"loss[{step}]", loss);
            }
        }

        o.Note("encoder", encoder);
        o.Note("decoder", decoder);
        o.NoteRandomState();
    }

    [EndToEndProgram(CoExecutedPercent = 40)]
    public static void APolicyGradientOfCategories(Observer o)
    {
        manual_seed(6);
        var policy = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3));
        var optimizer = optim.SGD(policy.parameters(), 0.1);
        for (int step = 0; step < 40; step++)
        {
            using var scope = NewDisposeScope();
            Tensor state = Data.Matrix(step % 5, 7, 4);
            using var actions = Categorical(logits: policy.call(state));
            Tensor action = actions.sample(), reward = action.eq(step % 3).to(float32);
            optimizer.zero_grad();
            Tensor loss = -(actions.log_prob(action) * (reward - reward.mean())).mean() - (0.01 * actions.entropy().mean());
            loss.backward();
            optimizer.step();
            if (step % 20 == 19)
            {
                o.Note($"action[{step}]", action);
            }
        }

        o.Note("policy", policy);
        o.NoteRandomState();
    }

    [EndToEndProgram(CoExecutedPercent = 40)]
    public static void AMixtureOfDraws(Observer o)
    {
        manual_seed(7);
        Parameter a = new(full([5], 1.5f)), b = new(full([5], 0.7f));
        var optimizer = optim.Adam([a, b], 0.05);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            using var gamma = Gamma(a, b);
            using var weights = Dirichlet(a);
            using var relaxed = RelaxedBernoulli(tensor(0.5f), logits: b);
            using var counts = Poisson(a.detach());
            optimizer.zero_grad();
            Tensor loss = (gamma.rsample(3) - 2).square().mean() + weights.rsample(3).square().sum(-1L).mean() + relaxed.rsample(3).mean() - (0.1 * gamma.log_prob(counts.sample(3) + 1).mean());
            loss.backward();
            optimizer.step();
            if (step % 10 == 9)
            {
                o.Note($"loss[{step}]", loss);
            }
        }

        o.Note("concentration", a);
        o.Note("rate", b);
        o.NoteRandomState();
    }
}
