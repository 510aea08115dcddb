using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <content>How the runner's thread runs what is at the head of its queue: a unit in fused kernels, an op, an op in parts.</content>
internal sealed partial class GraphRunner
{
    private readonly UnitExecutor _units;
    private readonly SideLane _side;

    /// <summary>The unit that the head of the queue is in, if it is in one, and the number of its first op.</summary>
    private Unit? _unit;
    private long _unitStart;

    /// <summary>
    /// How long a producer, whose kernel is long, waits for the ops that may run with it, in <see cref="Stopwatch"/> ticks: the program may do something else first,
    /// beside which the kernel should run. Tests set it.
    /// </summary>
    public static long ProducerPatience { get; set; } = Stopwatch.Frequency / 10_000;

    /// <summary>Runs one kernel, of the op at <paramref name="head"/> and those of its unit that share it; returns how many items that were.</summary>
    private int RunNext(long head)
    {
        ReadOnlySpan<WorkItem> items = Gather(head);
        long began = Stopwatch.GetTimestamp();
        int first = (int)(head - _unitStart);
        if (items.Length > 1)
        {
            items = items[.._units.Analyze(items, head)];
            if (first == 0)
            {
                _unit!.NoteReach(items[0].Call, items.Length);
            }
        }

        if (_side.IsBusy)
        {
            _side.WaitForConflicts(items);
            _side.TakeBack(head, Fail);
        }

        if (items.Length > 1 && HasFailedInput(items))
        {
            items = items[..1];
        }

        try
        {
            if (items.Length > 1)
            {
                Launches += _units.Run(_unit!, first, items, head) ? 1 : 0;
            }
            else if (!items[0].PassOnFailure())
            {
                RunOne(items[0], head);
            }
        }
#pragma warning disable CA1031 // Any failure of a kernel belongs to the program: whoever waits for a value gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var failure = ExceptionDispatchInfo.Capture(exception);
            foreach (ref readonly WorkItem item in items)
            {
                Fail(item, failure);
            }
        }

        BusyTicks += Stopwatch.GetTimestamp() - began;
        return items.Length;
    }

    /// <summary>The ops from <paramref name="head"/> on that may share a kernel, once they are there: one, or those of its unit.</summary>
    private Span<WorkItem> Gather(long head)
    {
        if (_ring[head & Mask].Item.UnitAtStart is { } begun)
        {
            (_unit, _unitStart) = (begun, head);
        }

        int count = 1;
        if (_unit is { } unit && head - _unitStart < unit.Length)
        {
            int first = (int)(head - _unitStart), candidates = unit.Candidates(first, _ring[head & Mask].Item.Call);
            if (candidates > 1)
            {
                // One item more than they are: by then the program has dropped the temporaries it held while calling the last one.
                bool isProducer = first == 0 && unit.BeginsWithProducer;
                if (isProducer)
                {
                    AwaitBriefly(head, candidates + 1);
                }
                else
                {
                    Await(head, candidates + 1);
                }

                bool areThere = IsThere(head + candidates - 1);
                count = areThere && IsPartOf(unit, first, candidates, head) ? candidates : 1;
                _unit = count == candidates || (isProducer && !areThere) ? unit : null;
            }
        }

        Span<WorkItem> items = _units.Gather(count);
        for (int i = 0; i < count; i++)
        {
            items[i] = _ring[(head + i) & Mask].Item;
        }

        return items;
    }

    /// <summary>Waits as <see cref="Await"/> does, but not for longer than <see cref="ProducerPatience"/>.</summary>
    private void AwaitBriefly(long head, int count)
    {
        if (IsReady(head, count))
        {
            return;
        }

        WorkerPool.Shared.ClaimProcessor();
        try
        {
            var spin = default(SpinWait);
            for (long began = Stopwatch.GetTimestamp(); !IsReady(head, count) && Stopwatch.GetTimestamp() - began < ProducerPatience;)
            {
                WorkMeanwhile(head, ref spin);
            }
        }
        finally
        {
            WorkerPool.Shared.ReturnProcessor();
        }
    }

    private void RunOne(in WorkItem item, long sequence)
    {
        Launches++;
        if (item.Node is not { } node)
        {
            item.RunAlone();
            return;
        }

        item.EnsureBuffers();
        RunParts(item, node, sequence);
    }

    /// <summary>Runs the op's parts, or the whole op as one; the last of them aside if that pays and nothing needs it at once.</summary>
    private void RunParts(in WorkItem item, TraceNode node, long sequence)
    {
        ReadOnlySpan<KernelPart> parts = node.Op.Parts;
        ReadOnlySpan<KernelPart> first = parts.IsEmpty ? [] : parts[..^1];
        KernelPart last = parts.IsEmpty ? item.Whole : parts[^1];
        bool isAside = SideLane.Pays(node.Ticks) && (!first.IsEmpty || CanWait(item, sequence)) && _side.TryRun(sequence, item, last);
        foreach (KernelPart part in first)
        {
            part.Kernel(item.Call);
            Verification.ComparePart(item, part, this, sequence);
        }

        if (!isAside)
        {
            SideLane.RunTimed(last.Kernel, item.Call, node);
            Verification.ComparePart(item, last, this, sequence);
        }
    }

    /// <summary>The ops that follow are known and do not need this one's results at once.</summary>
    private bool CanWait(in WorkItem item, long sequence)
    {
        const int Slack = 2;
        if (!IsThere(sequence + Slack))
        {
            return false;
        }

        for (int i = 1; i <= Slack; i++)
        {
            if (!SideLane.AreIndependent(item.Call, item.Whole.Outputs, _ring[(sequence + i) & Mask].Item.Call))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasFailedInput(ReadOnlySpan<WorkItem> items)
    {
        foreach (ref readonly WorkItem item in items)
        {
            if (item.FailureOfInputs() is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void Fail(WorkItem item, ExceptionDispatchInfo failure)
    {
        item.Fail(failure);
        Interlocked.CompareExchange(ref _failure, failure, null);
    }

    /// <summary>The program took the way of the unit, from its op number <paramref name="first"/> on.</summary>
    private bool IsPartOf(Unit unit, int first, int count, long head)
    {
        for (int i = 0; i < count; i++)
        {
            if (!ReferenceEquals(_ring[(head + i) & Mask].Item.Node, unit.NodeAt(first + i)))
            {
                return false;
            }
        }

        return true;
    }
}
