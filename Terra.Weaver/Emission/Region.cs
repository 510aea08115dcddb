using Mono.Cecil.Cil;

namespace Terra.Weaver.Emission;

/// <summary>The parts of an exception construct.</summary>
internal enum RegionKind
{
    Try,
    Filter,
    Handler,
}

/// <summary>
/// A range of instructions that control enters at its start only: a try block, a filter or a handler. In a canonical body each starts
/// with a no-op of its own, which only its entry reaches.
/// </summary>
internal sealed class Region(RegionKind kind, Construct construct, ExceptionHandler clause)
{
    public RegionKind Kind { get; } = kind;

    public Construct Construct { get; } = construct;

    /// <summary>The clause it belongs to; for a try block shared by clauses, the first of them.</summary>
    public ExceptionHandler Clause { get; } = clause;

    public Instruction Start => Kind switch
    {
        RegionKind.Try => Clause.TryStart,
        RegionKind.Filter => Clause.FilterStart,
        _ => Clause.HandlerStart,
    };

    /// <summary>The instruction after its last, or null at the end of the body.</summary>
    public Instruction? End => Kind switch
    {
        RegionKind.Try => Clause.TryEnd,
        RegionKind.Filter => Clause.HandlerStart,
        _ => Clause.HandlerEnd,
    };
}

/// <summary>A try block with all its clauses.</summary>
internal sealed class Construct
{
    public List<ExceptionHandler> Clauses { get; } = [];

    public List<Region> Regions { get; } = [];

    public Region Try => Regions[0];

    /// <summary>Groups a body's clauses by their try block.</summary>
    public static List<Construct> Of(MethodBody body)
    {
        List<Construct> result = [];
        foreach (ExceptionHandler clause in body.ExceptionHandlers)
        {
            Construct? construct = result.Find(c => c.Try.Start == clause.TryStart && c.Try.End == clause.TryEnd);
            if (construct is null)
            {
                construct = new Construct();
                construct.Regions.Add(new Region(RegionKind.Try, construct, clause));
                result.Add(construct);
            }

            construct.Clauses.Add(clause);
            if (clause.FilterStart is not null)
            {
                construct.Regions.Add(new Region(RegionKind.Filter, construct, clause));
            }

            construct.Regions.Add(new Region(RegionKind.Handler, construct, clause));
        }

        return result;
    }
}
