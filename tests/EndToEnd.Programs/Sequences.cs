using Terra.Tests.Models;

namespace Terra.EndToEnd.Programs;

/// <summary>Models of sequences and of distributions, with the training schemes that are theirs.</summary>
public static class Sequences
{
    [EndToEndProgram]
    public static void BackpropagationThroughTimeCutOff(Observer o)
    {
        const int Tokens = 7, Width = 8, Window = 4, Batch = 3;
        var embedding = nn.Embedding(Tokens, Width);
        var lstm = nn.LSTM(Width, Width, 2, dropout: 0.2);
        var head = nn.Linear(Width, Tokens);
        Parameter[] parameters = [.. embedding.parameters(), .. lstm.parameters(), .. head.parameters()];
        var optimizer = optim.Adam(parameters, 0.02);
        for (int epoch = 0; epoch < 4; epoch++)
        {
            Tensor text = Data.Labels(epoch, ((12 * Window) + 1) * Batch, Tokens).view(-1, Batch);
            Tensor hidden = zeros(2, Batch, Width), cell = zeros(2, Batch, Width);
            for (int start = 0; start + Window < text.shape[0]; start += Window)
            {
                hidden = hidden.detach();
                cell = cell.detach();
                optimizer.zero_grad();
                (Tensor output, hidden, cell) = lstm.call(embedding.call(text.narrow(0, start, Window)), (hidden, cell));
                Tensor loss = nn.functional.cross_entropy(head.call(output).view(-1, Tokens), text.narrow(0, start + 1, Window).reshape(-1));
                loss.backward();
                o.Note($"norm[{epoch},{start}]", nn.utils.clip_grad_norm_(parameters, 0.25));
                optimizer.step();
            }

            o.Note($"hidden[{epoch}]", hidden);
            o.Note($"cell[{epoch}]", cell);
        }

        o.Note("embedding", embedding);
        o.Note("lstm", lstm);
        o.Note("head", head);
        o.Note("optimizer", optimizer);
    }

    /// <summary>Padded sequences whose longest length changes, with a mask over the padding.</summary>
    [EndToEndProgram]
    public static void AnEncoderOfPaddedSequences(Observer o)
    {
        const int Batch = 3;
        var model = new SequenceClassifier();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        for (int step = 0; step < 50; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            var random = new Random(step);
            long length = 4 + (step % 3);
            Tensor tokens = zeros([length, Batch], ScalarType.Int64);
            for (int n = 0; n < Batch; n++)
            {
                int used = random.Next(2, (int)length + 1);
                tokens.narrow(1, n, 1).narrow(0, 0, used).copy_((Data.Labels(step + n, used, 10) + 1).unsqueeze(1));
            }

            optimizer.zero_grad();
            Tensor logits = model.call(tokens);
            Tensor loss = nn.functional.cross_entropy(logits, Data.Labels(step, Batch));
            loss.backward();
            optimizer.step();
            if (step % 5 == 4)
            {
                o.Note($"logits[{step}]", logits);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    /// <summary>A critic held to slope one by a penalty on the gradient of its input, which is differentiated again.</summary>
    [EndToEndProgram]
    public static void ACriticWithAGradientPenalty(Observer o)
    {
        nn.Module<Tensor, Tensor> generator = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 6));
        nn.Module<Tensor, Tensor> critic = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 1));
        var generatorOptimizer = optim.RMSProp(generator.parameters(), 0.01);
        var criticOptimizer = optim.Adam(critic.parameters(), 0.01, 0.5);
        for (int step = 0; step < 60; step++)
        {
            Tensor real = Data.Matrix(step);
            Tensor fake = generator.call(randn(5, 2));
            Tensor share = rand(5, 1);
            Tensor between = ((share * real) + ((1 - share) * fake.detach())).requires_grad_();
            Tensor slope = autograd.grad([critic.call(between).sum()], [between], create_graph: true)[0];
            Tensor penalty = (slope.square().sum(1).sqrt() - 1).square().mean();
            criticOptimizer.zero_grad();
            Tensor judged = critic.call(fake.detach()).mean() - critic.call(real).mean() + (penalty * 10);
            judged.backward();
            criticOptimizer.step();
            if (step % 3 == 2)
            {
                generatorOptimizer.zero_grad();
                (-critic.call(fake).mean()).backward();
                generatorOptimizer.step();
            }

            o.Note($"penalty[{step}]", penalty);
        }

        o.Note("generator", generator);
        o.Note("critic", critic);
        o.Note("generator's optimizer", generatorOptimizer);
        o.Note("critic's optimizer", criticOptimizer);
    }

    /// <summary>The gradient of a sampled action's log probability, weighted by what it brought.</summary>
    [EndToEndProgram]
    public static void APolicyGradientOverEpisodes(Observer o)
    {
        nn.Module<Tensor, Tensor> policy = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3));
        var optimizer = optim.Adam(policy.parameters(), 0.02);
        var random = new Random(7);
        for (int episode = 0; episode < 50; episode++)
        {
            List<Tensor> logProbabilities = [];
            List<float> rewards = [];
            for (int turn = 0, end = random.Next(2, 6); turn < end; turn++)
            {
                Tensor log = policy.call(Data.Matrix((episode * 10) + turn, 1)).log_softmax(1);
                long action = log.exp().multinomial(1).item<long>();
                logProbabilities.Add(log[0, action]);
                rewards.Add(action == turn % 3 ? 1 : -0.5f);
            }

            Tensor returns = tensor(rewards.ToArray()).flip(0).cumsum(0).flip(0);
            optimizer.zero_grad();
            Tensor loss = -(stack(logProbabilities) * (returns - returns.mean())).sum();
            loss.backward();
            optimizer.step();
            o.Note($"loss[{episode}]", loss.item<float>());
        }

        o.Note("policy", policy);
        o.Note("optimizer", optimizer);
    }
}
