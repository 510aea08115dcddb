using System.Reflection;
using System.Reflection.Emit;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Arithmetic, comparisons, selection, and the call lane by lane for what has no vector form.</summary>
internal sealed partial class ValueEmitter
{
    private const int ScratchVector = 64;

    private readonly HashSet<IrNode> _comparedInPlace = new(ReferenceEqualityComparer.Instance);
    private LocalBuilder? _scratch;
    private LocalBuilder? _laneIndex;

    /// <summary>
    /// Comparisons whose only user is a selection between values of the same lane size are emitted there: the JIT makes them a mask register and a blend, while a
    /// comparison in a local becomes a vector of lanes first.
    /// </summary>
    /// <param name="order">All nodes to come.</param>
    /// <param name="outputs">Nodes that are used from outside.</param>
    public void FindComparisonsInPlace(IReadOnlyList<IrNode> order, IReadOnlyList<IrNode> outputs)
    {
        var users = new Dictionary<IrNode, IrNode?>(ReferenceEqualityComparer.Instance);
        foreach (IrNode output in outputs)
        {
            users[output] = null;
        }

        foreach (IrNode node in order)
        {
            foreach (IrNode source in node.Sources)
            {
                users[source] = users.ContainsKey(source) ? null : node;
            }
        }

        foreach ((IrNode node, IrNode? user) in users)
        {
            if (node.Op.IsComparison() && user is { Op: IrOp.Select } && user.DType != DType.Bool && ReferenceEquals(user.Sources[0], node)
                && LaneModel.LaneSize(node.Sources[0].DType) == LaneModel.LaneSize(user.DType))
            {
                _comparedInPlace.Add(node);
            }
        }
    }

    /// <summary>Emits an operation whose sources are there; its value goes to a local.</summary>
    public void Compute(IrNode node)
    {
        switch (node.Op)
        {
            case IrOp.Cast:
                Cast(node);
                break;
            case IrOp.Bitcast:
                Bitcast(node);
                break;
            case IrOp.Select:
                Select(node);
                break;
            case >= IrOp.Eq and <= IrOp.Ge:
                if (!_comparedInPlace.Contains(node))
                {
                    KeepMask(node, Compare(node));
                }

                break;
            default:
                if (node.DType == DType.Bool)
                {
                    Logical(node);
                }
                else
                {
                    Arithmetic(node);
                }

                break;
        }
    }

    private void Select(IrNode node)
    {
        if (node.DType == DType.Bool)
        {
            int mask = lanes.MaskSize;
            PushMask(node.Sources[0], mask);
            PushMask(node.Sources[1], mask);
            PushMask(node.Sources[2], mask);
            Call("ConditionalSelect", LaneModel.MaskType(mask), mask, 3);
            KeepMask(node, mask);
            return;
        }

        int size = LaneModel.LaneSize(node.DType);
        Type lane = LaneModel.LaneType(node.DType), integer = size == 8 ? typeof(long) : typeof(int);
        if (_comparedInPlace.Contains(node.Sources[0]))
        {
            Compare(node.Sources[0]);
        }
        else
        {
            PushMask(node.Sources[0], size);
        }

        if (lane != integer)
        {
            il.Emit(OpCodes.Call, lanes.Api(size).As(integer, lane));
        }

        Push(node.Sources[1]);
        Push(node.Sources[2]);
        Call("ConditionalSelect", lane, size, 3);
        Keep(node);
    }

    /// <summary>Pushes the mask; returns the size of its lanes.</summary>
    private int Compare(IrNode node)
    {
        IrNode left = node.Sources[0], right = node.Sources[1];
        int size = LaneModel.LaneSize(left.DType);
        Type lane = LaneModel.LaneType(left.DType), integer = size == 8 ? typeof(long) : typeof(int);

        // A true mask is -1, so the order of masks is the reverse of that of Bool values.
        bool isBool = left.DType == DType.Bool;
        PushOperand(isBool ? right : left, isBool);
        PushOperand(isBool ? left : right, isBool);
        string name = node.Op switch
        {
            IrOp.Eq or IrOp.Ne => "Equals",
            IrOp.Lt => "LessThan",
            IrOp.Le => "LessThanOrEqual",
            IrOp.Gt => "GreaterThan",
            _ => "GreaterThanOrEqual",
        };
        Call(name, lane, size, 2);
        if (lane != integer)
        {
            il.Emit(OpCodes.Call, lanes.Api(size).As(lane, integer));
        }

        if (node.Op == IrOp.Ne)
        {
            Call("OnesComplement", integer, size, 1);
        }

        return size;
    }

    private void PushOperand(IrNode node, bool isBool)
    {
        if (isBool)
        {
            PushMask(node, 4);
        }
        else
        {
            Push(node);
        }
    }

    private void Logical(IrNode node)
    {
        int size = lanes.MaskSize;
        Type lane = LaneModel.MaskType(size);
        PushMask(node.Sources[0], size);
        if (node.Op == IrOp.Not)
        {
            Call("OnesComplement", lane, size, 1);
        }
        else
        {
            PushMask(node.Sources[1], size);
            Call(node.Op switch
            {
                IrOp.And or IrOp.Min => "BitwiseAnd",
                IrOp.Or or IrOp.Max => "BitwiseOr",
                _ => "Xor",
            }, lane, size, 2);
        }

        KeepMask(node, size);
    }

    private void Arithmetic(IrNode node)
    {
        int size = LaneModel.LaneSize(node.DType);
        Type lane = LaneModel.LaneType(node.DType);
        if (VectorName(node) is { } name)
        {
            foreach (IrNode source in node.Sources)
            {
                Push(source);
            }

            Call(name, lane, size, node.Sources.Length);
        }
        else if (node.Op is IrOp.ShiftLeft or IrOp.ShiftRight && node.Sources[1].IsConst
            && (ulong)node.Sources[1].Argument < (ulong)(8 * size))
        {
            VectorApi api = lanes.Api(size);
            Push(node.Sources[0]);
            il.Emit(OpCodes.Ldc_I4, (int)node.Sources[1].Argument);
            string shift = node.Op == IrOp.ShiftLeft ? "ShiftLeft" : "ShiftRightArithmetic";
            il.Emit(OpCodes.Call, api.Method(shift, lane, api.Of(lane), typeof(int)));
        }
        else if (node.Op == IrOp.TruncDiv && node.DType.IsFloatingPoint())
        {
            Push(node.Sources[0]);
            Push(node.Sources[1]);
            Call("Divide", lane, size, 2);
            Call("Truncate", lane, size, 1);
        }
        else if (node.Op is IrOp.LargeSin or IrOp.LargeCos)
        {
            LargeAngle(node, lane, size);
            return;
        }
        else if (node.Op.Unconditional() is { } function)
        {
            Conditional(node, function, lane, size);
            return;
        }
        else
        {
            foreach (IrNode source in node.Sources)
            {
                Push(source);
            }

            CallPerLane(ScalarFunction(node, node.Op, lane, node.Sources.Length), lane, node.Sources.Length);
        }

        if (node.Op is not (IrOp.Max or IrOp.Min or IrOp.And or IrOp.Or or IrOp.Xor))
        {
            Wrap(node.DType);
        }

        Keep(node);
    }

    /// <summary>The vector method that does exactly this operation, if there is one.</summary>
    private static string? VectorName(IrNode node) => node.Op switch
    {
        IrOp.Neg => "Negate",
        IrOp.Abs => "Abs",
        IrOp.Sqrt => "Sqrt",
        IrOp.Floor => "Floor",
        IrOp.Ceil => "Ceiling",
        IrOp.Round => "Round",
        IrOp.Trunc => "Truncate",
        IrOp.Not => "OnesComplement",
        IrOp.Add => "Add",
        IrOp.Sub => "Subtract",
        IrOp.Mul => "Multiply",
        IrOp.Div => "Divide",
        IrOp.Max => "Max",
        IrOp.Min => "Min",
        IrOp.And => "BitwiseAnd",
        IrOp.Or => "BitwiseOr",
        IrOp.Xor => "Xor",
        IrOp.Fma => "FusedMultiplyAdd",
        IrOp.NativeMin => "MinNative",
        IrOp.NativeMax => "MaxNative",
        _ => null,
    };

    /// <summary>
    /// Replaces the vectors on the stack by the results of a scalar function of their lanes. The lanes go through memory; only whole lanes of the kernel are
    /// computed, never the unused half of a 128-bit vector.
    /// </summary>
    private void CallPerLane(MethodInfo scalar, Type lane, int operands)
    {
        int size = lane == typeof(double) || lane == typeof(long) ? 8 : 4;
        LocalBuilder scratch = Scratch();
        for (int operand = operands - 1; operand >= 0; operand--)
        {
            LocalBuilder value = il.DeclareLocal(lanes.Api(size).Of(lane));
            il.Emit(OpCodes.Stloc, value);
            PushScratch(scratch, operand);
            il.Emit(OpCodes.Ldloc, value);
            il.Emit(OpCodes.Unaligned, (byte)1);
            il.Emit(OpCodes.Stobj, value.LocalType);
        }

        _laneIndex ??= il.DeclareLocal(typeof(int));
        Label body = il.DefineLabel();
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Stloc, _laneIndex);
        il.MarkLabel(body);
        PushScratch(scratch, 2);
        PushLaneOffset(size);
        for (int operand = 0; operand < operands; operand++)
        {
            PushScratch(scratch, operand);
            PushLaneOffset(size);
            il.Emit(OpCodes.Ldobj, lane);
        }

        il.Emit(OpCodes.Call, scalar);
        il.Emit(OpCodes.Stobj, lane);
        il.Emit(OpCodes.Ldloc, _laneIndex);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, _laneIndex);
        il.Emit(OpCodes.Ldloc, _laneIndex);
        il.Emit(OpCodes.Ldc_I4, lanes.Lanes);
        il.Emit(OpCodes.Blt, body);
        PushScratch(scratch, 2);
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Ldobj, lanes.Api(size).Of(lane));
    }

    private static MethodInfo ScalarFunction(IrNode node, IrOp op, Type lane, int operands) =>
        typeof(ScalarMath).GetMethod(op.ToString(), Enumerable.Repeat(lane, operands).ToArray())
        ?? throw new InvalidIrException($"{node}: no code for {op} on {node.DType}");

    /// <summary>The scalar function is called only if the first source is true in some lane.</summary>
    private void Conditional(IrNode node, IrOp function, Type lane, int size)
    {
        VectorApi api = lanes.Api(size);
        Type integer = size == 8 ? typeof(long) : typeof(int);
        LocalBuilder result = il.DeclareLocal(api.Of(lane));
        Label done = il.DefineLabel();
        il.Emit(OpCodes.Call, api.Of(lane).GetProperty("Zero")!.GetMethod!);
        il.Emit(OpCodes.Stloc, result);
        PushMask(node.Sources[0], size);
        il.Emit(OpCodes.Call, api.Of(integer).GetProperty("Zero")!.GetMethod!);
        Call("EqualsAll", integer, size, 2);
        il.Emit(OpCodes.Brtrue, done);
        int operands = node.Sources.Length - 1;
        foreach (IrNode source in node.Sources[1..])
        {
            Push(source);
        }

        CallPerLane(ScalarFunction(node, function, lane, operands), lane, operands);
        PushMask(node.Sources[0], size);
        if (lane != integer)
        {
            il.Emit(OpCodes.Call, api.As(integer, lane));
        }

        Call("BitwiseAnd", lane, size, 2);
        Wrap(node.DType);
        il.Emit(OpCodes.Stloc, result);
        il.MarkLabel(done);
        _locals.Add(node, result);
    }

    /// <summary>The scalar function is called only where some lane needs it.</summary>
    private void LargeAngle(IrNode node, Type lane, int size)
    {
        VectorApi api = lanes.Api(size);
        LocalBuilder result = il.DeclareLocal(api.Of(lane));
        Label done = il.DefineLabel();
        il.Emit(OpCodes.Call, api.Of(lane).GetProperty("Zero")!.GetMethod!);
        il.Emit(OpCodes.Stloc, result);
        Push(node.Sources[0]);
        Call("Abs", lane, size, 1);
        if (size == 8)
        {
            il.Emit(OpCodes.Ldc_R8, ScalarMath.LargeAngle);
        }
        else
        {
            il.Emit(OpCodes.Ldc_R4, (float)ScalarMath.LargeAngle);
        }

        il.Emit(OpCodes.Call, api.Method("Create", lane, lane));
        Call("LessThanOrEqualAll", lane, size, 2);
        il.Emit(OpCodes.Brtrue, done);
        Push(node.Sources[0]);
        CallPerLane(typeof(ScalarMath).GetMethod(node.Op.ToString(), [lane])!, lane, 1);
        il.Emit(OpCodes.Stloc, result);
        il.MarkLabel(done);
        _locals.Add(node, result);
    }

    private LocalBuilder Scratch()
    {
        if (_scratch is null)
        {
            throw new InvalidOperationException("the scratch space is made before any value is emitted");
        }

        return _scratch;
    }

    /// <summary>Reserves stack space for calls lane by lane. At the method's start, where the evaluation stack is empty.</summary>
    public void ReserveScratch()
    {
        _scratch = il.DeclareLocal(typeof(byte*));
        il.Emit(OpCodes.Ldc_I4, 3 * ScratchVector);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Stloc, _scratch);
    }

    private void PushScratch(LocalBuilder scratch, int vector)
    {
        il.Emit(OpCodes.Ldloc, scratch);
        il.Emit(OpCodes.Ldc_I4, vector * ScratchVector);
        il.Emit(OpCodes.Add);
    }

    private void PushLaneOffset(int size)
    {
        il.Emit(OpCodes.Ldloc, _laneIndex!);
        il.Emit(OpCodes.Ldc_I4, size);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
    }
}
