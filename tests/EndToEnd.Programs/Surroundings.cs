namespace Terra.EndToEnd.Programs;

/// <summary>Steps that work together with what is not woven: libraries, the console, threads, tasks.</summary>
public static class Surroundings
{
    [EndToEndProgram]
    public static void AThirdPartyCallOnFetchedValues(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor output = model.call(Data.Matrix(step));
            double median = ThirdParty.Median(output.detach());
            Tensor loss = nn.functional.cross_entropy(output - median, Data.Labels(step));
            loss.backward();
            optimizer.step();
            o.Note($"median[{step}]", median);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AnUnwovenLibraryThatCallsOpsAndKeepsTensors(Observer o)
    {
        var library = new ThirdParty();
        var model = new Perceptron();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor output = ThirdParty.Polynomial(model.call(Data.Matrix(step)), 0.1, step % 4 == 0 ? 0.3 : 0.2, 1, 0.05);
            library.Show(output, step);
            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
            loss.backward();
            optimizer.step();
        }

        foreach (Tensor kept in library.Kept)
        {
            o.Note("kept", kept);
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AValuePrinted(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        TextWriter console = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            for (int step = 0; step < 40; step++)
            {
                optimizer.zero_grad();
                Tensor output = model.call(Data.Matrix(step));
                Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
                Console.WriteLine(loss);
                Console.WriteLine(loss.str());
                loss.print();
                if (step % 8 == 5)
                {
                    Console.WriteLine(output.ToString(TorchSharp.TensorStringStyle.Numpy));
                }

                loss.backward();
                Console.WriteLine("largest gradient: {0}", model.parameters().First().grad!.abs().max().cstr());
                optimizer.step();
            }
        }
        finally
        {
            Console.SetOut(console);
        }

        o.Note("console", text.ToString());
        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    [EndToEndProgram]
    public static void AModelCalledFromTwoThreads(Observer o)
    {
        var model = new Perceptron();
        model.eval();
        var observers = new Observer[2];
        var threads = new Thread[2];
        for (int t = 0; t < threads.Length; t++)
        {
            int number = t;
            observers[t] = new Observer();
            threads[t] = new Thread(() => Guarded(() => Infer(model, number, observers[number]), observers[number]));
            threads[t].Start();
        }

        for (int t = 0; t < threads.Length; t++)
        {
            threads[t].Join();
            o.Append($"thread {t}", observers[t]);
        }
    }

    [EndToEndProgram]
    public static void TwoThreadsEachTrainAModel(Observer o)
    {
        // Initialised one after the other: the default generator is the process's.
        Perceptron[] models = [new Perceptron(), new Perceptron()];
        var observers = new Observer[2];
        var threads = new Thread[2];
        for (int t = 0; t < threads.Length; t++)
        {
            int number = t;
            observers[t] = new Observer();
            threads[t] = new Thread(() => Guarded(() => Train(models[number], number, observers[number]), observers[number]));
            threads[t].Start();
        }

        for (int t = 0; t < threads.Length; t++)
        {
            threads[t].Join();
            o.Append($"thread {t}", observers[t]);
        }
    }

    [EndToEndProgram]
    public static async Task AwaitInTheStep(Observer o)
    {
        var model = new Perceptron();
        var optimizer = optim.SGD(model.parameters(), 0.05);
        for (int step = 0; step < 40; step++)
        {
            optimizer.zero_grad();
            Tensor input = await LoadAsync(step);
            Tensor output = model.call(input);
            if (step % 3 == 0)
            {
                await Task.Yield();
            }

            Tensor loss = nn.functional.cross_entropy(output, Data.Labels(step));
            loss.backward();
            optimizer.step();
            await Task.Delay(step % 10 == 0 ? 1 : 0);
            o.Note($"loss[{step}]", loss.item<float>());
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }

    private static void Guarded(Action action, Observer o)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            o.NoteException("thrown", exception);
        }
    }

    private static async Task<Tensor> LoadAsync(int step)
    {
        await Task.Yield();
        return Data.Matrix(step) * 0.5f;
    }

    private static void Infer(Perceptron model, int number, Observer o)
    {
        for (int i = 0; i < 60; i++)
        {
            using var none = no_grad();
            Tensor output = model.call(Data.Matrix((number * 1000) + i, 4 + number)).softmax(1);
            o.Note($"output[{i}]", output);
        }
    }

    private static void Train(Perceptron model, int number, Observer o)
    {
        var optimizer = optim.SGD(model.parameters(), 0.05);
        for (int step = 0; step < 60; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(Data.Matrix((number * 1000) + step)), Data.Labels(step));
            loss.backward();
            optimizer.step();
            if (step % 7 == number)
            {
                o.Note($"loss[{step}]", loss.item<float>());
            }
        }

        o.Note("model", model);
        o.Note("optimizer", optimizer);
    }
}
