using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Terra.Runtime.Core;

/// <summary>
/// The bytes behind one or more tensors (an alias group), with the version that in-place ops advance.
/// The buffer may not be there yet: a storage made by a co-executing op has <see cref="PendingWork"/> that will fill it.
/// Handles count references for prompt release; storages whose handles were never disposed are released by the finalizer.
/// </summary>
public sealed class Storage
{
    private nint _buffer;
    private int _handles;
    private PendingWork? _writer;
    private long _writeSequence;
    private PendingWork? _user;
    private long _useSequence;

    private Storage(long byteLength) => ByteLength = byteLength;

    ~Storage() => FreeBuffer();

    public long ByteLength { get; }

    /// <summary>Number of in-place writes so far, in program order (the skeleton advances it, not the GraphRunner).</summary>
    public int Version { get; private set; }

    /// <summary>The buffer as it is, without waiting; zero while none is allocated. For kernels, which run when all is ready.</summary>
    public nint RawBuffer => _buffer;

    /// <summary>True while a GraphRunner has yet to write the value the program sees.</summary>
    public bool IsPending => _writer is { } writer && !writer.IsCompleted(_writeSequence);

    /// <summary>True once every handle was released: nobody can read this storage again.</summary>
    public bool IsDead => Volatile.Read(ref _handles) == DeadHandles;

    private const int DeadHandles = int.MinValue / 2;

    /// <summary>The work that will write, or last wrote, this storage; null if its bytes were never a graph's.</summary>
    internal PendingWork? Writer => _writer;

    internal long WriteSequence => _writeSequence;

    /// <summary>A storage with an uninitialized buffer from the caching allocator.</summary>
    public static Storage Allocate(long byteLength)
    {
        var storage = new Storage(byteLength);
        storage.EnsureBuffer();
        return storage;
    }

    /// <summary>A storage without a buffer, to be filled by <paramref name="writer"/> at <paramref name="sequence"/>.</summary>
    internal static Storage CreatePending(long byteLength, PendingWork writer, long sequence)
    {
        var storage = new Storage(byteLength);
        storage.MarkWrite(writer, sequence);
        return storage;
    }

    /// <summary>Gives the storage its buffer if it has none. Called by whoever is about to write it.</summary>
    internal void EnsureBuffer()
    {
        if (_buffer == 0)
        {
            _buffer = CachingAllocator.Shared.Allocate(ByteLength);
        }
    }

    internal void BumpVersion() => Version++;

    /// <summary>Says that <paramref name="writer"/> will write this storage at <paramref name="sequence"/>.</summary>
    internal void MarkWrite(PendingWork writer, long sequence)
    {
        _writer = writer;
        _writeSequence = sequence;
        MarkUse(writer, sequence);
    }

    /// <summary>Says that <paramref name="user"/> will read or write this storage at <paramref name="sequence"/>.</summary>
    internal void MarkUse(PendingWork user, long sequence)
    {
        if (_user is not null && !ReferenceEquals(_user, user))
        {
            _user.Wait(_useSequence);
        }

        _user = user;
        _useSequence = sequence;
    }

    /// <summary>Waits until the value the program sees is in the buffer. <paramref name="fetch"/>: the program reads it.</summary>
    internal void EnsureReadable(bool fetch = false)
    {
        if (_writer is { } writer)
        {
            if (fetch)
            {
                writer.Fetch(_writeSequence);
            }
            else
            {
                writer.Wait(_writeSequence);
            }

            _writer = null;
        }
    }

    /// <summary>Waits until no GraphRunner still reads or writes the buffer, so that it may be written from outside.</summary>
    internal void EnsureWritable()
    {
        EnsureReadable();
        if (_user is { } user)
        {
            user.Wait(_useSequence);
            _user = null;
        }
    }

    /// <summary>Adds a handle (a tensor that shares these bytes).</summary>
    internal void Retain() => Interlocked.Increment(ref _handles);

    /// <summary>Drops a handle; with the last one the buffer goes back to the allocator once nothing pending uses it.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _handles) != 0)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _handles, DeadHandles, 0) == 0)
        {
            if (_user is { } user && !user.IsCompleted(_useSequence))
            {
                user.ReleaseAfter(_useSequence, this);
            }
            else
            {
                FreeBuffer();
                GC.SuppressFinalize(this);
            }
        }
    }

    /// <summary>Returns the buffer to the allocator; only for dead storages that nothing pending uses.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "Storage is no IDisposable: its handles are.")]
    internal void ReleaseBuffer()
    {
        FreeBuffer();
        GC.SuppressFinalize(this);
    }

    private void FreeBuffer()
    {
        nint buffer = Interlocked.Exchange(ref _buffer, 0);
        if (buffer != 0)
        {
            CachingAllocator.Shared.Free(buffer, ByteLength);
        }
    }
}
