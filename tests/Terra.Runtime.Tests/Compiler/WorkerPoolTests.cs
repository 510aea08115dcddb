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

    [Fact]
    public void A_thread_that_waits_helps_with_loops_and_each_part_still_runs_once()
    {
        const int Loops = 2000, Length = 97;
        using var stop = new CancellationTokenSource();
        var helper = new Thread(() =>
        {
            WorkerPool.Shared.ClaimProcessor();
            while (!stop.IsCancellationRequested)
            {
                if (!WorkerPool.Shared.TryHelp())
                {
                    Thread.Yield();
                }
            }

            WorkerPool.Shared.ReturnProcessor();
        });
        helper.Start();
        for (int loop = 0; loop < Loops; loop++)
        {
            var hits = new int[Length];
            WorkerPool.Shared.For(Length, 1, (from, to) =>
            {
                for (long i = from; i < to; i++)
                {
                    Interlocked.Increment(ref hits[i]);
                }
            });
            hits.Should().OnlyContain(count => count == 1);
        }

        stop.Cancel();
        helper.Join();
    }

    [Fact]
    public void Work_given_aside_runs_once_whoever_comes_first()
    {
        for (int round = 0; round < 500; round++)
        {
            int ran = 0;
            WorkerPool.AsideWork?[] given = Enumerable.Range(0, 6).Select(_ => WorkerPool.Shared.RunAside(() => Interlocked.Increment(ref ran))).ToArray();
            WorkerPool.Shared.TryHelp();
            foreach (WorkerPool.AsideWork? work in given)
            {
                work?.Wait();
            }

            ran.Should().Be(given.Count(work => work is not null));
        }
    }
}
