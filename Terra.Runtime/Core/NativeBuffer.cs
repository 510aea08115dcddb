namespace Terra.Runtime.Core;

/// <summary>
/// Memory of the process's caching allocator with an owner: given back by <see cref="Free"/>, or by the finalizer if nobody calls it.
/// Small ones are handed out again whole, object and memory, through the threads' <see cref="BufferCache"/>s.
/// </summary>
internal sealed class NativeBuffer
{
    private readonly long _byteLength;

    private NativeBuffer(long byteLength)
    {
        _byteLength = byteLength;
        Address = CachingAllocator.Shared.Allocate(byteLength);
    }

    ~NativeBuffer() => CachingAllocator.Shared.FreeAbandoned(Address, _byteLength);

    public nint Address { get; }

    /// <summary>Uninitialized memory of at least this length.</summary>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    public static NativeBuffer Rent(long byteLength)
    {
        int sizeClass = CachingAllocator.ClassOf(byteLength);
        return sizeClass < BufferCache.Classes
            ? BufferCache.OfThread.TryTake(sizeClass) ?? new NativeBuffer(CachingAllocator.SizeOf(sizeClass))
            : new NativeBuffer(byteLength);
    }

    /// <summary>Gives the memory back; once, by whoever owns it. On any thread.</summary>
    public void Free()
    {
        int sizeClass = CachingAllocator.ClassOf(_byteLength);
        if (sizeClass >= BufferCache.Classes || !BufferCache.OfThread.TryPut(sizeClass, this))
        {
            Release();
        }
    }

    /// <summary>Gives the memory back to the allocator and ends the object's life.</summary>
    internal void Release()
    {
        CachingAllocator.Shared.Free(Address, _byteLength);
        GC.SuppressFinalize(this);
    }
}
