using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Emission;
using Terra.Weaver.Flow;

namespace Terra.Weaver.Program;

/// <summary>
/// Hooks of the natural loops that contain sites: EnterLoop on the edges into the header from outside, NextTurn at the header,
/// ExitLoop on the edges and returns that leave. Exceptions are the business of <see cref="HandlerWeaver"/> and of the method's guard.
/// </summary>
internal sealed class LoopWeaver
{
    private readonly BodyEdits _edits;
    private readonly ProgramHookSet _hooks;
    private readonly List<(NaturalLoop Loop, Slot Frame)> _loops = [];
    private readonly Dictionary<Block, NaturalLoop> _byHeader = [];

    public LoopWeaver(
        MethodDefinition method,
        StateMachine? machine,
        CanonicalBody body,
        FlowGraph graph,
        BodyEdits edits,
        ProgramHookSet hooks,
        SiteTable sites,
        DiagnosticBag diagnostics,
        List<int> positions)
    {
        _edits = edits;
        _hooks = hooks;
        HashSet<Block> withSites = [.. positions.Select(graph.BlockOf)];
        var natural = new NaturalLoops(graph);
        if (natural.Irreducible.Count > 0 && withSites.Count > 0)
        {
            SourcePlace place = SourcePlace.Of(method, body.Code[natural.Irreducible[0].To.First]);
            diagnostics.Add(Diagnostics.LoopSkipped(SourceName.Of(method), "a jump leads into its middle", place.File, place.Line));
        }

        foreach (NaturalLoop loop in natural.Loops.Where(l => l.Blocks.Overlaps(withSites)))
        {
            var frame = new Slot(body.Body, machine, $"loop{_loops.Count}", hooks.LoopFrame);
            edits.Prologue.AddRange(frame.Clear());
            _loops.Add((loop, frame));
            _byHeader.Add(loop.Header, loop);
            edits.At(loop.Header, Gate.LoopEntry, [.. sites.Add(SiteKind.Loop, method, HeaderInstruction(body, loop)), .. frame.Address(), Instruction.Create(OpCodes.Call, hooks.EnterLoop)]);
            edits.At(loop.Header, Gate.Arrival, [.. frame.Address(), Instruction.Create(OpCodes.Call, hooks.NextTurn)]);
        }

        HookExits(body);
    }

    public bool Any => _loops.Count > 0;

    /// <summary>True for an edge to a loop's header from outside of the loop.</summary>
    public bool Enters(Edge edge) => _byHeader.TryGetValue(edge.To, out NaturalLoop? loop) && !loop.Blocks.Contains(edge.From);

    /// <summary>Leaves all loops, inner ones first; those that are not entered take no notice.</summary>
    public List<Instruction> ExitAll() => _loops.SelectMany(l => Exit(l.Frame)).ToList();

    /// <summary>Leaves the loops that touch the given blocks and do not go on at the block.</summary>
    public IEnumerable<Instruction> ExitsInto(Block block, IReadOnlyCollection<Block> from) =>
        _loops.Where(l => !l.Loop.Blocks.Contains(block) && l.Loop.Blocks.Overlaps(from)).SelectMany(l => Exit(l.Frame));

    private static Instruction HeaderInstruction(CanonicalBody body, NaturalLoop loop) => body.Code[loop.Header.First];

    private IEnumerable<Instruction> Exit(Slot frame) => [.. frame.Address(), Instruction.Create(OpCodes.Call, _hooks.ExitLoop)];

    private void HookExits(CanonicalBody body)
    {
        foreach ((NaturalLoop loop, Slot frame) in _loops)
        {
            foreach (Block block in loop.Blocks)
            {
                foreach (Edge edge in block.Successors.Where(e => e.IsHookable && !e.IsDispatch && !loop.Blocks.Contains(e.To)))
                {
                    _edits.On(edge, Exit(frame));
                }

                if (body.Code[block.Last].OpCode.Code == Code.Ret && !block.Successors.Any(e => e.Kind == EdgeKind.Resume))
                {
                    _edits.Before(body.Code[block.Last], Exit(frame));
                }
            }
        }
    }
}
