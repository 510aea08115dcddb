using Terra.Testing;

namespace Terra.Runtime.Tracing;

/// <summary>The hooks of program weaving with the real ones' names and signatures; always active, and simple enough to be obviously right.</summary>
public static class ProgramHooks
{
    [ThreadStatic]
    private static Location? t_current;

    private static int s_nextId = 1;

    internal static Location? Current => t_current;

    public static int RegisterModule(RuntimeTypeHandle anchor, int siteCount)
    {
        int first = Interlocked.Add(ref s_nextId, siteCount) - siteCount;
        Recorder.AddModule(Type.GetTypeFromHandle(anchor)!.Assembly, first, siteCount);
        return first;
    }

    public static Location? EnterCall(int callId)
    {
        Recorder.CountHook(nameof(EnterCall));
        Location? saved = t_current;
        t_current = new Location(saved, callId, Location.CallTurn);
        return saved;
    }

    public static void ExitCall(Location? saved) => t_current = saved;

    public static Location? SaveLocation() => t_current;

    public static void RestoreLocation(Location? saved)
    {
        Recorder.CountHook(nameof(RestoreLocation));
        t_current = saved;
    }

    public static void EnterLoop(int loopId, ref LoopFrame frame)
    {
        Recorder.CountHook(nameof(EnterLoop));
        if (frame.Entered)
        {
            Recorder.Complain($"loop {loopId} is entered twice");
        }

        frame = new LoopFrame { Entered = true, LoopId = loopId, Outside = t_current, Turn = -1 };
    }

    public static void NextTurn(ref LoopFrame frame)
    {
        if (!frame.Entered)
        {
            Recorder.Complain("a turn of a loop that is not entered");
        }

        frame.Turn++;
        t_current = new Location(frame.Outside, frame.LoopId, frame.Turn);
    }

    public static void ExitLoop(ref LoopFrame frame)
    {
        if (frame.Entered)
        {
            Recorder.CountHook(nameof(ExitLoop));
            t_current = frame.Outside;
            frame = default;
        }
    }

    public static AsyncEntry ResumeAsync(ref AsyncFrame frame)
    {
        Recorder.CountHook(nameof(ResumeAsync));
        var entry = new AsyncEntry { Entered = true, Outside = t_current };
        if (frame.Started)
        {
            t_current = frame.Inside;
        }

        return entry;
    }

    public static void SuspendAsync(ref AsyncFrame frame)
    {
        Recorder.CountHook(nameof(SuspendAsync));
        frame = new AsyncFrame { Started = true, Inside = t_current };
    }

    public static void LeaveAsync(AsyncEntry entry)
    {
        Recorder.CountHook(nameof(LeaveAsync));
        if (entry.Entered)
        {
            t_current = entry.Outside;
        }
    }

    public static void EnterStep(int siteId, ref LoopFrame frame)
    {
        Recorder.CountHook(nameof(EnterStep));
        if (frame.Entered)
        {
            Recorder.Complain($"step {siteId} is entered twice");
        }

        frame = new LoopFrame { Entered = true, LoopId = siteId, Outside = t_current };
        t_current = new Location(t_current, siteId, Location.StepTurn);
    }

    public static void ExitStep(ref LoopFrame frame)
    {
        Recorder.CountHook(nameof(ExitStep));
        if (!frame.Entered)
        {
            Recorder.Complain("a step is left that is not entered");
        }

        t_current = frame.Outside;
        frame = default;
    }
}

/// <summary>An immutable stack of the sites which the thread is in.</summary>
public sealed class Location(Location? outer, int siteId, int turn)
{
    internal const int CallTurn = -1;
    internal const int StepTurn = -2;

    internal Location? Outer => outer;

    internal int SiteId => siteId;

    internal int Turn => turn;
}

public struct LoopFrame
{
    internal bool Entered;
    internal int LoopId;
    internal Location? Outside;
    internal int Turn;
}

public struct AsyncFrame
{
    internal bool Started;
    internal Location? Inside;
}

public struct AsyncEntry
{
    internal bool Entered;
    internal Location? Outside;
}
