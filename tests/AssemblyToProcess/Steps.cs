namespace AssemblyToProcess;

public static class Steps
{
    [Scenario]
    public static float MarkedMethod()
    {
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            x = Marked(x, i);
        }

        return x.item();
    }

    [Scenario]
    public static float MarkedMethodThatThrows()
    {
        Tensor x = 0f;
        try
        {
            x = Marked(x, 7);
        }
        catch (InvalidOperationException)
        {
            x = probe(x);
        }

        return x.item();
    }

    [Scenario]
    public static float GenericMethod() => (MarkedGeneric("text") + MarkedGeneric(12) + MarkedGeneric(new int[2])).item();

    [Scenario]
    public static float LocalFunctionsAndLambdas()
    {
        Func<Tensor, Tensor> lambda = [Terra.Step] (x) => Branches.Inner(probe(x));
        return (lambda(probe(1f)) + Local(probe(2f))).item();

        [Terra.Step]
        static Tensor Local(Tensor x) => Branches.Inner(probe(x));
    }

    [Scenario]
    public static async Task<float> AsyncMethod()
    {
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            x = await MarkedAsync(probe(x, i), i);
            x = probe(x, i);
        }

        return probe(x).item();
    }

    [Scenario]
    public static async Task<float> AsyncMethodThatThrows()
    {
        Tensor x = 0f;
        try
        {
            x = await MarkedAsync(probe(x), 7);
        }
        catch (InvalidOperationException)
        {
            x = probe(x);
        }

        return probe(x).item();
    }

    [Scenario]
    public static async Task<float> AsyncMethodThatThrowsUncaught() => (await MarkedAsync(probe(0f), 7)).item();

    [Scenario]
    public static async Task<float> AsyncMethodThatNeverSuspends() => probe(await MarkedAtOnce(probe(1f))).item();

    [Scenario]
    public static async Task<float> AsyncGenericMethod() =>
        probe(await MarkedGenericAsync("text") + await MarkedGenericAsync(12)).item();

    [Scenario]
    public static async Task<float> AsyncValueTask()
    {
        Tensor x = 0f;
        for (int i = 0; i < 2; i++)
        {
            x = probe(await MarkedValueTask(x), i);
        }

        return x.item();
    }

    [Scenario]
    public static async Task<float> AsyncLocalFunction()
    {
        return probe(await Local(probe(1f))).item();

        [Terra.Step]
        static async Task<Tensor> Local(Tensor x)
        {
            x = probe(x);
            await default(Resuming);
            return Branches.Inner(x);
        }
    }

    [Scenario]
    public static async Task<float> AsyncMethodThatCompletesOtherTasks()
    {
        Tensor x = await MarkedCompletingOthers(probe(1f), fails: false);
        return probe(await MarkedCompletingOthers(x, fails: true)).item();
    }

    [Terra.Step]
    public static Tensor Marked(Tensor x, int n)
    {
        x = probe(x);
        if (n == 1)
        {
            return Branches.Inner(x);
        }

        for (int i = 0; i < n; i++)
        {
            x = probe(x, i);
        }

        return n == 7 ? throw new InvalidOperationException("seven") : x;
    }

    [Terra.Step]
    private static Tensor MarkedGeneric<T>(T value)
    {
        Tensor x = hash(value);
        for (int i = 0; i < 2; i++)
        {
            x = probe(x + hash(value), i);
        }

        return x;
    }

    [Terra.Step]
    private static async Task<Tensor> MarkedAsync(Tensor x, int n)
    {
        x = probe(x);
        await default(Resuming);
        x = probe(x);
        if (n == 1)
        {
            return Branches.Inner(x);
        }

        for (int i = 0; i < n; i++)
        {
            x = probe(x, i);
            await default(Resuming);
            x = Branches.Inner(probe(x, i));
        }

        return n == 7 ? throw new InvalidOperationException("seven") : probe(x);
    }

    [Terra.Step]
    private static async Task<Tensor> MarkedAtOnce(Tensor x)
    {
        await Task.CompletedTask;
        return Branches.Inner(probe(x));
    }

    [Terra.Step]
    private static async Task<Tensor> MarkedGenericAsync<T>(T value)
    {
        Tensor x = hash(value);
        await default(Resuming);
        return x + hash(value);
    }

    [Terra.Step]
    private static async ValueTask<Tensor> MarkedValueTask(Tensor x)
    {
        x = probe(x);
        await default(Resuming);
        return Branches.Inner(x);
    }

    /// <summary>The completion of a task that is not the method's own does not end the step.</summary>
    [Terra.Step]
    private static async Task<Tensor> MarkedCompletingOthers(Tensor x, bool fails)
    {
        var other = new TaskCompletionSource<int>();
        try
        {
            x = probe(x);
            other.SetResult(fails ? Failing(x) : 1);
            x = probe(x);
        }
        catch (InvalidOperationException e)
        {
            x = probe(x);
            other.SetException(e);
            x = probe(x);
            _ = other.Task.Exception;
        }

        await default(Resuming);
        return probe(x);
    }

    private static int Failing(Tensor x) => throw new InvalidOperationException(probe(x).item() > 0 ? "other" : "none");
}
