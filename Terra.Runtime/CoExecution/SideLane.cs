using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Inter-op parallelism: kernels whose results the next ops do not need run on a worker of the pool beside the GraphRunner's own. It pays for kernels that
/// are too small to share among threads, such as a small layer's weight gradient. Each kernel sees exactly the values it would see in program
/// order (<see cref="WaitForConflicts"/>), so which of them ran aside changes no bit. Verify mode compares those, too. Used by the runner's thread only.
/// </summary>
internal sealed class SideLane(PendingWork queue)
{
    /// <summary>Where more than two threads share a loop, longer kernels are better shared.</summary>
    private static readonly long s_longestOfMany = Stopwatch.Frequency / 4_000;

    private readonly List<Entry> _running = [];

    /// <summary>Kernels that take fewer <see cref="Stopwatch"/> ticks are not worth handing over. Tests set it to zero.</summary>
    public static long ShortestTicks { get; set; } = Stopwatch.Frequency / 80_000;

    /// <summary>Something was handed over and not yet taken back.</summary>
    public bool IsBusy => _running.Count > 0;

    /// <summary>A kernel that took so long when it last ran is worth handing over.</summary>
    public static bool Pays(long ticks)
    {
        int threads = WorkerPool.Shared.NumThreads;
        return ticks >= ShortestTicks && (threads == 2 || ticks * threads <= s_longestOfMany);
    }

    /// <summary>
    /// Hands a kernel of op number <paramref name="sequence"/> over, whose output buffers are there and whose inputs are ready. False if no worker would take it.
    /// </summary>
    public bool TryRun(long sequence, in WorkItem item, in KernelPart part)
    {
        Action run = item.Expected is null ? Timed(item, part) : Verified(sequence, item, part);
        if (WorkerPool.Shared.RunAside(run) is not { } work)
        {
            return false;
        }

        _running.Add(new Entry(sequence, item, part.Outputs, work));
        return true;
    }

    /// <summary>Runs the kernel and notes how long it took, for <see cref="Pays"/> the next time.</summary>
    public static void RunTimed(KernelRule kernel, OpInvocation call, TraceNode node)
    {
        long began = Stopwatch.GetTimestamp();
        kernel(call);
        node.Ticks = Stopwatch.GetTimestamp() - began;
    }

    /// <summary>True if the op may run while this kernel of an earlier op does: neither writes what the other reads or writes.</summary>
    public static bool AreIndependent(OpInvocation earlier, ReadOnlySpan<int> earlierOutputs, OpInvocation later)
    {
        foreach (int output in earlierOutputs)
        {
            if (Touches(later, earlier.Outputs[output].Storage))
            {
                return false;
            }
        }

        foreach (int mutated in earlier.MutatedInputs)
        {
            if (earlier.OptionalInput(mutated) is { } target && Touches(later, target.Storage))
            {
                return false;
            }
        }

        foreach (int mutated in later.MutatedInputs)
        {
            if (later.OptionalInput(mutated) is { } target && Touches(earlier, target.Storage))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Waits for the kernels that these ops, about to run, must not run beside.</summary>
    public void WaitForConflicts(ReadOnlySpan<WorkItem> items)
    {
        foreach (Entry entry in _running)
        {
            foreach (ref readonly WorkItem item in items)
            {
                if (!entry.Work.IsDone && !AreIndependent(entry.Item.Call, entry.Outputs, item.Call))
                {
                    entry.Work.Wait();
                }
            }
        }
    }

    /// <summary>Runs a kernel that no worker has taken yet, if there is one.</summary>
    public bool TryHelp()
    {
        foreach (Entry entry in _running)
        {
            if (entry.Work.TryRun())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Takes back what is done. Returns the number of the first op that still runs aside, or <paramref name="next"/>, the first that has not begun; what failed is
    /// reported to <paramref name="fail"/>.
    /// </summary>
    public long TakeBack(long next, Action<WorkItem, ExceptionDispatchInfo> fail)
    {
        long first = next;
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            Entry entry = _running[i];
            if (!entry.Work.IsDone)
            {
                first = Math.Min(first, entry.Sequence);
                continue;
            }

            _running.RemoveAt(i);
            if (entry.Work.Failure is { } failure)
            {
                fail(entry.Item, failure);
            }
        }

        return first;
    }

    private static Action Timed(WorkItem item, KernelPart part)
    {
        KernelRule kernel = part.Kernel;
        OpInvocation call = item.Call;
        TraceNode node = item.Node!;
        return () => RunTimed(kernel, call, node);
    }

    /// <summary>The kernel, after which its results are compared before any op can change them.</summary>
    private Action Verified(long sequence, WorkItem item, KernelPart part) => () =>
    {
        RunTimed(part.Kernel, item.Call, item.Node!);
        Verification.ComparePart(item, part, queue, sequence);
    };

    private static bool Touches(OpInvocation call, Storage storage)
    {
        foreach (TensorImpl? input in call.Inputs)
        {
            if (ReferenceEquals(input?.Storage, storage))
            {
                return true;
            }
        }

        foreach (TensorImpl output in call.Outputs)
        {
            if (ReferenceEquals(output.Storage, storage))
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Entry(long Sequence, WorkItem Item, int[] Outputs, WorkerPool.AsideWork Work);
}
