namespace AssemblyToProcess;

public static class AsyncMethods
{
    [Scenario]
    public static async Task<float> StraightLine()
    {
        Tensor x = probe(1f);
        await default(Resuming);
        x = probe(x);
        await default(Resuming);
        return Branches.Inner(x).item();
    }

    [Scenario]
    public static async Task<float> AwaitInALoop()
    {
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            x = probe(x, i);
            await default(Resuming);
            x = probe(x, i);
            for (int j = 0; j < 2; j++)
            {
                x = Branches.Inner(probe(x, i, j));
                await default(Resuming);
                x = probe(x, i, j);
            }

            x = probe(x, i);
        }

        return probe(x).item();
    }

    [Scenario]
    public static async Task<float> Nested()
    {
        Tensor x = 0f;
        for (int i = 0; i < 2; i++)
        {
            x = await Step(probe(x, i), 2);
            x = probe(x, i);
        }

        return (await Step(x, 1) + probe(x)).item();
    }

    [Scenario]
    public static async Task<float> AwaitInTry()
    {
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            try
            {
                x = probe(x, i);
                await default(Resuming);
                x = await Throwing(probe(x, i), i);
                x = probe(x, i);
            }
            catch (InvalidOperationException e) when (probe(x, i).item() > 0 && e.Message == "odd")
            {
                x = probe(x, i);
                await default(Resuming);
                x = probe(x, i);
            }
            finally
            {
                x = probe(x, i);
                await default(Resuming);
                x = probe(x, i);
            }

            x = probe(x, i);
        }

        return probe(x).item();
    }

    [Scenario]
    public static async Task<float> EscapesUncaught()
    {
        Tensor x = 0f;
        for (int i = 0; ; i++)
        {
            x = await Throwing(probe(x, i), i);
        }
    }

    [Scenario]
    public static async Task<float> ValueTasks()
    {
        Tensor x = await Value(1f);
        x = await Value(x) + await Value(probe(x));
        return x.item();
    }

    [Scenario]
    public static async Task<float> Lambdas()
    {
        Tensor x = 0f;
        Func<int, Task<Tensor>> work = async n =>
        {
            await default(Resuming);
            x = probe(x);
            return Branches.Inner(n);
        };
        for (int i = 0; i < 2; i++)
        {
            x += await work(i);
            x = probe(x, i);
        }

        return x.item();
    }

    [Scenario]
    public static async Task<float> LocalFunctionsAndGenerics()
    {
        Tensor x = await Local(1f) + await Hash(12) + await Hash("text");
        return x.item();

        static async Task<Tensor> Local(Tensor v)
        {
            await default(Resuming);
            return probe(v);
        }
    }

    [Scenario]
    public static async Task<float> AsyncIterator()
    {
        Tensor sum = 0f;
        int turn = 0;
        await foreach (Tensor x in Stream(3))
        {
            sum = probe(sum + x, turn++);
        }

        return probe(sum).item();
    }

    [Scenario]
    public static async Task<float> AsyncDisposable()
    {
        Tensor x = 0f;
        await using (new Scope())
        {
            x = probe(x);
        }

        return probe(x).item();
    }

    [Scenario]
    public static async Task<float> FieldsAcrossAwaits()
    {
        var seen = new List<float>();
        foreach (float value in new List<float> { 1f, 2f })
        {
            Tensor x = probe(value, seen.Count);
            await default(Resuming);
            seen.Add(probe(x, seen.Count).item());
        }

        return seen.Sum();
    }

    [Scenario]
    [StackDiffers]
    public static async Task<float> AllAtOnce()
    {
        Task<Tensor>[] tasks = [Step(1f, 1), Step(2f, 2), Step(3f, 1)];
        Tensor[] results = await Task.WhenAll(tasks);
        return (results[0] + results[1] + results[2]).item();
    }

    [Scenario]
    public static async Task<float> Recursion() => (await Countdown(3, 0f)).item();

    [Scenario]
    public static async Task<float> NeverSuspends()
    {
        Tensor x = probe(1f);
        await Task.CompletedTask;
        await ValueTask.CompletedTask;
        return probe(x).item();
    }

    private static async Task<Tensor> Step(Tensor x, int n)
    {
        x = probe(x);
        for (int i = 0; i < n; i++)
        {
            await default(Resuming);
            x = probe(x, i);
        }

        return probe(x);
    }

    private static async Task<Tensor> Throwing(Tensor x, int n)
    {
        x = probe(x);
        await default(Resuming);
        x = Branches.Inner(x);
        return n % 2 == 1 ? throw new InvalidOperationException("odd") : x;
    }

    private static async ValueTask<Tensor> Value(Tensor x)
    {
        x = probe(x);
        await default(Resuming);
        return probe(x);
    }

    private static async Task<Tensor> Hash<T>(T value)
    {
        Tensor x = hash(value);
        await default(Resuming);
        return x + hash(value);
    }

    private static async IAsyncEnumerable<Tensor> Stream(int n)
    {
        Tensor x = 0f;
        try
        {
            for (int i = 0; i < n; i++)
            {
                await default(Resuming);
                yield return probe(x, i);
                x = Branches.Inner(probe(x, i));
            }
        }
        finally
        {
            await default(Resuming);
            relu(x);
        }
    }

    private static async Task<Tensor> Countdown(int n, Tensor x)
    {
        await default(Resuming);
        return n == 0 ? probe(x) : probe(await Countdown(n - 1, probe(x)));
    }

    private sealed class Scope : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await default(Resuming);
            probe(1f);
        }
    }
}
