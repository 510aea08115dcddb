using System.Collections.Concurrent;

namespace Terra.Runtime.Tracing;

/// <summary>
/// Which thread a flow is on. One thread at a time holds it, and only that one reads and writes where the flow is. An async method that is
/// suspended lets go of it: the thread it resumes on takes it, and so does the caller that goes on meanwhile, unless the step that is active
/// is the suspended method's own. Whoever comes second runs eagerly, so that neither gets its ops into the other's trace.
/// </summary>
internal sealed partial class ProgramFlow
{
    private static readonly ConcurrentStack<ProgramFlow> s_idle = new();

    [ThreadStatic]
    private static ProgramFlow? t_current;

    /// <summary>Where the thread stands in its flow while it does not hold it.</summary>
    [ThreadStatic]
    private static Location? t_standing;

    /// <summary>The thread that the flow goes back to when an async method leaves it.</summary>
    private int _home = Environment.CurrentManagedThreadId;

    /// <summary>A thread that holds the flow; or, negative, the one that can by doing anything; or 0: only a method that resumes can.</summary>
    private int _holder = Environment.CurrentManagedThreadId;

    private int _tenancy;

    /// <summary>The current thread's flow, held or not; null if it never entered a woven loop.</summary>
    public static ProgramFlow? Current => t_current;

    /// <summary>The current thread's flow if the thread holds it or can.</summary>
    public static ProgramFlow? Held => t_current is { } flow && flow.TryHold() ? flow : null;

    /// <summary>The current thread's flow if the thread holds it or can, and where it is matters.</summary>
    public static ProgramFlow? Located => t_current is { IsLocated: true } flow && flow.TryHold() ? flow : null;

    /// <summary>True on the thread that holds the flow.</summary>
    public bool IsHeld => Volatile.Read(ref _holder) == Environment.CurrentManagedThreadId;

    /// <summary>The current thread's flow, a new one if it has none; null while that is held elsewhere.</summary>
    public static ProgramFlow? HeldOrNew() => t_current is null ? t_current = new ProgramFlow() : Held;

    /// <summary>Puts the current thread where it was, be its flow here or elsewhere.</summary>
    public static void Restore(Location saved)
    {
        if (t_current is not { } flow)
        {
            return;
        }

        if (!flow.IsHeld)
        {
            t_standing = saved;
        }
        else if (flow.IsLocated)
        {
            flow.Location = saved;
            flow.Ordinal = 0;
        }
    }

    /// <summary>An async method begins: on its caller's flow if the thread holds that and is in a loop or a step, else on one of its own.</summary>
    public static AsyncEntry Begin(ref AsyncFrame frame)
    {
        var entry = new AsyncEntry { Previous = t_current, Standing = t_standing };
        if (Held is { } flow && (flow.InnermostLoop is not null || flow.Iteration is not null))
        {
            frame.Flow = flow;
            frame.Tenancy = flow._tenancy;
            frame.Around = flow.Iteration;
        }
        else
        {
            BeginOwn(ref frame);
        }

        entry.Current = frame.Flow;
        entry.IsRoot = frame.IsRoot;
        return entry;
    }

    private static void BeginOwn(ref AsyncFrame frame)
    {
        ProgramFlow flow = Rent();
        (frame.Flow, frame.IsRoot, frame.Tenancy, frame.Around) = (flow, true, flow._tenancy, null);
        t_current = flow;
        SyncThread(flow);
    }

    /// <summary>An async method goes on in the current thread, on its flow if no other thread holds that.</summary>
    public AsyncEntry Resume(ref AsyncFrame frame)
    {
        if (frame.Tenancy != _tenancy)
        {
            // What began it is over and the flow another method's.
            frame.Flow = null;
            return default;
        }

        int thread = Environment.CurrentManagedThreadId;
        var entry = new AsyncEntry { Current = this, Previous = t_current, Standing = t_standing, IsRoot = frame.IsRoot };
        if (frame.IsRoot)
        {
            _home = thread;
        }

        bool isCalled = ReferenceEquals(t_current, this) && IsHeld;
        if (!isCalled && !TryTake(thread))
        {
            if (!frame.IsRoot && frame.Around is null)
            {
                // It is part of no step, and another line of control goes on where it began.
                BeginOwn(ref frame);
                return entry with { Current = frame.Flow, IsRoot = true };
            }

            t_current = this;
            t_standing = frame.Location;
            SyncThread(null);
            return entry;
        }

        t_current = this;

        if (isCalled)
        {
            frame.Around = Iteration;
        }

        if (IsLocated && frame.Location is { } location)
        {
            Location = location;
            Ordinal = 0;
        }

        SyncThread(this);
        return entry;
    }

    /// <summary>
    /// An async method is about to be suspended: lets go of the flow. The result is where it stands.
    /// </summary>
    /// <param name="around">The iteration it is in as a part; any other is its own, and its caller no part of it.</param>
    public Location? Suspend(Iteration? around)
    {
        int thread = Environment.CurrentManagedThreadId;
        int next = Iteration is null || ReferenceEquals(Iteration, around) ? -thread : 0;
        if (IsHeld)
        {
            t_standing = IsLocated ? Location : null;
            Volatile.Write(ref _holder, next);
        }
        else
        {
            Interlocked.CompareExchange(ref _holder, next, -thread);
        }

        return t_standing;
    }

    /// <summary>The thread is done with a part of an async method and has again what it had before.</summary>
    public static void Leave(in AsyncEntry entry)
    {
        if (ReferenceEquals(entry.Current, entry.Previous))
        {
            return;
        }

        entry.Current?.GoHome(entry.IsRoot);
        t_current = entry.Previous;
        t_standing = entry.Standing;
        SyncThread(entry.Previous is { IsHeld: true } previous ? previous : null);
    }

    private static ProgramFlow Rent()
    {
        if (!s_idle.TryPop(out ProgramFlow? flow))
        {
            return new ProgramFlow();
        }

        flow._home = Environment.CurrentManagedThreadId;
        Volatile.Write(ref flow._holder, flow._home);
        return flow;
    }

    private void GoHome(bool isRoot)
    {
        int thread = Environment.CurrentManagedThreadId;
        if (!IsHeld)
        {
            Interlocked.CompareExchange(ref _holder, -_home, -thread);
        }
        else if (isRoot && Iteration is null && InnermostLoop is null)
        {
            _tenancy++;
            Volatile.Write(ref _holder, 0);
            s_idle.Push(this);
        }
        else
        {
            Volatile.Write(ref _holder, -_home);
        }
    }

    /// <summary>True if the current thread holds the flow, or does from now on.</summary>
    public bool TryHold()
    {
        int thread = Environment.CurrentManagedThreadId;
        return Volatile.Read(ref _holder) == thread || TryReclaim(thread);
    }

    private bool TryReclaim(int thread)
    {
        if (Volatile.Read(ref _holder) != -thread || Interlocked.CompareExchange(ref _holder, thread, -thread) != -thread)
        {
            return false;
        }

        if (IsLocated && t_standing is { } standing)
        {
            Location = standing;
            Ordinal = 0;
        }

        SyncThread(this);
        return true;
    }

    private bool TryTake(int thread)
    {
        int holder = Volatile.Read(ref _holder);
        while (holder <= 0)
        {
            int found = Interlocked.CompareExchange(ref _holder, thread, holder);
            if (found == holder)
            {
                return true;
            }

            holder = found;
        }

        return holder == thread;
    }
}
