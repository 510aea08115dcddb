namespace Terra.EndToEnd.Programs;

/// <summary>Steps that are marked, that are a model's calls, or that never come to rest.</summary>
public static class Steps
{
    [EndToEndProgram]
    public static void AMarkedMethodInALoopThatStepsTheOptimizer(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.02);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor loss = Gradients(model, step);
            optimizer.step();
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AMarkedMethodThatIsFirstCalledWhenTheLoopIsTheStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step));
            loss.backward();
            if (step >= 20)
            {
                loss = loss + Gradients(model, step + 1);
            }

            optimizer.step();
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("model", model);
    }

    [EndToEndProgram]
    public static void AHandlerThatAServerCalls(Observer o)
    {
        var model = new Perceptron();
        string Handle(int request)
        {
            using var none = no_grad();
            Tensor probabilities = model.call(Data.Matrix(request, 1 + (request % 3))).softmax(1);
            return string.Join(' ', probabilities.data<float>().ToArray());
        }

        ThirdParty.Serve(40, request => o.Note($"answer[{request}]", Handle(request)));
    }

    [EndToEndProgram(CoExecutedPercent = 0)]
    public static void AProgramThatNeverSettles(Observer o)
    {
        var random = new Random(11);
        var weight = new Parameter(Data.Matrix(1, 6, 6));
        var optimizer = optim.SGD([weight], 0.01);
        for (int step = 0; step < 150; step++)
        {
            optimizer.zero_grad();
            Tensor x = Data.Matrix(step);
            for (int i = 0; i < 6; i++)
            {
                x = random.Next(4) switch
                {
                    0 => x.mm(weight).tanh(),
                    1 => x.relu() + 0.1f,
                    2 => x.sigmoid().mm(weight),
                    _ => (x * x).sqrt(),
                };
            }

            Tensor loss = (x - 0.3f).square().mean();
            if (loss.requires_grad)
            {
                loss.backward();
                optimizer.step();
            }

            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("weight", weight);
    }

    [Terra.Step]
    private static Tensor Gradients(Perceptron model, int step)
    {
        Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step));
        loss.backward();
        return loss;
    }
}
