namespace Terra.Runtime.Core;

/// <summary>
/// The last accepted op that uses a storage, packed into 64 bits: which queue it is in and its number there. Queues run in order, so once that op
/// has run all uses are over, and nobody has to count them. As soon as a second queue uses the storage while the first still does, the stamp is
/// frozen and further uses are counted (<see cref="IsShared"/>).
/// </summary>
internal readonly struct UseStamp(long bits)
{
    private const int SequenceBits = 48;
    private const long SequenceMask = (1L << SequenceBits) - 1;

    public long Bits { get; } = bits;

    /// <summary>No accepted op ever used the storage.</summary>
    public bool IsNone => Bits == 0;

    public bool IsShared => Bits < 0;

    /// <summary>The op has run.</summary>
    public bool IsPassed => PendingWork.Find(QueueId) is not { } queue || queue.IsCompleted(Sequence);

    public UseStamp Shared => new(Bits | long.MinValue);

    private int QueueId => (int)((Bits & long.MaxValue) >> SequenceBits);

    /// <summary>-1 if none.</summary>
    private long Sequence => (Bits & SequenceMask) - 1;

    public static UseStamp Of(PendingWork queue, long sequence) => new(((long)queue.Id << SequenceBits) | (sequence + 1));

    public bool IsOf(PendingWork queue) => QueueId == queue.Id;

    /// <summary>The op is in this queue, with this number.</summary>
    public bool IsAt(PendingWork queue, long sequence) => (Bits & long.MaxValue) == Of(queue, sequence).Bits;

    /// <summary>The op is in this queue and has at most this number.</summary>
    public bool IsUpTo(PendingWork queue, long sequence) => IsOf(queue) && Sequence <= sequence;

    /// <summary>The op is in this queue and has at least this number.</summary>
    public bool IsFrom(PendingWork queue, long sequence) => IsOf(queue) && Sequence >= sequence;

    /// <summary>How far the op is from number <paramref name="sequence"/> of this queue; -1 if it is in another or before it.</summary>
    public int DistanceFrom(PendingWork queue, long sequence) =>
        IsOf(queue) && Sequence - sequence is >= 0 and <= int.MaxValue ? (int)(Sequence - sequence) : -1;
}
