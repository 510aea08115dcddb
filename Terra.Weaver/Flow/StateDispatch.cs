using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Emission;

namespace Terra.Weaver.Flow;

/// <summary>
/// Makes the flow graph of a state machine's MoveNext that of the method the programmer wrote: the branches on the state by which
/// it goes to where it left off no longer count, and each suspension leads on to its resumption.
/// </summary>
internal sealed class StateDispatch
{
    private const int Running = -1;

    private readonly CanonicalBody _body;
    private readonly FlowGraph _graph;
    private readonly FieldReference _state;
    private readonly HashSet<VariableDefinition> _locals = [];

    /// <param name="body">MoveNext.</param>
    /// <param name="graph">Its flow graph, which is changed.</param>
    /// <param name="state">The field that holds the state.</param>
    /// <param name="initial">The state in which MoveNext runs first.</param>
    public StateDispatch(CanonicalBody body, FlowGraph graph, FieldReference state, int initial)
    {
        _body = body;
        _graph = graph;
        _state = state;
        for (int i = 1; i < body.Code.Count; i++)
        {
            if (body.Code[i].OpCode.Code == Code.Stloc && IsStateLoad(body.Code[i - 1]))
            {
                _locals.Add((VariableDefinition)body.Code[i].Operand);
            }
        }

        List<(Block Block, Block Resume, int State)> suspensions = [];
        Block? start = Resolve(initial), running = Resolve(Running);
        foreach (Block block in graph.Blocks)
        {
            if (graph.LastOf(block).OpCode.FlowControl is FlowControl.Return or FlowControl.Branch
                && StoredState(block) is { } stored && stored != Running
                && Resolve(stored) is { } resume && resume != start && resume != running)
            {
                suspensions.Add((block, resume, stored));
            }
        }

        HashSet<Block> firstRun = [];
        Start = ResolveEdge(initial, firstRun);
        foreach (Block block in graph.Blocks.Where(IsDispatch))
        {
            Block goesOn = Follow(block, Running)!;
            Block starts = firstRun.Contains(block) ? Follow(block, initial)! : goesOn;
            foreach (Edge edge in block.Successors.Where(e => e.IsHookable && e.To != goesOn && e.To != starts))
            {
                edge.IsDispatch = true;
            }
        }

        foreach ((Block block, Block resume, int stored) in suspensions)
        {
            foreach (Edge edge in block.Successors.Where(e => e.Kind != EdgeKind.Exception))
            {
                edge.IsDispatch = true;
            }

            Suspensions.Add((graph.LastOf(block), ResolveEdge(stored, [])!));
            graph.AddEdge(block, resume, EdgeKind.Resume);
        }
    }

    /// <summary>The way by which MoveNext starts the method; null if it does not branch, since the method never suspends.</summary>
    public Edge? Start { get; }

    /// <summary>The last instructions of the ways to a suspension, and the ways by which MoveNext comes back from there.</summary>
    public List<(Instruction Last, Edge Resume)> Suspensions { get; } = [];

    /// <summary>The way a branch on the state goes while the method is running.</summary>
    public Edge RunningEdge(Block block) => block.Successors.First(e => e.IsHookable && e.To == Follow(block, Running));

    /// <summary>True if the block ends in a branch on the state alone.</summary>
    public bool IsDispatch(Block block) => Follow(block, Running) is not null;

    /// <summary>Where the block's branch on the state goes in that state; null if it ends in another instruction.</summary>
    private Block? Follow(Block block, int state)
    {
        Instruction last = _graph.LastOf(block);
        if (last.OpCode.FlowControl != FlowControl.Cond_Branch)
        {
            return null;
        }

        int position = block.Last - 1;
        bool unary = last.OpCode.Code is Code.Brtrue or Code.Brfalse or Code.Switch;
        bool fromState = false;
        if (Evaluate(ref position, block.First, state, ref fromState) is not { } right)
        {
            return null;
        }

        int left = right;
        if (!unary)
        {
            if (Evaluate(ref position, block.First, state, ref fromState) is not { } value)
            {
                return null;
            }

            left = value;
        }

        if (!fromState)
        {
            return null;
        }

        if (last.Operand is Instruction[] arms)
        {
            return (uint)right < (uint)arms.Length ? _graph.BlockAt(arms[right]) : Next(block);
        }

        return Holds(last.OpCode.Code, left, right) ? _graph.BlockAt((Instruction)last.Operand) : Next(block);
    }

    private Block Next(Block block) => _graph.Blocks[block.Index + 1];

    private static bool Holds(Code code, int left, int right) => code switch
    {
        Code.Brtrue => right != 0,
        Code.Brfalse => right == 0,
        Code.Beq => left == right,
        Code.Bne_Un => left != right,
        Code.Bge => left >= right,
        Code.Bgt => left > right,
        Code.Ble => left <= right,
        Code.Blt => left < right,
        Code.Bge_Un => (uint)left >= (uint)right,
        Code.Bgt_Un => (uint)left > (uint)right,
        Code.Ble_Un => (uint)left <= (uint)right,
        _ => (uint)left < (uint)right,
    };

    /// <summary>The value of the expression that ends at a position, if it is made of the state and constants; moves before it.</summary>
    private int? Evaluate(ref int position, int first, int state, ref bool fromState)
    {
        if (position < first)
        {
            return null;
        }

        Instruction instruction = _body.Code[position--];
        switch (instruction.OpCode.Code)
        {
            case Code.Ldc_I4:
                return (int)instruction.Operand;
            case Code.Ldloc when _locals.Contains((VariableDefinition)instruction.Operand):
                fromState = true;
                return state;
            case Code.Ldfld when IsStateLoad(instruction):
                position--;
                fromState = true;
                return state;
            case Code.Add or Code.Sub or Code.Ceq or Code.Cgt or Code.Clt:
                if (Evaluate(ref position, first, state, ref fromState) is not { } right || Evaluate(ref position, first, state, ref fromState) is not { } left)
                {
                    return null;
                }

                return instruction.OpCode.Code switch
                {
                    Code.Add => left + right,
                    Code.Sub => left - right,
                    Code.Ceq => left == right ? 1 : 0,
                    Code.Cgt => left > right ? 1 : 0,
                    _ => left < right ? 1 : 0,
                };
            default:
                return null;
        }
    }

    private bool IsStateLoad(Instruction instruction) =>
        instruction.OpCode.Code == Code.Ldfld && IsStateField(instruction.Operand);

    private bool IsStateField(object operand) => operand is FieldReference field && field.Name == _state.Name && field.Resolve() == _state.Resolve();

    /// <summary>The last constant the block stores as the state.</summary>
    private int? StoredState(Block block)
    {
        for (int i = block.Last; i > block.First; i--)
        {
            if (_body.Code[i].OpCode.Code != Code.Stfld || !IsStateField(_body.Code[i].Operand))
            {
                continue;
            }

            int value = i - 1;
            if (_body.Code[value].OpCode.Code == Code.Stloc && _body.Code[value - 1].OpCode.Code == Code.Dup)
            {
                value -= 2;
            }

            return value >= block.First && _body.Code[value].OpCode.Code == Code.Ldc_I4 ? (int)_body.Code[value].Operand : null;
        }

        return null;
    }

    /// <summary>The block to which MoveNext goes from its start in that state; null if it never branches on it.</summary>
    private Block? Resolve(int state) => ResolveEdge(state, [])?.To;

    private Edge? ResolveEdge(int state, HashSet<Block> passed)
    {
        Edge? result = null;
        Block block = _graph.Entry;
        for (int steps = 0; steps <= _graph.Blocks.Count; steps++)
        {
            if (Follow(block, state) is { } target)
            {
                passed.Add(block);
                result = block.Successors.First(e => e.IsHookable && e.To == target);
                block = target;
            }
            else if (IsTransparent(block) && block.Successors.FirstOrDefault(e => e.Kind is EdgeKind.FallThrough or EdgeKind.Branch) is { } edge)
            {
                block = edge.To;
            }
            else
            {
                break;
            }
        }

        return result;
    }

    /// <summary>A block that only loads, or does nothing, on the way to the next.</summary>
    private bool IsTransparent(Block block)
    {
        for (int i = block.First; i <= block.Last; i++)
        {
            if (_body.Code[i].OpCode.Code is not (Code.Nop or Code.Ldarg or Code.Ldfld or Code.Stloc or Code.Ldloc or Code.Ldc_I4 or Code.Br))
            {
                return false;
            }
        }

        return true;
    }
}
