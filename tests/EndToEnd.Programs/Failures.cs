using System.Runtime.InteropServices;

namespace Terra.EndToEnd.Programs;

/// <summary>Exceptions that leave the step: its loop, its method, its scope. The caller catches them and trains on.</summary>
public static class Failures
{
    [EndToEndProgram]
    public static void AnExceptionThatLeavesTheStepLoop(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var progress = new Progress();
        while (progress.Step < 100)
        {
            try
            {
                TrainUntilItFails(model, optimizer, progress);
            }
            catch (InvalidOperationException exception)
            {
                o.NoteException($"left at {progress.Step}", exception);
            }
            catch (ExternalException exception)
            {
                o.NoteException($"left at {progress.Step}", exception);
            }

            o.Note($"model[{progress.Step}]", model);
        }

        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AnExceptionThatLeavesAnIteratorAndTheLoopOverIt(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.02);
        for (int epoch = 0; epoch < 10; epoch++)
        {
            try
            {
                foreach (Tensor input in Inputs(epoch))
                {
                    optimizer.zero_grad();
                    Tensor loss = nn.functional.cross_entropy(model.call(input), Data.Labels(epoch));
                    loss.backward();
                    optimizer.step();
                }
            }
            catch (InvalidDataException exception)
            {
                o.NoteException($"epoch {epoch}", exception);
                o.Note($"gradient[{epoch}]", model.parameters().First().grad);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AnExceptionThatLeavesAMarkedStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.02);
        for (int step = 0; step < 80; step++)
        {
            try
            {
                o.Note($"loss[{step}]", MarkedStep(model, optimizer, step).item<float>());
            }
            catch (Exception exception) when (exception is InvalidOperationException or ExternalException)
            {
                o.NoteException($"step {step}", exception);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AnExceptionThatLeavesAStepScope(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        for (int step = 0; step < 80; step++)
        {
            try
            {
                using (StepScope.Begin("training"))
                {
                    Train(model, optimizer, step);
                }
            }
            catch (InvalidOperationException exception)
            {
                o.NoteException($"step {step}", exception);
            }
            catch (ExternalException exception)
            {
                o.NoteException($"step {step}", exception);
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    private sealed class Progress
    {
        public int Step { get; set; }
    }

    private static void TrainUntilItFails(Perceptron model, SGD optimizer, Progress progress)
    {
        while (progress.Step < 100)
        {
            Train(model, optimizer, progress.Step++);
        }
    }

    [Step]
    private static Tensor MarkedStep(Perceptron model, Adam optimizer, int step) => Train(model, optimizer, step);

    /// <summary>Fails now and then: before backward, in an op of the forward pass, in backward, between backward and the optimizer's step.</summary>
    private static Tensor Train(Perceptron model, OptimizerHelper optimizer, int step)
    {
        optimizer.zero_grad();
        Tensor input = Data.Matrix(step);
        Tensor output = model.call(input) * 2;
        if (step % 13 == 12)
        {
            throw new InvalidOperationException($"step {step} fails after {output.shape[0]} rows");
        }

        if (step % 17 == 16)
        {
            output = output.mm(output);
        }

        Tensor loss = nn.functional.cross_entropy(output.square(), Data.Labels(step));
        if (step % 19 == 18)
        {
            output.mul_(2);
        }

        loss.backward();
        if (step % 23 == 22)
        {
            throw new InvalidOperationException($"step {step} fails with loss {loss.item<float>():R}");
        }

        optimizer.step();
        return loss;
    }

    private static IEnumerable<Tensor> Inputs(int epoch)
    {
        for (int i = 0; i < 12; i++)
        {
            Tensor input = Data.Matrix((epoch * 100) + i) * 0.5f;
            if (epoch % 3 == 2 && i == 4 + epoch)
            {
                throw new InvalidDataException($"input {i} of epoch {epoch} sums to {input.sum().item<float>():R}");
            }

            yield return input;
        }
    }
}
