using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Terra.Weaver.Emission;

/// <summary>
/// A working copy of a body's instruction sequence in a form that is safe to edit: macros are expanded, and each region starts with a
/// no-op of its own, so that "before the region", "its entry" and "its first instruction" are three different places.
/// The body's own list is only added to at the end, by <see cref="BodyWriter"/>.
/// </summary>
internal sealed class CanonicalBody
{
    private readonly Dictionary<Instruction, int> _index = [];

    public CanonicalBody(MethodBody body)
    {
        Body = body;
        body.SimplifyMacros();
        Code = [.. body.Instructions];
        Constructs = Construct.Of(body);
        Reindex();
        foreach (Region region in Constructs.SelectMany(c => c.Regions).OrderBy(Length).ThenByDescending(r => IndexOf(r.Start)).ToList())
        {
            SeparateStart(region);
        }
    }

    public MethodBody Body { get; }

    public List<Instruction> Code { get; }

    public List<Construct> Constructs { get; }

    /// <summary>The no-ops that were added.</summary>
    public HashSet<Instruction> Markers { get; } = [];

    public IEnumerable<Region> Regions => Constructs.SelectMany(c => c.Regions);

    /// <summary>Position in <see cref="Code"/>; the end of the code for null.</summary>
    public int IndexOf(Instruction? instruction) => instruction is null ? Code.Count : _index[instruction];

    public bool Contains(Region region, int index) => index >= IndexOf(region.Start) && index < IndexOf(region.End);

    /// <summary>The position after the construct's last region.</summary>
    public int EndOf(Construct construct) => construct.Regions.Max(r => IndexOf(r.End));

    private int Length(Region region) => IndexOf(region.End) - IndexOf(region.Start);

    private void Reindex()
    {
        _index.Clear();
        for (int i = 0; i < Code.Count; i++)
        {
            _index.Add(Code[i], i);
        }
    }

    private void SeparateStart(Region region)
    {
        Instruction start = region.Start;
        int from = IndexOf(start), to = IndexOf(region.End);
        Instruction marker = Instruction.Create(OpCodes.Nop);
        Markers.Add(marker);
        for (int i = 0; i < Code.Count; i++)
        {
            if (i >= from && i < to)
            {
                continue;
            }

            if (Code[i].Operand == start)
            {
                Code[i].Operand = marker;
            }
            else if (Code[i].Operand is Instruction[] targets)
            {
                for (int k = 0; k < targets.Length; k++)
                {
                    targets[k] = targets[k] == start ? marker : targets[k];
                }
            }
        }

        InstructionSplicer.RedirectRegions(Body, start, marker);
        Code.Insert(from, marker);
        Reindex();
    }
}
