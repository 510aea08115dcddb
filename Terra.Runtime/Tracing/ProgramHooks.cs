using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Tracing;

/// <summary>
/// What program weaving calls. Ids are unique in the process: a woven module registers once and adds its base to its own ids.
/// All hooks are cheap no-ops while no step is active or the step is dormant, except the loop hooks, which find the step loop.
/// Restoring is absolute (a saved location is put back), so nothing has to be balanced when an exception skips an exit.
/// </summary>
public static class ProgramHooks
{
    /// <summary>
    /// Reserves <paramref name="siteCount"/> ids for a woven module, whose ids run from the result. Called from the module's static constructor.
    /// </summary>
    public static int RegisterModule(RuntimeTypeHandle anchor, int siteCount) => SiteTable.Register(anchor, siteCount);

    /// <summary>Before a call that can reach an op. The result goes, unchanged, to <see cref="ExitCall"/>.</summary>
    public static Location? EnterCall(int callId) =>
        ProgramFlow.Located is { } flow ? Descend(flow, LocationKind.Call, callId) : null;

    /// <summary>After the call returned.</summary>
    public static void ExitCall(Location? saved) => RestoreLocation(saved);

    /// <summary>At the start of a try block that contains woven sites; what to restore in its handlers.</summary>
    public static Location? SaveLocation() => ProgramFlow.Located?.Location;

    /// <summary>At the start of each catch, filter and finally/fault handler of that try block.</summary>
    public static void RestoreLocation(Location? saved)
    {
        if (saved is not null)
        {
            ProgramFlow.Restore(saved);
        }
    }

    /// <summary>On the way into a natural loop from outside.</summary>
    public static void EnterLoop(int loopId, ref LoopFrame frame)
    {
        ExitLoop(ref frame);
        if (TerraRuntime.Mode != TerraMode.Off)
        {
            frame.Record = ProgramFlow.HeldOrNew()?.EnterLoop(loopId);
        }
    }

    /// <summary>At the loop's header, at the start of every turn, the first included.</summary>
    public static void NextTurn(ref LoopFrame frame)
    {
        if (frame.Record is { } record && record.Flow.TryHold())
        {
            record.Flow.NextTurn(record);
        }
    }

    /// <summary>On every way out of the loop, exceptions included. Calling it for a loop that is not entered does nothing.</summary>
    public static void ExitLoop(ref LoopFrame frame)
    {
        if (frame.Record is { } record && record.Flow.TryHold())
        {
            record.Flow.ExitLoop(record);
        }

        frame.Record = null;
    }

    /// <summary>
    /// At the start of an async state machine's MoveNext (<paramref name="frame"/>: a field of the state machine): the method's flow
    /// (location and step) goes on in this thread. The result is kept in a local of MoveNext and goes to <see cref="LeaveAsync"/>.
    /// </summary>
    public static AsyncEntry ResumeAsync(ref AsyncFrame frame)
    {
        if (frame.IsStarted)
        {
            return frame.Flow is { } flow ? flow.Resume(ref frame) : default;
        }

        frame.IsStarted = true;
        return TerraRuntime.Mode == TerraMode.Off ? default : ProgramFlow.Begin(ref frame);
    }

    /// <summary>
    /// Directly before each call of the builder's AwaitOnCompleted/AwaitUnsafeOnCompleted: from that call on another thread may
    /// already be in MoveNext, so the field must not be touched afterwards.
    /// </summary>
    public static void SuspendAsync(ref AsyncFrame frame) => frame.Location = frame.Flow?.Suspend(frame.Around);

    /// <summary>
    /// On every way out of MoveNext, and before its result or exception is handed to who awaits it, after which the entry is cleared:
    /// the thread gets back the flow it had.
    /// </summary>
    public static void LeaveAsync(AsyncEntry entry) => ProgramFlow.Leave(entry);

    /// <summary>At the start of a method marked <see cref="StepAttribute"/>: one call is one iteration.</summary>
    public static void EnterStep(int siteId, ref LoopFrame frame)
    {
        if (TerraRuntime.Mode != TerraMode.Off)
        {
            frame.Record = ProgramFlow.HeldOrNew()?.EnterStep(siteId);
        }
    }

    /// <summary>On every way out of it (a finally).</summary>
    public static void ExitStep(ref LoopFrame frame) => ExitLoop(ref frame);

    /// <summary>
    /// Around the derivative of one op in a backward pass, which is not woven: the ops in it are told apart by where the op itself ran.
    /// The result goes to <see cref="ExitBackwardNode"/>.
    /// </summary>
    internal static BackwardEntry EnterBackwardNode(Location? forwardLocation)
    {
        if (ProgramFlow.Located is not { } flow)
        {
            return default;
        }

        var entry = new BackwardEntry(flow.Location, flow.Ordinal);
        Descend(flow, LocationKind.Backward, forwardLocation?.Serial ?? 0);
        return entry;
    }

    internal static void ExitBackwardNode(BackwardEntry entry)
    {
        if (entry.Saved is not null && ProgramFlow.Located is { } flow)
        {
            flow.Location = entry.Saved;
            flow.Ordinal = entry.Ordinal;
        }
    }

    /// <summary>Where the op that just ran stands, for its derivative; null while no step is recorded.</summary>
    internal static Location? CurrentOp()
    {
        if (ProgramFlow.Located is not { } flow)
        {
            return null;
        }

        return flow.Ordinal <= 1 ? flow.Location : flow.Location.Child(LocationKind.Ordinal, Math.Min(flow.Ordinal - 1, Location.OrdinalLimit));
    }

    /// <summary>
    /// Where a view that is just made stands, for its derivative: views are no ops, but are counted among them so that two in a row are
    /// told apart. Null while no step is recorded.
    /// </summary>
    internal static Location? NextView() =>
        ProgramFlow.Located is { } flow
            ? flow.Location.Child(LocationKind.Ordinal, Math.Min(flow.Ordinal++, Location.OrdinalLimit))
            : null;

    private static Location Descend(ProgramFlow flow, LocationKind kind, int id)
    {
        Location saved = flow.Location;
        flow.Location = saved.Child(kind, id);
        flow.Ordinal = 0;
        return saved;
    }
}

/// <summary>A woven loop's state between its hooks: a local of the method, or a field of its state machine.</summary>
public struct LoopFrame
{
    internal LoopRecord? Record;
}

/// <summary>An async method's state between suspensions: a field of its state machine.</summary>
public struct AsyncFrame
{
    internal ProgramFlow? Flow;
    internal Location? Location;

    /// <summary>The iteration that the method was called in, if any: it is part of that.</summary>
    internal Iteration? Around;

    /// <summary>Which of the flow's uses it belongs to, one after the other.</summary>
    internal int Tenancy;
    internal bool IsStarted;

    /// <summary>The flow is the method's own.</summary>
    internal bool IsRoot;
}

/// <summary>What a thread's flow was before MoveNext ran on it: a local of MoveNext.</summary>
public struct AsyncEntry
{
    internal ProgramFlow? Current;
    internal ProgramFlow? Previous;
    internal Location? Standing;
    internal bool IsRoot;
}

/// <summary>Where a flow was before the derivative of an op.</summary>
internal readonly record struct BackwardEntry(Location? Saved, int Ordinal);
