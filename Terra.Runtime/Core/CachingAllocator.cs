using System.Numerics;
using System.Runtime.InteropServices;

namespace Terra.Runtime.Core;

/// <summary>What a <see cref="CachingAllocator"/> holds, in bytes.</summary>
/// <param name="Allocated">In use now.</param>
/// <param name="Cached">Given back and kept for the next allocation of its size.</param>
/// <param name="Peak">The most that was in use at once since the start or <see cref="CachingAllocator.ResetPeak"/>.</param>
public readonly record struct AllocatorStatistics(long Allocated, long Cached, long Peak);

/// <summary>
/// Native memory for tensors, 64-byte aligned. Freed blocks are kept in one list a size class (four classes to a power of two, so at most a fifth of a block is
/// unused) and handed out again, to a thread first the one it freed last: steady state asks the system for nothing and takes no page faults. As what is in use grows, tensors nobody disposed of
/// are collected (<see cref="CollectionPacer"/>).
/// </summary>
public sealed unsafe partial class CachingAllocator
{
    public const int Alignment = 64;

    private const int ClassesPerDoubling = 4, SmallestLog2 = 6, Classes = (63 - SmallestLog2) * ClassesPerDoubling;
    private const long HugePage = 2 << 20, HugeBlock = 4 << 20;

    /// <summary>As many threads have places of their own in <see cref="_recent"/>; more share them.</summary>
    private const int Places = 16;

    private static int s_threads;

    /// <summary>The calling thread's number, counted from one.</summary>
    [ThreadStatic]
    private static int t_thread;

    private readonly FreeList[] _free = new FreeList[Classes];

    /// <summary>For each place and size class the block freed last by its threads, which lies in their core's caches.</summary>
    private readonly nint[] _recent = new nint[Places * Classes];

    private readonly CollectionPacer _pacer = new();
    private long _allocated;
    private long _cached;
    private long _peak;
    private long _systemAllocations;
    private long _cacheLimit;

    /// <summary>The process's allocator: up to half the memory the process may use is kept, and it collects garbage before it uses more than nine tenths.</summary>
    public static CachingAllocator Shared { get; } =
        new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 9);

    /// <param name="cacheLimit">Most bytes to keep; blocks freed beyond go back to the system.</param>
    /// <param name="memoryLimit">Before in-use and kept bytes exceed this, everything kept is released and garbage is collected.</param>
    public CachingAllocator(long cacheLimit, long memoryLimit)
    {
        _cacheLimit = cacheLimit;
        MemoryLimit = memoryLimit;
    }

    /// <summary>Most bytes to keep. A lower limit takes effect as blocks are freed; <see cref="EmptyCache"/> gives back what is kept already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative limit.</exception>
    public long CacheLimit
    {
        get => Interlocked.Read(ref _cacheLimit);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref _cacheLimit, value);
        }
    }

    public long MemoryLimit { get; }

    /// <summary>How many blocks were taken from the system so far. In a program's steady state this does not grow.</summary>
    public long SystemAllocations => Interlocked.Read(ref _systemAllocations);

    /// <summary>What is in use and what is kept now. The most in use at once counts small buffers that threads kept for themselves.</summary>
    public AllocatorStatistics Statistics
    {
        get
        {
            long held = ReferenceEquals(this, Shared) ? BufferCache.HeldBytes : 0;
            return new(Interlocked.Read(ref _allocated) - held, Interlocked.Read(ref _cached) + held, Interlocked.Read(ref _peak));
        }
    }

    /// <summary>Uninitialized memory of at least <paramref name="byteLength"/> bytes. Thread-safe.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative length.</exception>
    /// <exception cref="OutOfMemoryException">The system has no more memory, not even after a garbage collection.</exception>
    public nint Allocate(long byteLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteLength);
        int sizeClass = ClassOf(byteLength);
        long size = SizeOf(sizeClass);
        nint block = TryTake(ref Recent(sizeClass));
        if (block == 0)
        {
            block = _free[sizeClass].TryPop();
        }

        if (block == 0)
        {
            block = TryTakeRecent(sizeClass);
        }

        if (block != 0)
        {
            Interlocked.Add(ref _cached, -size);
        }
        else
        {
            block = AllocateNew(size);
        }

        long allocated = Interlocked.Add(ref _allocated, size);
        if (allocated > Volatile.Read(ref _peak))
        {
            RaisePeak(allocated);
        }

        _pacer.OnAllocated(allocated);
        return block;
    }

    /// <summary>Takes back what <see cref="Allocate"/> gave for the same length. Thread-safe.</summary>
    public void Free(nint buffer, long byteLength)
    {
        int sizeClass = ClassOf(byteLength);
        long size = SizeOf(sizeClass);
        Interlocked.Add(ref _allocated, -size);
        if (Interlocked.Add(ref _cached, size) <= Interlocked.Read(ref _cacheLimit))
        {
            nint before = Interlocked.Exchange(ref Recent(sizeClass), buffer);
            if (before != 0)
            {
                _free[sizeClass].Push(before);
            }
        }
        else
        {
            Interlocked.Add(ref _cached, -size);
            NativeMemory.AlignedFree((void*)buffer);
        }
    }

    /// <summary>Takes back what nobody freed: for finalizers.</summary>
    internal void FreeAbandoned(nint buffer, long byteLength)
    {
        Free(buffer, byteLength);
        _pacer.OnAbandoned(SizeOf(ClassOf(byteLength)));
    }

    /// <summary>Counts the peak anew from what is in use now.</summary>
    public void ResetPeak() => Interlocked.Exchange(ref _peak, Interlocked.Read(ref _allocated));

    /// <summary>Gives all memory that is not in use back to the system, except small buffers (a few megabytes) that other threads keep for themselves.</summary>
    public void EmptyCache()
    {
        if (ReferenceEquals(this, Shared))
        {
            BufferCache.Empty();
        }

        for (int sizeClass = 0; sizeClass < Classes; sizeClass++)
        {
            while ((_free[sizeClass].TryPop() is var free && free != 0 ? free : TryTakeRecent(sizeClass)) is var block && block != 0)
            {
                Interlocked.Add(ref _cached, -SizeOf(sizeClass));
                NativeMemory.AlignedFree((void*)block);
            }
        }
    }

    /// <summary>The class of the smallest blocks that hold <paramref name="byteLength"/> bytes.</summary>
    internal static int ClassOf(long byteLength)
    {
        if (byteLength <= 1 << SmallestLog2)
        {
            return 0;
        }

        // With 2^e <= byteLength - 1 < 2^(e+1), the two bits below the leading one number the quarter of the doubling.
        long last = byteLength - 1;
        int exponent = BitOperations.Log2((ulong)last);
        int quarter = (int)(last >> (exponent - 2)) & 3;
        return ((exponent - SmallestLog2) * ClassesPerDoubling) + quarter + 1;
    }

    /// <summary>Bytes of a block of a class.</summary>
    internal static long SizeOf(int sizeClass)
    {
        int doubling = sizeClass / ClassesPerDoubling, quarter = sizeClass % ClassesPerDoubling;
        return (long)(ClassesPerDoubling + quarter) << (SmallestLog2 - 2 + doubling);
    }

    /// <summary>Where the calling thread leaves the block of a class that it frees.</summary>
    private ref nint Recent(int sizeClass)
    {
        int thread = t_thread != 0 ? t_thread : t_thread = Interlocked.Increment(ref s_threads);
        return ref _recent[((uint)thread % Places * Classes) + sizeClass];
    }

    private static nint TryTake(ref nint place) => Volatile.Read(ref place) == 0 ? 0 : Interlocked.Exchange(ref place, 0);

    /// <summary>A block that some thread freed last; 0 if there is none.</summary>
    private nint TryTakeRecent(int sizeClass)
    {
        nint block = 0;
        for (int place = 0; block == 0 && place < Places; place++)
        {
            block = TryTake(ref _recent[(place * Classes) + sizeClass]);
        }

        return block;
    }

    private nint AllocateNew(long size)
    {
        Interlocked.Increment(ref _systemAllocations);
        if (Interlocked.Read(ref _allocated) + Interlocked.Read(ref _cached) + size > MemoryLimit)
        {
            EmptyCache();
            if (Interlocked.Read(ref _allocated) + size > MemoryLimit)
            {
                CollectGarbage();
            }
        }

        try
        {
            return SystemAllocate(size);
        }
        catch (OutOfMemoryException)
        {
            CollectGarbage();
            return SystemAllocate(size);
        }
    }

    private static nint SystemAllocate(long size)
    {
        if (size < HugeBlock || !OperatingSystem.IsLinux())
        {
            return (nint)NativeMemory.AlignedAlloc((nuint)size, Alignment);
        }

        // Huge pages make the first touch of big blocks some ten times cheaper; where the system has none, nothing is lost.
        nint block = (nint)NativeMemory.AlignedAlloc((nuint)size, (nuint)HugePage);
        _ = AdviseMemory(block, (nuint)size, AdviseHugePages);
        return block;
    }

    /// <summary>Lets finalizers of tensors nobody disposed of give their blocks back, and releases those.</summary>
    private void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        EmptyCache();
    }

    private void RaisePeak(long allocated)
    {
        long peak = Volatile.Read(ref _peak);
        while (allocated > peak)
        {
            long seen = Interlocked.CompareExchange(ref _peak, allocated, peak);
            if (seen == peak)
            {
                return;
            }

            peak = seen;
        }
    }

    private const int AdviseHugePages = 14;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseMemory(nint address, nuint length, int advice);

    /// <summary>A stack of free blocks linked through their first bytes, under a spin lock that is held for a few instructions.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct FreeList
    {
        [FieldOffset(0)]
        private nint _head;

        [FieldOffset(8)]
        private int _taken;

        public nint TryPop()
        {
            if (Volatile.Read(ref _head) == 0)
            {
                return 0;
            }

            Enter();
            nint block = _head;
            if (block != 0)
            {
                _head = *(nint*)block;
            }

            Volatile.Write(ref _taken, 0);
            return block;
        }

        public void Push(nint block)
        {
            Enter();
            *(nint*)block = _head;
            _head = block;
            Volatile.Write(ref _taken, 0);
        }

        private void Enter()
        {
            var spin = default(SpinWait);
            while (Interlocked.Exchange(ref _taken, 1) != 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }
}
