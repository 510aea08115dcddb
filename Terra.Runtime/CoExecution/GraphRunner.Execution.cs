using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <content>How the runner's thread runs what is at the head of its queue: a unit in fused kernels, an op, an op in parts.</content>
internal sealed partial class GraphRunner
{
    private readonly UnitExecutor _units;
    private readonly SideLane _side = new();

    /// <summary>Runs the unit or the op at <paramref name="head"/>; returns how many items that were.</summary>
    private int RunNext(long head)
    {
        int count = 1;
        Unit? unit = _ring[head & Mask].Item.UnitAtStart;
        if (unit is not null)
        {
            // One item more than the unit: by then the program has dropped the temporaries it held while calling the unit's last op.
            Await(head, unit.Length + 1);
            if (IsThere(head + unit.Length - 1) && IsWhole(unit, head))
            {
                count = unit.Length;
            }
        }

        Span<WorkItem> items = _units.Gather(count);
        for (int i = 0; i < count; i++)
        {
            items[i] = _ring[(head + i) & Mask].Item;
        }

        long began = Stopwatch.GetTimestamp();
        if (_side.IsBusy)
        {
            _side.WaitForConflicts(items);
            _side.TakeBack(head, Fail);
        }

        if (count > 1 && HasFailedInput(items))
        {
            count = 1;
        }

        try
        {
            if (count > 1)
            {
                Launches += _units.Run(unit!, items, head);
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
            for (int i = 0; i < count; i++)
            {
                Fail(items[i], failure);
            }
        }

        BusyTicks += Stopwatch.GetTimestamp() - began;
        return count;
    }

    private void RunOne(in WorkItem item, long sequence)
    {
        Launches++;
        if (item.Expected is not null || item.Node is not { } node)
        {
            item.RunParts();
            Verification.Compare(new ReadOnlySpan<WorkItem>(in item), this, sequence);
        }
        else
        {
            item.EnsureBuffers();
            RunParts(item, node, sequence);
        }
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
        }

        if (!isAside)
        {
            SideLane.RunTimed(last.Kernel, item.Call, node);
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

    private bool IsWhole(Unit unit, long head)
    {
        for (int i = 0; i < unit.Length; i++)
        {
            if (!ReferenceEquals(_ring[(head + i) & Mask].Item.Node, unit.NodeAt(i)))
            {
                return false;
            }
        }

        return true;
    }
}
