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
}
