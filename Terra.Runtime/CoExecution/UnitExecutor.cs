using System.Diagnostics;
using Terra.Runtime.Core;

namespace Terra.Runtime.CoExecution;

/// <summary>Runs units on a GraphRunner's thread; owns its scratch space.</summary>
internal sealed class UnitExecutor(PendingWork queue)
{
    private readonly FusionAnalysis _analysis = new(queue);
    private WorkItem[] _items = new WorkItem[Unit.MaxOps];

    /// <summary>Time spent compiling kernels, in <see cref="Stopwatch"/> ticks.</summary>
    public long CompileTicks { get; private set; }

    /// <summary>Space for the items of a unit, to be filled by the caller.</summary>
    public Span<WorkItem> Gather(int count)
    {
        if (count > _items.Length)
        {
            _items = new WorkItem[count];
        }

        return _items.AsSpan(0, count);
    }

    /// <summary>
    /// Runs the unit, whose first op has number <paramref name="sequence"/>, in as few kernels as its tensors allow; returns how many. In verify mode
    /// each kernel's results are compared before the next one runs, since what a kernel need not store depends on which ops it holds.
    /// </summary>
    public int Run(Unit unit, ReadOnlySpan<WorkItem> items, long sequence)
    {
        int launches = 0;
        for (int first = 0; first < items.Length;)
        {
            ReadOnlySpan<WorkItem> rest = items[first..];
            int count = _analysis.Analyze(rest, sequence + first);
            if (count == 1)
            {
                rest[0].RunAlone();
                launches++;
            }
            else if (!_analysis.Stores.IsEmpty)
            {
                RunFused(unit, first, rest[..count]);
                launches++;
            }

            Verification.Compare(rest[..count], queue, sequence + first);
            first += count;
        }

        return launches;
    }

    private void RunFused(Unit unit, int first, ReadOnlySpan<WorkItem> items)
    {
        foreach (TensorImpl store in _analysis.Stores)
        {
            store.Storage.EnsureBuffer();
        }

        if (unit.FindKernel(first, _analysis.Signature) is not { } kernel)
        {
            long began = Stopwatch.GetTimestamp();
            kernel = unit.Compile(first, items, _analysis);
            CompileTicks += Stopwatch.GetTimestamp() - began;
        }

        kernel.Run(items, _analysis.Externals, _analysis.Stores);
    }
}
