using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;
using Xunit;

namespace Terra.Runtime.Tests.Tracing;

public sealed class TraceGraphTests
{
    private static readonly OpDef[] s_ops = Enumerable.Range(0, 4)
        .Select(i => new OpDef($"test::op{i}(Tensor self, Scalar alpha, int dim) -> Tensor", _ => []) { Kernel = _ => { } })
        .ToArray();

    private static readonly Location s_root = Location.ForStep(1_000_000);

    /// <summary>Traces over a small alphabet, so that they part and rejoin often.</summary>
    private static readonly Gen<List<TraceEntry>> s_trace =
        Gen.Choose(0, 12).SelectMany(n => Gen.ArrayOf(Gen.Choose(0, 7), n)).Select(ids => ids.Select(id => Entry(id, 0.5)).ToList());

    [Fact]
    public void Every_merged_trace_is_a_path()
    {
        Prop.ForAll(Arb.From(Gen.ListOf(s_trace)), traces =>
        {
            TraceGraph graph = Merged(traces);
            return traces.All(graph.Contains);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_order_of_merging_does_not_matter()
    {
        Prop.ForAll(Arb.From(Gen.ListOf(s_trace)), traces =>
            Edges(Merged(traces)).SetEquals(Edges(Merged(Enumerable.Reverse(traces))))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_covered_trace_changes_nothing()
    {
        Prop.ForAll(Arb.From(Gen.ListOf(s_trace)), traces =>
        {
            TraceGraph graph = Merged(traces);
            HashSet<(string, string)> before = Edges(graph);
            int version = graph.Version;
            return traces.All(trace => graph.Merge(trace).IsCovered) && graph.Version == version && Edges(graph).SetEquals(before);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_trace_is_covered_exactly_if_it_is_a_path()
    {
        Prop.ForAll(Arb.From(Gen.ListOf(s_trace)), Arb.From(s_trace), (traces, trace) =>
        {
            TraceGraph graph = Merged(traces);
            bool contained = graph.Contains(trace);
            return graph.Merge(trace).IsCovered == contained;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_graph_grows_by_the_keys_and_the_steps_it_has_not_seen()
    {
        Prop.ForAll(Arb.From(Gen.ListOf(s_trace)), traces =>
        {
            var graph = new TraceGraph();
            var keys = new HashSet<TraceKey>();
            var steps = new HashSet<(TraceKey? From, TraceKey? To)>();
            return traces.All(trace =>
            {
                List<TraceKey?> path = [null, .. trace.Select(static entry => (TraceKey?)entry.Key), null];
                int newKeys = trace.Count(entry => keys.Add(entry.Key)), newSteps = path.Zip(path.Skip(1)).Count(steps.Add);
                MergeResult result = graph.Merge(trace);
                return result.NewNodes == newKeys && result.NewEdges == newSteps && graph.NodeCount == keys.Count;
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Traces_that_part_rejoin_at_the_first_common_node()
    {
        TraceGraph graph = Merged([[Entry(0), Entry(1), Entry(3)], [Entry(0), Entry(2), Entry(3)]]);

        graph.NodeCount.Should().Be(4);
        graph.CountForks().Should().Be(1);
        graph.CountLoops().Should().Be(0);
    }

    [Fact]
    public void A_repeated_key_is_a_folded_loop()
    {
        TraceGraph graph = Merged([[Entry(0), Entry(1), Entry(2), Entry(1), Entry(2), Entry(3)]]);

        graph.NodeCount.Should().Be(4);
        graph.CountLoops().Should().Be(1);
    }

    [Fact]
    public void A_scalar_that_differs_is_promoted_and_splits_nothing()
    {
        var graph = new TraceGraph();
        graph.Merge([Entry(0, 0.5)]).IsCovered.Should().BeFalse();
        graph.Merge([Entry(0, 0.5)]).NewPromotions.Should().Be(0);

        MergeResult result = graph.Merge([Entry(0, 0.25)]);

        result.IsCovered.Should().BeTrue();
        result.NewPromotions.Should().Be(1);
        graph.Snapshot().Single(node => node.Key.Op is not null).Promoted.Should().Equal(true, false);
    }

    [Fact]
    public void A_structural_attribute_that_differs_is_another_node()
    {
        var graph = new TraceGraph();
        graph.Merge([new TraceEntry(Key(0, 0.5, dim: 0), false)]);
        graph.Merge([new TraceEntry(Key(0, 0.5, dim: 1), false)]);

        graph.NodeCount.Should().Be(2);
    }

    [Fact]
    public void Folding_a_loop_gives_the_graph_that_the_folded_traces_would_have_made()
    {
        const int loop = 7;
        Location unrolled = Location.ForStep(1_000_001), folded = Location.ForStep(1_000_001);
        Gen<List<int>> trace = Gen.Choose(0, 12).SelectMany(n => Gen.ArrayOf(Gen.Choose(0, 47), n)).Select(ids => ids.ToList());
        List<TraceEntry> In(Location root, List<int> ids, bool isFolded) =>
            [.. ids.Select(id => new TraceEntry(Key(id % 4, 0.5 + (id % 3), at: Place(root, id, isFolded)), IsFetchPoint: id == 5))];
        Location Place(Location root, int id, bool isFolded)
        {
            Location forward = root.Child(LocationKind.Turn, loop, isFolded ? 0 : id % 3).Child(LocationKind.Turn, loop + 1, id % 2).Child(LocationKind.Call, id % 4);
            return (id / 12) switch { 0 => root.Child(LocationKind.Call, id), 1 => root.Child(LocationKind.Backward, forward.Serial), _ => forward };
        }

        Prop.ForAll(Arb.From(Gen.ListOf(trace)), traces =>
        {
            TraceGraph graph = Merged(traces.Select(ids => In(unrolled, ids, isFolded: false))).MovedTo(new LoopFolding(unrolled, folded, loop).ImageOf);
            List<List<TraceEntry>> expected = [.. traces.Select(ids => In(folded, ids, isFolded: true))];
            TraceGraph merged = Merged(expected);
            int size = graph.Size;
            return Edges(graph).SetEquals(Edges(merged)) && size == merged.Size && expected.All(entries => graph.Merge(entries) is { IsCovered: true })
                && graph.Snapshot().Where(static node => node.IsFetchPoint).Select(node => Name(graph, node)).ToHashSet()
                    .SetEquals(merged.Snapshot().Where(static node => node.IsFetchPoint).Select(node => Name(merged, node)));
        }).QuickCheckThrowOnFailure();
    }

    private static TraceGraph Merged(IEnumerable<List<TraceEntry>> traces)
    {
        var graph = new TraceGraph();
        foreach (List<TraceEntry> trace in traces)
        {
            graph.Merge(trace);
        }

        return graph;
    }

    private static HashSet<(string From, string To)> Edges(TraceGraph graph)
    {
        var edges = new HashSet<(string, string)>();
        foreach (TraceNode node in graph.Snapshot())
        {
            foreach (TraceNode next in node.Successors)
            {
                edges.Add((Name(graph, node), Name(graph, next)));
            }
        }

        return edges;
    }

    private static string Name(TraceGraph graph, TraceNode node) =>
        ReferenceEquals(node, graph.Start) ? "start" : ReferenceEquals(node, graph.End) ? "end" : node.Key.ToString();

    private static TraceEntry Entry(int id, double alpha = 0.5) => new(Key(id, alpha), IsFetchPoint: id == 5);

    private static TraceKey Key(int id, double alpha, long dim = 0, Location? at = null)
    {
        OpInvocation call = new OpInvocation(s_ops[id % s_ops.Length]).Add((TensorImpl?)null).Add((ScalarValue)alpha).Add(dim);
        return new TraceKey(call, at ?? s_root.Child(LocationKind.Call, id / s_ops.Length), 0);
    }
}
