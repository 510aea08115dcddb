namespace Terra.EndToEnd.Programs;

/// <summary>Steps that change objects, keep tensors, and read them later.</summary>
public static class State
{
    private static Tensor? s_saved;

    [EndToEndProgram]
    public static void AnObjectMutatedEachStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        List<float> losses = [];
        int counter = 0;
        for (int step = 0; step < 60; step++)
        {
            model.DropProbability = 0.5 * step / 60;
            counter += step % 3;
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step)) * (1.0 + (counter * 0.01));
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        foreach (float loss in losses)
        {
            o.Note("loss", loss);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ATensorSavedEvery37thStepAndRead100StepsLater(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.02);
        s_saved = null;
        int savedAt = 0;
        for (int step = 0; step < 250; step++)
        {
            optimizer.zero_grad();
            Tensor output = model.call(Data.Matrix(step % 10));
            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step % 10));
            loss.backward();
            optimizer.step();
            if (step % 37 == 36 && s_saved is null)
            {
                s_saved = output.detach();
                savedAt = step;
            }

            if (s_saved is not null && step == savedAt + 100)
            {
                o.Note($"saved at {savedAt}", s_saved);
                s_saved = null;
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void HiddenStateCarriedByALocal(Observer o)
    {
        var cell = nn.Linear(12, 6);
        var optimizer = optim.Adam(cell.parameters(), 0.01);
        Tensor hidden = zeros(5, 6);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor next = cell.call(cat([Data.Matrix(step), hidden], 1)).tanh();
            Tensor loss = (next - Data.Matrix(step + 1000)).square().mean();
            loss.backward();
            optimizer.step();
            hidden = next.detach();
        }

        o.Note("hidden", hidden);
        o.Note("cell", cell);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ATensorCapturedByALambda(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.02);
        List<Func<Tensor>> later = [];
        for (int step = 0; step < 40; step++)
        {
            optimizer.zero_grad();
            Tensor output = model.call(Data.Matrix(step));
            Tensor probabilities = output.softmax(1).detach();
            later.Add(() => probabilities.sum(0) * 3);
            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
            loss.backward();
            optimizer.step();
        }

        foreach (Func<Tensor> function in later)
        {
            o.Note("later", function());
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AParameterSwappedForAnotherObject(Observer o)
    {
        var weight = new Parameter(Data.Matrix(1, 6, 3));
        var optimizer = optim.SGD([weight], 0.05);
        for (int step = 0; step < 60; step++)
        {
            if (step % 20 == 15)
            {
                weight = new Parameter(weight.detach().clone() * 0.9f);
                optimizer = optim.SGD([weight], 0.05);
            }

            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(Data.Matrix(step).mm(weight), Data.Labels(step));
            loss.backward();
            optimizer.step();
        }

        o.Note("weight", weight);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void RequiresGradToggled(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        for (int step = 0; step < 60; step++)
        {
            Parameter first = model.parameters().First();
            first.requires_grad = step % 10 < 6;
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step));
            loss.backward();
            optimizer.step();
            o.Note($"grad[{step}]", first.grad);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void NoGradInside(Observer o)
    {
        var model = new Perceptron();
        var average = model.parameters().Select(p => p.detach().clone()).ToArray();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor target;
            using (no_grad())
            {
                target = model.call(Data.Matrix(step + 1)).softmax(1);
            }

            Tensor loss = (model.call(Data.Matrix(step)).softmax(1) - target).square().mean();
            o.Note($"requires_grad[{step}]", target.requires_grad);
            loss.backward();
            optimizer.step();
            using (no_grad())
            {
                int i = 0;
                foreach (Parameter parameter in model.parameters())
                {
                    average[i++].mul_(0.9f).add_(parameter, 0.1f);
                }
            }
        }

        foreach (Tensor tensor in average)
        {
            o.Note("average", tensor);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void GradientAccumulation(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.02);
        optimizer.zero_grad();
        for (int step = 0; step < 80; step++)
        {
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step)) / 4;
            loss.backward();
            if (step % 4 == 3)
            {
                optimizer.step();
                optimizer.zero_grad();
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void TwoOptimizers(Observer o)
    {
        var generator = new Perceptron(4, 8, 6);
        var discriminator = new Perceptron(6, 8, 1);
        var first = optim.Adam(generator.parameters(), 0.01, 0.5);
        var second = optim.SGD(discriminator.parameters(), 0.05);
        for (int step = 0; step < 50; step++)
        {
            second.zero_grad();
            Tensor fake = generator.call(randn(5, 4));
            Tensor judged = nn.functional.softplus(discriminator.call(fake.detach())).mean()
                + nn.functional.softplus(-discriminator.call(Data.Matrix(step))).mean();
            judged.backward();
            second.step();

            first.zero_grad();
            Tensor fooled = nn.functional.softplus(-discriminator.call(fake)).mean();
            fooled.backward();
            first.step();
            o.Note($"losses[{step}]", judged.item<float>() + fooled.item<float>());
        }

        o.Note("generator", generator);
        o.Note("discriminator", discriminator);
        o.Note("first", first);
        o.Note("second", second);
    }

    [EndToEndProgram]
    public static void TensorsUsedAfterTheLoop(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.02);
        Tensor last = zeros(1);
        Tensor total = zeros(1);
        List<Tensor> outputs = [];
        for (int step = 0; step < 40; step++)
        {
            optimizer.zero_grad();
            Tensor output = model.call(Data.Matrix(step));
            last = nn.functional.cross_entropy(output, Data.Labels(step));
            total = total + last.detach();
            outputs.Add(output);
            last.backward();
            optimizer.step();
        }

        o.Note("last", last);
        o.Note("total", total);
        foreach (Tensor output in outputs)
        {
            o.Note("output", output);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }
}
