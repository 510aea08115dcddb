using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// A straight line of nodes: each has one way on and the next one way in, and no value is read in between. Consecutive fusible
/// nodes of it form units, which a GraphRunner runs as one kernel; the first op of a unit may be one that others can follow in the same pass.
/// </summary>
internal sealed class Segment
{
    private readonly Unit?[] _unitAt;

    public Segment(TraceNode[] nodes)
    {
        Nodes = nodes;
        _unitAt = new Unit?[nodes.Length];
        FormUnits();
    }

    public TraceNode[] Nodes { get; }

    /// <summary>The unit that begins at this node of the segment, if any.</summary>
    public Unit? UnitAt(int index) => _unitAt[index];

    private void FormUnits()
    {
        for (int start = 0; start < Nodes.Length;)
        {
            int end = Nodes[start].Op.KernelWithEpilogue is null ? start : start + 1;
            while (end < Nodes.Length && end - start < Unit.MaxOps && Unit.IsFusible(Nodes[end].Op))
            {
                end++;
            }

            if (end - start >= 2)
            {
                _unitAt[start] = new Unit(this, start, end - start);
            }

            start = Math.Max(end, start + 1);
        }
    }
}

/// <summary>
/// The executable form of a TraceGraph at one version: which nodes form segments, and which of their ops run as one kernel.
/// Immutable; iterations that began under an older plan finish under it.
/// </summary>
internal sealed class Plan
{
    private readonly (Segment? Segment, int Index)[] _places;

    private Plan(TraceGraph graph, int version, (Segment? Segment, int Index)[] places)
    {
        Graph = graph;
        Version = version;
        _places = places;
    }

    public TraceGraph Graph { get; }

    /// <summary>The graph's version it was built from.</summary>
    public int Version { get; }

    /// <summary>Cuts the graph into segments at forks, merges and fetches.</summary>
    public static Plan Build(TraceGraph graph)
    {
        int version = graph.Version;
        TraceNode[] nodes = graph.Snapshot();
        var heads = new bool[nodes.Length];
        foreach (TraceNode node in nodes)
        {
            bool endsSegment = node.Key.Op is null || node.Successors.Length != 1 || node.IsFetchPoint || node.Op.IsDataDependent;
            foreach (TraceNode next in node.Successors)
            {
                if (next.Id < nodes.Length && (endsSegment || next.PredecessorCount != 1 || next.Key.Op is { IsDataDependent: true }))
                {
                    heads[next.Id] = true;
                }
            }
        }

        var places = new (Segment? Segment, int Index)[nodes.Length];
        foreach (TraceNode head in nodes)
        {
            if (!heads[head.Id] || head.Key.Op is null)
            {
                continue;
            }

            var line = new List<TraceNode> { head };
            for (TraceNode last = head; last.Successors.Length == 1;)
            {
                TraceNode next = last.Successors[0];
                if (next.Id >= nodes.Length || heads[next.Id] || next.Key.Op is null)
                {
                    break;
                }

                line.Add(next);
                last = next;
            }

            var segment = new Segment([.. line]);
            for (int i = 0; i < line.Count; i++)
            {
                places[line[i].Id] = (segment, i);
            }
        }

        return new Plan(graph, version, places);
    }

    /// <summary>Where a node stands; no segment for nodes that are younger than the plan.</summary>
    public (Segment? Segment, int Index) PlaceOf(TraceNode node) => node.Id < _places.Length ? _places[node.Id] : (null, 0);
}
