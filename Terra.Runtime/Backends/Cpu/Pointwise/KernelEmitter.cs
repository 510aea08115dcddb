using System.Reflection;
using System.Reflection.Emit;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Code of a pointwise kernel: computes <paramref name="count"/> elements, a multiple of the kernel's lanes, from contiguous or single-element operands.
/// </summary>
/// <param name="closure">Not used; lets the delegate be closed, which is how the runtime calls it fastest.</param>
/// <param name="operands">Addresses: outputs, then inputs, then random words in the order of the program's random nodes.</param>
/// <param name="scalars">Scalar slots in the form of <see cref="IrConstant"/>.</param>
/// <param name="count">Elements to compute.</param>
/// <param name="linearIndex">Index of the first element in the iteration space.</param>
internal unsafe delegate void KernelCode(object? closure, void** operands, long* scalars, long count, long linearIndex);

/// <summary>
/// The same for rows of <paramref name="count"/> elements: from row to row, operand i moves by <paramref name="steps"/>[i] bytes, and the linear index by <paramref name="stride"/>.
/// Single-element operands are single in a row. There is at least one row.
/// </summary>
internal unsafe delegate void BlockCode(
    object? closure, void** operands, long* scalars, long count, long linearIndex, long* steps, long rows, long stride);

/// <summary>What an emitted loop is for.</summary>
internal enum CodeForm
{
    /// <summary>Consecutive elements: a <see cref="KernelCode"/>.</summary>
    Plain,

    /// <summary>The same, written past the caches.</summary>
    Streaming,

    /// <summary>Rows of elements: a <see cref="BlockCode"/>.</summary>
    Block,
}

/// <summary>
/// Emits a pointwise program as one vector loop (System.Reflection.Emit; dynamic methods are compiled with full optimization at once).
/// What depends on no varying operand is computed before the loop, in each row anew if it depends on an operand. One owner per concern: this class has loop and operands, <see cref="ValueEmitter"/> the operations.
/// </summary>
internal sealed class KernelEmitter
{
    /// <summary>What is read from memory is asked for a page ahead: processors foresee a sequence of lines up to the page's end.</summary>
    private const int Page = 4096;

    private readonly IReadOnlyList<IrNode> _outputs;
    private readonly List<IrNode> _order;
    private readonly ulong _broadcast;
    private readonly LaneModel _lanes;
    private readonly IReadOnlyList<IrNode> _randomNodes;
    private readonly int _inputCount;
    private readonly ILGenerator _il;
    private readonly DynamicMethod _method;
    private readonly CodeForm _form;
    private readonly ValueEmitter _values;
    private readonly Dictionary<int, LocalBuilder> _pointers = [];
    private LocalBuilder? _index;

    private KernelEmitter(
        IReadOnlyList<IrNode> outputs, int inputCount, IReadOnlyList<IrNode> randomNodes, ulong broadcast, LaneModel lanes, CodeForm form)
    {
        _form = form;
        _outputs = outputs;
        _inputCount = inputCount;
        _randomNodes = randomNodes;
        _broadcast = broadcast;
        _lanes = lanes;
        _order = IrGraph.Reachable([.. outputs]);
        unsafe
        {
            Type[] arguments = [typeof(object), typeof(void**), typeof(long*), typeof(long), typeof(long)];
            Type[] ofRows = form == CodeForm.Block ? [typeof(long*), typeof(long), typeof(long)] : [];
            _method = new DynamicMethod("TerraPointwise", typeof(void), [.. arguments, .. ofRows], typeof(KernelEmitter).Module, skipVisibility: true);
        }

        _il = _method.GetILGenerator();
        _values = new ValueEmitter(_il, lanes, form == CodeForm.Streaming);
    }

    /// <summary>
    /// Emits and compiles. Bit i of <paramref name="broadcast"/> says that input i is a single element for the whole call; of rows, for a row.
    /// </summary>
    public static Delegate Emit(
        IReadOnlyList<IrNode> outputs, int inputCount, IReadOnlyList<IrNode> randomNodes, ulong broadcast, LaneModel lanes, CodeForm form)
    {
        var emitter = new KernelEmitter(outputs, inputCount, randomNodes, broadcast, lanes, form);
        emitter.EmitBody();
        return emitter._method.CreateDelegate(form == CodeForm.Block ? typeof(BlockCode) : typeof(KernelCode), null);
    }

    private void EmitBody()
    {
        HashSet<IrNode> invariant = Invariant(IsBroadcast), beforeRows = _form == CodeForm.Block ? Invariant(static _ => false) : invariant;
        LoadPointers(beforeRows);
        _values.ReserveScratch();
        _values.FindComparisonsInPlace(_order, _outputs);
        EmitInvariant(beforeRows.Contains);
        _index = _il.DeclareLocal(typeof(long));
        Label row = _il.DefineLabel(), body = _il.DefineLabel(), test = _il.DefineLabel();
        _il.MarkLabel(row);
        EmitInvariant(node => invariant.Contains(node) && !beforeRows.Contains(node));
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Stloc, _index);
        _il.Emit(OpCodes.Br, test);
        _il.MarkLabel(body);
        foreach (IrNode node in _order)
        {
            if (!invariant.Contains(node))
            {
                EmitNode(node, atIndex: true);
            }
        }

        for (int i = 0; i < _outputs.Count; i++)
        {
            int operand = i;
            _values.Store(_outputs[i], () => Address(operand, _outputs[operand].DType, atIndex: true));
        }

        _il.Emit(OpCodes.Ldloc, _index);
        _il.Emit(OpCodes.Ldc_I4, _lanes.Lanes);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, _index);
        _il.MarkLabel(test);
        _il.Emit(OpCodes.Ldloc, _index);
        _il.Emit(OpCodes.Ldarg_3);
        _il.Emit(OpCodes.Blt, body);
        if (_form == CodeForm.Block)
        {
            EmitNextRow(row);
        }

        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Goes on to the next row, if there is one.</summary>
    private void EmitNextRow(Label row)
    {
        const int LinearIndex = 4, Steps = 5, Rows = 6, Stride = 7;
        foreach ((int operand, LocalBuilder pointer) in _pointers)
        {
            _il.Emit(OpCodes.Ldloc, pointer);
            _il.Emit(OpCodes.Ldarg, Steps);
            _il.Emit(OpCodes.Ldc_I4, operand * sizeof(long));
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Ldind_I8);
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Stloc, pointer);
        }

        _il.Emit(OpCodes.Ldarg, LinearIndex);
        _il.Emit(OpCodes.Ldarg, Stride);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Starg, LinearIndex);
        _il.Emit(OpCodes.Ldarg, Rows);
        _il.Emit(OpCodes.Ldc_I4_1);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Starg, Rows);
        _il.Emit(OpCodes.Ldarg, Rows);
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Bgt, row);
    }

    private void EmitInvariant(Predicate<IrNode> isWanted)
    {
        foreach (IrNode node in _order)
        {
            if (isWanted(node) && node.Op != IrOp.Const)
            {
                EmitNode(node, atIndex: false);
            }
        }
    }

    private HashSet<IrNode> Invariant(Predicate<IrNode> isFixed)
    {
        var invariant = new HashSet<IrNode>(ReferenceEqualityComparer.Instance);
        foreach (IrNode node in _order)
        {
            bool fixedForCall = node.Op switch
            {
                IrOp.Input => isFixed(node),
                IrOp.LinearIndex or IrOp.RandomBits => false,
                _ => true,
            };
            foreach (IrNode source in node.Sources)
            {
                fixedForCall &= invariant.Contains(source);
            }

            if (fixedForCall)
            {
                invariant.Add(node);
            }
        }

        return invariant;
    }

    private bool IsBroadcast(IrNode input) => input.Argument < 64 && ((_broadcast >> (int)input.Argument) & 1) != 0;

    private void LoadPointers(HashSet<IrNode> invariant)
    {
        IEnumerable<int> operands = Enumerable.Range(0, _outputs.Count).Concat(_order
            .Where(node => node.Op is IrOp.Input or IrOp.RandomBits && !(node.Op == IrOp.Input && invariant.Contains(node)))
            .Select(OperandOf));
        foreach (int operand in operands)
        {
            LocalBuilder pointer = _il.DeclareLocal(typeof(byte*));
            LoadOperandAddress(operand);
            _il.Emit(OpCodes.Stloc, pointer);
            _pointers[operand] = pointer;
        }
    }

    private int OperandOf(IrNode node)
    {
        if (node.Op == IrOp.Input)
        {
            return _outputs.Count + (int)node.Argument;
        }

        int position = 0;
        while (!ReferenceEquals(_randomNodes[position], node))
        {
            position++;
        }

        return _outputs.Count + _inputCount + position;
    }

    private void LoadOperandAddress(int operand)
    {
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I4, operand * sizeof(long));
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ldind_I);
    }

    private void Address(int operand, DType dtype, bool atIndex)
    {
        if (!_pointers.TryGetValue(operand, out LocalBuilder? pointer))
        {
            LoadOperandAddress(operand);
            return;
        }

        _il.Emit(OpCodes.Ldloc, pointer);
        if (!atIndex)
        {
            return;
        }

        _il.Emit(OpCodes.Ldloc, _index!);
        int size = dtype.SizeInBytes();
        if (size > 1)
        {
            _il.Emit(OpCodes.Ldc_I4, size);
            _il.Emit(OpCodes.Conv_I8);
            _il.Emit(OpCodes.Mul);
        }

        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
    }

    private void EmitNode(IrNode node, bool atIndex)
    {
        switch (node.Op)
        {
            case IrOp.Input when !atIndex:
                _values.LoadSingle(node, () => Address(OperandOf(node), node.DType, atIndex: false));
                break;
            case IrOp.Input or IrOp.RandomBits:
                if (_form == CodeForm.Streaming && node.Op == IrOp.Input)
                {
                    Address(OperandOf(node), node.DType, atIndex: true);
                    _il.Emit(OpCodes.Ldc_I4, Page);
                    _il.Emit(OpCodes.Add);
                    CacheLines.EmitPrefetch(_il);
                }

                _values.Load(node, () => Address(OperandOf(node), node.DType, atIndex: true));
                break;
            case IrOp.Scalar:
                _values.LoadScalar(node, () =>
                {
                    _il.Emit(OpCodes.Ldarg_2);
                    _il.Emit(OpCodes.Ldc_I4, (int)node.Argument * sizeof(long));
                    _il.Emit(OpCodes.Add);
                });
                break;
            case IrOp.LinearIndex:
                _values.LinearIndex(node, () =>
                {
                    _il.Emit(OpCodes.Ldarg, 4);
                    _il.Emit(OpCodes.Ldloc, _index!);
                    _il.Emit(OpCodes.Add);
                });
                break;
            case IrOp.Const:
                break;
            default:
                _values.Compute(node);
                break;
        }
    }
}
