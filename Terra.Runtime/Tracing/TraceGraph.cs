using Terra.Runtime.Ops;

namespace Terra.Runtime.Tracing;

/// <summary>One op of a trace: its key, its scalar arguments, and whether the program read a value right after it.</summary>
internal readonly record struct TraceEntry(TraceKey Key, bool IsFetchPoint);

/// <summary>What merging a trace changed. A trace that changed neither nodes nor edges was covered.</summary>
internal readonly record struct MergeResult(int NewNodes, int NewEdges, int NewPromotions)
{
    public bool IsCovered => NewNodes == 0 && NewEdges == 0;
}

/// <summary>
/// The traces of a step, merged. Each key has exactly one node and edges say "runs next", so traces that part come together at the
/// first common node, and a loop whose turns share a location is a cycle. The graph is the union of what its traces walked: the
/// order of merging does not matter, each merged trace is a path from <see cref="Start"/> to <see cref="End"/>, and merging one
/// again changes nothing. After the paper's TraceGraph (Kim et al., NeurIPS 2021, section 4.1). Thread-safe.
/// </summary>
internal sealed class TraceGraph
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TraceKey, TraceNode> _byKey = [];
    private readonly List<TraceNode> _nodes = [];
    private int _edges;

    public TraceGraph()
    {
        Start = NewNode(default);
        End = NewNode(default);
    }

    /// <summary>Before the first op. Not an op itself.</summary>
    public TraceNode Start { get; }

    /// <summary>After the last op. Not an op itself.</summary>
    public TraceNode End { get; }

    /// <summary>Counts the changes that matter to a plan: new nodes, edges, fetch points.</summary>
    public int Version { get; private set; }

    /// <summary>Number of op nodes.</summary>
    public int NodeCount
    {
        get
        {
            lock (_lock)
            {
                return _nodes.Count - 2;
            }
        }
    }

    /// <summary>Number of op nodes and edges: what the graph's memory grows with.</summary>
    public int Size
    {
        get
        {
            lock (_lock)
            {
                return _nodes.Count - 2 + _edges;
            }
        }
    }

    /// <summary>All nodes, <see cref="Start"/> and <see cref="End"/> included, by id.</summary>
    public TraceNode[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _nodes];
        }
    }

    /// <summary>Adds a trace: its nodes, the edges between neighbours, promotions of scalars that differ.</summary>
    public MergeResult Merge(IReadOnlyList<TraceEntry> trace) => Merge(trace, Start, isWhole: true, out _);

    /// <summary>Adds a part of a trace.</summary>
    /// <param name="trace">The part.</param>
    /// <param name="after">Where it goes on: the node of the op before it, or <see cref="Start"/>.</param>
    /// <param name="isWhole">Whether the trace ends with the part.</param>
    /// <param name="last">The node of the part's last op.</param>
    public MergeResult Merge(IReadOnlyList<TraceEntry> trace, TraceNode after, bool isWhole, out TraceNode last)
    {
        lock (_lock)
        {
            int newNodes = 0, newEdges = 0, promotions = 0;
            TraceNode current = after;
            foreach (TraceEntry entry in trace)
            {
                if (!_byKey.TryGetValue(entry.Key, out TraceNode? node))
                {
                    node = NewNode(entry.Key);
                    _byKey.Add(entry.Key, node);
                    newNodes++;
                }
                else
                {
                    promotions += Promote(node, entry.Key.Attrs);
                }

                newEdges += current.AddSuccessor(node) ? 1 : 0;
                current = node;
                if (entry.IsFetchPoint)
                {
                    MarkFetchPoint(node);
                }
            }

            newEdges += isWhole && current.AddSuccessor(End) ? 1 : 0;
            last = current;
            _edges += newEdges;
            if (newNodes + newEdges > 0)
            {
                Version++;
            }

            return new MergeResult(newNodes, newEdges, promotions);
        }
    }

    /// <summary>Records that the program reads a value right after <paramref name="node"/>.</summary>
    public void MarkFetchPoint(TraceNode node)
    {
        if (node.IsFetchPoint)
        {
            return;
        }

        lock (_lock)
        {
            node.IsFetchPoint = true;
            Version++;
        }
    }

    /// <summary>
    /// The graph that the same traces would have made with their ops at other locations: the image of its nodes and edges, since it is the union of what
    /// its traces walked.
    /// </summary>
    public TraceGraph MovedTo(Func<Location, Location> location)
    {
        var moved = new TraceGraph();
        lock (_lock)
        {
            var images = new TraceNode[_nodes.Count];
            (images[Start.Id], images[End.Id]) = (moved.Start, moved.End);
            foreach (TraceNode node in _nodes)
            {
                if (node.Key.Op is not null)
                {
                    images[node.Id] = moved.AddImage(node, node.Key.At(location(node.Key.Location)));
                }
            }

            foreach (TraceNode node in _nodes)
            {
                foreach (TraceNode next in node.Successors)
                {
                    moved._edges += images[node.Id].AddSuccessor(images[next.Id]) ? 1 : 0;
                }
            }

            moved.Version = Version + 1;
        }

        return moved;
    }

    /// <summary>Marks the feed attributes of <paramref name="node"/> that differ from the recorded ones; returns how many are new.</summary>
    public static int Promote(TraceNode node, ReadOnlySpan<Attr> attrs)
    {
        int promotions = 0;
        ReadOnlySpan<Attr> recorded = node.Key.Attrs;
        for (int i = 0; i < recorded.Length; i++)
        {
            if (recorded[i].IsFeed && !node.Promoted[i] && recorded[i] != attrs[i])
            {
                node.Promoted[i] = true;
                promotions++;
            }
        }

        return promotions;
    }

    /// <summary>Nodes with more than one way on.</summary>
    public int CountForks() => Snapshot().Count(node => node.Successors.Length > 1);

    /// <summary>Edges that lead back to a node on the way to them (back edges of a depth-first walk): folded loops.</summary>
    public int CountLoops()
    {
        TraceNode[] nodes = Snapshot();
        var state = new byte[nodes.Length];
        int loops = 0;
        var stack = new Stack<(TraceNode Node, int Next)>();
        stack.Push((Start, 0));
        state[Start.Id] = 1;
        while (stack.TryPop(out (TraceNode Node, int Next) top))
        {
            ReadOnlySpan<TraceNode> successors = top.Node.Successors;
            if (top.Next == successors.Length)
            {
                state[top.Node.Id] = 2;
                continue;
            }

            stack.Push((top.Node, top.Next + 1));
            TraceNode next = successors[top.Next];
            if (next.Id >= nodes.Length)
            {
                continue;
            }

            if (state[next.Id] == 1)
            {
                loops++;
            }
            else if (state[next.Id] == 0)
            {
                state[next.Id] = 1;
                stack.Push((next, 0));
            }
        }

        return loops;
    }

    /// <summary>True if the trace is a path of the graph from start to end.</summary>
    public bool Contains(IReadOnlyList<TraceEntry> trace)
    {
        lock (_lock)
        {
            TraceNode current = Start;
            foreach (TraceEntry entry in trace)
            {
                if (!_byKey.TryGetValue(entry.Key, out TraceNode? node) || !current.Successors.Contains(node))
                {
                    return false;
                }

                current = node;
            }

            return current.Successors.Contains(End);
        }
    }

    private TraceNode AddImage(TraceNode node, TraceKey key)
    {
        if (!_byKey.TryGetValue(key, out TraceNode? image))
        {
            image = NewNode(key);
            _byKey.Add(key, image);
        }

        Promote(image, node.Key.Attrs);
        for (int i = 0; i < node.Promoted.Length; i++)
        {
            image.Promoted[i] |= node.Promoted[i];
        }

        image.IsFetchPoint |= node.IsFetchPoint;
        image.Ticks = Math.Max(image.Ticks, node.Ticks);
        return image;
    }

    private TraceNode NewNode(TraceKey key)
    {
        var node = new TraceNode(_nodes.Count, key);
        _nodes.Add(node);
        return node;
    }
}
