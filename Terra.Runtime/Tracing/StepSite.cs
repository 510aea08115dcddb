using System.Diagnostics;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Tracing;

/// <summary>What the iterations of a step do with their ops.</summary>
internal enum StepPhase
{
    Tracing,
    CoExecuting,

    /// <summary>Backed off: the program does not settle, so ops run eagerly and unrecorded for a while.</summary>
    Dormant,
}

/// <summary>How an iteration begins: with the plan if it is to co-execute.</summary>
internal readonly record struct IterationStart(StepPhase Phase, TraceGraph Graph, Location Root, Plan? Plan);

/// <summary>
/// A step of the program: its TraceGraph and plan, shared by all threads that run it, and the decision when to trace, when to
/// co-execute and when to leave the program alone. Thread-safe.
/// </summary>
internal sealed class StepSite
{
    private const int CoveredBeforeCoExecution = 2;
    private const int FirstDormancy = 16;
    private const int LongestDormancy = 4096;
    private const int Window = 16;

    /// <summary>After a dormancy, so many new iterations in a row show that the program is as unsettled as before.</summary>
    private const int ProbeWindow = 8;

    /// <summary>A graph that has grown this many times the size it had after its first trace, or to the limits given, starts over.</summary>
    private const int GrowthLimit = 32;
    private const int LeastSizeLimit = 1 << 14;
    private const int SizeLimit = 1 << 18;

    private readonly Lock _lock = new();
    private int _coveredInRow;
    private int _dormantLeft;
    private int _nextDormancy = FirstDormancy;
    private uint _unsettled;
    private int _windowFill;
    private int _sizeLimit = SizeLimit;
    private long _iterations;
    private Plan? _plan;
    private long _opsSincePlan;
    private int _plansWhileUnsettled;

    public StepSite(int id)
    {
        Id = id;
        Root = Location.ForStep(id);
        StepStatistics.Register(this);
    }

    public int Id { get; }

    /// <summary>The location that the locations of all traces in <see cref="Graph"/> lie under. A new graph has a new one, so the old ones can be collected.</summary>
    public Location Root { get; private set; }

    public TraceGraph Graph { get; private set; } = new();

    public StepStatistics Statistics { get; } = new();

    /// <summary>The last plan that was built, if it still holds.</summary>
    public Plan? Plan => Volatile.Read(ref _plan);

    /// <summary>What an iteration that begins now does, and on which graph.</summary>
    public IterationStart Begin()
    {
        lock (_lock)
        {
            if (_dormantLeft > 0)
            {
                _dormantLeft--;
                return new IterationStart(StepPhase.Dormant, Graph, Root, null);
            }

            if (_coveredInRow < CoveredBeforeCoExecution || TerraRuntime.Mode == TerraMode.Trace)
            {
                return new IterationStart(StepPhase.Tracing, Graph, Root, null);
            }

            if (_plan is null || (_plan.Version != Graph.Version && IsPlanningDue))
            {
                long began = Stopwatch.GetTimestamp();
                _plan = Plan.Build(Graph);
                _opsSincePlan = 0;
                _plansWhileUnsettled++;
                Statistics.CountPlanning(Stopwatch.GetTimestamp() - began);
            }

            return new IterationStart(StepPhase.CoExecuting, Graph, Root, _plan);
        }
    }

    /// <summary>
    /// Merges the beginning of the trace of an iteration that goes on, from <paramref name="after"/> on. The result says if it added to the graph;
    /// <paramref name="last"/> is where it ended, or null if the rest need not be traced: the step has started over meanwhile.
    /// </summary>
    public bool MergePart(TraceGraph graph, IReadOnlyList<TraceEntry> part, TraceNode after, out TraceNode? last)
    {
        lock (_lock)
        {
            last = null;
            if (!ReferenceEquals(graph, Graph))
            {
                return false;
            }

            bool isNew = !Graph.Merge(part, after, isWhole: false, out last).IsCovered;
            if (StartOverIfOutgrown())
            {
                last = null;
            }

            return isNew;
        }
    }

    /// <summary>Merges the trace, or what is left of it, of a finished iteration that was not co-executed to its end.</summary>
    /// <param name="graph">The graph the iteration began with.</param>
    /// <param name="trace">The trace from <paramref name="after"/> on.</param>
    /// <param name="after">The node of the last op that was merged or co-executed before, or the graph's start.</param>
    /// <param name="isNew">Whether the trace so far has added to the graph.</param>
    /// <param name="ops">Number of ops in the whole iteration.</param>
    public void EndTraced(TraceGraph graph, IReadOnlyList<TraceEntry> trace, TraceNode after, bool isNew, int ops)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(graph, Graph))
            {
                return;
            }

            bool covered = Graph.Merge(trace, after, isWhole: true, out _).IsCovered && !isNew;
            _opsSincePlan += ops;
            if (StartOverIfOutgrown())
            {
                return;
            }

            if (_iterations++ == 0)
            {
                _sizeLimit = Math.Clamp(Graph.Size * GrowthLimit, LeastSizeLimit, SizeLimit);
            }

            _coveredInRow = covered || _coveredInRow >= CoveredBeforeCoExecution ? _coveredInRow + 1 : 0;
            Settle(covered);
        }
    }

    /// <summary>Notes an iteration that was co-executed from start to end.</summary>
    public void EndCoExecuted(int ops)
    {
        lock (_lock)
        {
            _opsSincePlan += ops;
            if (!StartOverIfOutgrown())
            {
                _iterations++;
                Settle(settled: true);
            }
        }
    }

    /// <summary>From now on all turns of a loop inside the step share a location; so do they in what was merged before, in which nothing is lost.</summary>
    public void Fold(int loopId)
    {
        lock (_lock)
        {
            Location root = Location.ForStep(Id);
            Graph = Graph.MovedTo(new LoopFolding(Root, root, loopId).ImageOf);
            Root = root;
            _plan = null;
        }
    }

    /// <summary>Starts over with an empty graph.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            Graph = new TraceGraph();
            Root = Location.ForStep(Id);
            _sizeLimit = SizeLimit;
            _iterations = 0;
            _plan = null;
            _coveredInRow = 0;
        }
    }

    /// <summary>
    /// A plan is worth its time again: more ops have run since the last one than the new one has to look at, several times more the longer
    /// the graph keeps changing. Until then nodes that the plan does not know run as kernels of their own.
    /// </summary>
    private bool IsPlanningDue => _opsSincePlan >= (long)Graph.NodeCount * _plansWhileUnsettled;

    /// <summary>
    /// Bounds the memory of a step that is new again and again: what it has learned is forgotten. If one iteration alone is too large,
    /// the next would be as well, so the step backs off.
    /// </summary>
    private bool StartOverIfOutgrown()
    {
        if (Graph.Size <= _sizeLimit && !Root.IsTreeFull)
        {
            return false;
        }

        if (_iterations == 0)
        {
            BackOff();
        }
        else
        {
            Restart();
        }

        return true;
    }

    /// <summary>
    /// Backs off when most of the last iterations were new, and earlier if it did so before; else they are reason enough to co-execute, also if no two in
    /// a row were covered.
    /// </summary>
    private void Settle(bool settled)
    {
        _unsettled = (_unsettled << 1) | (settled ? 0u : 1u);
        _windowFill = Math.Min(_windowFill + 1, Window);
        if (_windowFill == ProbeWindow && _nextDormancy > FirstDormancy && CountUnsettled(ProbeWindow) == ProbeWindow)
        {
            BackOff();
            return;
        }

        if (_windowFill < Window)
        {
            return;
        }

        int unsettled = CountUnsettled(Window);
        if (unsettled > Window / 2)
        {
            BackOff();
            return;
        }

        if (_iterations >= Window)
        {
            _coveredInRow = Math.Max(_coveredInRow, CoveredBeforeCoExecution);
        }

        if (unsettled == 0)
        {
            _nextDormancy = FirstDormancy;
            _plansWhileUnsettled = 0;
        }
    }

    private int CountUnsettled(int window) => System.Numerics.BitOperations.PopCount(_unsettled & ((1u << window) - 1));

    /// <summary>Leaves the program alone for a while, twice as long each time until it settles, and then starts over.</summary>
    private void BackOff()
    {
        _dormantLeft = _nextDormancy;
        _nextDormancy = Math.Min(_nextDormancy * 2, LongestDormancy);
        _windowFill = 0;
        Restart();
    }
}
