namespace Terra.Bench.CallHeavy;

/// <summary>
/// A program of many small calls, virtual, interface, delegate and generic ones, recursion and loops, which runs no op, in an assembly
/// that could: it has methods that do. Compiled twice: as it is, and woven.
/// </summary>
public static class CallHeavy
{
    private interface IShape
    {
        double Area();
    }

    private abstract class Shape : IShape
    {
        public abstract double Area();
    }

    private sealed class Square(double side) : Shape
    {
        public override double Area() => side * side;
    }

    private sealed class Circle(double radius) : Shape
    {
        public override double Area() => Math.PI * radius * radius;
    }

    /// <summary>Runs the program and returns a checksum.</summary>
    public static double Run(int size)
    {
        double sum = Fibonacci(size % 7 + 18);
        var shapes = new List<IShape>();
        for (int i = 0; i < size; i++)
        {
            shapes.Add(i % 3 == 0 ? new Circle(i) : new Square(i));
        }

        for (int round = 0; round < 50; round++)
        {
            foreach (IShape shape in shapes)
            {
                sum += shape.Area();
            }

            sum += Fold<double>(shapes, static (total, shape) => Mix(total, shape.Area()));
        }

        return sum + Words(size);
    }

    /// <summary>What makes the assembly one that can reach ops.</summary>
    public static TorchSharp.torch.Tensor Scale(TorchSharp.torch.Tensor tensor) => tensor.mul(2f);

    private static int Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);

    private static double Mix(double a, double b) => (a * 0.5) + Math.Sqrt(b);

    private static TState Fold<TState>(List<IShape> shapes, Func<TState, IShape, TState> next)
        where TState : struct
    {
        TState state = default;
        foreach (IShape shape in shapes)
        {
            state = next(state, shape);
        }

        return state;
    }

    private static int Words(int size)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < size; i++)
        {
            string word = (i % 97).ToString(System.Globalization.CultureInfo.InvariantCulture);
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return counts.Values.Max();
    }
}
