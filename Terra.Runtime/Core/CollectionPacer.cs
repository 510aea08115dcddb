namespace Terra.Runtime.Core;

/// <summary>
/// Decides when garbage is collected for the sake of native memory whose owners nobody disposed of: whenever what is in use has grown by half, and by at least
/// <see cref="Step"/>, over what was live at the last collection. A program that disposes of its tensors reaches its largest working set after a few collections and causes no
/// more; for one that does not, a collection comes with each step's worth of garbage. (The runtime's own memory pressure collects every time some
/// megabytes are allocated, even when they are freed at once.)
/// </summary>
internal sealed class CollectionPacer
{
    /// <summary>Bytes: the least growth that is worth a collection.</summary>
    public const long Step = 64 << 20;

    private readonly Lock _gate = new();
    private long _live;
    private long _collectAt = Step;
    private long _found;

    /// <summary>Says how many bytes are in use now. Thread-safe.</summary>
    public void OnAllocated(long allocated)
    {
        if (allocated >= Volatile.Read(ref _collectAt))
        {
            Collect(allocated);
        }
    }

    /// <summary>Says that a finalizer gave bytes back: they were in use at the last collection but not live. Thread-safe.</summary>
    public void OnAbandoned(long bytes)
    {
        lock (_gate)
        {
            _found += bytes;
            SetLive(Math.Max(0, _live - bytes));
        }
    }

    /// <summary>Young garbage is looked for first; if the last search found little, everywhere.</summary>
    private void Collect(long allocated)
    {
        int generation;
        lock (_gate)
        {
            if (allocated < _collectAt)
            {
                return;
            }

            generation = _found < Step / 2 ? GC.MaxGeneration : 1;
            _found = 0;
            SetLive(allocated);
        }

        GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
    }

    private void SetLive(long live)
    {
        _live = live;
        Volatile.Write(ref _collectAt, live + Math.Max(Step, live / 2));
    }
}
