namespace AssemblyToProcess;

public static class Branches
{
    [Scenario]
    public static float StraightLine()
    {
        Tensor x = probe(1f);
        Tensor y = probe(x);
        return (x + y * 2f).item();
    }

    [Scenario]
    public static float NestedCalls() => Outer(Inner(full(1f))).item();

    [Scenario]
    public static float ArgumentsOnTheStack() => Three(probe(1f), probe(Inner(2f)), probe(probe(3f))).item();

    [Scenario]
    public static float EarlyReturn() => (Early(-1) + Early(1) + Early(5)).item();

    [Scenario]
    public static float Switch()
    {
        Tensor sum = 0f;
        for (int i = 0; i < 6; i++)
        {
            switch (i)
            {
                case 0:
                    sum += probe(sum, i);
                    break;
                case 1:
                case 2:
                    sum = Inner(sum);
                    goto case 4;
                case 4:
                    sum = Outer(sum);
                    continue;
                case 5:
                    return probe(sum, i).item();
                default:
                    sum = relu(sum);
                    break;
            }

            sum = probe(sum, i);
        }

        return -1;
    }

    [Scenario]
    public static float SwitchExpressionOnStrings()
    {
        Tensor sum = 0f;
        string[] words = ["add", "relu", "inner", "outer", "probe", "other", "nothing", "more"];
        for (int i = 0; i < words.Length; i++)
        {
            sum += words[i] switch
            {
                "add" => add(sum, sum),
                "relu" => relu(sum),
                "inner" => Inner(sum),
                "outer" => Outer(probe(sum, i)),
                "probe" => probe(sum, i),
                "other" when i > 100 => Inner(sum),
                { Length: > 4 } => probe(sum, i),
                _ => 1f,
            };
        }

        return sum.item();
    }

    [Scenario]
    public static float Goto()
    {
        int i = 0;
        Tensor x = 0f;
    again:
        x = probe(x, i);
        i++;
        if (i < 4)
        {
            goto again;
        }

        if (x.item() > 100)
        {
            goto end;
        }

        x = Inner(x);
    end:
        return relu(x).item();
    }

    [Scenario]
    public static float GotoOutOfNestedLoops()
    {
        Tensor x = 0f;
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                x = probe(x, i, j);
                if (i * j == 6)
                {
                    goto found;
                }
            }
        }

        x = Outer(x);
    found:
        return probe(x).item();
    }

    [Scenario]
    public static float ShortCircuit()
    {
        Tensor x = 1f;
        bool both = probe(x).item() > 1 && Inner(x).item() > 100 || Outer(x).item() > 0;
        Tensor y = both ? probe(x) : Inner(x);
        Tensor? none = x.item() > 10 ? y : null;
        return (none?.add(x) ?? Inner(y)).item();
    }

    [Scenario]
    public static float CompoundAssignmentToElements()
    {
        Tensor[] slots = [1f, 2f, 3f];
        slots[Index(probe(0f))] += probe(slots[1]);
        (slots[0], slots[2]) = (Inner(slots[2]), Outer(slots[0]));
        return (slots[0] + slots[1] + slots[2]).item();
    }

    [Scenario]
    public static string Interpolation() => FormattableString.Invariant($"{probe(1f).item()} and {Inner(2f).item():F2}");

    internal static Tensor Inner(Tensor x) => probe(x) + x;

    internal static Tensor Outer(Tensor x)
    {
        Tensor y = Inner(x);
        return probe(Inner(y));
    }

    private static Tensor Three(Tensor a, Tensor b, Tensor c) => a + b + c;

    private static int Index(Tensor x) => (int)x.item();

    private static Tensor Early(int n)
    {
        if (n < 0)
        {
            return probe(0f);
        }

        Tensor x = probe(n);
        if (n > 3)
        {
            return Inner(x);
        }

        return Outer(x);
    }
}
