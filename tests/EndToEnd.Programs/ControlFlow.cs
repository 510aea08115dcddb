namespace Terra.EndToEnd.Programs;

/// <summary>Steps whose way depends on values, on chance, on the step, on data structures.</summary>
public static class ControlFlow
{
    [EndToEndProgram]
    public static void BranchOnTheLoss(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step));
            if (loss.item<float>() > 1.1f)
            {
                loss = loss * 0.5;
            }
            else
            {
                loss = loss + model.parameters().First().square().mean() * 0.01;
            }

            loss.backward();
            optimizer.step();
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ABranchThatAppearsAtStep50(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        for (int step = 0; step < 70; step++)
        {
            optimizer.zero_grad();
            Tensor output = model.call(Data.Matrix(step));
            if (step >= 50 && step % 2 == 0)
            {
                output = output.tanh() * 2;
            }

            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
            loss.backward();
            optimizer.step();
            if (step % 10 == 9)
            {
                o.Note($"loss[{step}]", loss.item<float>());
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ALoopWhoseLengthChanges(Observer o)
    {
        Tensor weight = Data.Matrix(1, 6, 6).requires_grad_();
        var parameter = new Parameter(weight.detach());
        var optimizer = optim.SGD([parameter], 0.05);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor x = Data.Matrix(step);
            for (int i = 0; i < 1 + (step * 7 % 5); i++)
            {
                x = x.mm(parameter).tanh();
            }

            Tensor loss = x.square().mean();
            loss.backward();
            optimizer.step();
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("parameter", parameter);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ALoopThatEndsByValue(Observer o)
    {
        var parameter = new Parameter(Data.Matrix(1, 6, 6) * 0.5f);
        var optimizer = optim.SGD([parameter], 0.01);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor x = Data.Matrix(step);
            int turns = 0;
            while (x.abs().max().item<float>() > 0.3f && turns < 8)
            {
                x = x.mm(parameter).tanh();
                turns++;
            }

            Tensor loss = (x - 0.1f).square().sum() + parameter.square().sum() * 0.01f;
            loss.backward();
            optimizer.step();
            o.Note($"turns[{step}]", turns);
        }

        o.Note("parameter", parameter);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ARandomChoiceInTheProgram(Observer o)
    {
        var random = new Random(5);
        var model = new Perceptron();
        var optimizer = optim.AdamW(model.parameters(), 0.01);
        for (int step = 0; step < 80; step++)
        {
            optimizer.zero_grad();
            Tensor x = Data.Matrix(step);
            switch (random.Next(3))
            {
                case 0:
                    x = x * 1.5f;
                    break;
                case 1:
                    x = x.flip(1);
                    break;
                default:
                    x = x + 0.25f;
                    break;
            }

            Tensor loss = nn.functional.cross_entropy(model.call(x), Data.Labels(step));
            loss.backward();
            optimizer.step();
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void BreakContinueAndReturnOutOfTheStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        for (int epoch = 0; epoch < 6; epoch++)
        {
            o.Note($"stopped[{epoch}]", Epoch(model, optimizer, epoch, o));
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AnExceptionInMidStepCaughtInTheLoop(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.5);
        for (int step = 0; step < 60; step++)
        {
            try
            {
                optimizer.zero_grad();
                Tensor output = model.call(Data.Matrix(step));
                Tensor doubled = output * 2;
                if (step % 13 == 12)
                {
                    throw new InvalidOperationException($"step {step} fails after {doubled.shape[0]} rows");
                }

                if (step % 17 == 16)
                {
                    doubled = doubled.mm(doubled);
                }

                Tensor loss = nn.functional.cross_entropy(doubled, Data.Labels(step));
                loss.backward();
                optimizer.step();
            }
            catch (InvalidOperationException exception)
            {
                o.NoteException($"step {step}", exception);
            }
            catch (System.Runtime.InteropServices.ExternalException exception)
            {
                o.NoteException($"step {step}", exception);
            }
            finally
            {
                o.Note($"weight[{step}]", model.parameters().First().sum().item<float>());
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ShapesThatChangeFromStepToStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.02);
        const int Rows = 37, Batch = 8;
        for (int epoch = 0; epoch < 12; epoch++)
        {
            for (int start = 0; start < Rows; start += Batch)
            {
                int rows = Math.Min(Batch, Rows - start);
                optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(start, rows)), Data.Labels(start, rows));
                loss.backward();
                optimizer.step();
                o.Note($"loss[{epoch},{start}]", loss.item<float>());
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void StepsOfAnIterator(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.01);
        foreach ((int step, Tensor input, Tensor labels) in Batches(40))
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(input), labels);
            loss.backward();
            optimizer.step();
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    private static IEnumerable<(int Step, Tensor Input, Tensor Labels)> Batches(int count)
    {
        for (int step = 0; step < count; step++)
        {
            Tensor input = Data.Matrix(step);
            yield return (step, (input - input.mean()) / (input.std() + 1e-5f), Data.Labels(step));
        }
    }

    private static string Epoch(Perceptron model, SGD optimizer, int epoch, Observer o)
    {
        for (int step = 0; step < 30; step++)
        {
            optimizer.zero_grad();
            if (step % 7 == 3)
            {
                continue;
            }

            Tensor output = model.call(Data.Matrix((epoch * 100) + step));
            if (step == 20 + epoch)
            {
                break;
            }

            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
            if (epoch == 4 && step == 11)
            {
                o.Note("left with", loss.item<float>());
                return "returned";
            }

            loss.backward();
            optimizer.step();
        }

        return "left";
    }
}
