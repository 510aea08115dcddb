namespace Terra.Weaver.Flow;

/// <summary>
/// Dominators of a flow graph by the iterative algorithm over reverse postorder (Cooper, Harvey and Kennedy, "A Simple, Fast
/// Dominance Algorithm", 2001). Dispatch edges do not count.
/// </summary>
internal sealed class Dominators
{
    private readonly int[] _order;
    private readonly Block?[] _immediate;

    public Dominators(FlowGraph graph)
    {
        _order = Enumerable.Repeat(-1, graph.Blocks.Count).ToArray();
        _immediate = new Block?[graph.Blocks.Count];
        List<Block> reversePostorder = ReversePostorder(graph);
        for (int i = 0; i < reversePostorder.Count; i++)
        {
            _order[reversePostorder[i].Index] = i;
        }

        _immediate[graph.Entry.Index] = graph.Entry;
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (Block block in reversePostorder.Skip(1))
            {
                Block? dominator = null;
                foreach (Edge edge in block.Predecessors)
                {
                    if (!edge.IsDispatch && _immediate[edge.From.Index] is not null)
                    {
                        dominator = dominator is null ? edge.From : Intersect(dominator, edge.From);
                    }
                }

                if (_immediate[block.Index] != dominator)
                {
                    _immediate[block.Index] = dominator;
                    changed = true;
                }
            }
        }
    }

    public bool IsReachable(Block block) => _order[block.Index] >= 0;

    /// <summary>True for an edge against the order of a depth-first walk: every cycle has one.</summary>
    public bool IsRetreating(Edge edge) => _order[edge.To.Index] <= _order[edge.From.Index];

    /// <summary>True if every way to <paramref name="block"/> goes through <paramref name="dominator"/>.</summary>
    public bool Dominates(Block dominator, Block block)
    {
        while (_order[block.Index] > _order[dominator.Index])
        {
            block = _immediate[block.Index]!;
        }

        return block == dominator;
    }

    private static List<Block> ReversePostorder(FlowGraph graph)
    {
        List<Block> result = [];
        var seen = new HashSet<Block> { graph.Entry };
        var stack = new Stack<(Block Block, int Next)>();
        stack.Push((graph.Entry, 0));
        while (stack.Count > 0)
        {
            (Block block, int next) = stack.Pop();
            if (next == block.Successors.Count)
            {
                result.Add(block);
                continue;
            }

            stack.Push((block, next + 1));
            Edge edge = block.Successors[next];
            if (!edge.IsDispatch && seen.Add(edge.To))
            {
                stack.Push((edge.To, 0));
            }
        }

        result.Reverse();
        return result;
    }

    private Block Intersect(Block left, Block right)
    {
        while (left != right)
        {
            while (_order[left.Index] > _order[right.Index])
            {
                left = _immediate[left.Index]!;
            }

            while (_order[right.Index] > _order[left.Index])
            {
                right = _immediate[right.Index]!;
            }
        }

        return left;
    }
}
