namespace Terra.Runtime.Core;

/// <summary>
/// Work on a storage that was accepted but has not run yet: what a GraphRunner still has to compute into it, or still has to
/// read from it. The storage waits on it before anyone outside the graph touches the bytes.
/// </summary>
public abstract class PendingWork
{
    /// <summary>True once the work up to and including <paramref name="sequence"/> has run.</summary>
    public abstract bool IsCompleted(long sequence);

    /// <summary>Blocks until the work up to and including <paramref name="sequence"/> has run.</summary>
    /// <exception cref="Exception">The failure of the work, rethrown.</exception>
    public abstract void Wait(long sequence);

    /// <summary>Like <see cref="Wait"/>, and tells the graph that the program read a value here (a fetch).</summary>
    public abstract void Fetch(long sequence);

    /// <summary>Runs <paramref name="release"/>'s memory release once the work up to <paramref name="sequence"/> has run.</summary>
    public abstract void ReleaseAfter(long sequence, Storage release);
}
