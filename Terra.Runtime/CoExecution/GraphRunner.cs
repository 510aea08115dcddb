using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Computes, on a thread of its own, the ops that one program thread's skeleton has validated, in program order. It starts a unit
/// as soon as the skeleton has validated the unit's ops, long before the end of the step; it never runs an op that was not
/// validated, so nothing has to be undone when the program leaves the TraceGraph.
/// One producer (the skeleton), one consumer (this thread).
/// </summary>
internal sealed class GraphRunner : PendingWork, IDisposable
{
    private const int Capacity = 1 << 12;
    private const int Mask = Capacity - 1;
    private const int SpinTurns = 64;

    private readonly WorkItem[] _ring = new WorkItem[Capacity];
    private readonly object _gate = new();
    private readonly UnitExecutor _units = new();
    private long _accepted;
    private long _completed;
    private long _demanded;
    private int _runnerParked;
    private int _waiters;
    private bool _stopped;
    private ExceptionDispatchInfo? _failure;

    public GraphRunner(string name)
    {
        Register(this);
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>The sequence number the next accepted op gets.</summary>
    public long NextSequence => _accepted;

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
        long sequence = _accepted;
        if (sequence - Volatile.Read(ref _completed) >= Capacity)
        {
            Wait(sequence - (Capacity / 2));
        }

        _ring[sequence & Mask] = item;
        Volatile.Write(ref _accepted, sequence + 1);
        Interlocked.MemoryBarrier();
        if (_runnerParked != 0)
        {
            WakeRunner();
        }
    }

    public override bool IsCompleted(long sequence) => Volatile.Read(ref _completed) > sequence;

    public override void WaitForAccepted() => Wait(Volatile.Read(ref _accepted) - 1);

    public override void Wait(long sequence)
    {
        if (!IsCompleted(sequence))
        {
            sequence = Math.Min(sequence, Volatile.Read(ref _accepted) - 1);
            long began = Stopwatch.GetTimestamp();
            Demand(sequence);
            var spin = default(SpinWait);
            while (!IsCompleted(sequence) && spin.Count < SpinTurns)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (!IsCompleted(sequence))
            {
                lock (_gate)
                {
                    _waiters++;
                    Interlocked.MemoryBarrier();
                    while (!IsCompleted(sequence))
                    {
                        Monitor.Wait(_gate);
                    }

                    _waiters--;
                }
            }

            WaitedTicks += Stopwatch.GetTimestamp() - began;
        }

        // Reported once; what could not be computed stays unreadable (Storage.Failure).
        Interlocked.Exchange(ref _failure, null)?.Throw();
    }

    /// <summary>Says that nothing more is to be waited for up to what was accepted: units that are not complete run op by op.</summary>
    public void Flush() => Demand(Volatile.Read(ref _accepted) - 1);

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
        long demanded = Volatile.Read(ref _demanded);
        while (sequence + 1 > demanded)
        {
            long seen = Interlocked.CompareExchange(ref _demanded, sequence + 1, demanded);
            if (seen == demanded)
            {
                break;
            }

            demanded = seen;
        }

        if (Volatile.Read(ref _runnerParked) != 0)
        {
            WakeRunner();
        }
    }

    private void WakeRunner()
    {
        lock (_gate)
        {
            _runnerParked = 0;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        while (true)
        {
            long head = _completed;
            if (!WaitUntilAccepted(head, 1))
            {
                Unregister(this);
                return;
            }

            int count = RunNext(head);
            Volatile.Write(ref _completed, head + count);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _waiters) != 0)
            {
                lock (_gate)
                {
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    /// <summary>Runs the unit or the op at <paramref name="head"/>; returns how many items that were.</summary>
    private int RunNext(long head)
    {
        int count = 1;
        Unit? unit = _ring[head & Mask].UnitAtStart;
        if (unit is not null)
        {
            // One item more than the unit: by then the program has dropped the temporaries it held while calling the unit's last op.
            WaitUntilAccepted(head, unit.Length + 1);
            if (Volatile.Read(ref _accepted) - head >= unit.Length && IsWhole(unit, head))
            {
                count = unit.Length;
            }
        }

        long began = Stopwatch.GetTimestamp();
        if (count > 1 && HasFailedInput(head, count))
        {
            count = 1;
        }

        try
        {
            if (count > 1 || !_ring[head & Mask].PassOnFailure())
            {
                RunItems(unit, head, count);
            }
        }
#pragma warning disable CA1031 // Any failure of a kernel belongs to the program: whoever waits for a value gets it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(ExceptionDispatchInfo.Capture(failure), head, count);
        }

        for (int i = 0; i < count; i++)
        {
            ref WorkItem item = ref _ring[(head + i) & Mask];
            item.EndUses();
            item = default;
        }

        BusyTicks += Stopwatch.GetTimestamp() - began;
        return count;
    }

    private void RunItems(Unit? unit, long head, int count)
    {
        if (count > 1)
        {
            Span<WorkItem> items = _units.Gather(count);
            for (int i = 0; i < count; i++)
            {
                items[i] = _ring[(head + i) & Mask];
            }

            Launches += _units.Run(unit!, items);
            Verification.Compare(items);
        }
        else
        {
            ref WorkItem item = ref _ring[head & Mask];
            item.RunAlone();
            Launches++;
            Verification.Compare(new ReadOnlySpan<WorkItem>(in item));
        }
    }

    private bool HasFailedInput(long head, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (_ring[(head + i) & Mask].FailureOfInputs() is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void Fail(ExceptionDispatchInfo failure, long head, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ring[(head + i) & Mask].Fail(failure);
        }

        Interlocked.CompareExchange(ref _failure, failure, null);
    }

    private bool IsWhole(Unit unit, long head)
    {
        for (int i = 0; i < unit.Length; i++)
        {
            if (!ReferenceEquals(_ring[(head + i) & Mask].Node, unit.NodeAt(i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Waits until <paramref name="count"/> items from <paramref name="head"/> on are there, or until somebody demands that what is there
    /// be run. False if the runner was stopped and nothing is left.
    /// </summary>
    private bool WaitUntilAccepted(long head, int count)
    {
        var spin = default(SpinWait);
        while (!IsReady(head, count))
        {
            if (spin.Count < SpinTurns)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            lock (_gate)
            {
                _runnerParked = 1;
                Interlocked.MemoryBarrier();
                while (_runnerParked != 0 && !IsReady(head, count))
                {
                    if (_stopped)
                    {
                        return false;
                    }

                    Monitor.Wait(_gate);
                }

                _runnerParked = 0;
            }

            spin = default;
        }

        return true;
    }

    private bool IsReady(long head, int count)
    {
        long accepted = Volatile.Read(ref _accepted);
        return accepted - head >= count || (accepted > head && Volatile.Read(ref _demanded) > head);
    }
}
