namespace Terra.Runtime.Core;

/// <summary>
/// One thread's small buffers that are not in use, a stack a size class, so that an op's result costs no lock, no atomic instruction and no
/// finalizable object. Threads exchange them in batches through a depot: those a GraphRunner fills are often freed by the program.
/// After the magazines of Bonwick and Adams, "Magazines and Vmem" (USENIX 2001), section 3.
/// </summary>
internal sealed class BufferCache
{
    /// <summary>Size classes that are cached: blocks of up to 32 KiB.</summary>
    public const int Classes = 37;

    private const int Capacity = 16, Batch = Capacity / 2, DepotCapacity = 8 * Capacity;

    private static readonly Shelf[] s_depot = [.. Enumerable.Range(0, Classes).Select(static _ => new Shelf(DepotCapacity))];
    private static readonly List<WeakReference<BufferCache>> s_all = [];

    [ThreadStatic]
    private static BufferCache? t_current;

    private readonly Shelf[] _shelves = [.. Enumerable.Range(0, Classes).Select(static _ => new Shelf(Capacity))];

    private BufferCache()
    {
        lock (s_all)
        {
            s_all.RemoveAll(static cache => !cache.TryGetTarget(out _));
            s_all.Add(new WeakReference<BufferCache>(this));
        }
    }

    public static BufferCache OfThread => t_current ??= new BufferCache();

    /// <summary>Bytes that the depot and all threads' caches hold at this moment.</summary>
    public static long HeldBytes
    {
        get
        {
            long held = BytesOn(s_depot);
            lock (s_all)
            {
                foreach (WeakReference<BufferCache> weak in s_all)
                {
                    held += weak.TryGetTarget(out BufferCache? cache) ? BytesOn(cache._shelves) : 0;
                }
            }

            return held;
        }
    }

    /// <summary>A buffer of the class; null if neither this thread nor the depot has one.</summary>
    public NativeBuffer? TryTake(int sizeClass)
    {
        Shelf shelf = _shelves[sizeClass];
        if (shelf.Count == 0)
        {
            Shelf depot = s_depot[sizeClass];
            if (Volatile.Read(ref depot.Count) == 0)
            {
                return null;
            }

            lock (depot)
            {
                depot.MoveTo(shelf, Batch);
            }
        }

        return shelf.Count > 0 ? shelf.Pop() : null;
    }

    /// <summary>Takes a buffer that is no longer used; false if there is no room.</summary>
    public bool TryPut(int sizeClass, NativeBuffer buffer)
    {
        Shelf shelf = _shelves[sizeClass];
        if (shelf.Count == Capacity)
        {
            Shelf depot = s_depot[sizeClass];
            lock (depot)
            {
                shelf.MoveTo(depot, Math.Min(Batch, DepotCapacity - depot.Count));
            }

            if (shelf.Count == Capacity)
            {
                return false;
            }
        }

        shelf.Push(buffer);
        return true;
    }

    /// <summary>Gives what the depot and the calling thread hold back to the allocator.</summary>
    public static void Empty()
    {
        foreach (Shelf depot in s_depot)
        {
            lock (depot)
            {
                depot.ReleaseAll();
            }
        }

        foreach (Shelf shelf in OfThread._shelves)
        {
            shelf.ReleaseAll();
        }
    }

    private static long BytesOn(Shelf[] shelves)
    {
        long held = 0;
        for (int sizeClass = 0; sizeClass < Classes; sizeClass++)
        {
            held += Volatile.Read(ref shelves[sizeClass].Count) * CachingAllocator.SizeOf(sizeClass);
        }

        return held;
    }

    /// <summary>A stack of buffers of one class.</summary>
    private sealed class Shelf(int capacity)
    {
        public int Count;

        private readonly NativeBuffer?[] _buffers = new NativeBuffer?[capacity];

        public NativeBuffer Pop()
        {
            NativeBuffer top = _buffers[--Count]!;
            _buffers[Count] = null;
            return top;
        }

        public void Push(NativeBuffer buffer) => _buffers[Count++] = buffer;

        public void MoveTo(Shelf other, int count)
        {
            for (int i = Math.Min(count, Count); i > 0; i--)
            {
                other.Push(Pop());
            }
        }

        public void ReleaseAll()
        {
            while (Count > 0)
            {
                Pop().Release();
            }
        }
    }
}
