namespace Terra.Runtime.Core;

/// <summary>Memory of the caching allocator with an owner: given back by <see cref="Free"/>, or by the finalizer if nobody calls it.</summary>
internal sealed class NativeBuffer
{
    private readonly long _byteLength;
    private nint _address;

    public NativeBuffer(long byteLength)
    {
        _byteLength = byteLength;
        _address = CachingAllocator.Shared.Allocate(byteLength);
    }

    ~NativeBuffer() => Free();

    public nint Address => _address;

    /// <summary>Gives the memory back; once. Thread-safe.</summary>
    public void Free()
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0)
        {
            CachingAllocator.Shared.Free(address, _byteLength);
            GC.SuppressFinalize(this);
        }
    }
}
