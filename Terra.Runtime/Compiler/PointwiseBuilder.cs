using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Compiler;

/// <summary>
/// What a <see cref="PointwiseRule"/> writes its element expression with. One builder composes one or several ops into a program: within
/// <see cref="Lower"/>, <see cref="Input"/> and <see cref="Scalar"/> speak of the arguments of the op being lowered, whether they are program inputs or
/// values computed by another op of the composition. A rule must not read the values of scalars
/// (except through <see cref="Scalar"/>), integer lists, shapes or outputs of the invocation: only dtypes, ranks being zero, and the other attributes key the compiled kernel.
/// Binary methods promote their operands (<see cref="DTypes.Promote"/>); each op rounds by itself. Values of the 16-bit floating-point types are held in Float32:
/// inputs are widened, and only <see cref="Result"/> (and <see cref="Cast"/>, which then widens again) rounds to them.
/// </summary>
public sealed partial class PointwiseBuilder
{
    private readonly IrGraph _graph = new();
    private readonly List<DType> _inputs = [];
    private readonly List<ScalarSlot> _scalars = [];
    private OpInvocation? _call;
    private IrNode?[] _arguments = [];
    private int _callIndex;

    public IrGraph Graph => _graph;

    /// <summary>Dtypes of the program inputs so far.</summary>
    public IReadOnlyList<DType> Inputs => _inputs;

    /// <summary>Run-time scalars so far.</summary>
    public IReadOnlyList<ScalarSlot> Scalars => _scalars;

    /// <summary>The element of a new program input; the first has slot 0.</summary>
    public IrNode NewInput(DType dtype)
    {
        _inputs.Add(dtype);
        return Widened(_graph.Add(IrOp.Input, dtype, _inputs.Count - 1));
    }

    /// <summary>A new run-time scalar that belongs to no op's attribute: the caller of the kernel fills it.</summary>
    public IrNode NewScalar(DType dtype) => SlotNode(new ScalarSlot(-1, _scalars.Count, dtype.ComputeType(), ScalarPart.Value));

    /// <summary>
    /// Lowers one op through its pointwise rule. <paramref name="arguments"/> has, per tensor argument of the op, the node that is its value,
    /// or null for an argument that is not read or absent. <paramref name="callIndex"/> identifies the op in <see cref="ScalarSlot.Call"/>.
    /// </summary>
    /// <returns>The op's value in <paramref name="resultDType"/>.</returns>
    /// <exception cref="InvalidOperationException">The op has no pointwise rule, or the rule reads an argument that is null.</exception>
    public IrNode Lower(OpInvocation call, ReadOnlySpan<IrNode?> arguments, DType resultDType, int callIndex)
    {
        PointwiseRule rule = call.Op.Pointwise ?? throw new InvalidOperationException($"{call.Op.Name} has no pointwise rule");
        Enter(call, arguments.ToArray(), callIndex);
        return Result(rule(this, call), resultDType);
    }

    /// <summary>Makes <paramref name="call"/> the op whose arguments <see cref="Input"/> and <see cref="Scalar"/> speak of.</summary>
    internal void Enter(OpInvocation call, IrNode?[] arguments, int callIndex)
    {
        _call = call;
        _arguments = arguments;
        _callIndex = callIndex;
    }

    /// <summary>The program that computes <paramref name="outputs"/>.</summary>
    public PointwiseProgram Build(params IrNode[] outputs) => new([.. _inputs], [.. _scalars], outputs);

    /// <summary>
    /// The program that computes <paramref name="outputs"/>, with only the inputs they depend on: the second result tells which of this builder's input
    /// slots they are.
    /// </summary>
    public (PointwiseProgram Program, int[] UsedInputs) BuildUsed(params IrNode[] outputs)
    {
        int[] used = IrGraph.Reachable(outputs)
            .Where(node => node.Op == IrOp.Input).Select(node => (int)node.Argument).Order().ToArray();
        if (used.Length == _inputs.Count)
        {
            return (Build(outputs), used);
        }

        IrNode[] renumbered = new IrRewriter(new IrGraph(), (graph, node, sources) => node.Op == IrOp.Input
            ? graph.Add(IrOp.Input, node.DType, Array.IndexOf(used, (int)node.Argument))
            : graph.Add(node.Op, node.DType, node.Argument, sources)).Rewrite(outputs);
        return (new PointwiseProgram(Array.ConvertAll(used, slot => _inputs[slot]), [.. _scalars], renumbered), used);
    }

    /// <summary>The element of tensor argument <paramref name="index"/> of the op being lowered, in that argument's dtype (a 16-bit one in Float32).</summary>
    /// <exception cref="InvalidOperationException">The argument is absent.</exception>
    public IrNode Input(int index) => Widened(_arguments[index]
        ?? throw new InvalidOperationException($"{_call?.Op.Name} reads argument {index}, which is absent"));

    /// <summary>The value as an element of a tensor of this dtype, the form of a program's outputs.</summary>
    public IrNode Result(IrNode value, DType dtype) => value.DType == dtype ? value : _graph.Add(IrOp.Cast, dtype, value);

    /// <summary>True if the optional tensor argument is there.</summary>
    public bool HasInput(int index) => index < _arguments.Length && _arguments[index] is not null;

    /// <summary>The number (Scalar, float or int) in attribute <paramref name="attribute"/> of the op being lowered, given at run time, converted to <paramref name="dtype"/>.</summary>
    public IrNode Scalar(int attribute, DType dtype) => SlotNode(new ScalarSlot(_callIndex, attribute, dtype.ComputeType(), ScalarPart.Value));

    public IrNode Const(double value, DType dtype) => _graph.Const(IrConstant.FromDouble(value, dtype.ComputeType()), dtype.ComputeType());

    public IrNode Const(long value, DType dtype) => _graph.Const(IrConstant.FromInt64(value, dtype.ComputeType()), dtype.ComputeType());

    public IrNode Const(int value, DType dtype) => Const((long)value, dtype);

    public IrNode Const(bool value) => _graph.Const(value ? 1 : 0, DType.Bool);

    /// <summary>
    /// Converts: to integers toward zero and saturating at 64 bits (32 bits for narrower), then wrapping, NaN as 0; to Bool as "not zero";
    /// else rounding to nearest even. To a 16-bit floating-point type: the number of that type, in Float32.
    /// </summary>
    public IrNode Cast(IrNode value, DType dtype) => Widened(Result(value, dtype));

    /// <summary>Row-major index of the element in the program's iteration space (the result's shape), Int64.</summary>
    public IrNode LinearIndex() => _graph.Add(IrOp.LinearIndex, DType.Int64);

    /// <summary>
    /// 32 random bits as Int32, drawn where the Philox attribute <paramref name="attribute"/> says: element i takes word i % 4 of the block at counter
    /// Offset + i / 4. <paramref name="stream"/> 0..3 gives independent words for the same element (it is the third counter word).
    /// </summary>
    public IrNode RandomBits(int attribute, int stream = 0, RandomWord word = RandomWord.Own)
    {
        int seed = Slot(new ScalarSlot(_callIndex, attribute, DType.Int64, ScalarPart.PhiloxSeed));
        int offset = Slot(new ScalarSlot(_callIndex, attribute, DType.Int64, ScalarPart.PhiloxOffset));
        return _graph.Add(IrOp.RandomBits, DType.Int32, new RandomBitsArgument(seed, offset, stream, word).Pack());
    }

    private IrNode Widened(IrNode value) => value.DType.IsNarrowFloat() ? _graph.Add(IrOp.Cast, DType.Float32, value) : value;

    private IrNode SlotNode(in ScalarSlot slot) => _graph.Add(IrOp.Scalar, slot.DType, Slot(slot));

    private int Slot(in ScalarSlot slot)
    {
        int known = _scalars.IndexOf(slot);
        if (known >= 0)
        {
            return known;
        }

        _scalars.Add(slot);
        return _scalars.Count - 1;
    }
}

/// <summary>The argument of a <see cref="IrOp.RandomBits"/> node: scalar slots of seed and offset, stream and word.</summary>
internal readonly record struct RandomBitsArgument(int SeedSlot, int OffsetSlot, int Stream, RandomWord Word)
{
    public long Pack() => (uint)SeedSlot | ((long)(uint)OffsetSlot << 16) | ((long)(uint)Stream << 32) | ((long)(byte)Word << 40);

    public static RandomBitsArgument Unpack(long bits) =>
        new((int)(bits & 0xFFFF), (int)((bits >> 16) & 0xFFFF), (int)((bits >> 32) & 0xFF), (RandomWord)((bits >> 40) & 0xFF));
}
