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

    /// <summary>How many of the ops, which begin with number <paramref name="sequence"/>, share a kernel, as their tensors allow: at least one.</summary>
    public int Analyze(ReadOnlySpan<WorkItem> items, long sequence) => _analysis.Analyze(items, sequence);

    /// <summary>
    /// Runs the ops that were analyzed last, several, from the unit's op number <paramref name="first"/> on, as one kernel; false if there was nothing to do since nobody can
    /// read a result. In verify mode the results are compared before the next kernel runs, since what a kernel need not store depends on which ops it holds.
    /// </summary>
    public bool Run(Unit unit, int first, ReadOnlySpan<WorkItem> items, long sequence)
    {
        bool runs = true;
        if (!_analysis.Stores.IsEmpty)
        {
            RunFused(unit, first, items);
        }
        else if (_analysis.KeepsProducer)
        {
            items[0].RunAlone();
        }
        else
        {
            runs = false;
        }

        Verification.Compare(items, queue, sequence);
        return runs;
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

        if (_analysis.Producer is null)
        {
            kernel.Run(items, _analysis.Externals, _analysis.Stores);
            return;
        }

        _analysis.ProducerPlace?.Storage.EnsureBuffer();
        kernel.RunBehindProducer(items, _analysis.Externals, _analysis.Stores, _analysis.ProducerPlace);
    }
}
