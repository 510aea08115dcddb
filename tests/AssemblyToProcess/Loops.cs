namespace AssemblyToProcess;

public static class Loops
{
    [Scenario]
    public static float For()
    {
        Tensor x = 0f;
        for (int i = 0; i < 3; i++)
        {
            x = probe(x, i);
        }

        return probe(x).item();
    }

    [Scenario]
    public static float WhileWithOpInTheCondition()
    {
        Tensor x = 0f;
        int i = 0;
        while (probe(x, i).item() < 4)
        {
            x = probe(x, i);
            i++;
        }

        return probe(x).item();
    }

    [Scenario]
    public static float DoWhile()
    {
        Tensor x = 0f;
        int i = 0;
        do
        {
            x = probe(x, i);
        }
        while (probe(x, i++).item() < 6);

        return probe(x).item();
    }

    [Scenario]
    public static float Nested()
    {
        Tensor x = 0f;
        for (int i = 0; i < 2; i++)
        {
            x = probe(x, i);
            for (int j = 0; j < 2; j++)
            {
                x = probe(x, i, j);
                int k = 0;
                while (k < 2)
                {
                    x = probe(x, i, j, k);
                    k++;
                }

                x = probe(x, i, j);
            }

            for (int j = 0; j < 1; j++)
            {
                x = probe(x, i, j);
            }
        }

        return probe(x).item();
    }

    [Scenario]
    public static float SharedHeaderOfTwoBackEdges()
    {
        Tensor x = 0f;
        int i = 0;
        int turn = 0;
        while (i < 7)
        {
            x = probe(x, turn++);
            if (i % 2 == 0)
            {
                i += 1;
                continue;
            }

            i += 2;
            if (i % 3 == 0)
            {
                continue;
            }

            x = Branches.Inner(x);
        }

        return x.item();
    }

    [Scenario]
    public static float ForeachOverArray()
    {
        Tensor x = 0f;
        int turn = 0;
        foreach (float value in new[] { 1f, 2f, 3f })
        {
            x = probe(x + value, turn++);
        }

        return x.item();
    }

    [Scenario]
    public static float ForeachOverList()
    {
        Tensor x = 0f;
        int turn = 0;
        foreach (float value in new List<float> { 1f, 2f, 3f })
        {
            x = probe(x + value, turn++);
            if (value > 1)
            {
                break;
            }
        }

        return probe(x).item();
    }

    [Scenario]
    public static float ForeachOverSpan()
    {
        Tensor x = 0f;
        int turn = 0;
        Span<int> values = stackalloc int[] { 3, 2, 1 };
        foreach (ref int value in values)
        {
            x = probe(x * value, turn++);
            value = (int)x.item();
        }

        return x.item() + values[2];
    }

    [Scenario]
    public static float ForeachOverDictionaryAndTwoDimensions()
    {
        Tensor x = 0f;
        int turn = 0;
        foreach ((string key, Tensor value) in new Dictionary<string, Tensor> { ["a"] = 1f, ["b"] = 2f })
        {
            x = probe(x + value * key.Length, turn++);
        }

        turn = 0;
        foreach (int cell in new[,] { { 1, 2 }, { 3, 4 } })
        {
            x += probe(x, turn / 2, turn % 2) * cell;
            turn++;
        }

        return x.item();
    }

    [Scenario]
    public static float Infinite()
    {
        Tensor x = 0f;
        for (int i = 0; ; i++)
        {
            x = probe(x, i);
            if (x.item() > 3)
            {
                return probe(x, i).item();
            }
        }
    }

    [Scenario]
    public static float OpInTheIncrement()
    {
        Tensor x = 0f;
        int i = 0;
        for (Tensor y = probe(0f); y.item() < 3; y = probe(y, i++))
        {
            x = probe(x, i);
        }

        return probe(x).item();
    }

    [Scenario]
    public static float LoopInAnArgument()
    {
        Tensor x = 0f;
        for (int i = 0; i < 2; i++)
        {
            x = Twice(probe(x, i), x.item() > 2 ? probe(x, i) : Branches.Inner(x));
        }

        return x.item();
    }

    [Scenario]
    public static float WithoutOps()
    {
        int sum = 0;
        for (int i = 0; i < 10; i++)
        {
            sum += i;
        }

        return probe(sum).item();
    }

    [Scenario]
    public static float IrreducibleByGoto()
    {
        Tensor x = 0f;
        int i = 0;
        if (x.item() < 1)
        {
            goto middle;
        }

    top:
        x = relu(x);
    middle:
        x = x + 1f;
        if (++i < 3)
        {
            goto top;
        }

        return probe(x).item();
    }

    [LeftAlone]
    public static int PureIntegers(int n)
    {
        int sum = 0;
        for (int i = 0; i < n; i++)
        {
            try
            {
                sum += Squared(i);
            }
            catch (OverflowException)
            {
                sum = 0;
            }
        }

        return sum;
    }

    [LeftAlone]
    public static int Squared(int i) => checked(i * i);

    [LeftAlone]
    public static long MetadataOnly(Tensor x) => x.shape.Length + Squared(2);

    private static Tensor Twice(Tensor x, Tensor y)
    {
        for (int i = 0; i < 2; i++)
        {
            x = probe(x, i) + y;
        }

        return x;
    }
}
