using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Tests.Compiler;

/// <summary>Random element-wise programs over every operation and dtype, from a seed.</summary>
internal sealed class RandomPrograms(int seed)
{
    public static readonly DType[] DTypes =
        [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.Int16, DType.Int8, DType.UInt8, DType.Bool];

    private static readonly IrOp[] s_ops = Enum.GetValues<IrOp>().Where(op => op.Arity() > 0 && op is not (IrOp.NativeMin or IrOp.NativeMax)).ToArray();

    private readonly Random _random = new(seed);

    /// <summary>A program with one to four inputs, two scalars and one to three outputs.</summary>
    public PointwiseProgram Next(int operations)
    {
        var builder = new PointwiseBuilder();
        var nodes = new List<IrNode>();
        for (int i = _random.Next(1, 5); i > 0; i--)
        {
            nodes.Add(builder.NewInput(Pick(DTypes)));
        }

        nodes.Add(builder.NewScalar(Pick(DTypes)));
        nodes.Add(builder.NewScalar(Pick(DTypes)));
        nodes.Add(builder.LinearIndex());
        for (int i = 0; i < operations; i++)
        {
            DType constant = Pick(DTypes);
            nodes.Add(builder.Graph.Const(Value(constant), constant));
            if (Operation(builder, nodes) is { } node)
            {
                nodes.Add(node);
            }
        }

        IrNode[] outputs = nodes.TakeLast(_random.Next(1, 4)).ToArray();
        return builder.BuildUsed(outputs).Program;
    }

    /// <summary>A value of a dtype as <see cref="IrConstant"/> bits; special ones are frequent.</summary>
    public long Value(DType dtype)
    {
        double[] special = [0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e-40, 0.5, 2.5, -2.5, 3e9, -1e30, 127, 255];
        return dtype switch
        {
            DType.Float32 or DType.Float64 => IrConstant.FromDouble(
                _random.Next(3) == 0 ? Pick(special) : (_random.NextDouble() - 0.5) * Math.Pow(10, _random.Next(-3, 4)), dtype),
            _ => IrConstant.FromInt64(_random.Next(3) switch { 0 => _random.Next(-3, 4), 1 => _random.Next(-300, 300), _ => _random.NextInt64() }, dtype),
        };
    }

    private IrNode? Operation(PointwiseBuilder builder, List<IrNode> nodes)
    {
        IrOp op = Pick(s_ops);
        IrNode first = Pick(nodes);
        DType dtype = op is IrOp.Cast ? Pick(DTypes) : first.DType;
        IrNode Like() => builder.Cast(Pick(nodes), first.DType);
        try
        {
            return op switch
            {
                IrOp.Cast => builder.Cast(first, dtype),
                IrOp.Bitcast => builder.Graph.Add(op, Bits(first.DType), first),
                IrOp.Select => builder.Where(Pick(nodes), first, Like()),
                IrOp.Fma => builder.Graph.Add(op, dtype, first, Like(), Like()),
                _ when op.Unconditional() is { } function => builder.Graph.Add(op, dtype, [builder.ToBool(Pick(nodes)), first, .. function.Arity() == 2 ? [Like()] : Array.Empty<IrNode>()]),
                _ when op.IsComparison() => builder.Graph.Add(op, DType.Bool, first, Like()),
                _ when op.Arity() == 2 => builder.Graph.Add(op, dtype, first, Like()),
                _ => builder.Graph.Add(op, dtype, first),
            };
        }
        catch (InvalidIrException)
        {
            return null;
        }
    }

    private static DType Bits(DType dtype) => dtype switch
    {
        DType.Float32 => DType.Int32,
        DType.Float64 => DType.Int64,
        DType.Int64 => DType.Float64,
        _ => dtype,
    };

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
