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

    private readonly Lock _lock = new();
    private int _coveredInRow;
    private int _dormantLeft;
    private int _nextDormancy = FirstDormancy;
    private uint _unsettled;
    private int _windowFill;
    private Plan? _plan;

    public StepSite(int id)
    {
        Id = id;
        Root = Location.ForStep(id);
        StepStatistics.Register(this);
    }

    public int Id { get; }

    /// <summary>The location all of the step's locations lie under.</summary>
    public Location Root { get; }

    public TraceGraph Graph { get; private set; } = new();

    public StepStatistics Statistics { get; } = new();

    /// <summary>The phase of an iteration that begins now, with the plan if it is to co-execute.</summary>
    public (StepPhase Phase, Plan? Plan) Begin()
    {
        lock (_lock)
        {
            if (_dormantLeft > 0)
            {
                _dormantLeft--;
                return (StepPhase.Dormant, null);
            }

            if (_coveredInRow < CoveredBeforeCoExecution || TerraRuntime.Mode == TerraMode.Trace)
            {
                return (StepPhase.Tracing, null);
            }

            if (_plan is null || _plan.Version != Graph.Version)
            {
                long began = Stopwatch.GetTimestamp();
                _plan = Plan.Build(Graph);
                Statistics.CountPlanning(Stopwatch.GetTimestamp() - began);
            }

            return (StepPhase.CoExecuting, _plan);
        }
    }

    /// <summary>Merges the trace of a finished iteration that was not co-executed to its end.</summary>
    public void EndTraced(TraceGraph graph, IReadOnlyList<TraceEntry> trace)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(graph, Graph))
            {
                return;
            }

            bool covered = Graph.Merge(trace).IsCovered;
            _coveredInRow = covered || _coveredInRow >= CoveredBeforeCoExecution ? _coveredInRow + 1 : 0;
            Settle(covered);
        }
    }

    /// <summary>Notes an iteration that was co-executed from start to end.</summary>
    public void EndCoExecuted()
    {
        lock (_lock)
        {
            Settle(settled: true);
        }
    }

    /// <summary>Starts over with an empty graph: a loop inside the step was folded, so locations have changed their meaning.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            Graph = new TraceGraph();
            _plan = null;
            _coveredInRow = 0;
        }
    }

    /// <summary>Backs off when most of the last iterations were new: twice as long each time, until the program settles.</summary>
    private void Settle(bool settled)
    {
        _unsettled = (_unsettled << 1) | (settled ? 0u : 1u);
        _windowFill = Math.Min(_windowFill + 1, Window);
        if (_windowFill < Window)
        {
            return;
        }

        int unsettled = System.Numerics.BitOperations.PopCount(_unsettled & ((1u << Window) - 1));
        if (unsettled > Window / 2)
        {
            _dormantLeft = _nextDormancy;
            _nextDormancy = Math.Min(_nextDormancy * 2, LongestDormancy);
            _windowFill = 0;
            Restart();
        }
        else if (unsettled == 0)
        {
            _nextDormancy = FirstDormancy;
        }
    }
}
