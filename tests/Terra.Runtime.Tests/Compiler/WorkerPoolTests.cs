using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class WorkerPoolTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1000, 64)]
    [InlineData(100_003, 1000)]
    public void Parts_cover_the_range_once_and_start_at_multiples_of_the_grain(long n, long grain)
    {
        var hits = new int[n];
        WorkerPool.Shared.For(n, grain, (from, to) =>
        {
            (from % grain).Should().Be(0);
            for (long i = from; i < to; i++)
            {
                Interlocked.Increment(ref hits[i]);
            }
        });
        hits.All(count => count == 1).Should().BeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(37)]
    public void Each_number_comes_once(long n)
    {
        var hits = new int[n];
        WorkerPool.Shared.Each(n, i => Interlocked.Increment(ref hits[i]));
        hits.All(count => count == 1).Should().BeTrue();
    }

    [Fact]
    public void A_loop_inside_a_loop_runs_on_its_thread()
    {
        long total = 0;
        WorkerPool.Shared.For(64, 1, (from, to) =>
        {
            int thread = Environment.CurrentManagedThreadId;
            WorkerPool.Shared.For(100, 1, (innerFrom, innerTo) =>
            {
                Environment.CurrentManagedThreadId.Should().Be(thread);
                Interlocked.Add(ref total, (innerTo - innerFrom) * (to - from));
            });
        });
        total.Should().Be(6400);
    }

    [Fact]
    public void Callers_on_several_threads_all_get_their_loops_done()
    {
        long total = 0;
        Thread[] threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                WorkerPool.Shared.For(100, 1, (from, to) => Interlocked.Add(ref total, to - from));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        total.Should().Be(4 * 500 * 100);
    }

    [Fact]
    public void A_failure_of_the_body_reaches_the_caller_and_the_pool_lives_on()
    {
        Action act = () => WorkerPool.Shared.For(1000, 1, (_, to) =>
        {
            if (to > 500)
            {
                throw new InvalidOperationException("part failed");
            }
        });
        act.Should().Throw<InvalidOperationException>().WithMessage("part failed");
        long total = 0;
        WorkerPool.Shared.For(1000, 1, (from, to) => Interlocked.Add(ref total, to - from));
        total.Should().Be(1000);
    }
}
