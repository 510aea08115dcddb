namespace Terra.Runtime.Core;

/// <summary>
/// A queue of accepted ops that have not run yet (a GraphRunner's), numbered in program order. A storage waits on it before anyone
/// outside the graph touches bytes that an op in the queue will write or still has to read.
/// </summary>
public abstract class PendingWork
{
    private static readonly Lock s_lock = new();
    private static PendingWork[] s_all = [];

    /// <summary>Adds a queue to those that <see cref="WaitForAll"/> waits for.</summary>
    protected static void Register(PendingWork work)
    {
        lock (s_lock)
        {
            s_all = [.. s_all, work];
        }
    }

    /// <summary>Removes a queue that is empty and will stay so.</summary>
    protected static void Unregister(PendingWork work)
    {
        lock (s_lock)
        {
            s_all = s_all.Where(other => !ReferenceEquals(other, work)).ToArray();
        }
    }

    /// <summary>True once the op <paramref name="sequence"/> and all before it have run.</summary>
    public abstract bool IsCompleted(long sequence);

    /// <summary>Blocks until the op <paramref name="sequence"/> and all before it have run.</summary>
    /// <exception cref="Exception">The failure of an op, rethrown.</exception>
    public abstract void Wait(long sequence);

    /// <summary>Blocks until everything accepted so far has run.</summary>
    public abstract void WaitForAccepted();

    /// <summary>Blocks until everything that any queue (but <paramref name="except"/>) has accepted so far has run.</summary>
    internal static void WaitForAll(PendingWork? except = null)
    {
        foreach (PendingWork work in Volatile.Read(ref s_all))
        {
            if (!ReferenceEquals(work, except))
            {
                work.WaitForAccepted();
            }
        }
    }
}
