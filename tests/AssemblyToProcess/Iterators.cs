namespace AssemblyToProcess;

public static class Iterators
{
    [Scenario]
    public static float Consumed()
    {
        Tensor sum = 0f;
        int turn = 0;
        foreach (Tensor x in Numbers(3))
        {
            sum = probe(sum + x, turn++);
        }

        return probe(sum).item();
    }

    [Scenario]
    public static float BrokenOutOf()
    {
        Tensor sum = 0f;
        for (int i = 0; i < 2; i++)
        {
            int turn = 0;
            foreach (Tensor x in WithTry(5))
            {
                sum = probe(sum + x, i, turn++);
                if (turn == 2)
                {
                    break;
                }
            }

            sum = probe(sum, i);
        }

        return sum.item();
    }

    [Scenario]
    public static float ThrowsInTheMiddle()
    {
        Tensor sum = 0f;
        int turn = 0;
        try
        {
            foreach (Tensor x in Throwing())
            {
                sum = probe(sum + x, turn++);
            }
        }
        catch (InvalidOperationException)
        {
            sum = probe(sum);
        }

        return probe(sum).item();
    }

    [Scenario]
    public static float ConsumerThrows()
    {
        Tensor sum = 0f;
        int turn = 0;
        try
        {
            foreach (Tensor x in WithTry(5))
            {
                sum = probe(sum + x, turn++);
                if (turn == 2)
                {
                    throw new InvalidOperationException("enough");
                }
            }
        }
        catch (InvalidOperationException)
        {
            sum = probe(sum);
        }

        return probe(sum).item();
    }

    [Scenario]
    public static float OfIterators()
    {
        Tensor sum = 0f;
        int turn = 0;
        foreach (Tensor x in Doubled(Numbers(3)))
        {
            sum = probe(sum + x, turn++);
        }

        return sum.item();
    }

    [Scenario]
    public static float TwoAtOnce()
    {
        Tensor sum = 0f;
        using IEnumerator<Tensor> left = Numbers(3).GetEnumerator();
        using IEnumerator<Tensor> right = WithTry(4).GetEnumerator();
        int turn = 0;
        while (left.MoveNext() & right.MoveNext())
        {
            sum = probe(sum + left.Current + right.Current, turn++);
        }

        return probe(sum).item();
    }

    [Scenario]
    public static float MovedFromTwoPlaces()
    {
        Tensor sum = 0f;
        using IEnumerator<Tensor> numbers = Numbers(4).GetEnumerator();
        numbers.MoveNext();
        sum += probe(numbers.Current);
        for (int i = 0; numbers.MoveNext(); i++)
        {
            sum = probe(sum + numbers.Current, i);
        }

        return probe(sum).item();
    }

    [Scenario]
    public static float NestedLoopsAndYields()
    {
        Tensor sum = 0f;
        int turn = 0;
        foreach (Tensor x in Grid(2, 2))
        {
            sum = probe(sum + x, turn++);
        }

        return sum.item();
    }

    [Scenario]
    public static float OwnEnumerator()
    {
        Tensor sum = 0f;
        int turn = 0;
        foreach (Tensor x in new Countdown(3))
        {
            sum = probe(sum + x, turn++);
        }

        return sum.item();
    }

    [Scenario]
    public static float GenericIterator()
    {
        Tensor sum = 0f;
        int turn = 0;
        foreach (Tensor x in Hashes([1, 20, 300]))
        {
            sum = probe(sum + x, turn++);
        }

        turn = 0;
        foreach (Tensor x in Hashes(["a", "bc"]))
        {
            sum = probe(sum + x, turn++);
        }

        return sum.item();
    }

    private static IEnumerable<Tensor> Numbers(int n)
    {
        Tensor x = probe(0f);
        for (int i = 0; i < n; i++)
        {
            x = probe(x, i);
            yield return x;
            x = probe(x, i);
        }

        yield return probe(x);
    }

    private static IEnumerable<Tensor> WithTry(int n)
    {
        Tensor x = 0f;
        try
        {
            for (int i = 0; i < n; i++)
            {
                try
                {
                    yield return probe(x, i);
                }
                finally
                {
                    x = Branches.Inner(x);
                }
            }
        }
        finally
        {
            relu(x);
        }
    }

    private static IEnumerable<Tensor> Throwing()
    {
        int turn = 0;
        foreach (Tensor x in WithTry(3))
        {
            if (turn == 2)
            {
                throw new InvalidOperationException("the third");
            }

            yield return probe(x, turn++);
        }
    }

    private static IEnumerable<Tensor> Doubled(IEnumerable<Tensor> source)
    {
        int turn = 0;
        foreach (Tensor x in source)
        {
            yield return probe(x * 2f, turn);
            yield return probe(x, turn++);
            if (turn > 10)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<Tensor> Grid(int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            yield return probe(i, i);
            for (int j = 0; j < columns; j++)
            {
                yield return probe(j, i, j);
                if (i == j)
                {
                    continue;
                }

                yield return probe(i + j, i, j);
            }

            yield return probe(i, i);
        }
    }

    private static IEnumerable<Tensor> Hashes<T>(T[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            yield return probe(hash(values[i]), i);
        }
    }

    private sealed class Countdown(int n) : IEnumerable<Tensor>, IEnumerator<Tensor>
    {
        private int _left = n + 1;

        public Tensor Current => probe(_left);

        object System.Collections.IEnumerator.Current => Current;

        public IEnumerator<Tensor> GetEnumerator() => this;

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => this;

        public bool MoveNext() => probe(--_left).item() > 1;

        public void Reset() => _left = n + 1;

        public void Dispose() => relu(0f);
    }
}
