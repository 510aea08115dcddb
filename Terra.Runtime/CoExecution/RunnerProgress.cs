using System.Runtime.InteropServices;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// How far the two sides of a GraphRunner's queue are, each side's numbers on cache lines of their own (and their neighbours, which are
/// fetched in pairs), so that neither side's writes slow the other's.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
internal struct RunnerProgress
{
    /// <summary>Ops accepted so far. Written by the skeleton at each op; the runner looks at the slots of the queue instead.</summary>
    [FieldOffset(128)]
    public long Accepted;

    /// <summary>The skeleton's last look at <see cref="Retired"/>.</summary>
    [FieldOffset(136)]
    public long RetiredSeen;

    /// <summary>Ops that have run: their results may be read. Written by the runner.</summary>
    [FieldOffset(256)]
    public long Completed;

    /// <summary>Ops whose places in the ring are free. Written by the runner.</summary>
    [FieldOffset(264)]
    public long Retired;

    /// <summary>Ops before this number are to run without waiting for more. Written by whoever waits.</summary>
    [FieldOffset(384)]
    public long Demanded;

    /// <summary>1 while the runner sleeps, or is about to.</summary>
    [FieldOffset(392)]
    public int RunnerParked;

    /// <summary>How many threads sleep until ops have run.</summary>
    [FieldOffset(396)]
    public int Waiters;
}
