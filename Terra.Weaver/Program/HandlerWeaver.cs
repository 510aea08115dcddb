using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Emission;
using Terra.Weaver.Flow;

namespace Terra.Weaver.Program;

/// <summary>
/// Puts the location right where an exception is caught: it is saved on the way into a try block that contains sites, and restored
/// at the start of the block's handlers, which first leave the loops that the exception left.
/// </summary>
internal sealed class HandlerWeaver(
    StateMachine? machine, CanonicalBody body, FlowGraph graph, StateDispatch? dispatch, BodyEdits edits, ProgramHookSet hooks, List<int> sites)
{
    public void Weave(LoopWeaver loops)
    {
        int number = 0;
        foreach (Construct construct in body.Constructs)
        {
            List<Block> guarded = graph.Blocks.Where(b => body.Contains(construct.Try, b.First)).ToList();
            List<Region> restoring = HasSites(construct.Try) ? construct.Regions.Where(Restores).ToList() : [];
            Slot? saved = null;
            if (restoring.Count > 0)
            {
                saved = new Slot(body.Body, machine, $"at{number++}", hooks.Location);
                edits.At(graph.BlockAt(construct.Try.Start), Gate.Arrival, saved.Store(Instruction.Create(OpCodes.Call, hooks.SaveLocation)));
            }

            foreach (Region part in construct.Regions.Where(r => r.Kind != RegionKind.Try))
            {
                Block start = graph.BlockAt(part.Start);
                List<Instruction> code = part.Kind == RegionKind.Handler ? [.. loops.ExitsInto(start, guarded)] : [];
                if (restoring.Contains(part))
                {
                    code.AddRange([.. saved!.Load(), Instruction.Create(OpCodes.Call, hooks.RestoreLocation)]);
                }

                if (code.Count > 0)
                {
                    PutAtStart(part, start, code);
                }
            }
        }
    }

    private bool HasSites(Region region) => sites.Exists(s => body.Contains(region, s));

    /// <summary>Catch handlers and filters go on from there; a finally or fault handler needs the location for sites of its own only.</summary>
    private bool Restores(Region part) => part.Kind switch
    {
        RegionKind.Try => false,
        RegionKind.Filter => true,
        _ => part.Clause.HandlerType switch
        {
            ExceptionHandlerType.Catch or ExceptionHandlerType.Filter => !CompletesAsync(part),
            _ => HasSites(part),
        },
    };

    /// <summary>The handler by which an async method's exception gets into its task; the method's own code is over then.</summary>
    private bool CompletesAsync(Region part) =>
        machine is { IsAsync: true }
        && Enumerable.Range(body.IndexOf(part.Start), body.IndexOf(part.End) - body.IndexOf(part.Start))
            .Any(i => machine.Completes(body.Code[i]));

    /// <summary>
    /// At the handler's start; in a state machine's finally handler, which does nothing when the method only suspends, behind the
    /// branch that finds this out, since by then another thread may own the state machine.
    /// </summary>
    private void PutAtStart(Region part, Block start, List<Instruction> code)
    {
        Block first = start.Successors.Find(e => e.Kind == EdgeKind.FallThrough)?.To ?? start;
        if (dispatch is not null && dispatch.IsDispatch(first) && part.Clause.HandlerType == ExceptionHandlerType.Finally)
        {
            edits.On(dispatch.RunningEdge(first), code);
        }
        else
        {
            edits.After(part.Start, code);
        }
    }
}
