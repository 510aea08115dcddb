using System.Collections.Concurrent;
using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.CoExecution;
using Terra.Runtime.Tracing;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

/// <summary>How many threads compute at the same moment: as many as <see cref="WorkerPool.NumThreads"/> says, whoever calls, waits or changes it.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class ThreadBoundTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_loop_is_shared_by_as_many_threads_as_the_number_last_set_says()
    {
        var pool = new WorkerPool(4);
        foreach (int threads in (int[])[4, 1, 3, 2, 5, 2])
        {
            pool.NumThreads = threads;
            var inside = new Counter();
            pool.For(40, 1, (_, _) =>
            {
                inside.Enter();
                SpinWait.SpinUntil(() => inside.Most >= threads, s_patience).Should().BeTrue();
                inside.Leave();
            });
            inside.Most.Should().Be(threads);
        }
    }

    [Fact]
    public void A_number_set_while_a_loop_runs_holds_for_the_parts_not_begun()
    {
        var pool = new WorkerPool(3);
        var inside = new Counter();
        var others = new ConcurrentBag<int>();
        int caller = Environment.CurrentManagedThreadId, begun = 0;
        using var isLowered = new ManualResetEventSlim();
        pool.For(3 * 4 * 2, 1, (_, _) =>
        {
            if (Interlocked.Increment(ref begun) > 3)
            {
                others.Add(Environment.CurrentManagedThreadId);
                return;
            }

            inside.Enter();
            SpinWait.SpinUntil(() => inside.Most == 3, s_patience).Should().BeTrue();
            if (Environment.CurrentManagedThreadId == caller)
            {
                pool.NumThreads = 1;
                isLowered.Set();
            }

            isLowered.Wait(s_patience).Should().BeTrue();
            inside.Leave();
        });

        others.Should().NotBeEmpty().And.OnlyContain(thread => thread == caller);
    }

    [Fact]
    public void Threads_that_wait_and_help_count_among_those_that_compute()
    {
        var pool = new WorkerPool(2);
        using var stop = new CancellationTokenSource();
        Thread[] helpers = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            pool.ClaimProcessor();
            while (!stop.IsCancellationRequested)
            {
                if (!pool.TryHelp())
                {
                    Thread.Yield();
                }
            }

            pool.ReturnProcessor();
        }))];
        Array.ForEach(helpers, helper => helper.Start());
        var inside = new Counter();
        for (int loop = 0; loop < 300; loop++)
        {
            WorkerPool.AsideWork? aside = pool.RunAside(() => inside.During(() => Thread.SpinWait(200)));
            pool.For(37, 1, (_, _) => inside.During(() => Thread.SpinWait(200)));
            SpinWait.SpinUntil(() => aside is null or { IsDone: true }, s_patience).Should().BeTrue();
        }

        stop.Cancel();
        Array.ForEach(helpers, helper => helper.Join());
        inside.Most.Should().Be(2);
        pool.MostComputing.Should().Be(2);
        pool.Claimed.Should().Be(0);
    }

    [Fact]
    public void A_second_caller_gets_the_place_of_a_worker()
    {
        var pool = new WorkerPool(2);
        using var areBothInside = new CountdownEvent(2);
        using var isSecondInside = new ManualResetEventSlim();
        using var isFirstDone = new ManualResetEventSlim();
        var later = new ConcurrentBag<int>();
        int firstCaller = 0, begun = 0;
        var first = new Thread(() =>
        {
            firstCaller = Environment.CurrentManagedThreadId;
            pool.For(16, 1, (_, _) =>
            {
                if (Interlocked.Increment(ref begun) <= 2)
                {
                    areBothInside.Signal();
                    isSecondInside.Wait(s_patience).Should().BeTrue();
                }
                else
                {
                    later.Add(Environment.CurrentManagedThreadId);
                }
            });
            isFirstDone.Set();
        });
        first.Start();
        areBothInside.Wait(s_patience).Should().BeTrue();
        int second = 0;
        pool.For(16, 1, (_, _) =>
        {
            isSecondInside.Set();
            isFirstDone.Wait(s_patience).Should().BeTrue();
            Interlocked.Increment(ref second);
        });
        first.Join();

        second.Should().Be(1, "the second caller's loop ran as one part, alone");
        later.Should().NotBeEmpty().And.OnlyContain(thread => thread == firstCaller, "the worker left its place");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void Kernels_of_eager_and_of_co_executed_programs_keep_to_it(int threads, int programs)
    {
        WorkerPool pool = WorkerPool.Shared;
        int before = pool.NumThreads;
        long shortest = SideLane.ShortestTicks;
        try
        {
            SideLane.ShortestTicks = 0;
            foreach (TerraMode mode in (TerraMode[])[TerraMode.Off, TerraMode.On])
            {
                // Workers may still be about to look at the last loop of before.
                SpinWait.SpinUntil(() => pool.Claimed == 0, s_patience).Should().BeTrue();
                pool.NumThreads = threads;
                pool.MostComputing = 0;
                TerraMode modeBefore = TerraRuntime.Mode;
                TerraRuntime.Mode = mode;
                int[] sites = [.. Enumerable.Range(0, programs).Select(static _ => StepProgram.NewSite())];
                Thread[] running = [.. sites.Select(site => new Thread(() => Train(site)))];
                Array.ForEach(running, thread => thread.Start());
                Array.ForEach(running, thread => thread.Join());
                TerraRuntime.Mode = modeBefore;

                // What joined is bounded by the number set; each further caller may add itself while the others finish a part.
                pool.MostComputing.Should().BeLessThanOrEqualTo(threads == 1 ? 0 : threads - 1 + programs, "mode {0}", mode);
            }
        }
        finally
        {
            pool.NumThreads = before;
            SideLane.ShortestTicks = shortest;
        }
    }

    [Fact]
    public void A_thread_that_is_interrupted_while_it_waits_for_a_value_leaves_nothing_claimed_and_can_wait_again()
    {
        using var mayEnd = new ManualResetEventSlim();
        var slow = new OpDef("test::slow(Tensor self) -> Tensor", static call => [new OutputSpec(call.Input(0).Layout, call.Input(0).DType)])
        {
            Kernel = _ => mayEnd.Wait(),
        };
        using TensorImpl x = StepProgram.Tensor(1f, 2f);
        var runner = new GraphRunner("test");
        var call = new OpInvocation(slow).Add(x);
        using TensorImpl result = TensorImpl.Placeholder(x.Layout, x.DType, runner, runner.NextSequence);
        call.Outputs = [result];
        var item = new WorkItem { Call = call };
        item.BeginUses(runner, runner.NextSequence);
        runner.Accept(item);
        Exception? thrown = null;
        var waiter = new Thread(() => thrown = Record.Exception(() => result.ReadData()));
        waiter.Start();
        SpinWait.SpinUntil(() => waiter.ThreadState.HasFlag(ThreadState.WaitSleepJoin), s_patience).Should().BeTrue();
        waiter.Interrupt();
        waiter.Join();

        thrown.Should().BeOfType<ThreadInterruptedException>();
        runner.HasWaiters.Should().BeFalse();
        SpinWait.SpinUntil(static () => WorkerPool.Shared.Claimed == 0, s_patience).Should().BeTrue();
        mayEnd.Set();
        result.ReadData();
        runner.Dispose();
    }

    private static void Train(int site)
    {
        using TensorImpl x = Random(1, 96, 96), w = Random(2, 96, 96);
        StepSite step = LoopSite.Get(site).MakeStep();
        LoopFrame frame = default;
        ProgramHooks.EnterLoop(site, ref frame);
        for (int turn = 0; turn < 30; turn++)
        {
            ProgramHooks.NextTurn(ref frame);
            using TensorImpl product = StepProgram.At(1, () => Aten.mm(x, w));
            using TensorImpl other = StepProgram.At(2, () => Aten.mm(w, x));
            using TensorImpl bent = StepProgram.At(3, () => Aten.tanh(product));
            using TensorImpl sum = StepProgram.At(4, () => Aten.add(bent, other, 1.0));
            if (turn % 3 == 0)
            {
                sum.ReadData();
            }
        }

        ProgramHooks.ExitLoop(ref frame);
    }

    private static unsafe TensorImpl Random(int seed, long rows, long columns)
    {
        var random = new Random(seed);
        TensorImpl tensor = TensorImpl.Allocate(Layout.Contiguous(rows, columns), DType.Float32);
        foreach (ref float value in new Span<float>((void*)tensor.WriteData(), (int)(rows * columns)))
        {
            value = (float)random.NextDouble();
        }

        return tensor;
    }

    /// <summary>Counts threads inside of something.</summary>
    private sealed class Counter
    {
        private int _inside;
        private int _most;

        public int Most => Volatile.Read(ref _most);

        public void Enter()
        {
            int inside = Interlocked.Increment(ref _inside);
            for (int most = Most; inside > most;)
            {
                most = Interlocked.CompareExchange(ref _most, inside, most);
            }
        }

        public void Leave() => Interlocked.Decrement(ref _inside);

        public void During(Action action)
        {
            Enter();
            action();
            Leave();
        }
    }
}
