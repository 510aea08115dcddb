using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Emission;
using Terra.Weaver.Flow;

namespace Terra.Weaver.Program;

/// <summary>Program weaving of one method: collects what goes where from the owners of the single concerns, then lays the body out anew.</summary>
internal sealed class MethodWeaver
{
    private readonly MethodDefinition _method;
    private readonly ProgramHookSet _hooks;
    private readonly SiteTable _sites;
    private readonly DiagnosticBag _diagnostics;
    private readonly Func<Instruction, bool> _isSite;
    private readonly StateMachine? _machine;
    private readonly CanonicalBody _body;
    private readonly FlowGraph _graph;
    private readonly BodyEdits _edits = new();

    public MethodWeaver(MethodDefinition method, ProgramHookSet hooks, SiteTable sites, DiagnosticBag diagnostics, Func<Instruction, bool> isSite)
    {
        _method = method;
        _hooks = hooks;
        _sites = sites;
        _diagnostics = diagnostics;
        _isSite = isSite;
        _machine = StateMachine.Of(method);
        _body = new CanonicalBody(method.Body);
        _graph = new FlowGraph(_body);
    }

    public void Weave(bool isStep)
    {
        StateDispatch? dispatch = _machine is null ? null : new StateDispatch(_body, _graph, _machine.State, _machine.Initial);
        List<int> sites = CallSites.Find(_body, _isSite);
        LoopWeaver? loops = null;
        if (_machine is not null || !StateMachine.IsMoveNext(_method))
        {
            loops = new LoopWeaver(_method, _machine, _body, _graph, _edits, _hooks, _sites, _diagnostics, sites);
            new HandlerWeaver(_machine, _body, _graph, dispatch, _edits, _hooks, sites).Weave(loops);
        }

        // What follows has hooks on the way out of the method, so no call is the last thing it does.
        if (isStep || _machine is not null || loops is { Any: true })
        {
            TailCalls.Drop(_body.Code);
        }

        CallSites.Hook(_method, _body, _edits, _hooks, _sites, sites);
        if (_machine is { Kind: StateMachineKind.Iterator } && loops!.Any)
        {
            IteratorDisposal.Hook(_method.DeclaringType, _hooks, loops.ExitAll);
            KeepLocationOverYields(dispatch!);
        }

        List<Instruction> onExit = loops is null || _machine is { IsAsync: true } ? [] : loops.ExitAll();
        ExceptionHandlerType guard = ExceptionHandlerType.Fault;
        if (_machine is { IsAsync: true })
        {
            new AsyncFlow(_machine, _body, dispatch!, _edits, _hooks).Weave(isStep ? _sites.Add(SiteKind.Step, _method, null) : null);
        }
        else if (isStep)
        {
            var frame = new Slot(_body.Body, null, "step", _hooks.LoopFrame);
            _edits.Prologue.AddRange([.. frame.Clear(), .. _sites.Add(SiteKind.Step, _method, null), .. frame.Address(), Instruction.Create(OpCodes.Call, _hooks.EnterStep)]);
            onExit.AddRange([.. frame.Address(), Instruction.Create(OpCodes.Call, _hooks.ExitStep)]);
            guard = ExceptionHandlerType.Finally;
        }

        List<Instruction> code = new BodyWriter(_body, _graph, _edits, edge => loops is not null && loops.Enters(edge)).Write();
        if (onExit.Count > 0)
        {
            BodyFinisher.Guard(_body.Body, code, onExit, guard);
        }

        BodyFinisher.Apply(_body.Body, code);
    }

    /// <summary>An iterator that goes on in the middle of its loops is where it was in them.</summary>
    private void KeepLocationOverYields(StateDispatch dispatch)
    {
        if (dispatch.Suspensions.Count == 0)
        {
            return;
        }

        var kept = new Slot(_body.Body, _machine, "yield", _hooks.Location);
        foreach ((Instruction last, _) in dispatch.Suspensions)
        {
            _edits.Before(last, kept.Store(Instruction.Create(OpCodes.Call, _hooks.SaveLocation)));
        }

        foreach (Edge resume in dispatch.Suspensions.Select(s => s.Resume).Distinct())
        {
            _edits.On(resume, [.. kept.Load(), Instruction.Create(OpCodes.Call, _hooks.RestoreLocation)]);
        }
    }
}
