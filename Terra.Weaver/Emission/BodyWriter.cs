using Mono.Cecil.Cil;
using Terra.Weaver.Flow;

namespace Terra.Weaver.Emission;

/// <summary>
/// Lays a canonical body out anew with its edits: gates in front of blocks, code on edges, branches and region bounds moved to match.
/// Code on a branch goes beside the branch, so that it is in the same regions; code on a leave goes after the outermost construct that
/// is left, so that it runs after the finally blocks on the way.
/// </summary>
internal sealed class BodyWriter
{
    private readonly CanonicalBody _body;
    private readonly FlowGraph _graph;
    private readonly BodyEdits _edits;
    private readonly Func<Edge, bool> _entersLoop;
    private readonly List<Instruction> _output = [];

    /// <summary>The first instruction of what comes with a position: gates, hooks, the instruction itself.</summary>
    private readonly Dictionary<int, Instruction> _groupStart = [];
    private readonly Dictionary<int, List<(Construct Construct, List<Instruction> Code)>> _leaveStubs = [];

    /// <param name="body">The body to lay out.</param>
    /// <param name="graph">Its flow graph.</param>
    /// <param name="edits">What to add.</param>
    /// <param name="entersLoop">Tells, for an edge to a loop's header, whether it comes from outside of the loop.</param>
    public BodyWriter(CanonicalBody body, FlowGraph graph, BodyEdits edits, Func<Edge, bool> entersLoop)
    {
        _body = body;
        _graph = graph;
        _edits = edits;
        _entersLoop = entersLoop;
    }

    /// <summary>The finished sequence; operands and exception clauses are already moved to it.</summary>
    public List<Instruction> Write()
    {
        MoveToSources();
        Dictionary<Block, (Instruction Entry, Instruction Arrival, Instruction Plain)> labels = [];
        foreach (Block block in _graph.Blocks)
        {
            Instruction plain = FirstOf(_edits.BeforeOf(_body.Code[block.First]), _body.Code[block.First]);
            (List<Instruction> entry, List<Instruction> arrival) = _edits.GatesOf(block);
            Instruction arrivalLabel = FirstOf(arrival, plain);
            labels.Add(block, (FirstOf(entry, arrivalLabel), arrivalLabel, plain));
        }

        Instruction Label(Edge edge) => edge.IsDispatch ? labels[edge.To].Plain : _entersLoop(edge) ? labels[edge.To].Entry : labels[edge.To].Arrival;

        PrepareLeaves(Label);
        foreach (Block block in _graph.Blocks)
        {
            WriteBlock(block, Label);
        }

        EmitStubs(_body.Code.Count);
        MoveRegions();
        DropMarkers();
        return _output;
    }

    private static Instruction FirstOf(List<Instruction> code, Instruction otherwise) => code.Count > 0 ? code[0] : otherwise;

    private void WriteBlock(Block block, Func<Edge, Instruction> label)
    {
        EmitStubs(block.First);
        int start = _output.Count;
        (List<Instruction> entry, List<Instruction> arrival) = _edits.GatesOf(block);
        if (block == _graph.Entry)
        {
            _output.AddRange(_edits.Prologue);
        }

        _output.AddRange(entry);
        _output.AddRange(arrival);
        for (int i = block.First; i < block.Last; i++)
        {
            EmitPlain(_body.Code[i], i, i == block.First ? start : _output.Count);
        }

        Instruction last = _body.Code[block.Last];
        int lastStart = block.Last == block.First ? start : _output.Count;
        _output.AddRange(_edits.BeforeOf(last));
        List<Edge> jumps = block.Successors.Where(e => e.Kind == EdgeKind.Branch).ToList();
        bool conditional = last.OpCode.FlowControl == FlowControl.Cond_Branch;
        if (!conditional && jumps.Count == 1)
        {
            last.Operand = label(jumps[0]);
            _output.Add(last);
        }
        else
        {
            _output.Add(last);
            _output.AddRange(_edits.AfterOf(last));
        }

        _groupStart[block.Last] = _output[lastStart];
        List<Instruction> stubs = conditional ? JumpStubs(last, jumps, label) : [];
        if (block.Successors.FirstOrDefault(e => e.Kind == EdgeKind.FallThrough) is { } fall)
        {
            _output.AddRange(_edits.CodeOn(fall));
            (List<Instruction> nextEntry, List<Instruction> nextArrival) = _edits.GatesOf(fall.To);
            bool direct = _entersLoop(fall) || nextEntry.Count == 0;
            bool past = fall.IsDispatch && (nextEntry.Count > 0 || nextArrival.Count > 0);
            if (stubs.Count > 0 || !direct || past)
            {
                _output.Add(Instruction.Create(OpCodes.Br, label(fall)));
            }
        }

        _output.AddRange(stubs);
    }

    private void EmitPlain(Instruction instruction, int position, int groupStart)
    {
        _output.AddRange(_edits.BeforeOf(instruction));
        _output.Add(instruction);
        _output.AddRange(_edits.AfterOf(instruction));
        _groupStart[position] = _output[groupStart];
    }

    /// <summary>Sends a conditional branch or switch to its labels, by way of stubs where an edge has code of its own.</summary>
    private List<Instruction> JumpStubs(Instruction branch, List<Edge> jumps, Func<Edge, Instruction> label)
    {
        List<Instruction> stubs = [];
        List<(Block To, Instruction Label)> moves = [];
        foreach (Edge edge in jumps)
        {
            Instruction target = label(edge);
            List<Instruction> code = _edits.CodeOn(edge);
            if (code.Count > 0)
            {
                stubs.AddRange(code);
                stubs.Add(Instruction.Create(OpCodes.Br, target));
                target = code[0];
            }

            moves.Add((edge.To, target));
        }

        if (branch.Operand is Instruction[] arms)
        {
            branch.Operand = arms.Select(arm => moves.First(m => _body.Code[m.To.First] == arm).Label).ToArray();
        }
        else if (moves.Count > 0)
        {
            branch.Operand = moves[0].Label;
        }

        return stubs;
    }

    /// <summary>Code on a jump that is always taken, and leaves nothing, goes directly before it.</summary>
    private void MoveToSources()
    {
        foreach (Block block in _graph.Blocks)
        {
            if (_graph.LastOf(block).OpCode.FlowControl == FlowControl.Branch
                && block.Successors.Find(e => e.Kind is EdgeKind.Branch or EdgeKind.Leave) is { } edge
                && _edits.CodeOn(edge) is { Count: > 0 } code
                && OutermostLeft(edge) is null)
            {
                _edits.Before(_graph.LastOf(block), code);
                _edits.Clear(edge);
            }
        }
    }

    /// <summary>The largest region that a leave gets out of; null for other edges.</summary>
    private Region? OutermostLeft(Edge edge) => edge.Kind != EdgeKind.Leave ? null : _body.Regions
        .Where(r => _body.Contains(r, edge.From.First) && !_body.Contains(r, edge.To.First))
        .OrderByDescending(r => _body.IndexOf(r.End) - _body.IndexOf(r.Start)).FirstOrDefault();

    private void PrepareLeaves(Func<Edge, Instruction> label)
    {
        foreach (Block block in _graph.Blocks)
        {
            Edge? edge = block.Successors.Find(e => e.Kind == EdgeKind.Leave);
            if (edge is null)
            {
                continue;
            }

            Instruction leave = _graph.LastOf(block);
            List<Instruction> code = _edits.CodeOn(edge);
            Instruction target = label(edge);
            if (code.Count > 0 && OutermostLeft(edge) is { } left)
            {
                int anchor = _body.EndOf(left.Construct);
                if (!_leaveStubs.TryGetValue(anchor, out List<(Construct, List<Instruction>)>? stubs))
                {
                    _leaveStubs.Add(anchor, stubs = []);
                }

                stubs.Add((left.Construct, [.. code, Instruction.Create(OpCodes.Br, target)]));
                target = code[0];
            }

            leave.Operand = target;
        }
    }

    private void EmitStubs(int position)
    {
        if (_leaveStubs.TryGetValue(position, out List<(Construct Construct, List<Instruction> Code)>? stubs))
        {
            stubs.Sort((a, b) => Size(a.Construct).CompareTo(Size(b.Construct)));
            foreach ((_, List<Instruction> code) in stubs)
            {
                _output.AddRange(code);
            }
        }
    }

    private int Size(Construct construct) => _body.EndOf(construct) - _body.IndexOf(construct.Try.Start);

    /// <summary>Region ends move in front of what was put before the next instruction; stubs go out of the constructs they are for.</summary>
    private void MoveRegions()
    {
        Dictionary<ExceptionHandler, (Instruction? TryEnd, Instruction? HandlerEnd)> ends = [];
        foreach (Region region in _body.Regions.Where(r => r.Kind != RegionKind.Filter))
        {
            foreach (ExceptionHandler clause in region.Kind == RegionKind.Try ? region.Construct.Clauses : [region.Clause])
            {
                ends.TryGetValue(clause, out (Instruction? TryEnd, Instruction? HandlerEnd) known);
                Instruction? end = EndAfterStubs(region);
                ends[clause] = region.Kind == RegionKind.Try ? (end, known.HandlerEnd) : (known.TryEnd, end);
            }
        }

        foreach (KeyValuePair<ExceptionHandler, (Instruction? TryEnd, Instruction? HandlerEnd)> entry in ends)
        {
            entry.Key.TryEnd = entry.Value.TryEnd;
            entry.Key.HandlerEnd = entry.Value.HandlerEnd;
        }
    }

    private Instruction? EndAfterStubs(Region region)
    {
        int end = _body.IndexOf(region.End), start = _body.IndexOf(region.Start);
        if (_leaveStubs.TryGetValue(end, out List<(Construct Construct, List<Instruction> Code)>? stubs))
        {
            foreach ((Construct construct, List<Instruction> code) in stubs)
            {
                if (start >= _body.IndexOf(construct.Try.Start) && end <= _body.EndOf(construct))
                {
                    return code[0];
                }
            }
        }

        return end == _body.Code.Count ? null : _groupStart[end];
    }

    /// <summary>Takes the canonical form's no-ops out again; what pointed at one points at what follows.</summary>
    private void DropMarkers()
    {
        Dictionary<Instruction, Instruction> next = [];
        for (int i = _output.Count - 2; i >= 0; i--)
        {
            if (_body.Markers.Contains(_output[i]))
            {
                next.Add(_output[i], next.TryGetValue(_output[i + 1], out Instruction? further) ? further : _output[i + 1]);
            }
        }

        foreach (Instruction instruction in _output)
        {
            if (instruction.Operand is Instruction target && next.TryGetValue(target, out Instruction? moved))
            {
                instruction.Operand = moved;
            }
            else if (instruction.Operand is Instruction[] arms)
            {
                instruction.Operand = arms.Select(arm => next.TryGetValue(arm, out Instruction? other) ? other : arm).ToArray();
            }
        }

        foreach (KeyValuePair<Instruction, Instruction> entry in next)
        {
            InstructionSplicer.RedirectRegions(_body.Body, entry.Key, entry.Value);
        }

        _output.RemoveAll(_body.Markers.Contains);
    }
}
