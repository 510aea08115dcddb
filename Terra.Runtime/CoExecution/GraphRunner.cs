using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Computes, on a thread of its own, the ops that one program thread's skeleton has validated, in program order. It starts a unit
/// as soon as the skeleton has validated the unit's ops, long before the end of the step; it never runs an op that was not
/// validated, so nothing has to be undone when the program leaves the TraceGraph. Kernels whose results can wait go to the <see cref="SideLane"/>.
/// One producer (the skeleton), one consumer (this thread).
/// </summary>
internal sealed partial class GraphRunner : PendingWork, IDisposable
{
    private const int Capacity = 1 << 11;
    private const int Mask = Capacity - 1;

    /// <summary>How long either side looks for news, giving way to other threads, before it sleeps: waking it takes some 50 microseconds.</summary>
    private static readonly long s_patience = Stopwatch.Frequency / 1000;

    /// <summary>An op that was accepted while the runner went to sleep is seen after this long at the latest.</summary>
    private static readonly TimeSpan s_firstNap = TimeSpan.FromMilliseconds(1);

    private readonly RingSlot[] _ring = new RingSlot[Capacity];
    private readonly object _gate = new();
    private RunnerProgress _progress;
    private bool _stopped;
    private ExceptionDispatchInfo? _failure;

    public GraphRunner(string name)
    {
        _units = new UnitExecutor(this);
        _side = new SideLane(this);
        _progress.Accepted = _progress.RetiredSeen = _progress.Completed = _progress.Retired = _progress.Demanded = FirstSequence;
        Register();
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>The sequence number the next accepted op gets.</summary>
    public long NextSequence => _progress.Accepted;

    /// <summary>Time spent running kernels, in <see cref="Stopwatch"/> ticks.</summary>
    public long BusyTicks { get; private set; }

    /// <summary>Time program threads spent waiting for this runner, in <see cref="Stopwatch"/> ticks.</summary>
    public long WaitedTicks { get; private set; }

    /// <summary>Time spent compiling fused kernels, in <see cref="Stopwatch"/> ticks.</summary>
    public long CompileTicks => _units.CompileTicks;

    /// <summary>Kernels launched so far: fused ops count once.</summary>
    public long Launches { get; private set; }

    /// <summary>
    /// Accepts an op whose outputs are bound to storages pending on this runner at <see cref="NextSequence"/>. The op and its tensors
    /// belong to the runner until it has run.
    /// </summary>
    public void Accept(in WorkItem item)
    {
        long sequence = _progress.Accepted;
        if (sequence - _progress.RetiredSeen >= Capacity)
        {
            MakeRoom(sequence);
        }

        ref RingSlot slot = ref _ring[sequence & Mask];
        slot.Item = item;
        Volatile.Write(ref slot.Filled, sequence + 1);
        Volatile.Write(ref _progress.Accepted, sequence + 1);

        // No fence between the write and this read: a runner that goes to sleep looks again after a while (WaitUntilAccepted).
        if (Volatile.Read(ref _progress.RunnerParked) != 0)
        {
            WakeRunner();
        }
    }

    /// <summary>Threads sleep until ops have run.</summary>
    public bool HasWaiters => Volatile.Read(ref _progress.Waiters) != 0;

    public override bool IsCompleted(long sequence) => Volatile.Read(ref _progress.Completed) > sequence;

    public override void WaitForAccepted() => Wait(Volatile.Read(ref _progress.Accepted) - 1);

    public override void Wait(long sequence)
    {
        if (!IsCompleted(sequence))
        {
            sequence = Math.Min(sequence, Volatile.Read(ref _progress.Accepted) - 1);
            long began = Stopwatch.GetTimestamp();
            Demand(sequence);
            HelpUntilCompleted(sequence);
            if (!IsCompleted(sequence))
            {
                lock (_gate)
                {
                    _progress.Waiters++;
                    try
                    {
                        Interlocked.MemoryBarrier();
                        while (!IsCompleted(sequence))
                        {
                            Monitor.Wait(_gate);
                        }
                    }
                    finally
                    {
                        _progress.Waiters--;
                    }
                }
            }

            WaitedTicks += Stopwatch.GetTimestamp() - began;
        }

        // Reported once; what could not be computed stays unreadable (Storage.Failure).
        Interlocked.Exchange(ref _failure, null)?.Throw();
    }

    /// <summary>
    /// Does a worker's work in the kernels that run, for the program's thread has nothing else to do and is awake, until the op has run or there was nothing to do for a while.
    /// </summary>
    private void HelpUntilCompleted(long sequence)
    {
        WorkerPool pool = WorkerPool.Shared;
        pool.ClaimProcessor();
        try
        {
            var spin = default(SpinWait);
            for (long useful = Stopwatch.GetTimestamp(); !IsCompleted(sequence) && Stopwatch.GetTimestamp() - useful < s_patience;)
            {
                if (pool.TryHelp())
                {
                    useful = Stopwatch.GetTimestamp();
                }
                else
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }
            }
        }
        finally
        {
            pool.ReturnProcessor();
        }
    }

    /// <summary>Says that nothing more is to be waited for up to what was accepted: units that are not complete run op by op.</summary>
    public void Flush() => Demand(Volatile.Read(ref _progress.Accepted) - 1);

    /// <summary>Ends the thread once everything accepted has run.</summary>
    public void Dispose()
    {
        Flush();
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Demand(long sequence)
    {
        long demanded = Volatile.Read(ref _progress.Demanded);
        while (sequence + 1 > demanded)
        {
            long seen = Interlocked.CompareExchange(ref _progress.Demanded, sequence + 1, demanded);
            if (seen == demanded)
            {
                break;
            }

            demanded = seen;
        }

        if (Volatile.Read(ref _progress.RunnerParked) != 0)
        {
            WakeRunner();
        }
    }

    private void WakeRunner()
    {
        lock (_gate)
        {
            _progress.RunnerParked = 0;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits, running what is there, until a place in the ring is free.</summary>
    private void MakeRoom(long sequence)
    {
        _progress.RetiredSeen = Volatile.Read(ref _progress.Retired);
        if (sequence - _progress.RetiredSeen < Capacity)
        {
            return;
        }

        Wait(sequence - (Capacity / 2));
        var spin = default(SpinWait);
        while (sequence - (_progress.RetiredSeen = Volatile.Read(ref _progress.Retired)) >= Capacity)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Run()
    {
        for (long next = FirstSequence; Await(next, 1);)
        {
            next += RunNext(next);
            Publish(next);
        }

        Unregister(_progress.Completed);
    }

    /// <summary>
    /// Waits as <see cref="WaitUntilAccepted"/> does, finishing and publishing meanwhile what was handed over: the program may be waiting for just that.
    /// </summary>
    private bool Await(long next, int count)
    {
        var spin = default(SpinWait);
        while (_side.IsBusy && !IsReady(next, count))
        {
            WorkMeanwhile(next, ref spin);
        }

        return WaitUntilAccepted(next, count);
    }

    /// <summary>One turn of waiting: takes part in what runs aside, or gives way, and publishes what is done.</summary>
    private void WorkMeanwhile(long next, ref SpinWait spin)
    {
        if (!_side.TryHelp())
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        Publish(next);
    }

    /// <summary>Says that all ops before <paramref name="next"/> have run, except those that still run aside and what follows them.</summary>
    private void Publish(long next)
    {
        long completed = _side.IsBusy ? _side.TakeBack(next, Fail) : next;
        long head = _progress.Completed;
        if (completed == head)
        {
            return;
        }

        Volatile.Write(ref _progress.Completed, completed);
        Interlocked.MemoryBarrier();
        if (HasWaiters)
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }

        Retire(head, completed);
    }

    /// <summary>Gives back what the ops that have run held, and their places in the ring. After <see cref="RunnerProgress.Completed"/> and a fence.</summary>
    private void Retire(long from, long to)
    {
        for (long sequence = from; sequence < to; sequence++)
        {
            ref WorkItem item = ref _ring[sequence & Mask].Item;
            item.EndUses(this, sequence);
            item = default;
        }

        Volatile.Write(ref _progress.Retired, to);
    }

    /// <summary>
    /// Waits until <paramref name="count"/> items from <paramref name="head"/> on are there, or until somebody demands that what is there
    /// be run. False if the runner was stopped and nothing is left.
    /// </summary>
    private bool WaitUntilAccepted(long head, int count)
    {
        if (IsReady(head, count))
        {
            return true;
        }

        return SpinUntilAccepted(head, count) || SleepUntilAccepted(head, count);
    }

    private bool SpinUntilAccepted(long head, int count)
    {
        WorkerPool.Shared.ClaimProcessor();
        try
        {
            var spin = default(SpinWait);
            for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - began < s_patience;)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                if (IsReady(head, count))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            WorkerPool.Shared.ReturnProcessor();
        }
    }

    private bool SleepUntilAccepted(long head, int count)
    {
        lock (_gate)
        {
            _progress.RunnerParked = 1;
            Interlocked.MemoryBarrier();
            for (bool first = true; !IsReady(head, count); first = false)
            {
                if (_stopped)
                {
                    return false;
                }

                if (!first)
                {
                    Monitor.Wait(_gate);
                }
                else
                {
                    // The skeleton may have read RunnerParked just before it was set, while its write of Accepted was still on the way
                    // to memory. A nap is far longer than that takes, so after it either the op is seen or the skeleton sees the sleeper.
                    Monitor.Wait(_gate, s_firstNap);
                }

                _progress.RunnerParked = 1;
            }

            _progress.RunnerParked = 0;
        }

        return true;
    }

    private bool IsReady(long head, int count)
    {
        return IsThere(head + count - 1) || (IsThere(head) && Volatile.Read(ref _progress.Demanded) > head);
    }

    /// <summary>The op was accepted. The runner learns it from the op's slot, which it will read anyway, rather than from a count that the skeleton writes at each op.</summary>
    private bool IsThere(long sequence) => Volatile.Read(ref _ring[sequence & Mask].Filled) == sequence + 1;
}
