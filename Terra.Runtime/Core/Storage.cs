using System.Runtime.ExceptionServices;

namespace Terra.Runtime.Core;

/// <summary>
/// The bytes behind one or more tensors (an alias group), with the version that in-place ops advance.
/// The buffer may not be there yet: a storage made by a co-executing op is pending until a GraphRunner fills it.
/// The buffer goes back to the allocator when no handle (tensor that shares the bytes) is left and the last accepted op that uses them has run.
/// Which op that is the skeleton notes in a stamp as it accepts it; the GraphRunner writes nothing here for an op it has run, so the two
/// threads do not take the storage from each other's caches. A storage whose handles were never disposed loses its buffer to the buffer's finalizer.
/// </summary>
public sealed class Storage
{
    /// <summary>In <see cref="_counts"/>, handles are the low half and counted uses the high one.</summary>
    private const long OneUse = 1L << 32;

    private NativeBuffer? _owner;
    private nint _buffer;
    private long _counts;
    private long _lastUse;
    private PendingWork? _writer;
    private long _writeSequence;

    private Storage(long byteLength) => ByteLength = byteLength;

    /// <summary>A storage of no bytes that is nobody's.</summary>
    internal static Storage None { get; } = new(0);

    public long ByteLength { get; }

    /// <summary>Number of in-place writes so far, in program order (the skeleton advances it, not the GraphRunner).</summary>
    public int Version { get; private set; }

    /// <summary>An op wrote these bytes, or will: reading them is a fetch. What the program itself filled is a feed.</summary>
    internal bool IsComputed { get; set; }

    /// <summary>The buffer as it is, without waiting; zero while none is allocated. For kernels, which run when all is ready.</summary>
    public nint RawBuffer => _buffer;

    /// <summary>True while a GraphRunner has yet to write the value the program sees.</summary>
    public bool IsPending => _writer is { } writer && !writer.IsCompleted(_writeSequence);

    /// <summary>The program cannot read these bytes again, nor does an op after number <paramref name="sequence"/> of <paramref name="queue"/> use them.</summary>
    internal bool IsDeadAfter(PendingWork queue, long sequence) =>
        Volatile.Read(ref _counts) == 0 && LastUse is { IsShared: false } lastUse && lastUse.IsUpTo(queue, sequence);

    /// <summary>An accepted op of a queue other than this one may still read or write these bytes.</summary>
    internal bool MayBeUsedOutside(PendingWork queue) => LastUse is { IsNone: false } lastUse && (lastUse.IsShared || (!lastUse.IsOf(queue) && !lastUse.IsPassed));

    /// <summary>The op that made this storage; none if it did not come from a graph.</summary>
    internal UseStamp Maker { get; private init; }

    private UseStamp LastUse => new(Volatile.Read(ref _lastUse));

    /// <summary>The queue whose op last wrote, or will write, these bytes; null if none did or the write was waited for.</summary>
    internal PendingWork? Writer => _writer;

    /// <summary>Why the bytes could not be computed; whoever reads them gets it.</summary>
    internal ExceptionDispatchInfo? Failure { get; set; }

    /// <summary>In verify mode: what the bytes must be, as of the last op accepted. Never written once set.</summary>
    internal Storage? Expected { get; set; }

    /// <summary>A storage with an uninitialized buffer from the caching allocator.</summary>
    public static Storage Allocate(long byteLength)
    {
        var storage = new Storage(byteLength);
        storage.EnsureBuffer();
        return storage;
    }

    /// <summary>A storage without a buffer, to be filled by <paramref name="writer"/> at <paramref name="sequence"/>; that use is noted.</summary>
    internal static Storage CreatePending(long byteLength, PendingWork writer, long sequence)
    {
        UseStamp maker = UseStamp.Of(writer, sequence);
        return new Storage(byteLength) { _writer = writer, _writeSequence = sequence, _lastUse = maker.Bits, Maker = maker, IsComputed = true };
    }

    /// <summary>Gives the storage its buffer if it has none. Called by whoever is about to write it.</summary>
    internal void EnsureBuffer()
    {
        if (_buffer == 0)
        {
            _owner = NativeBuffer.Rent(ByteLength);
            _buffer = _owner.Address;
        }
    }

    internal void BumpVersion() => Version++;

    /// <summary>Says that <paramref name="writer"/> will write these bytes at <paramref name="sequence"/>.</summary>
    internal void MarkWrite(PendingWork writer, long sequence)
    {
        _writeSequence = sequence;
        _writer = writer;
        IsComputed = true;
    }

    /// <summary>Waits until the value the program sees is in the buffer.</summary>
    internal void EnsureReadable()
    {
        if (_writer is { } writer)
        {
            writer.Wait(_writeSequence);
            _writer = null;
        }

        Failure?.Throw();
    }

    /// <summary>Waits until no accepted op still reads or writes the buffer, so that it may be written from outside.</summary>
    internal void EnsureWritable()
    {
        EnsureReadable();
        UseStamp lastUse = LastUse;
        if (lastUse.IsShared || !lastUse.IsPassed)
        {
            PendingWork.WaitForAll();
        }

        Expected = null;
    }

    /// <summary>Adds a handle (a tensor that shares these bytes).</summary>
    internal void Retain() => Interlocked.Increment(ref _counts);

    /// <summary>Adds the first handle, while no other thread knows the storage.</summary>
    internal void RetainFirst() => _counts++;

    /// <summary>Drops a handle; with the last one the buffer goes back to the allocator once no accepted op uses it.</summary>
    internal void Release()
    {
        if (_counts == 1 && _lastUse == 0)
        {
            // The only handle is the caller's and no graph knows the storage: nobody else can be here.
            _counts = 0;
            FreeBuffer();
        }
        else if (Interlocked.Decrement(ref _counts) == 0)
        {
            FreeIfPassed();
        }
    }

    /// <summary>Says that op number <paramref name="sequence"/> of <paramref name="queue"/>, now being accepted, will read or write these bytes.</summary>
    internal void AddUse(PendingWork queue, long sequence)
    {
        var use = UseStamp.Of(queue, sequence);
        for (UseStamp last = LastUse; !last.IsShared;)
        {
            UseStamp next = last.IsOf(queue) || last.IsPassed ? use : last.Shared;
            var seen = new UseStamp(Interlocked.CompareExchange(ref _lastUse, next.Bits, last.Bits));
            if (seen.Bits == last.Bits && !next.IsShared)
            {
                return;
            }

            last = seen.Bits == last.Bits ? next : seen;
        }

        Interlocked.Add(ref _counts, OneUse);
    }

    /// <summary>
    /// Says that the op has run. Called once for each <see cref="AddUse"/>, and for the op that made the storage, after the queue has
    /// published that it is completed, with a full fence in between.
    /// </summary>
    internal void EndUse(PendingWork queue, long sequence)
    {
        UseStamp last = LastUse;
        if (last.IsShared && !last.IsFrom(queue, sequence))
        {
            if (Interlocked.Add(ref _counts, -OneUse) == 0)
            {
                FreeIfPassed();
            }
        }
        else if (last.IsAt(queue, sequence) && Volatile.Read(ref _counts) == 0 && LastUse.Bits == last.Bits)
        {
            // The stamp is read again: before the count fell to zero, another op may have been accepted. After that none can be.
            FreeOnce();
        }
    }

    /// <summary>
    /// Called when the counts have fallen to zero, after a full fence. If the last stamped op has not run yet, its GraphRunner will find the counts
    /// at zero; if it runs at this moment, both may come here.
    /// </summary>
    private void FreeIfPassed()
    {
        if (LastUse.IsPassed)
        {
            FreeOnce();
        }
    }

    private void FreeOnce()
    {
        if (Interlocked.Exchange(ref _owner, null) is { } owner)
        {
            _buffer = 0;
            owner.Free();
        }
    }

    private void FreeBuffer()
    {
        _owner?.Free();
        _owner = null;
        _buffer = 0;
    }
}
