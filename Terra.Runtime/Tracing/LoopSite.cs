namespace Terra.Runtime.Tracing;

/// <summary>What the runtime has learned of one woven loop (or marked method, or model called outside of loops): whether its turns are iterations of a step.</summary>
internal sealed class LoopSite(int id)
{
    /// <summary>Turns beyond this one are not told apart: a longer loop is folded.</summary>
    public const int UnrollLimit = 32;

    private const int TurnsBeforeInference = 3;
    private const int TripCountsBeforeFolding = 4;

    private static readonly Lock s_lock = new();
    private static LoopSite?[] s_sites = new LoopSite?[64];

    private readonly List<int> _tripCounts = [];
    private int _modelTurns;
    private bool _isExcluded;

    public int Id { get; } = id;

    /// <summary>The step whose iterations are this loop's turns; null while it is an ordinary loop.</summary>
    public StepSite? Step { get; private set; }

    /// <summary>All turns of the loop share a location (a cycle in the TraceGraph); else each turn has its own (unrolled).</summary>
    public bool IsFolded { get; private set; }

    /// <summary>The site of an id, created on first use.</summary>
    public static LoopSite Get(int id)
    {
        LoopSite?[] sites = Volatile.Read(ref s_sites);
        return id < sites.Length && sites[id] is { } site ? site : Add(id);
    }

    /// <summary>Forgets everything learned.</summary>
    public static void Reset()
    {
        lock (s_lock)
        {
            s_sites = new LoopSite?[64];
        }
    }

    private static LoopSite Add(int id)
    {
        lock (s_lock)
        {
            if (id >= s_sites.Length)
            {
                var grown = new LoopSite?[Math.Max(id + 1, s_sites.Length * 2)];
                s_sites.CopyTo(grown, 0);
                Volatile.Write(ref s_sites, grown);
            }

            return s_sites[id] ??= new LoopSite(id);
        }
    }

    /// <summary>
    /// Decides after a turn whether the loop is a step loop: one whose body itself (not a loop inside it) runs an optimizer's step or
    /// a backward pass; for inference, one that has called a model for some turns and neither did, nor contains a training loop.
    /// </summary>
    public void Learn(LoopRecord turn)
    {
        if (Step is not null || turn.IsExcluded || turn.IsMarked)
        {
            return;
        }

        bool trains = turn.SawOptimizerStep || turn.SawBackward;
        if (trains || (turn.SawModelCall && !turn.ContainsTraining && ++_modelTurns >= TurnsBeforeInference))
        {
            lock (s_lock)
            {
                Step ??= _isExcluded ? null : new StepSite(Id);
            }
        }
    }

    /// <summary>Makes the turns iterations of a step, whatever they run.</summary>
    public StepSite MakeStep()
    {
        lock (s_lock)
        {
            return Step ??= new StepSite(Id);
        }
    }

    /// <summary>The program marked a step inside the loop: its turns are no iterations, also where they were until now.</summary>
    public void Exclude()
    {
        lock (s_lock)
        {
            _isExcluded = true;
            Step = null;
        }
    }

    /// <summary>Learns how many turns the loop took inside a step; true if that made it folded.</summary>
    public bool LearnTripCount(int turns)
    {
        lock (s_lock)
        {
            if (IsFolded || _tripCounts.Contains(turns))
            {
                return false;
            }

            _tripCounts.Add(turns);
            IsFolded = turns > UnrollLimit || _tripCounts.Count > TripCountsBeforeFolding;
            return IsFolded;
        }
    }

    /// <summary>The turn's number in locations.</summary>
    public int TurnInLocation(int turn) => IsFolded ? 0 : Math.Min(turn, UnrollLimit);
}

/// <summary>One activation of a woven loop on one flow.</summary>
internal sealed class LoopRecord(ProgramFlow flow, LoopSite site, LoopRecord? outer, Location? saved)
{
    public ProgramFlow Flow { get; } = flow;

    public LoopSite Site { get; } = site;

    public LoopRecord? Outer { get; set; } = outer;

    /// <summary>Where the loop was entered; null if no step was active then.</summary>
    public Location? Saved { get; } = saved;

    public int Turns { get; set; }

    public bool SawOptimizerStep { get; set; }

    public bool SawBackward { get; set; }

    public bool SawModelCall { get; set; }

    public bool ContainsTraining { get; set; }

    /// <summary>Its turns were inside a step, so what they ran says nothing about this loop.</summary>
    public bool IsExcluded { get; set; }

    /// <summary>No loop, but a call of a marked method or a scope: what the program says is a step.</summary>
    public bool IsMarked { get; init; }
}
