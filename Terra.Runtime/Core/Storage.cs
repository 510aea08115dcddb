using System.Runtime.ExceptionServices;

namespace Terra.Runtime.Core;

/// <summary>
/// The bytes behind one or more tensors (an alias group), with the version that in-place ops advance.
/// The buffer may not be there yet: a storage made by a co-executing op is pending until a GraphRunner fills it.
/// Two counts decide when the buffer goes back to the allocator: handles (tensors that share the bytes) and uses (accepted ops that
/// have not run). A storage whose handles were never disposed loses its buffer to the buffer's finalizer.
/// </summary>
public sealed class Storage
{
    private const long OneUse = 1L << 32;

    private NativeBuffer? _owner;
    private nint _buffer;
    private long _counts;
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

    /// <summary>True if the program cannot read these bytes again, nor any accepted op besides <paramref name="ownUses"/> uses.</summary>
    internal bool IsUnreadable(int ownUses) => Volatile.Read(ref _counts) == ownUses * OneUse;

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

    /// <summary>
    /// A storage without a buffer, to be filled by <paramref name="writer"/> at <paramref name="sequence"/>; that use is counted.
    /// </summary>
    internal static Storage CreatePending(long byteLength, PendingWork writer, long sequence) =>
        new(byteLength) { _writer = writer, _writeSequence = sequence, _counts = OneUse, IsComputed = true };

    /// <summary>What the unit executor that runs now notes about a storage it writes; of no meaning to anyone else.</summary>
    internal UnitMark Mark;

    /// <summary>Gives the storage its buffer if it has none. Called by whoever is about to write it.</summary>
    internal void EnsureBuffer()
    {
        if (_buffer == 0)
        {
            _owner = new NativeBuffer(ByteLength);
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
        if (Volatile.Read(ref _counts) >= OneUse)
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
    internal void Release() => FreeIfUnused(Interlocked.Decrement(ref _counts));

    /// <summary>Says that an accepted op will read or write these bytes.</summary>
    internal void AddUse() => Interlocked.Add(ref _counts, OneUse);

    /// <summary>Says that the op has run.</summary>
    internal void EndUse() => FreeIfUnused(Interlocked.Add(ref _counts, -OneUse));

    private void FreeIfUnused(long counts)
    {
        if (counts == 0 && Interlocked.Exchange(ref _owner, null) is { } owner)
        {
            _buffer = 0;
            owner.Free();
        }
    }
}

/// <summary>In which analysis of a unit a storage is written, by which op last, and how many uses the unit's ops are known to have of it.</summary>
internal struct UnitMark
{
    public long Analysis;
    public int Writer;
    public int Uses;
}
