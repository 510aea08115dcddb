namespace Terra.Runtime.Tracing;

/// <summary>
/// What program weaving calls. Ids are unique in the process: a woven module registers once and adds its base to its own ids.
/// All hooks are cheap no-ops while no step is active, except the loop hooks, which find the step loop.
/// Restoring is absolute (a saved location is put back), so nothing has to be balanced when an exception skips an exit.
/// </summary>
public static class ProgramHooks
{
    /// <summary>Reserves <paramref name="siteCount"/> ids for a woven module, whose ids run from the result. Called from the module's static constructor.</summary>
    public static int RegisterModule(RuntimeTypeHandle anchor, int siteCount) => 0;

    /// <summary>Before a call that can reach an op. The result goes, unchanged, to <see cref="ExitCall"/>.</summary>
    public static Location? EnterCall(int callId) => null;

    /// <summary>After the call returned.</summary>
    public static void ExitCall(Location? saved)
    {
    }

    /// <summary>At the start of a try block that contains woven sites; what to restore in its handlers.</summary>
    public static Location? SaveLocation() => null;

    /// <summary>At the start of each catch, filter and finally/fault handler of that try block.</summary>
    public static void RestoreLocation(Location? saved)
    {
    }

    /// <summary>On the way into a natural loop from outside.</summary>
    public static void EnterLoop(int loopId, ref LoopFrame frame)
    {
    }

    /// <summary>At the loop's header, at the start of every turn, the first included.</summary>
    public static void NextTurn(ref LoopFrame frame)
    {
    }

    /// <summary>On every way out of the loop, exceptions included. Calling it for a loop that is not entered does nothing.</summary>
    public static void ExitLoop(ref LoopFrame frame)
    {
    }

    /// <summary>
    /// At the start of an async state machine's MoveNext (<paramref name="frame"/>: a field of the state machine): the method's flow
    /// (location and step) goes on in this thread. The result is kept in a local of MoveNext and goes to <see cref="LeaveAsync"/>.
    /// </summary>
    public static AsyncEntry ResumeAsync(ref AsyncFrame frame) => default;

    /// <summary>
    /// Directly before each call of the builder's AwaitOnCompleted/AwaitUnsafeOnCompleted: from that call on another thread may
    /// already be in MoveNext, so the field must not be touched afterwards.
    /// </summary>
    public static void SuspendAsync(ref AsyncFrame frame)
    {
    }

    /// <summary>On every way out of MoveNext, suspension, completion and exception alike: the thread gets back the flow it had.</summary>
    public static void LeaveAsync(AsyncEntry entry)
    {
    }

    /// <summary>At the start of a method marked <see cref="StepAttribute"/>: one call is one iteration.</summary>
    public static void EnterStep(int siteId, ref LoopFrame frame)
    {
    }

    /// <summary>On every way out of it (a finally).</summary>
    public static void ExitStep(ref LoopFrame frame)
    {
    }
}

/// <summary>Where in the program the current thread is: a node of the calling-context tree over call ids and loop ids.</summary>
public sealed class Location
{
}

/// <summary>A woven loop's state between its hooks: a local of the method, or a field of its state machine.</summary>
public struct LoopFrame
{
}

/// <summary>An async method's state between suspensions: a field of its state machine.</summary>
public struct AsyncFrame
{
}

/// <summary>What a thread's flow was before MoveNext ran on it: a local of MoveNext.</summary>
public struct AsyncEntry
{
}
