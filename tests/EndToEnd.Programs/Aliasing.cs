namespace Terra.EndToEnd.Programs;

/// <summary>Steps that write through views, pass one tensor twice, dispose early.</summary>
public static class Aliasing
{
    [EndToEndProgram]
    public static void AnInPlaceOpOnAViewOfAParameter(Observer o)
    {
        var weight = new Parameter(Data.Matrix(1, 6, 3));
        var optimizer = optim.SGD([weight], 0.05);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(Data.Matrix(step).mm(weight), Data.Labels(step));
            loss.backward();
            optimizer.step();
            using (no_grad())
            {
                weight[step % 6].mul_(0.5f);
                weight.narrow(1, step % 2, 2).clamp_(-1, 1);
            }
        }

        o.Note("weight", weight);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void TwoViewsWrittenInTurn(Observer o)
    {
        var weight = new Parameter(Data.Matrix(1, 6, 6));
        var optimizer = optim.Adam([weight], 0.02);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor x = Data.Matrix(step).mm(weight);
            Tensor left = x.narrow(1, 0, 4);
            Tensor right = x.narrow(1, 2, 4);
            left.mul_(2);
            right.add_(left.detach() * 0.5f);
            left.sub_(0.1f);
            Tensor loss = x.square().mean() + (right * 0.3f).sum();
            loss.backward();
            optimizer.step();
            o.Note($"x[{step}]", x);
        }

        o.Note("weight", weight);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void TheSameTensorPassedTwice(Observer o)
    {
        var weight = new Parameter(Data.Matrix(1, 6, 6));
        var optimizer = optim.SGD([weight], 0.01);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor x = Data.Matrix(step, 6);
            Tensor y = step % 5 == 4 ? x : x.clone();
            Tensor product = (x.mm(weight) * x.mm(weight)).mm(weight + weight);
            Tensor loss = (product * y).mean() + where(x > y, x, y).sum();
            loss.backward();
            optimizer.step();
        }

        o.Note("weight", weight);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ABufferFilledRowByRow(Observer o)
    {
        var weight = new Parameter(Data.Matrix(1, 6, 6));
        var optimizer = optim.SGD([weight], 0.05);
        Tensor history = zeros(4, 6);
        for (int step = 0; step < 50; step++)
        {
            optimizer.zero_grad();
            Tensor rows = zeros(3, 6);
            for (int i = 0; i < 3; i++)
            {
                rows[i] = Data.Matrix(step + i, 1).mm(weight).tanh().squeeze(0);
            }

            Tensor loss = (rows - history.mean([0L])).square().mean();
            loss.backward();
            optimizer.step();
            history[step % 4] = rows[step % 3].detach();
            o.Note($"history[{step}]", history);
        }

        o.Note("weight", weight);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AFeedOverwrittenWhileItIsInUse(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        Tensor input = zeros(5, 6);
        for (int step = 0; step < 50; step++)
        {
            ThirdParty.Overwrite(input, step);
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(input), Data.Labels(step));
            loss.backward();
            optimizer.step();
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ADisposeScopeRoundTheStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.02);
        Tensor best = full(1, 1e9f);
        for (int step = 0; step < 60; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix(step)), Data.Labels(step));
            loss.backward();
            optimizer.step();
            best = minimum(best, loss.detach()).MoveToOuterDisposeScope();
        }

        o.Note("best", best);
        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void ATensorDisposedEarly(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor input = Data.Matrix(step);
            Tensor scaled = input * 2;
            input.Dispose();
            Tensor output = model.call(scaled);
            scaled.Dispose();
            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
            output.Dispose();
            loss.backward();
            optimizer.step();
            if (step % 20 == 19)
            {
                try
                {
                    o.Note("disposed", output.sum());
                }
                catch (Exception exception) when (exception is InvalidOperationException or ObjectDisposedException)
                {
                    o.NoteException("disposed", exception);
                }
            }

            loss.Dispose();
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    /// <summary>
    /// Backward throws (a saved tensor was changed) after it wrote into a view of a gradient it had just made, which then nobody can read:
    /// the write need not be stored, though an earlier kernel stored what it is to change.
    /// </summary>
    [EndToEndProgram]
    public static void ABackwardThatFailsAfterWritingIntoAView(Observer o)
    {
        var weight = new TorchSharp.Modules.Parameter(Data.Matrix(1, 4, 4));
        var optimizer = optim.SGD(new[] { weight }, 0.02, momentum: 0.9);
        for (int step = 0; step < 30; step++)
        {
            try
            {
                optimizer.zero_grad();
                Tensor input = Data.Matrix(step, 3, 4), saved = Data.Matrix(step + 1000, 3, 4);
                Tensor scaled = input.mm(weight) * 0.5f, product = saved.mm(weight);
                if (step % 3 != 0)
                {
                    saved.narrow(1, 0, 3).tanh_();
                }

                scaled = scaled.clone();
                scaled.narrow(1, 0, 3).mul_(-0.1f);
                Tensor loss = (input * product).mean() + scaled.square().mean() + saved.tanh().mean();
                loss.backward();
                optimizer.step();
            }
            catch (Exception exception) when (exception is InvalidOperationException or System.Runtime.InteropServices.ExternalException)
            {
                o.NoteException($"step {step}", exception);
            }
        }

        o.Note("weight", weight);
        o.Note("optimizer", optimizer);
    }
}
