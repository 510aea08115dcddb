using Mono.Cecil.Cil;
using Terra.Weaver.Emission;

namespace Terra.Weaver.Flow;

/// <summary>Why control can go from one block to another.</summary>
internal enum EdgeKind
{
    FallThrough,

    /// <summary>A branch or an arm of a switch.</summary>
    Branch,
    Leave,

    /// <summary>Into and out of a finally block on the way of a leave; there is no instruction to hook.</summary>
    Finally,

    /// <summary>From a try block to its handlers.</summary>
    Exception,

    /// <summary>From where a state machine suspends to where it resumes; there is no instruction to hook.</summary>
    Resume,
}

/// <summary>A run of instructions entered at its first and left at its last.</summary>
internal sealed class Block(int index, int first)
{
    public int Index { get; } = index;

    /// <summary>Position of the first instruction in the canonical body.</summary>
    public int First { get; } = first;

    /// <summary>Position of the last instruction.</summary>
    public int Last { get; set; }

    public List<Edge> Successors { get; } = [];

    public List<Edge> Predecessors { get; } = [];
}

/// <summary>A way from block to block.</summary>
internal sealed class Edge(Block from, Block to, EdgeKind kind)
{
    public Block From { get; } = from;

    public Block To { get; } = to;

    public EdgeKind Kind { get; } = kind;

    /// <summary>Only taken when a state machine suspends or resumes: left out of the analysis of loops.</summary>
    public bool IsDispatch { get; set; }

    /// <summary>An edge along which code can be put.</summary>
    public bool IsHookable => Kind is EdgeKind.FallThrough or EdgeKind.Branch or EdgeKind.Leave;
}

/// <summary>The control flow graph of a canonical body, exception handling included.</summary>
internal sealed class FlowGraph
{
    private readonly CanonicalBody _body;
    private readonly Dictionary<int, Block> _byFirst = [];

    public FlowGraph(CanonicalBody body)
    {
        _body = body;
        MakeBlocks();
        foreach (Block block in Blocks)
        {
            Connect(block);
        }

        ConnectHandlers();
    }

    public List<Block> Blocks { get; } = [];

    public Block Entry => Blocks[0];

    public Instruction LastOf(Block block) => _body.Code[block.Last];

    /// <summary>The block that starts with that instruction.</summary>
    public Block BlockAt(Instruction first) => _byFirst[_body.IndexOf(first)];

    /// <summary>The block that instruction is in.</summary>
    public Block BlockOf(int position)
    {
        int low = 0, high = Blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Blocks[middle].First <= position)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return Blocks[low];
    }

    public Edge AddEdge(Block from, Block to, EdgeKind kind)
    {
        var edge = new Edge(from, to, kind);
        from.Successors.Add(edge);
        to.Predecessors.Add(edge);
        return edge;
    }

    private void MakeBlocks()
    {
        var leaders = new SortedSet<int> { 0 };
        for (int i = 0; i < _body.Code.Count; i++)
        {
            Instruction instruction = _body.Code[i];
            foreach (Instruction target in Targets(instruction))
            {
                leaders.Add(_body.IndexOf(target));
            }

            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw
                || _body.Markers.Contains(instruction))
            {
                leaders.Add(i + 1);
            }
        }

        foreach (Region region in _body.Regions)
        {
            leaders.Add(_body.IndexOf(region.Start));
            leaders.Add(_body.IndexOf(region.End));
        }

        leaders.Remove(_body.Code.Count);
        foreach (int leader in leaders)
        {
            if (Blocks.Count > 0)
            {
                Blocks[Blocks.Count - 1].Last = leader - 1;
            }

            var block = new Block(Blocks.Count, leader);
            Blocks.Add(block);
            _byFirst.Add(leader, block);
        }

        Blocks[Blocks.Count - 1].Last = _body.Code.Count - 1;
    }

    private static IEnumerable<Instruction> Targets(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => [target],
        Instruction[] targets => targets,
        _ => [],
    };

    private void Connect(Block block)
    {
        Instruction last = LastOf(block);
        foreach (Instruction target in Targets(last).Distinct())
        {
            Block to = BlockAt(target);
            AddEdge(block, to, last.OpCode.Code is Code.Leave or Code.Leave_S ? EdgeKind.Leave : EdgeKind.Branch);
        }

        bool stops = last.OpCode.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw;
        if (!stops && block.Index + 1 < Blocks.Count)
        {
            AddEdge(block, Blocks[block.Index + 1], EdgeKind.FallThrough);
        }
    }

    private void ConnectHandlers()
    {
        foreach (Edge leave in Blocks.SelectMany(b => b.Successors).Where(e => e.Kind == EdgeKind.Leave).ToList())
        {
            foreach (Region left in _body.Regions.Where(r => r.Kind == RegionKind.Try && _body.Contains(r, leave.From.First) && !_body.Contains(r, leave.To.First)))
            {
                foreach (Region handler in left.Construct.Regions.Where(r => r.Kind == RegionKind.Handler && r.Clause.HandlerType == ExceptionHandlerType.Finally))
                {
                    AddEdge(leave.From, BlockAt(handler.Start), EdgeKind.Finally);
                    foreach (Block end in Blocks.Where(b => LastOf(b).OpCode.Code == Code.Endfinally && _body.Contains(handler, b.First)).ToList())
                    {
                        AddEdge(end, leave.To, EdgeKind.Finally);
                    }
                }
            }
        }

        foreach (Construct construct in _body.Constructs)
        {
            foreach (Block block in Blocks.Where(b => _body.Contains(construct.Try, b.First)))
            {
                foreach (Region part in construct.Regions.Where(r => r.Kind != RegionKind.Try))
                {
                    AddEdge(block, BlockAt(part.Start), EdgeKind.Exception);
                }
            }

            foreach (Region filter in construct.Regions.Where(r => r.Kind == RegionKind.Filter))
            {
                foreach (Block end in Blocks.Where(b => LastOf(b).OpCode.Code == Code.Endfilter && _body.Contains(filter, b.First)))
                {
                    AddEdge(end, BlockAt(filter.Clause.HandlerStart), EdgeKind.Exception);
                }
            }
        }
    }
}
