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
    private readonly ProgramFlow _flow;
    private readonly TraceGraph _graph;
    private readonly List<TraceEntry> _trace = [];
    private readonly List<TraceNode> _path = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly long _waitedBefore;
    private readonly long _busyBefore;
    private readonly long _launchesBefore;
    private readonly long _compiledBefore;
    private Skeleton? _skeleton;
    private StepPhase _phase;
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
        _opLocation = step.Root;
        (_phase, Plan? plan) = step.Begin();
        _graph = plan?.Graph ?? step.Graph;
        if (plan is not null)
        {
            _skeleton = new Skeleton(flow.Runner, plan);
            _waitedBefore = flow.Runner.WaitedTicks;
            _busyBefore = flow.Runner.BusyTicks;
            _launchesBefore = flow.Runner.Launches;
            _compiledBefore = flow.Runner.CompileTicks;
        }
    }

    /// <summary>The loop activation whose turn this is.</summary>
    public LoopRecord Owner { get; }

    public StepSite Step { get; }

    public bool IsCapturing => _phase != StepPhase.Dormant;

    /// <summary>
    /// An op is about to run. True: it was taken over, its outputs are placeholders. False: its body must run, and
    /// <see cref="Record"/> follows if it succeeds.
    /// </summary>
    public bool TryIntercept(OpInvocation call)
    {
        _opLocation = _flow.Location;
        _opOrdinal = _flow.Ordinal++;
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
            _path.Add(node);
            return false;
        }

        _skeleton.Execute(node, call, this);
        _path.Add(node);
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
        }
    }

    public void OnRead(Storage storage)
    {
        _fetches++;
        if (_skeleton is not null)
        {
            if (_path.Count > 0)
            {
                _graph.MarkFetchPoint(_path[^1]);
            }
        }
        else if (_trace.Count > 0)
        {
            _trace[^1] = _trace[^1] with { IsFetchPoint = true };
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

        int ops = _path.Count + _trace.Count;
        if (_skeleton is { } skeleton)
        {
            skeleton.Finish();
            if (ops > 0 && !skeleton.IsAtEnd)
            {
                FallBack("the iteration ends where none did before", "end");
            }
        }

        if (ops == 0)
        {
            return;
        }

        if (_phase == StepPhase.CoExecuting)
        {
            Step.EndCoExecuted();
        }
        else
        {
            Step.EndTraced(_graph, WholeTrace());
        }

        GraphRunner? runner = _phase == StepPhase.CoExecuting || _fellBack ? _flow.Runner : null;
        Step.Statistics.Count(new IterationFacts
        {
            IsCoExecuted = _phase == StepPhase.CoExecuting,
            Ops = ops,
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

    private List<TraceEntry> WholeTrace()
    {
        var whole = new List<TraceEntry>(_path.Count + _trace.Count);
        foreach (TraceNode node in _path)
        {
            whole.Add(new TraceEntry(node.Key, node.IsFetchPoint));
        }

        whole.AddRange(_trace);
        return whole;
    }
}
