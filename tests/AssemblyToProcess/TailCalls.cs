namespace AssemblyToProcess;

/// <summary>Methods that end in a call, which the tests turn into a tail call as other compilers do.</summary>
public static class TailCalls
{
    [Scenario]
    public static float Straight() => Plain(probe(1f)).item();

    [Scenario]
    public static float BehindALoop() => (AfterALoop(probe(1f), 3) + AfterALoop(0f, 0)).item();

    [Scenario]
    public static float BehindALoopToNoOp() => AfterALoopToNoOp(probe(1f), 3).item();

    [Scenario]
    public static float OutOfALoop() => (FromALoop(probe(0f), 5) + FromALoop(1f, 1)).item();

    [Scenario]
    public static float InAStep() => (Step(probe(1f), true) + Step(2f, false)).item();

    [Scenario]
    public static float OfOneToAnother() => Even(7).item();

    [Scenario]
    public static float ThroughAnInterface() => Apply(new Square(), probe(2f)).item();

    public static Tensor Even(int n) => n == 0 ? probe(0f) : Odd(n - 1);

    private static Tensor Odd(int n) => n == 0 ? probe(1f) : Even(n - 1);

    private static Tensor Plain(Tensor x) => Branches.Inner(probe(x));

    private static Tensor AfterALoop(Tensor x, int n)
    {
        for (int i = 0; i < n; i++)
        {
            x = probe(x, i);
        }

        return Branches.Inner(x);
    }

    private static Tensor AfterALoopToNoOp(Tensor x, int n)
    {
        for (int i = 0; i < n; i++)
        {
            x = probe(x, i);
        }

        return Same(x);
    }

    private static Tensor FromALoop(Tensor x, int n)
    {
        for (int i = 0; i < n; i++)
        {
            x = probe(x, i);
            if (i == 2)
            {
                return Branches.Inner(x);
            }
        }

        return Same(x);
    }

    [Terra.Step]
    private static Tensor Step(Tensor x, bool reaches)
    {
        x = probe(x);
        return reaches ? Branches.Inner(x) : Same(x);
    }

    private static Tensor Apply(IFunction function, Tensor x)
    {
        x = probe(x);
        return function.Of(x);
    }

    [LeftAlone]
    public static Tensor Same(Tensor x) => Identity(x);

    private static Tensor Identity(Tensor x) => x.shape.Length > 0 ? throw new InvalidOperationException("not a number") : x;

    private interface IFunction
    {
        Tensor Of(Tensor x);
    }

    private sealed class Square : IFunction
    {
        public Tensor Of(Tensor x) => probe(x) * x.item();
    }
}
