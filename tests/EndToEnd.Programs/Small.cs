namespace Terra.EndToEnd.Programs;

/// <summary>A multilayer perceptron as anyone would write it.</summary>
internal sealed class Perceptron : nn.Module<Tensor, Tensor>
{
    private readonly Linear first;
    private readonly Linear second;

    public Perceptron(int inputs = 6, int hidden = 8, int outputs = 3)
        : base(nameof(Perceptron))
    {
        first = nn.Linear(inputs, hidden);
        second = nn.Linear(hidden, outputs);
        RegisterComponents();
    }

    /// <summary>Changed by some programs while they train.</summary>
    public double DropProbability { get; set; }

    public override Tensor forward(Tensor input)
    {
        Tensor hidden = nn.functional.relu(first.call(input));
        if (DropProbability > 0)
        {
            hidden = nn.functional.dropout(hidden, DropProbability, training);
        }

        return second.call(hidden);
    }
}

/// <summary>Data that depends on nothing but the step.</summary>
internal static class Data
{
    public static float[] Numbers(int seed, int count)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return numbers;
    }

    public static Tensor Matrix(int seed, int rows = 5, int columns = 6) => tensor(Numbers(seed, rows * columns)).reshape(rows, columns);

    public static Tensor Labels(int seed, int rows = 5, int classes = 3)
    {
        var random = new Random(seed);
        var labels = new long[rows];
        for (int i = 0; i < rows; i++)
        {
            labels[i] = random.Next(classes);
        }

        return tensor(labels);
    }
}
