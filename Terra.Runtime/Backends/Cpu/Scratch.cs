using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>A kernel's temporary memory, from the caching allocator; give it back by disposing.</summary>
internal unsafe struct Scratch<T> : IDisposable
    where T : unmanaged
{
    private nint _buffer;

    public Scratch(long count)
    {
        Count = count;
        _buffer = CachingAllocator.Shared.Allocate(count * sizeof(T));
    }

    public long Count { get; }

    public readonly T* Pointer => (T*)_buffer;

    /// <summary>The memory, zeroed.</summary>
    public static Scratch<T> Zeroed(long count)
    {
        var scratch = new Scratch<T>(count);
        new Span<byte>(scratch.Pointer, checked((int)Math.Min(count * sizeof(T), int.MaxValue))).Clear();
        for (long done = int.MaxValue; done < count * sizeof(T); done += int.MaxValue)
        {
            new Span<byte>((byte*)scratch.Pointer + done, (int)Math.Min(count * sizeof(T) - done, int.MaxValue)).Clear();
        }

        return scratch;
    }

    public void Dispose()
    {
        if (_buffer != 0)
        {
            CachingAllocator.Shared.Free(_buffer, Count * sizeof(T));
            _buffer = 0;
        }
    }
}

/// <summary>A tensor's elements row-major: the tensor's own memory where it is contiguous, else a temporary copy.</summary>
internal unsafe struct ContiguousData<T> : IDisposable
    where T : unmanaged
{
    private Scratch<T> _copy;

    public ContiguousData(TensorImpl tensor)
    {
        if (tensor.Layout.IsContiguous)
        {
            Pointer = (T*)tensor.Pointer;
            return;
        }

        _copy = new Scratch<T>(tensor.NumberOfElements);
        Pointer = _copy.Pointer;
        RowMajorCopy.Gather(tensor.Layout, (T*)tensor.Pointer, Pointer);
    }

    public T* Pointer { get; }

    public void Dispose() => _copy.Dispose();
}
