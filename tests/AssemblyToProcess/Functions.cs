using System.Runtime.CompilerServices;

namespace AssemblyToProcess;

public static class Functions
{
    private static readonly Tensor s_initialised = Branches.Inner(probe(1f));

    private delegate void InOut(in Tensor a, ref Tensor b, out Tensor c);

    [Scenario]
    public static float Lambdas()
    {
        Func<Tensor, Tensor> twice = x => probe(probe(x));
        Func<Tensor, Tensor> group = Branches.Inner;
        return (twice(1f) + group(2f) + new Func<Tensor, Tensor>(Branches.Outer).Invoke(1f)).item();
    }

    [Scenario]
    public static float Closures()
    {
        Tensor sum = 0f;
        var actions = new List<Action>();
        for (int i = 0; i < 3; i++)
        {
            int captured = i;
            actions.Add(() => sum += probe(captured));
        }

        int turn = 0;
        foreach (Action action in actions)
        {
            action();
            sum = probe(sum, turn++);
        }

        return sum.item();
    }

    [Scenario]
    public static float LocalFunctions()
    {
        Tensor x = 1f;
        int calls = 0;
        Tensor y = Captures(2) + Static(x);
        return (y + Recursive(3) + Generic(1) + Generic("four")).item() + calls;

        Tensor Captures(int n)
        {
            calls++;
            x = probe(x);
            for (int i = 0; i < n; i++)
            {
                x = probe(x, i);
            }

            return x;
        }

        static Tensor Static(Tensor v) => Branches.Inner(v);

        Tensor Recursive(int n)
        {
            calls++;
            return n == 0 ? x : probe(Recursive(n - 1));
        }

        Tensor Generic<T>(T value)
        {
            calls++;
            return hash(value) + x;
        }
    }

    [Scenario]
    public static float CallbacksThroughTheFramework() => (apply(x => probe(x), 1f) + apply(Branches.Inner, 2f)).item();

    [Scenario]
    public static float CallbacksThroughTheBaseLibrary()
    {
        float[] values = [3f, 1f, 2f];
        Array.Sort(values, (a, b) => add(a, b * -1f).item().CompareTo(0f));
        new List<float>(values).ForEach(v => probe(v));
        return values.Select(v => probe(v)).Where(v => relu(v).item() > 2).Aggregate((a, b) => a + b).item();
    }

    [Scenario]
    public static float Recursion() => Tree(4).item();

    [Scenario]
    public static float MutualRecursion() => Even(5, 0f).item();

    [Scenario]
    public static float Generics()
    {
        var ofValue = new Box<int>(12);
        var ofReference = new Box<string>("twelve");
        return (ofValue.Hash() + ofReference.Hash() + Box<double>.Make(1.5).Map(v => v.ToString().Length).Hash()
            + Both(1, "x") + Constrained(new Value(3)) + Constrained<IOp>(new Reference()) + StaticAbstract<Value>()).item();
    }

    [Scenario]
    public static float Modules()
    {
        nn.Module model = new Stack(new Scale(2f), new Residual(new Scale(3f)), new Residual(new Residual(new Scale(0.5f))));
        Tensor x = 1f;
        for (int i = 0; i < 2; i++)
        {
            x = probe(model.call(x), i);
        }

        return x.item();
    }

    [Scenario]
    public static float InterfacesAndDefaults()
    {
        IOp[] ops = [new Reference(), new Value(4)];
        Tensor x = 0f;
        int turn = 0;
        foreach (IOp op in ops)
        {
            x = op.Twice(probe(x, turn++)) + op.Apply(x);
        }

        return x.item();
    }

    [Scenario]
    public static float StaticConstructors() => (WithStaticConstructor.Value + s_initialised).item();

    [Scenario]
    public static float FieldInitialisersAndConstructors()
    {
        var built = new Built(probe(2f)) { Extra = probe(3f) };
        return (built.First + built.Second + built.Extra + new Derived().Second).item();
    }

    [Scenario]
    public static float RefStructs()
    {
        Span<float> values = stackalloc float[] { 1f, 2f };
        var window = new Window(values);
        Tensor x = window.Sum();
        window.First = probe(x).item();
        foreach (float value in window)
        {
            x += probe(x + value, (int)(value != window.First ? 1 : 0));
        }

        return x.item() + values[0];
    }

    [Scenario]
    public static float InRefOut()
    {
        Tensor a = 1f;
        Tensor b = 2f;
        ByRef(in a, ref b, out Tensor c);
        InOut byDelegate = ByRef;
        byDelegate(c, ref a, out Tensor d);
        Slot(ref a, ref b) = probe(d);
        return (a + b + c + d).item();
    }

    [Scenario]
    public static unsafe float Pointers()
    {
        delegate*<Tensor, Tensor> pointer = &Branches.Inner;
        float* values = stackalloc float[2];
        values[0] = pointer(1f).item();
        fixed (float* pinned = new float[] { 5f })
        {
            values[1] = probe(*pinned).item();
        }

        return values[0] + values[1];
    }

    [Scenario]
    public static float PropertiesIndexersOperators()
    {
        var bag = new Bag { [0] = probe(1f) };
        bag.Last = bag[0];
        bag[1] += bag.Last;
        Bag sum = bag + bag;
        sum++;
        return ((Tensor)sum + (bag ? sum[0] : bag[1])).item();
    }

    [Scenario]
    public static float ParamsAndOptional() => (Many(probe(1f), 2f, Branches.Inner(3f)) + Many() + Optional() + Optional(scale: 3, x: probe(1f))).item();

    [Scenario]
    public static float Boxing()
    {
        object value = new Value(probe(1f).item());
        return ((IOp)value).Apply(1f).item() + ((Value)value).Apply(2f).item() + ((float)(object)probe(3f).item());
    }

    [Scenario]
    public static string Records()
    {
        var point = new Point(probe(1f).item(), 2f);
        Point moved = point with { Y = Branches.Inner(1f).item() };
        return moved.ToString() + (point == moved);
    }

    [Scenario]
    [StackDiffers]
    public static float Lazily()
    {
        var lazy = new Lazy<Tensor>(() => Branches.Inner(1f));
        IEnumerable<Tensor> query = from v in (float[])[1f, 2f] let t = probe(v) where t.item() > 1 select t + lazy.Value;
        Tensor sum = 0f;
        foreach (Tensor t in query)
        {
            sum += t;
        }

        return sum.item() + query.Count();
    }

    private static Tensor Tree(int depth)
    {
        if (depth == 0)
        {
            return probe(0f);
        }

        Tensor sum = 0f;
        for (int child = 0; child < 2; child++)
        {
            sum = probe(sum + Tree(depth - 1 - child % depth), child);
        }

        return sum;
    }

    private static Tensor Even(int n, Tensor x) => n == 0 ? x : Odd(n - 1, probe(x));

    private static Tensor Odd(int n, Tensor x) => n == 0 ? probe(x) : Even(n - 1, relu(x));

    private static Tensor Both<TFirst, TSecond>(TFirst first, TSecond second)
        where TFirst : struct
        where TSecond : class
        => hash(first) + hash(second);

    private static Tensor Constrained<T>(T op)
        where T : IOp
        => op.Apply(probe(1f)) + op.Twice(2f);

    private static Tensor StaticAbstract<T>()
        where T : IFactory<T>
        => T.Create(probe(2f).item()) is IOp op ? op.Apply(1f) : 0f;

    private static void ByRef(in Tensor a, ref Tensor b, out Tensor c)
    {
        b = probe(a) + b;
        c = Branches.Inner(b);
    }

    private static ref Tensor Slot(ref Tensor a, ref Tensor b) => ref probe(a).item() > 0 ? ref a : ref b;

    private static Tensor Many(params Tensor[] all)
    {
        Tensor sum = 0f;
        for (int i = 0; i < all.Length; i++)
        {
            sum = probe(sum + all[i], i);
        }

        return sum;
    }

    private static Tensor Optional(Tensor? x = null, float scale = 2) => (x ?? probe(0f)) * scale;

    private interface IFactory<TSelf>
    {
        static abstract TSelf Create(float value);
    }

    private interface IOp
    {
        Tensor Apply(Tensor x);

        Tensor Twice(Tensor x) => Apply(Apply(probe(x)));
    }

    private readonly struct Value(float scale) : IOp, IFactory<Value>
    {
        public static Value Create(float value) => new(probe(value).item());

        public Tensor Apply(Tensor x) => probe(x) * scale;
    }

    private sealed class Reference : IOp
    {
        public Tensor Apply(Tensor x) => Branches.Inner(x);
    }

    private sealed class Box<T>(T value)
    {
        public static Box<T> Make(T value) => new(value);

        public Tensor Hash()
        {
            Tensor sum = 0f;
            for (int i = 0; i < 2; i++)
            {
                sum = probe(sum + hash(value), i);
            }

            return sum;
        }

        public Box<TOther> Map<TOther>(Func<T, TOther> map) => new(map(value));
    }

    private sealed class Scale(float factor) : nn.Module
    {
        public override Tensor forward(Tensor input) => probe(input) * factor;
    }

    private sealed class Residual(nn.Module inner) : nn.Module
    {
        public override Tensor forward(Tensor input) => input + inner.call(input);
    }

    private sealed class Stack(params nn.Module[] layers) : nn.Module
    {
        public override Tensor forward(Tensor input)
        {
            int turn = 0;
            foreach (nn.Module layer in layers)
            {
                input = probe(layer.call(input), turn++);
            }

            return input;
        }
    }

    private static class WithStaticConstructor
    {
        internal static readonly Tensor Value;

        static WithStaticConstructor()
        {
            Value = 0f;
            for (int i = 0; i < 2; i++)
            {
                Value = probe(Value, i);
            }
        }
    }

    private class Built
    {
        internal readonly Tensor First = probe(1f);

        internal Built(Tensor second) => Second = Branches.Inner(second);

        internal Tensor Second { get; }

        internal Tensor Extra { get; init; } = 0f;
    }

    private sealed class Derived() : Built(probe(7f));

    private sealed record Point(float X, float Y);

    private sealed class Bag
    {
        private readonly Tensor[] _items = [0f, 0f];

        public Tensor Last
        {
            get => probe(_items[^1]);
            set => _items[^1] = probe(value);
        }

        public Tensor this[int index]
        {
            get => _items[index];
            set => _items[index] = relu(value);
        }

        public static Bag operator +(Bag left, Bag right) => new() { [0] = left[0] + right[0], [1] = left[1] + right[1] };

        public static Bag operator ++(Bag bag) => new() { [0] = probe(bag[0]), [1] = bag[1] };

        public static explicit operator Tensor(Bag bag) => bag[0] + bag[1];

        public static bool operator true(Bag bag) => probe(bag[0]).item() > 0;

        public static bool operator false(Bag bag) => false;
    }

    private readonly ref struct Window(Span<float> values)
    {
        private readonly Span<float> _values = values;

        public float First
        {
            get => _values[0];
            set => _values[0] = value;
        }

        public Enumerator GetEnumerator() => new(_values);

        [MethodImpl(MethodImplOptions.NoInlining)]
        public Tensor Sum()
        {
            Tensor sum = 0f;
            for (int i = 0; i < _values.Length; i++)
            {
                sum = probe(sum + _values[i], i);
            }

            return sum;
        }

        public ref struct Enumerator(Span<float> values)
        {
            private readonly Span<float> _values = values;
            private int _index = -1;

            public readonly float Current => probe(_values[_index]).item() - 1;

            public bool MoveNext() => ++_index < _values.Length;
        }
    }
}
