using Mono.Cecil.Cil;
using Terra.Weaver.Flow;

namespace Terra.Weaver.Emission;

/// <summary>Which of the ways into a place a piece of code is for.</summary>
internal enum Gate
{
    /// <summary>Ways into the loop of which the place is the header.</summary>
    LoopEntry,

    /// <summary>All ways but those by which a state machine goes to where it left off.</summary>
    Arrival,
}

/// <summary>What is to be added to a canonical body, by place. Nothing is changed before <see cref="BodyWriter"/> runs.</summary>
internal sealed class BodyEdits
{
    private static readonly List<Instruction> s_none = [];

    private readonly Dictionary<Instruction, List<Instruction>> _before = [];
    private readonly Dictionary<Instruction, List<Instruction>> _after = [];
    private readonly Dictionary<Edge, List<Instruction>> _edges = [];
    private readonly Dictionary<Block, (List<Instruction> Entry, List<Instruction> Arrival)> _gates = [];

    /// <summary>Code at the very start of the method, run once.</summary>
    public List<Instruction> Prologue { get; } = [];

    public bool IsEmpty => _before.Count == 0 && _after.Count == 0 && _edges.Count == 0 && _gates.Count == 0 && Prologue.Count == 0;

    /// <summary>Code that runs whenever control comes to an instruction.</summary>
    public void Before(Instruction instruction, IEnumerable<Instruction> code) => Append(_before, instruction, code);

    /// <summary>Code that runs when control goes on to the next instruction.</summary>
    public void After(Instruction instruction, IEnumerable<Instruction> code) => Append(_after, instruction, code);

    /// <summary>Code that runs when control takes that edge.</summary>
    public void On(Edge edge, IEnumerable<Instruction> code) => Append(_edges, edge, code);

    /// <summary>Code in front of a block, outside of the region it may start.</summary>
    public void At(Block block, Gate gate, IEnumerable<Instruction> code)
    {
        if (!_gates.TryGetValue(block, out (List<Instruction> Entry, List<Instruction> Arrival) gates))
        {
            _gates.Add(block, gates = ([], []));
        }

        (gate == Gate.LoopEntry ? gates.Entry : gates.Arrival).AddRange(code);
    }

    public List<Instruction> BeforeOf(Instruction instruction) => _before.TryGetValue(instruction, out List<Instruction>? code) ? code : s_none;

    public List<Instruction> AfterOf(Instruction instruction) => _after.TryGetValue(instruction, out List<Instruction>? code) ? code : s_none;

    public List<Instruction> CodeOn(Edge edge) => _edges.TryGetValue(edge, out List<Instruction>? code) ? code : s_none;

    public (List<Instruction> Entry, List<Instruction> Arrival) GatesOf(Block block) =>
        _gates.TryGetValue(block, out (List<Instruction> Entry, List<Instruction> Arrival) gates) ? gates : (s_none, s_none);

    public void Clear(Edge edge) => _edges.Remove(edge);

    private static void Append<TKey>(Dictionary<TKey, List<Instruction>> map, TKey key, IEnumerable<Instruction> code)
        where TKey : class
    {
        if (!map.TryGetValue(key, out List<Instruction>? list))
        {
            map.Add(key, list = []);
        }

        list.AddRange(code);
    }
}
