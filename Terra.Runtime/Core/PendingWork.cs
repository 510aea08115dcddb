namespace Terra.Runtime.Core;

/// <summary>
/// A queue of accepted ops that have not run yet (a GraphRunner's), numbered in program order. A storage waits on it before anyone
/// outside the graph touches bytes that an op in the queue will write or still has to read.
/// </summary>
public abstract class PendingWork
{
    private const int MostQueues = 1 << 15;

    private static readonly Lock s_lock = new();

    /// <summary>By id; null where no queue has the id or it has not accepted anything yet. Id 0 stands for no queue.</summary>
    private static PendingWork?[] s_all = new PendingWork?[1];

    /// <summary>By id: where a queue with that id begins to count, so that no old <see cref="UseStamp"/> is ever ahead of it; -1 while one has the id.</summary>
    private static long[] s_firstSequences = [-1];

    /// <summary>Reserves an id. <see cref="Register"/> must follow before the first op is accepted.</summary>
    /// <exception cref="InvalidOperationException">More than 32,767 queues at a time.</exception>
    protected PendingWork()
    {
        lock (s_lock)
        {
            Id = Array.FindIndex(s_firstSequences, static first => first >= 0);
            if (Id < 0)
            {
                Id = s_firstSequences.Length;
                if (Id == MostQueues)
                {
                    throw new InvalidOperationException($"more than {MostQueues - 1} threads co-execute at a time");
                }

                s_firstSequences = [.. s_firstSequences, 0];
                Volatile.Write(ref s_all, [.. s_all, null]);
            }

            FirstSequence = s_firstSequences[Id];
            s_firstSequences[Id] = -1;
        }
    }

    /// <summary>The queue's number among those alive, 1 to 32,767.</summary>
    internal int Id { get; }

    /// <summary>The number of the first op it accepts.</summary>
    protected long FirstSequence { get; }

    /// <summary>Adds the queue to those that are waited for.</summary>
    protected void Register()
    {
        lock (s_lock)
        {
            Volatile.Write(ref s_all[Id], this);
        }
    }

    /// <summary>Removes a queue that is empty and will stay so; <paramref name="nextSequence"/> is the number its next op would have had.</summary>
    protected void Unregister(long nextSequence)
    {
        lock (s_lock)
        {
            Volatile.Write(ref s_all[Id], null);
            s_firstSequences[Id] = nextSequence;
        }
    }

    /// <summary>True once the op <paramref name="sequence"/> and all before it have run.</summary>
    public abstract bool IsCompleted(long sequence);

    /// <summary>Blocks until the op <paramref name="sequence"/> and all before it have run.</summary>
    /// <exception cref="Exception">The failure of an op, rethrown.</exception>
    public abstract void Wait(long sequence);

    /// <summary>Blocks until everything accepted so far has run.</summary>
    public abstract void WaitForAccepted();

    /// <summary>The queue that has this id now; null if none has, and all ops of those that had it have run.</summary>
    internal static PendingWork? Find(int id) => Volatile.Read(ref s_all)[id];

    /// <summary>Blocks until everything that any queue (but <paramref name="except"/>) has accepted so far has run.</summary>
    internal static void WaitForAll(PendingWork? except = null)
    {
        foreach (PendingWork? work in Volatile.Read(ref s_all))
        {
            if (work is not null && !ReferenceEquals(work, except))
            {
                work.WaitForAccepted();
            }
        }
    }
}
