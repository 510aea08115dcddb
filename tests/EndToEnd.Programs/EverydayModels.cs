using Terra.Tests.Models;

namespace Terra.EndToEnd.Programs;

/// <summary>Everyday models, trained as usual.</summary>
public static class EverydayModels
{
    [EndToEndProgram]
    public static void AResidualNetworkWithADataLoader(Observer o)
    {
        var model = new ResNet();
        var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        using var loader = utils.data.DataLoader(
            utils.data.TensorDataset(Data.Matrix(1, 12, 3 * 64).view(12, 3, 8, 8), Data.Labels(2, 12, 4)), 4, shuffle: true, seed: 3);
        for (int epoch = 0; epoch < 10; epoch++)
        {
            foreach (var batch in loader)
            {
                optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(model.call(batch[0]), batch[1]);
                loss.backward();
                optimizer.step();
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ADeepNetworkWithASchedule(Observer o)
    {
        var model = new Vgg();
        var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9, weight_decay: 1e-4, nesterov: true);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, 10, 0.5);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step, 6, 3 * 64).view(6, 3, 8, 8)), Data.Labels(step, 6, 4));
            loss.backward();
            optimizer.step();
            scheduler.step();
            if (step % 10 == 9)
            {
                o.Note($"loss[{step}]", loss);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram(CoExecutedPercent = 60)]
    public static void AMobileNetworkValidatedAsItLearns(Observer o)
    {
        var model = new MobileNet();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        for (int epoch = 0; epoch < 5; epoch++)
        {
            model.train();
            for (int step = 0; step < 8; step++)
            {
                using var scope = NewDisposeScope();
                Tensor images = Data.Matrix(8 * epoch + step, 5, 3 * 64).view(5, 3, 8, 8), labels = Data.Labels(step, 5, 4);
                optimizer.zero_grad();
                nn.functional.cross_entropy(model.call(images), labels).backward();
                optimizer.step();
            }

            model.eval();
            using (no_grad())
            {
                using Tensor logits = model.call(Data.Matrix(epoch, 4, 3 * 64).view(4, 3, 8, 8));
                o.Note($"right[{epoch}]", logits.argmax(1).eq(Data.Labels(epoch, 4, 4)).sum().item<long>());
            }
        }

        o.Note("model", model);
    }

    [EndToEndProgram]
    public static void SegmentationWithASkip(Observer o)
    {
        var model = new UNet();
        var optimizer = optim.AdamW(model.parameters(), 0.01);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            Tensor images = Data.Matrix(step, 3, 64).view(3, 1, 8, 8), mask = images.gt(0).to(float32);
            optimizer.zero_grad();
            Tensor logits = model.call(images);
            Tensor overlap = 2 * (logits.sigmoid() * mask).sum() / (logits.sigmoid().sum() + mask.sum() + 1);
            Tensor loss = nn.functional.binary_cross_entropy_with_logits(logits, mask) + 1 - overlap;
            loss.backward();
            optimizer.step();
            if (step % 10 == 9)
            {
                o.Note($"overlap[{step}]", overlap);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ALanguageModel(Observer o)
    {
        var model = new LanguageModel();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            Tensor tokens = Data.Labels(step, 21, 11).view(7, 3);
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(tokens.narrow(0, 0, 6)).view(-1, 11), tokens.narrow(0, 1, 6).flatten());
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 0.5);
            optimizer.step();
            if (step % 10 == 9)
            {
                o.Note($"loss[{step}]", loss);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram(CoExecutedPercent = 60)]
    public static void ATransformerThatWritesCheckpoints(Observer o)
    {
        var model = new Translator(dropout: 0.1);
        var optimizer = optim.AdamW(model.parameters(), 0.01);
        using var file = new MemoryStream();
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            Tensor source = Data.Labels(step, 15, 11).view(5, 3), target = source.flip(0);
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(source, target).view(-1, 11), target.flatten());
            loss.backward();
            optimizer.step();
            if (step == 14)
            {
                model.save(file);
            }
            else if (step == 22)
            {
                file.Position = 0;
                model.load(file);
            }
        }

        o.Note("file", Convert.ToHexString(file.ToArray().AsSpan(0, 200)));
        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AVariationalAutoencoder(Observer o)
    {
        var model = new Vae();
        var optimizer = optim.RMSProp(model.parameters(), 0.01);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            Tensor input = (Data.Matrix(step, 6, 12) + 1) / 2;
            optimizer.zero_grad();
            Tensor loss = Vae.Loss(input, model.call(input));
            loss.backward();
            optimizer.step();
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void GeneratorAndDiscriminator(Observer o)
    {
        var gan = new Gan();
        for (int step = 0; step < 30; step++)
        {
            (float discriminator, float generator) = gan.Step(Data.Matrix(step, 8, 2) + 2);
            if (step % 8 == 7)
            {
                o.Note($"discriminator[{step}]", discriminator);
                o.Note($"generator[{step}]", generator);
            }
        }

        o.Note("generator", gan.Generator);
        o.Note("discriminator", gan.Discriminator);
        o.Note("generator's optimizer", gan.GeneratorOptimizer);
        o.Note("discriminator's optimizer", gan.DiscriminatorOptimizer);
    }

    [EndToEndProgram]
    public static void AQNetworkThatPlays(Observer o)
    {
        var agent = new Dqn();
        var random = new Random(5);
        List<(float[] State, long Action, float Reward, float[] Next, bool Ended)> memory = [];
        float[] state = Data.Numbers(0, 4);
        for (int turn = 1; turn < 80; turn++)
        {
            long action;
            using (no_grad())
            {
                action = random.NextDouble() < 0.2 ? random.Next(2) : agent.Policy.call(tensor(state).unsqueeze(0)).argmax(1).item<long>();
            }

            float[] next = Data.Numbers(turn, 4);
            memory.Add((state, action, next[0] * (action == 0 ? 1 : -1), next, turn % 11 == 0));
            state = next;
            if (memory.Count >= 8)
            {
                var batch = Enumerable.Range(0, 8).Select(_ => memory[random.Next(memory.Count)]).ToArray();
                float loss = agent.Step(
                    tensor(batch.SelectMany(item => item.State).ToArray()).view(8, 4),
                    tensor(batch.Select(item => item.Action).ToArray()),
                    tensor(batch.Select(item => item.Reward).ToArray()),
                    tensor(batch.SelectMany(item => item.Next).ToArray()).view(8, 4),
                    tensor(batch.Select(item => item.Ended).ToArray()));
                o.Note($"loss[{turn}]", loss);
            }
        }

        o.Note("policy", agent.Policy);
        o.Note("target", agent.Target);
        o.Note("optimizer", agent.Optimizer);
    }
}
