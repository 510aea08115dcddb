using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Core;
using Xunit;

namespace Terra.Runtime.Tests.Core;

public class CachingAllocatorTests
{
    [Fact]
    public void A_class_holds_its_sizes_and_wastes_at_most_a_fifth() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), seed =>
        {
            long length = (seed & long.MaxValue) % (1L << 40);
            int sizeClass = CachingAllocator.ClassOf(length);
            long size = CachingAllocator.SizeOf(sizeClass);
            size.Should().BeGreaterThanOrEqualTo(length);
            (sizeClass == 0 || CachingAllocator.SizeOf(sizeClass - 1) < length).Should().BeTrue();
            CachingAllocator.ClassOf(size).Should().Be(sizeClass);
            (length <= 64 || size - length <= size / 5).Should().BeTrue();
            (size % 16).Should().Be(0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_freed_block_is_handed_out_again_and_counted()
    {
        var allocator = new CachingAllocator(1 << 20, long.MaxValue);
        nint first = allocator.Allocate(1000);
        (first % CachingAllocator.Alignment).Should().Be(0);
        allocator.Statistics.Should().Be(new AllocatorStatistics(1024, 0, 1024));
        allocator.Free(first, 1000);
        allocator.Statistics.Should().Be(new AllocatorStatistics(0, 1024, 1024));
        nint second = allocator.Allocate(1010);
        second.Should().Be(first);
        allocator.Free(second, 1010);
        allocator.EmptyCache();
        allocator.Statistics.Should().Be(new AllocatorStatistics(0, 0, 1024));
    }

    [Fact]
    public void Blocks_from_the_system_are_counted_and_the_peak_starts_anew()
    {
        var allocator = new CachingAllocator(1 << 20, long.MaxValue);
        nint first = allocator.Allocate(1000), second = allocator.Allocate(1000);
        allocator.Free(first, 1000);
        allocator.Free(allocator.Allocate(1000), 1000);
        allocator.SystemAllocations.Should().Be(2);
        allocator.Statistics.Peak.Should().Be(2048);
        allocator.ResetPeak();
        allocator.Statistics.Peak.Should().Be(1024);
        allocator.CacheLimit = 0;
        allocator.Free(second, 1000);
        allocator.Statistics.Cached.Should().Be(1024, "the limit holds for what is freed from now on");
        allocator.EmptyCache();
        allocator.Invoking(a => a.CacheLimit = -1).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void No_more_than_the_limit_is_kept()
    {
        var allocator = new CachingAllocator(10_000, long.MaxValue);
        nint[] blocks = Enumerable.Range(0, 5).Select(_ => allocator.Allocate(4096)).ToArray();
        foreach (nint block in blocks)
        {
            allocator.Free(block, 4096);
        }

        allocator.Statistics.Cached.Should().Be(8192);
        allocator.EmptyCache();
    }

    [Fact]
    public void What_is_kept_is_released_before_the_memory_limit_is_passed()
    {
        var allocator = new CachingAllocator(1 << 20, 100_000);
        allocator.Free(allocator.Allocate(65536), 65536);
        nint block = allocator.Allocate(40960);
        allocator.Statistics.Cached.Should().Be(0);
        allocator.Free(block, 40960);
        allocator.EmptyCache();
    }

    [Fact]
    public void A_thread_is_given_the_block_it_freed_last_and_else_any_that_is_kept()
    {
        var allocator = new CachingAllocator(1 << 20, long.MaxValue);
        nint own = allocator.Allocate(1000), others = allocator.Allocate(1000);
        allocator.Free(own, 1000);
        var other = new Thread(() => allocator.Free(others, 1000));
        other.Start();
        other.Join();
        allocator.Allocate(1000).Should().Be(own);
        allocator.Allocate(1000).Should().Be(others);
        allocator.SystemAllocations.Should().Be(2);
        allocator.Free(own, 1000);
        allocator.Free(others, 1000);
        other = new Thread(allocator.EmptyCache);
        other.Start();
        other.Join();
        allocator.Statistics.Should().Be(new AllocatorStatistics(0, 0, 2048));
    }

    [Fact]
    public void Threads_never_share_a_block()
    {
        var allocator = new CachingAllocator(1 << 24, long.MaxValue);
        int clashes = 0;
        Thread[] threads = Enumerable.Range(1, 4).Select(id => new Thread(() =>
        {
            var random = new Random(id);
            for (int i = 0; i < 20_000; i++)
            {
                long length = random.Next(1, 400);
                nint block = allocator.Allocate(length);
                unsafe
                {
                    new Span<byte>((void*)block, (int)length).Fill((byte)id);
                    Thread.SpinWait(1);
                    if (new Span<byte>((void*)block, (int)length).IndexOfAnyExcept((byte)id) >= 0)
                    {
                        Interlocked.Increment(ref clashes);
                    }
                }

                allocator.Free(block, length);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        clashes.Should().Be(0);
        allocator.Statistics.Allocated.Should().Be(0);
        allocator.EmptyCache();
    }

    [Fact]
    public void Large_buffers_that_are_freed_at_once_cause_no_collections()
    {
        int before = GC.CollectionCount(GC.MaxGeneration);
        for (int i = 0; i < 400; i++)
        {
            NativeBuffer.Rent(8 << 20).Free();
        }

        // Tests that run at the same time may cause some.
        (GC.CollectionCount(GC.MaxGeneration) - before).Should().BeLessThan(100);
    }

    [Fact]
    public void Buffers_nobody_frees_are_collected_before_they_pile_up()
    {
        long before = CachingAllocator.Shared.Statistics.Allocated, most = 0;
        for (int i = 0; i < 1000; i++)
        {
            NativeBuffer.Rent(16 << 20);
            most = Math.Max(most, CachingAllocator.Shared.Statistics.Allocated);
            Thread.Sleep(1);
        }

        (most - before).Should().BeLessThan(4L << 30, "16 gigabytes were rented");
    }
}
