namespace AssemblyToProcess;

public static class Exceptions
{
    [Scenario]
    public static float CaughtFromACallee()
    {
        Tensor x = 1f;
        try
        {
            x = probe(x);
            x = Thrower(x, 1);
            x = probe(x);
        }
        catch (InvalidOperationException e)
        {
            x = probe(x) * e.Message.Length;
        }

        return probe(x).item();
    }

    [Scenario]
    public static float ThrownFromThreeDeep()
    {
        Tensor x = 1f;
        try
        {
            x = Through(x, 3);
        }
        catch (InvalidOperationException)
        {
            x = Branches.Inner(x);
        }

        return Branches.Outer(x).item();
    }

    [Scenario]
    public static float Filters()
    {
        Tensor sum = 0f;
        for (int i = 0; i < 4; i++)
        {
            try
            {
                sum = Thrower(probe(sum, i), i);
            }
            catch (InvalidOperationException e) when (Accept(e, i))
            {
                sum = probe(sum, i);
            }
            catch (ArgumentException) when (i == 3)
            {
                sum = Branches.Inner(sum);
            }
            catch (Exception)
            {
                sum = relu(probe(sum, i));
            }
            finally
            {
                sum = probe(sum, i);
            }

            sum = probe(sum, i);
        }

        return sum.item();
    }

    [Scenario]
    public static float FinallyOnReturn()
    {
        var seen = new List<float>();
        Tensor x = ReturnsFromTry(1f, seen);
        return (x + probe(seen.Count)).item();
    }

    [Scenario]
    public static float ThrownThroughLoops()
    {
        Tensor x = 0f;
        for (int turn = 0; turn < 3; turn++)
        {
            try
            {
                for (int i = 0; i < 3; i++)
                {
                    for (int j = 0; j < 3; j++)
                    {
                        x = probe(x, turn, i, j);
                        if (i + j == turn + 1)
                        {
                            Thrower(x, 1);
                        }
                    }
                }
            }
            catch (InvalidOperationException)
            {
                x = probe(x, turn);
            }

            x = probe(x, turn);
        }

        return probe(x).item();
    }

    [Scenario]
    public static float ThrownThroughACalleesLoop()
    {
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            try
            {
                x = LoopThatThrows(x, i);
            }
            catch (InvalidOperationException) when (probe(x, i).item() > 0)
            {
                x = probe(x, i);
            }

            x = probe(x, i);
        }

        return x.item();
    }

    [Scenario]
    public static float BreakContinueReturnWithFinally()
    {
        Tensor x = 0f;
        for (int i = 0; i < 6; i++)
        {
            int j = 0;
            while (true)
            {
                try
                {
                    x = probe(x, i, j);
                    if (i == 1)
                    {
                        break;
                    }

                    if (i == 2 && j < 2)
                    {
                        continue;
                    }

                    if (i == 5)
                    {
                        return probe(x, i, j).item();
                    }

                    if (j == 2)
                    {
                        break;
                    }
                }
                finally
                {
                    x = probe(x, i, j);
                    j++;
                }
            }

            x = probe(x, i);
        }

        return -1;
    }

    [Scenario]
    public static float LoopsInHandlers()
    {
        Tensor x = 0f;
        try
        {
            Thrower(x, 1);
        }
        catch (InvalidOperationException)
        {
            for (int i = 0; i < 2; i++)
            {
                x = probe(x, i);
            }
        }
        finally
        {
            int i = 0;
            do
            {
                x = probe(x, i);
            }
            while (++i < 2);
        }

        return x.item();
    }

    [Scenario]
    public static float NestedTries()
    {
        Tensor x = 0f;
        try
        {
            try
            {
                x = Thrower(probe(x), 1);
            }
            catch (ArgumentException)
            {
                x = Branches.Inner(x);
            }
            finally
            {
                x = probe(x);
                try
                {
                    Thrower(x, 2);
                }
                catch (ArgumentException)
                {
                    x = probe(x);
                }
            }
        }
        catch (InvalidOperationException)
        {
            x = probe(x);
        }

        return x.item();
    }

    [Scenario]
    public static float Rethrow()
    {
        Tensor x = 0f;
        try
        {
            Rethrows(x);
        }
        catch (InvalidOperationException e)
        {
            x = probe(x) * (e.StackTrace!.Contains(nameof(Rethrows), StringComparison.Ordinal) ? 2 : 3);
        }

        return probe(x).item();
    }

    [Scenario]
    public static float UsingAndLock()
    {
        var gate = new object();
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            using Tensor y = probe(x, i);
            lock (gate)
            {
                using (Tensor z = probe(y, i))
                {
                    x = Branches.Inner(z);
                }
            }
        }

        return probe(x).item();
    }

    [Scenario]
    public static float DisposeRunsOps()
    {
        Tensor x = 0f;
        try
        {
            using (var scope = new OpOnDispose())
            {
                x = probe(x);
                Thrower(x, 1);
            }
        }
        catch (InvalidOperationException)
        {
            x = probe(x);
        }

        return x.item();
    }

    [Scenario]
    public static float EscapesUncaught()
    {
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            x = Through(probe(x, i), i);
        }

        return x.item();
    }

    [Scenario]
    public static float EscapesFromALambda() => new[] { 1f, 2f }.Select(v => Thrower(v, (int)v).item()).Sum();

    [Scenario]
    public static float NullReferenceInTheMiddle()
    {
        Tensor? nothing = null;
        Tensor x = probe(1f);
        return (x
            + probe(nothing!)
            + probe(x)).item();
    }

    private static Tensor Thrower(Tensor x, int kind)
    {
        Tensor y = probe(x);
        return kind switch
        {
            1 => throw new InvalidOperationException("one"),
            2 => throw new ArgumentException("two"),
            3 => throw new ArgumentOutOfRangeException(nameof(kind), "three"),
            _ => y,
        };
    }

    private static Tensor Through(Tensor x, int depth) =>
        depth == 0 ? Thrower(x, 1) : probe(Through(probe(x), depth - 1));

    private static bool Accept(Exception e, int i) => probe(i).item() > 0 && e.Message == "one";

    private static Tensor LoopThatThrows(Tensor x, int n)
    {
        foreach (int k in (int[])[0, 1, 2])
        {
            x = probe(x, k);
            if (k == n)
            {
                x = Thrower(x, 1);
            }
        }

        return x;
    }

    private static Tensor ReturnsFromTry(Tensor x, List<float> seen)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                try
                {
                    x = probe(x, i);
                    if (i == 2)
                    {
                        return Branches.Inner(x);
                    }
                }
                finally
                {
                    seen.Add(probe(x, i).item());
                }
            }
        }
        finally
        {
            seen.Add(probe(x).item());
        }
    }

    private static void Rethrows(Tensor x)
    {
        try
        {
            Thrower(x, 1);
        }
        catch (InvalidOperationException)
        {
            probe(x);
            throw;
        }
    }

    private sealed class OpOnDispose : IDisposable
    {
        public void Dispose() => probe(1f);
    }
}
