using System.Diagnostics;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tracing;

/// <summary>
/// One iteration of a step on one flow: the interpreter of its ops. It starts tracing, co-executing or dormant; a co-executing one
/// that meets an op the TraceGraph does not expect falls back to tracing for the rest.
/// </summary>
internal sealed class Iteration : IReadObserver
{
    /// <summary>A trace that gets longer is merged part by part.</summary>
    private const int LongestPart = 1 << 14;

    private readonly ProgramFlow _flow;
    private readonly TraceGraph _graph;
    private readonly List<TraceEntry> _trace = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly long _waitedBefore;
    private readonly long _busyBefore;
    private readonly long _launchesBefore;
    private readonly long _compiledBefore;
    private Skeleton? _skeleton;
    private StepPhase _phase;

    /// <summary>The node of the last op that is in the graph: co-executed, or merged. What follows it is in the trace.</summary>
    private TraceNode _last;
    private int _ops;
    private bool _isNew;
    private Location _opLocation;
    private int _opOrdinal;
    private bool _isBarrier;
    private bool _fellBack;
    private int _fetches;

    public Iteration(ProgramFlow flow, LoopRecord owner, StepSite step)
    {
        _flow = flow;
        Owner = owner;
        Step = step;
        IterationStart start = step.Begin();
        _phase = start.Phase;
        _graph = start.Graph;
        _last = _graph.Start;
        Root = _opLocation = start.Root;
        if (start.Plan is not null)
        {
            _skeleton = new Skeleton(flow.Runner, start.Plan);
            _waitedBefore = flow.Runner.WaitedTicks;
            _busyBefore = flow.Runner.BusyTicks;
            _launchesBefore = flow.Runner.Launches;
            _compiledBefore = flow.Runner.CompileTicks;
        }
    }

    /// <summary>The loop activation whose turn this is.</summary>
    public LoopRecord Owner { get; }

    public StepSite Step { get; }

    /// <summary>The location that the iteration's locations lie under.</summary>
    public Location Root { get; }

    public bool IsCapturing => _phase != StepPhase.Dormant;

    /// <summary>
    /// An op is about to run. True: it was taken over, its outputs are placeholders. False: its body must run, and
    /// <see cref="Record"/> follows if it succeeds.
    /// </summary>
    public bool TryIntercept(OpInvocation call)
    {
        _opLocation = _flow.Location;
        _opOrdinal = Math.Min(_flow.Ordinal++, Location.OrdinalLimit);
        if (_skeleton is null)
        {
            return false;
        }

        TraceNode? node = _skeleton.Expect(call, _opLocation, _opOrdinal);
        if (node is null)
        {
            FallBack($"{call.Op.Name} is not what the graph expects here", call.Op.Name);
            return false;
        }

        if (call.Op.IsDataDependent)
        {
            _isBarrier = true;
            _skeleton.Pass(node);
            _last = node;
            _ops++;
            return false;
        }

        _skeleton.Execute(node, call, this);
        _last = node;
        _ops++;
        return true;
    }

    /// <summary>The body of an op that was not taken over has run.</summary>
    public void Record(OpInvocation call)
    {
        if (_isBarrier)
        {
            _isBarrier = false;
            return;
        }

        if (_skeleton is null && _phase == StepPhase.Tracing)
        {
            _trace.Add(new TraceEntry(new TraceKey(call, _opLocation, _opOrdinal), IsFetchPoint: false));
            _ops++;
            if (_trace.Count == LongestPart)
            {
                MergePart();
            }
        }
    }

    public void OnRead(Storage storage)
    {
        if (!_flow.IsHeld)
        {
            return;
        }

        _fetches++;
        if (_trace.Count > 0)
        {
            _trace[^1] = _trace[^1] with { IsFetchPoint = true };
        }
        else if (_ops > 0)
        {
            _graph.MarkFetchPoint(_last);
        }
    }

    /// <summary>The iteration is over, normally or not.</summary>
    public void End()
    {
        if (_phase == StepPhase.Dormant)
        {
            Step.Statistics.CountEager();
            return;
        }

        if (_skeleton is { } skeleton)
        {
            skeleton.Finish();
            if (_ops > 0 && !skeleton.IsAtEnd)
            {
                FallBack("the iteration ends where none did before", "end");
            }
        }

        if (_ops == 0)
        {
            return;
        }

        if (_phase == StepPhase.CoExecuting)
        {
            Step.EndCoExecuted(_ops);
        }
        else
        {
            Step.EndTraced(_graph, _trace, _last, _isNew, _ops);
        }

        GraphRunner? runner = _phase == StepPhase.CoExecuting || _fellBack ? _flow.Runner : null;
        Step.Statistics.Count(new IterationFacts
        {
            IsCoExecuted = _phase == StepPhase.CoExecuting,
            Ops = _ops,
            Fetches = _fetches,
            ElapsedTicks = Stopwatch.GetTimestamp() - _began,
            WaitedTicks = runner is null ? 0 : runner.WaitedTicks - _waitedBefore,
            BusyTicks = runner is null ? 0 : runner.BusyTicks - _busyBefore,
            Launches = runner is null ? 0 : runner.Launches - _launchesBefore,
            CompileTicks = runner is null ? 0 : runner.CompileTicks - _compiledBefore,
        });
    }

    /// <summary>
    /// Carries on eagerly and tracing. What was validated stays accepted and will run; ops that follow wait for the values they need.
    /// </summary>
    private void FallBack(string reason, string what)
    {
        _skeleton!.Finish();
        _skeleton = null;
        _phase = StepPhase.Tracing;
        _fellBack = true;
        Step.Statistics.CountFallback(_opLocation, reason, what);
    }

    private void MergePart()
    {
        _isNew |= Step.MergePart(_graph, _trace, _last, out TraceNode? last);
        _trace.Clear();
        if (last is not null)
        {
            _last = last;
            return;
        }

        _phase = StepPhase.Dormant;
        _flow.FollowIteration();
    }
}
