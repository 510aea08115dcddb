namespace Terra.EndToEnd.Programs;

/// <summary>Models and training schemes as they are usually written.</summary>
public static class Models
{
    [EndToEndProgram]
    public static void APlainTrainingLoop(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step));
            loss.backward();
            optimizer.step();
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void TheLearningRateChangesEveryStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9, weight_decay: 0.001);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, 10, 0.7);
        for (int step = 0; step < 60; step++)
        {
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate *= 1 + (0.01 * (step % 5));
            }

            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step));
            loss.backward();
            optimizer.step();
            scheduler.step();
            o.Note($"lr[{step}]", optimizer.ParamGroups.First().LearningRate);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void DropoutAndRandpermInTheStep(Observer o)
    {
        var model = new Perceptron { DropProbability = 0.3 };
        var optimizer = optim.AdamW(model.parameters(), 0.01);
        Tensor all = Data.Matrix(1, 12);
        Tensor labels = Data.Labels(1, 12);
        for (int step = 0; step < 60; step++)
        {
            Tensor order = randperm(12, dtype: ScalarType.Int64).narrow(0, 0, 6);
            optimizer.zero_grad();
            Tensor input = all.index_select(0, order) + (randn(6, 6) * 0.1f);
            Tensor loss = nn.functional.cross_entropy(model.call(input), labels.index_select(0, order));
            loss.backward();
            optimizer.step();
            if (step % 6 == 5)
            {
                o.Note($"order[{step}]", order);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AConvolutionalNetworkWithBatchNorm(Observer o)
    {
        var model = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding: 1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(64, 3));
        var optimizer = optim.Adam(model.parameters(), 0.01);
        for (int step = 0; step < 40; step++)
        {
            model.train();
            optimizer.zero_grad();
            Tensor images = tensor(Data.Numbers(step, 4 * 64)).reshape(4, 1, 8, 8);
            Tensor loss = nn.functional.cross_entropy(model.call(images), Data.Labels(step, 4));
            loss.backward();
            optimizer.step();
            if (step % 10 == 9)
            {
                model.eval();
                using (no_grad())
                {
                    o.Note($"predicted[{step}]", model.call(images).argmax(1));
                }
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ASmallTransformer(Observer o)
    {
        const int Length = 5, Width = 8, Vocabulary = 7;
        var embedding = nn.Embedding(Vocabulary, Width);
        var qkv = nn.Linear(Width, 3 * Width);
        var norm = nn.LayerNorm(Width);
        var head = nn.Linear(Width, Vocabulary);
        var optimizer = optim.AdamW([.. embedding.parameters(), .. qkv.parameters(), .. norm.parameters(), .. head.parameters()], 0.01);
        Tensor mask = ones(Length, Length).triu(1).to_type(ScalarType.Bool);
        for (int step = 0; step < 40; step++)
        {
            optimizer.zero_grad();
            Tensor tokens = Data.Labels(step, 2 * (Length + 1), Vocabulary).reshape(2, Length + 1);
            Tensor x = embedding.call(tokens.narrow(1, 0, Length));
            Tensor[] parts = qkv.call(norm.call(x)).chunk(3, -1);
            Tensor scores = parts[0].matmul(parts[1].transpose(-2, -1)) / Math.Sqrt(Width);
            Tensor attended = scores.masked_fill(mask, float.NegativeInfinity).softmax(-1).matmul(parts[2]);
            Tensor logits = head.call(nn.functional.gelu(x + attended));
            Tensor loss = nn.functional.cross_entropy(logits.reshape(-1, Vocabulary), tokens.narrow(1, 1, Length).reshape(-1));
            loss.backward();
            optimizer.step();
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("embedding", embedding);
        o.Note("qkv", qkv);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ClippingByANormReadBack(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.1);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)) * 3, Data.Labels(step));
            loss.backward();
            double norm = Math.Sqrt(model.parameters().Sum(p => p.grad!.square().sum().ToDouble()));
            if (norm > 1)
            {
                foreach (Parameter parameter in model.parameters())
                {
                    parameter.grad!.mul_(1 / norm);
                }
            }

            optimizer.step();
            o.Note($"norm[{step}]", norm);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AGeneratorThatDecodesUntilAnEndToken(Observer o)
    {
        const int Vocabulary = 6, End = 0;
        var embedding = nn.Embedding(Vocabulary, 8);
        var cell = nn.Linear(16, 8);
        var head = nn.Linear(8, Vocabulary);
        using var none = no_grad();
        for (int sample = 0; sample < 30; sample++)
        {
            Tensor state = tensor(Data.Numbers(sample, 8)).unsqueeze(0);
            long token = 1 + (sample % (Vocabulary - 1));
            List<long> decoded = [];
            while (token != End && decoded.Count < 12)
            {
                Tensor input = embedding.call(tensor(new[] { token }));
                state = cell.call(cat([input, state], 1)).tanh();
                Tensor logits = head.call(state) + (randn(1, Vocabulary) * 0.5f);
                token = logits.argmax(1).item<long>();
                decoded.Add(token);
            }

            o.Note($"sample[{sample}]", string.Join(' ', decoded));
        }

    }
}
