using System.Collections.Concurrent;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Terra.Runtime.Core;
using Xunit;

namespace Terra.Runtime.Tests.Core;

/// <summary>A storage has its buffer exactly as long as a handle or an accepted op that has not run needs it.</summary>
public class StorageLifetimeTests
{
    [Fact]
    public void The_buffer_lives_as_long_as_a_handle_or_an_accepted_op() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            using var a = new ManualQueue();
            using var b = new ManualQueue();
            ManualQueue[] queues = [a, b];
            Storage storage = random.Next(2) == 0 ? Storage.Allocate(256) : a.MakePending(256);
            storage.Retain();
            storage.EnsureBuffer();
            int handles = 1;
            for (int i = 0; i < 60; i++)
            {
                ManualQueue queue = queues[random.Next(2)];
                switch (random.Next(5))
                {
                    case 0 when handles > 0:
                        storage.Retain();
                        handles++;
                        break;
                    case 1 when handles > 0 && (handles > 1 || i > 20):
                        storage.Release();
                        handles--;
                        break;
                    case 2 when handles > 0:
                        queue.Accept(storage);
                        break;
                    default:
                        queue.RunNext();
                        break;
                }

                bool isNeeded = handles > 0 || queues.Any(q => q.IsWaitingFor(storage));
                (storage.RawBuffer != 0).Should().Be(isNeeded, "step {0} of seed {1}", i, seed);
            }

            while (handles-- > 0)
            {
                storage.Release();
            }

            while (a.RunNext() || b.RunNext())
            {
            }

            storage.RawBuffer.Should().Be(0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_value_is_dead_after_an_op_if_no_handle_is_left_and_no_later_op_uses_it()
    {
        using var queue = new ManualQueue();
        Storage storage = queue.MakePending(64);
        storage.Retain();
        long last = queue.Accept(storage);
        storage.IsDeadAfter(queue, last).Should().BeFalse("there is a handle");
        storage.Release();
        storage.IsDeadAfter(queue, last).Should().BeTrue();
        storage.IsDeadAfter(queue, last - 1).Should().BeFalse("a later op uses it");
    }

    [Fact]
    public void A_new_queue_never_takes_an_old_queues_uses_for_its_own()
    {
        Storage storage;
        using (var first = new ManualQueue())
        {
            storage = Storage.Allocate(64);
            storage.Retain();
            first.Accept(storage);
            first.RunNext();
        }

        using var second = new ManualQueue();
        storage.MayBeUsedOutside(second).Should().BeFalse();
        storage.Release();
        storage.RawBuffer.Should().Be(0);
    }

    [Fact]
    public void Many_threads_use_and_drop_a_storage_and_its_buffer_is_freed_once()
    {
        for (int round = 0; round < 200; round++)
        {
            Storage storage = Storage.Allocate(64);
            Thread[] threads = Enumerable.Range(0, 3).Select(_ =>
            {
                storage.Retain();
                return new Thread(() =>
                {
                    using var queue = new ManualQueue();
                    for (int i = 0; i < 50; i++)
                    {
                        queue.Accept(storage);
                        if (i % 3 == 0)
                        {
                            queue.RunNext();
                        }
                    }

                    storage.Release();
                    while (queue.RunNext())
                    {
                    }
                });
            }).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            storage.RawBuffer.Should().Be(0);
        }
    }

    /// <summary>The program accepts one more op and drops its handle at the moment at which the runner is done with the op before.</summary>
    [Fact]
    public void The_buffer_lives_until_the_last_op_has_run_also_if_that_is_accepted_while_another_ends()
    {
        const int Rounds = 200_000;
        using var queue = new ManualQueue();
        Storage? shared = null;
        int round = 0, ended = 0;
        var runner = new Thread(() =>
        {
            var spin = default(SpinWait);
            for (int next = 1; next <= Rounds; next++)
            {
                while (Volatile.Read(ref round) < next)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                shared!.EndUse(queue, 2 * next);
                Volatile.Write(ref ended, next);
            }
        });
        runner.Start();
        int lost = 0, kept = 0;
        for (int next = 1; next <= Rounds; next++)
        {
            shared = Storage.Allocate(64);
            shared.Retain();
            shared.AddUse(queue, 2 * next);
            queue.CompleteUpTo(2 * next);
            Volatile.Write(ref round, next);
            for (int wait = next % 128; wait > 0; wait--)
            {
                Volatile.Read(ref ended);
            }

            shared.AddUse(queue, (2 * next) + 1);
            shared.Release();
            var spin = default(SpinWait);
            while (Volatile.Read(ref ended) < next)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            lost += shared.RawBuffer == 0 ? 1 : 0;
            queue.CompleteUpTo((2 * next) + 1);
            shared.EndUse(queue, (2 * next) + 1);
            kept += shared.RawBuffer != 0 ? 1 : 0;
        }

        runner.Join();
        lost.Should().Be(0);
        kept.Should().Be(0);
    }

    /// <summary>A queue whose ops run when the test says so.</summary>
    private sealed class ManualQueue : PendingWork, IDisposable
    {
        private readonly ConcurrentQueue<Storage[]> _waiting = new();
        private long _accepted;
        private long _completed;

        public ManualQueue()
        {
            _accepted = _completed = FirstSequence;
            Register();
        }

        public Storage MakePending(long bytes)
        {
            Storage storage = Storage.CreatePending(bytes, this, _accepted++);
            _waiting.Enqueue([storage]);
            return storage;
        }

        public long Accept(params Storage[] used)
        {
            foreach (Storage storage in used)
            {
                storage.AddUse(this, _accepted);
            }

            _waiting.Enqueue(used);
            return _accepted++;
        }

        public bool RunNext()
        {
            if (!_waiting.TryDequeue(out Storage[]? used))
            {
                return false;
            }

            Interlocked.Increment(ref _completed);
            foreach (Storage storage in used)
            {
                storage.EndUse(this, _completed - 1);
            }

            return true;
        }

        /// <summary>For ops that were numbered without <see cref="Accept"/>.</summary>
        public void CompleteUpTo(long sequence) => Interlocked.Exchange(ref _completed, sequence + 1);

        public bool IsWaitingFor(Storage storage) => _waiting.Any(used => used.Contains(storage));

        public override bool IsCompleted(long sequence) => Interlocked.Read(ref _completed) > sequence;

        public override void Wait(long sequence)
        {
            while (!IsCompleted(sequence) && RunNext())
            {
            }
        }

        public override void WaitForAccepted() => Wait(_accepted - 1);

        public void Dispose() => Unregister(_accepted);
    }
}
